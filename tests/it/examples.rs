//! The examples are built and run, and the build script runs again when it has to, and only then.
//!
//! `examples/embed` and `examples/plugin-host` are built with the tests' own dependencies. The crate
//! in `examples/build-script` is copied to where it can be changed; what it depends on is built once
//! and kept in `target/examples`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::support::project;

/// Cargo, as a user runs it in `folder`.
fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder);
    // What cargo sets for this test is not for another crate.
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs it; what it printed, and what cargo said.
fn run(cargo: &mut Command) -> Result<(String, String), String> {
    let ran = cargo.output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&ran.stdout), text(&ran.stderr));
    match ran.status.success() {
        true => Ok((stdout, stderr)),
        false => Err(format!("{stdout}{stderr}")),
    }
}

fn example(name: &str) -> String {
    let mut cargo = cargo(project());
    let args = ["run", "--quiet", "--locked", "--offline", "--example", name];
    let (stdout, _) = run(cargo.args(args)).unwrap_or_else(|said| panic!("{said}"));
    stdout
}

#[test]
fn embed_runs_what_it_composed() {
    assert_eq!(
        example("embed"),
        "1000 net is 1200 gross in country 33\n1000 net is 1190 gross in country 49\n"
    );
}

#[test]
fn plugin_host_loads_what_fits_and_says_what_does_not() {
    let said = example("plugin-host");
    assert!(said.contains("  log: 4\ngood.wat is loaded\n"), "{said}");
    let refused = |name: &str, code: &str| {
        let (_, of_it) = said
            .split_once(&format!("{name} is refused:\n"))
            .unwrap_or_default();
        assert!(of_it.contains(code), "{name} without {code}:\n{said}");
    };
    refused("outdated.wat", "error[check/type-mismatch]");
    refused("curious.wat", "error[check/denied-import]");
}

/// The crate in `examples/build-script`, where its files may be changed.
struct BuildScript(PathBuf);

/// One place, so that cargo knows it again; one test at a time is there.
static PLACE: Mutex<()> = Mutex::new(());

impl BuildScript {
    fn new() -> BuildScript {
        let folder = project().join("target/examples/build-script");
        let _ = fs::remove_dir_all(&folder);
        copy(&project().join("examples/build-script"), &folder);
        // Versions that the tests have, so that nothing is fetched.
        fs::copy(project().join("Cargo.lock"), folder.join("Cargo.lock")).expect("a file");
        let script = BuildScript(folder);
        let path = project().display().to_string();
        script.change("Cargo.toml", |text| text.replace("../..", &path));
        script
    }

    fn change(&self, file: &str, change: impl Fn(&str) -> String) {
        let path = self.0.join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, change(&text)).expect("a file");
    }

    fn cargo(&self, command: &str) -> Result<(String, String), String> {
        let mut cargo = cargo(&self.0);
        cargo
            .args([command, "--offline"])
            .env("CARGO_TARGET_DIR", project().join("target/examples/target"))
            // Freshness is only told if it is asked for.
            .arg("--verbose");
        run(&mut cargo)
    }

    /// Whether cargo runs the build script.
    fn runs(&self) -> bool {
        let (_, said) = self.cargo("build").unwrap_or_else(|said| panic!("{said}"));
        said.lines()
            .any(|line| line.contains("Running") && line.contains("build-script-build`"))
    }

    /// The component, and when it was written.
    fn component(&self) -> (Vec<u8>, std::time::SystemTime) {
        let builds = project().join("target/examples/target/debug/build");
        let outs = fs::read_dir(builds).expect("there are builds").flatten();
        let files = outs.map(|out| out.path().join("out/till.wasm"));
        let mut files: Vec<PathBuf> = files.filter(|file| file.is_file()).collect();
        files.sort_by_key(|file| {
            fs::metadata(file.with_file_name("../output"))
                .and_then(|m| m.modified())
                .ok()
        });
        let newest = files.pop().expect("there is a component");
        let time = fs::metadata(&newest).and_then(|meta| meta.modified());
        (fs::read(newest).expect("a file"), time.expect("a time"))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true if entry.file_name() != "target" => copy(&path, &to),
            true => {}
            false => drop(fs::copy(path, to).expect("a file")),
        }
    }
}

#[test]
fn the_build_script_runs_again_when_it_has_to_and_only_then() {
    let _alone = PLACE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let script = BuildScript::new();
    let (stdout, said) = script.cargo("run").unwrap_or_else(|said| panic!("{said}"));
    assert!(stdout.contains("bytes is embedded"), "{stdout}{said}");
    assert!(!said.contains("warning: build-script@"), "{said}");
    let (first, written) = script.component();
    assert!(!script.runs(), "nothing has changed");

    script.change("README.md", |text| format!("{text}\nMore.\n"));
    fs::write(script.0.join("notes.wit"), "").expect("a file");
    assert!(!script.runs(), "nothing that it reads has changed");

    script.change("wit/deps/money.wit", |text| format!("{text}\n// More.\n"));
    assert!(script.runs(), "a dependency has changed");
    assert_eq!(
        script.component(),
        (first.clone(), written),
        "but not the component"
    );
    assert!(!script.runs(), "it has run");

    script.change("guest/price-list.wat", |text| text.replace("99", "98"));
    assert!(script.runs(), "a guest has changed");
    assert_ne!(script.component().0, first);

    // What was looked for and is missing is watched where there are links.
    if cfg!(unix) {
        fs::write(
            script.0.join("witkit.toml"),
            "[lint]\nignore = [\"docs\"]\n",
        )
        .expect("a file");
        assert!(script.runs(), "there is a configuration now");
        assert!(!script.runs(), "it has run");
    }

    script.change("wit/till.wit", |text| {
        text.replace("cents;\n}\n\n/// Where", "centz;\n}\n\n/// Where")
    });
    let said = script.cargo("build").expect_err("the WIT is wrong");
    assert!(said.contains("wit/till.wit:"), "{said}");
    assert!(said.contains("centz"), "{said}");
}
