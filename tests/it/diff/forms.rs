//! A package is the same in whatever form it stands: its folder, one text with all it needs, its
//! binary form, and the folder that is written of it.

use std::fs;
use std::path::{Path, PathBuf};

use witkit::diff::{self, Input, diff};
use witkit::wit::Options;
use witkit::wit::convert::{ConvertOptions, convert};

use crate::support::{corpus, wit_packages};

/// What `diff` says of two forms, either way around.
fn same(what: &str, a: &Path, b: &Path, wrong: &mut Vec<String>) {
    let input = |path: &Path| Input::Path(path.to_path_buf());
    for (way, old, new) in [("to", a, b), ("from", b, a)] {
        let told = match diff(&input(old), &input(new), &diff::Options::default()) {
            Ok(found) if found.report.is_empty() => continue,
            Ok(found) => format!("{:#}", found.report),
            Err(report) => format!("fails: {report:#}"),
        };
        wrong.push(format!("{} {way} {what}: {told}", a.display()));
    }
}

/// Compares a package with its other forms; whether it can be read.
fn forms(path: &Path, wrong: &mut Vec<String>) -> bool {
    let request = ConvertOptions {
        input: path.into(),
        options: Options {
            all_features: true,
            ..Options::default()
        },
        ..ConvertOptions::default()
    };
    let Ok(wit) = convert(&request) else {
        return false;
    };
    let temp = tempfile::tempdir().expect("a temporary folder");
    same("itself", path, path, wrong);
    let one = temp.path().join("one.wit");
    if let Ok(text) = wit.text() {
        fs::write(&one, text).expect("it is written");
        same("one text", path, &one, wrong);
    }
    let folder = temp.path().join("folder");
    if wit.write_files(&folder).is_ok() {
        same("a folder", path, &folder, wrong);
    }
    if let Ok((bytes, lost)) = wit.binary() {
        let binary = temp.path().join("binary.wasm");
        fs::write(&binary, bytes).expect("it is written");
        // What has no place in it was told.
        if lost.is_empty() {
            same("its binary", path, &binary, wrong);
        }
    }
    true
}

fn all(paths: Vec<PathBuf>, least: usize) {
    let mut wrong = Vec::new();
    let read = paths.iter().filter(|path| forms(path, &mut wrong)).count();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(read > least, "only {read}");
}

#[test]
fn packages_of_the_corpus_are_the_same_in_every_form() {
    let Some(corpus) = corpus() else { return };
    all(wit_packages(&corpus.join("wit")), 100);
}

#[test]
fn packages_of_the_suites_are_the_same_in_every_form() {
    let Some(corpus) = corpus() else { return };
    all(wit_packages(&corpus.join("conformance")), 100);
}

/// A package in one file with the other nested in it, and the same with that in `deps`.
#[test]
fn packages_are_compared_by_name_wherever_they_stand() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let file = temp.path().join(name);
        let folder = file.parent().expect("it is in a folder");
        fs::create_dir_all(folder).expect("it is made");
        fs::write(&file, text).expect("it is written");
    };
    let main = "package t:app@1.0.0;\nworld w { import d:dep/kv@1.0.0; }\n";
    let dep = "interface kv { get: func() -> u32; }\ninterface more { f: func(); }\n";
    write("split/w.wit", main);
    write("split/deps/d.wit", &format!("package d:dep@1.0.0;\n{dep}"));
    write(
        "one.wit",
        &format!("{main}package d:dep@1.0.0 {{\n{dep}}}\n"),
    );
    let changed = dep.replace("f: func()", "f: func(x: u8)");
    write(
        "changed.wit",
        &format!("{main}package d:dep@1.0.0 {{\n{changed}}}\n"),
    );
    let less = dep.replace("interface more { f: func(); }\n", "");
    write(
        "less.wit",
        &format!("{main}package d:dep@1.0.0 {{\n{less}}}\n"),
    );
    let [split, one, changed, less] =
        ["split", "one.wit", "changed.wit", "less.wit"].map(|name| temp.path().join(name));
    let mut wrong = Vec::new();
    same("one text", &split, &one, &mut wrong);
    // What a dependency has besides is not what the package is about.
    same("less", &split, &less, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:?}");
    // Changes are told all the same.
    same("a changed one", &split, &changed, &mut wrong);
    assert!(
        wrong.len() == 2 && wrong[0].contains("param-added"),
        "{wrong:?}"
    );
    wrong.clear();
    same("less", &one, &less, &mut wrong);
    assert!(
        wrong.len() == 2 && wrong[0].contains("interface-removed"),
        "{wrong:?}"
    );
}
