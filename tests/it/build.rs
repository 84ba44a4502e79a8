//! `witkit::build`: what a build script makes, what cargo is told, and what is left alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use witkit::build::{Build, Outcome};

/// A package with a world for each of two parts, and their modules as text.
struct Package(tempfile::TempDir);

const WIT: &str = "\
package acme:app@0.1.0;

/// Answers.
interface answers {
  /// The answer.
  answer: func() -> u32;
}

/// The application.
world app {
  import answers;
  /// Runs it.
  export run: func() -> u32;
}

/// What has the answers.
world oracle {
  export answers;
}
";

const APP: &str = r#"(module
  (import "acme:app/answers@0.1.0" "answer" (func $answer (result i32)))
  (func (export "run") (result i32) call $answer))"#;

const ORACLE: &str = r#"(module
  (func (export "acme:app/answers@0.1.0#answer") (result i32) i32.const 42))"#;

impl Package {
    fn new() -> Package {
        let folder = tempfile::tempdir().expect("a folder");
        let package = Package(folder);
        package.write("wit/app.wit", WIT);
        package.write("app.wat", APP);
        package.write("oracle.wat", ORACLE);
        fs::create_dir(package.path("out")).expect("a folder");
        package
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn build(&self) -> Outcome {
        Build::new()
            .out_dir(self.path("out"))
            .wit(self.path("wit"))
            .world("app")
            .module(self.path("app.wat"))
            .world("oracle")
            .module(self.path("oracle.wat"))
            .run("app.wasm")
    }

    /// The paths that cargo watches, from the package's folder.
    fn watched(&self, outcome: &Outcome) -> Vec<String> {
        let lines = outcome.instructions();
        let paths = lines
            .iter()
            .filter_map(|line| line.strip_prefix("cargo::rerun-if-changed="));
        let own = paths.filter_map(|path| Path::new(path).strip_prefix(self.0.path()).ok());
        own.map(|path| path.display().to_string()).collect()
    }
}

#[test]
fn two_modules_and_a_package_become_one_component() {
    let package = Package::new();
    let outcome = package.build();
    assert!(!outcome.report.has_errors(), "{:#}", outcome.report);
    let output = outcome.output.clone().expect("there are no errors");
    assert_eq!(output, package.path("out/app.wasm"));
    let found = witkit::inspect(&output, &Default::default()).expect("it is a component");
    assert_eq!(found.found.imports.len(), 0);
    assert_eq!(found.found.exports[0].name, "run");
    assert_eq!(
        package.watched(&outcome),
        ["app.wat", "oracle.wat", "out/witkit-missing", "wit"]
    );
}

#[test]
fn a_result_that_did_not_change_keeps_its_time() {
    let package = Package::new();
    let output = package.build().output.expect("there are no errors");
    let before = SystemTime::now() - Duration::from_secs(1000);
    let file = fs::File::options()
        .write(true)
        .open(&output)
        .expect("a file");
    file.set_modified(before).expect("a time");
    let time = || fs::metadata(&output).and_then(|meta| meta.modified()).ok();
    let kept = time();
    let again = package.build();
    assert!(!again.changed);
    assert_eq!(time(), kept);
    package.write("oracle.wat", &ORACLE.replace("42", "43"));
    assert!(package.build().changed);
    assert_ne!(time(), kept);
}

#[test]
fn what_a_configuration_and_its_packages_are_is_watched() {
    let package = Package::new();
    package.write(
        "wit/app.wit",
        &WIT.replace(
            "interface answers {",
            "interface answers {\n  use acme:units/si@1.0.0.{metre};",
        )
        .replace("answer: func() -> u32", "answer: func() -> metre"),
    );
    package.write(
        "wit/deps/units.wit",
        "package acme:units@1.0.0;\ninterface si {\n  type metre = u32;\n}\n",
    );
    let outcome = package.build();
    assert!(!outcome.report.has_errors(), "{:#}", outcome.report);
    // The folder `wit` has `deps` in it, and cargo watches all of it.
    assert!(package.watched(&outcome).contains(&"wit".to_string()));
}

#[test]
fn findings_are_lines_for_cargo_with_their_places() {
    let package = Package::new();
    package.write(
        "wit/app.wit",
        &WIT.replace(
            "func() -> u32;\n}\n\n/// The app",
            "func() -> u23;\n}\n\n/// The app",
        ),
    );
    let outcome = package.build();
    assert!(outcome.output.is_none());
    assert!(!package.path("out/app.wasm").exists());
    let lines = outcome.instructions();
    let place = format!("{}:6:21", package.path("wit/app.wit").display());
    let error = lines.iter().find(|line| line.starts_with("cargo::error="));
    let error = error.expect("there is an error");
    assert!(error.contains(&place), "{error}");
    assert!(error.contains("u23"), "{error}");
    assert!(lines.iter().all(|line| line.starts_with("cargo::")));
    // What failed is watched as well, so that mending it is noticed.
    assert!(package.watched(&outcome).contains(&"wit".to_string()));
}

#[test]
fn warnings_of_the_linter_do_not_keep_the_component_from_being_made() {
    let package = Package::new();
    package.write("wit/app.wit", &WIT.replace("@0.1.0", ""));
    package.write("app.wat", &APP.replace("@0.1.0", ""));
    package.write("oracle.wat", &ORACLE.replace("@0.1.0", ""));
    let outcome = package.build();
    assert!(outcome.output.is_some(), "{:#}", outcome.report);
    let lines = outcome.instructions();
    let warned = |line: &String| {
        line.starts_with("cargo::warning=") && line.contains("[wit/package-unversioned]")
    };
    assert!(lines.iter().any(warned), "{lines:#?}");
}

#[test]
fn modules_and_components_in_memory_are_composed_with_options_of_the_script() {
    let package = Package::new();
    let app = r#"(component
      (import "acme:host/log" (func $log))
      (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func))))
      (export "log" (func $log))
      (export "quit" (func $exit "exit")))"#;
    let build = || {
        Build::new()
            .out_dir(package.path("out"))
            .component(("app.wat", app))
    };
    let refused = build().compose(|options| options).run("app.wasm");
    assert!(refused.report.has_errors(), "the import is left open");
    let outcome = build()
        .compose(|options| witkit::compose::Options {
            imports: vec!["acme:host/*".to_string()],
            deny: vec!["wasi:cli/exit*".to_string()],
            ..options
        })
        .run("app.wasm");
    assert!(!outcome.report.has_errors(), "{:#}", outcome.report);
    let output = outcome.output.expect("there are no errors");
    let found = witkit::inspect(&output, &Default::default()).expect("it is a component");
    let imports: Vec<&str> = found
        .found
        .imports
        .iter()
        .map(|i| i.name.as_str())
        .collect();
    assert_eq!(imports, ["acme:host/log"]);
}

#[test]
fn a_build_without_anything_to_make_is_an_error() {
    let package = Package::new();
    let outcome = Build::new()
        .out_dir(package.path("out"))
        .wit(package.path("wit"))
        .run("app.wasm");
    assert!(outcome.output.is_none());
    let text = format!("{:#}", outcome.report);
    assert!(text.contains("missing module or component"), "{text}");
    let outcome = Build::new()
        .out_dir(package.path("out"))
        .composition("nothing-is-called-so")
        .component(("a.wat", "(component)"))
        .run("app.wasm");
    let text = format!("{:#}", outcome.report);
    assert!(text.contains("[compose.nothing-is-called-so]"), "{text}");
}
