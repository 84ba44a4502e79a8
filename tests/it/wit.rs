//! `witkit wit`: every scenario of `fixtures/wit`, and where output goes. `round_trips` has every way
//! from one form to another and back, `binaries` what is in components and modules, `left_out` what gates do.
//!
//! A scenario's folder holds, besides `cmd` and its input, `stdout.txt` and, when there is something
//! to say, `stderr.txt`. What a package means is compared by way of its JSON.

mod binaries;
mod left_out;
mod round_trips;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{
    Scenario, corpus, documented_json, each, fits, listing, project, schema, validate, wat, witkit,
    witkit_fed,
};
use crate::targets::wit::read;

#[test]
fn every_scenario_prints_what_it_should_and_writes_nothing() {
    each(
        &Scenario::all(&project().join("fixtures/wit")),
        |scenario| {
            let before = tree(&scenario.folder);
            let exit = scenario.exit.unwrap_or(0);
            let ran = witkit(&scenario.folder, &scenario.args).expect(exit)?;
            let again = witkit(&scenario.folder, &scenario.args);
            if again.stdout != ran.stdout || again.stderr != ran.stderr {
                return Err("it prints something else the second time".to_string());
            }
            // As there may be snapshots that are new.
            let after: BTreeSet<PathBuf> = tree(&scenario.folder);
            if before != after {
                return Err(format!("something was written: {after:?}"));
            }
            let stdout = scenario.snapshot("stdout.txt", &ran.stdout, true);
            stdout.and(scenario.snapshot("stderr.txt", &ran.stderr, true))
        },
    );
}

/// All files below a folder.
fn tree(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for name in listing(folder) {
        let path = folder.join(name);
        if path.is_dir() {
            found.extend(tree(&path));
        }
        found.insert(path);
    }
    found
}

#[test]
fn json_is_what_its_schema_and_its_documentation_say() {
    let schema = schema("wit");
    let mut inputs: Vec<PathBuf> = ["package/wit", "nested/all.wit", "component/app.wat"]
        .map(|name| project().join("fixtures/wit").join(name))
        .into();
    if let Some(corpus) = corpus() {
        let suite = corpus.join("conformance/raw263/wit-parser-ui");
        let files = listing(&suite)
            .into_iter()
            .filter(|name| !name.ends_with(".json"));
        inputs.extend(files.map(|name| suite.join(name)));
    }
    for input in inputs {
        let Ok(converted) = read(&input) else {
            continue;
        };
        let document: Value = serde_json::from_str(&converted.json()).expect("it is JSON");
        fits(&schema, &document).unwrap_or_else(|e| panic!("{}: {e}", input.display()));
    }
    assert_eq!(fits(&schema, &documented_json("wit-json.md")), Ok(()));
    assert!(!schema.is_valid(&serde_json::json!({"schema": "witkit.wit/1"})));
}

#[test]
fn standard_input_may_be_any_form() {
    let package = project().join("fixtures/wit/wat");
    let text = fs::read(package.join("clock.wit")).expect("the text is there");
    let run = |args: &[&str], input: &[u8]| {
        let ran = witkit_fed(&package, args, input)
            .expect(0)
            .expect("it converts");
        ran.stdout
    };
    let printed = run(&["wit", "-"], &text);
    let wat_form = run(&["wit", "-", "-t"], &text);
    assert_eq!(run(&["wit", "-"], wat_form.as_bytes()), printed);
    assert_eq!(run(&["wit", "-"], &wat(&wat_form)), printed);
    assert_eq!(run(&["wit", "clock.wit"], b""), printed);
}

#[test]
fn output_goes_where_it_is_to_go_and_only_when_it_is_right() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let package = project()
        .join("fixtures/wit/package/wit")
        .display()
        .to_string();
    let run = |args: &[&str], exit: i32| {
        let mut all = vec!["wit", &package];
        all.extend(args);
        witkit(temp.path(), &all)
            .expect(exit)
            .expect("its exit code")
    };
    let ran = run(&["--wasm", "-o", "package.wasm", "--all-features"], 0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let bytes = fs::read(temp.path().join("package.wasm")).expect("it was written");
    validate(&bytes).expect("it is valid");
    run(&["-o", "text.wit", "--world", "nothing"], 1);
    run(&["-o", "missing/text.wit"], 2);
    assert_eq!(listing(temp.path()), ["package.wasm"]);
    let ran = run(&["--json", "-o", "-"], 0);
    assert!(ran.stdout.contains("witkit.wit/1"));
    assert!(ran.stderr.contains("witkit.report/1"));
}

#[test]
fn a_folder_gets_a_file_for_the_package_and_a_folder_for_each_dependency() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let package = project()
        .join("fixtures/wit/package/wit")
        .display()
        .to_string();
    let write = |args: &[&str], exit: i32| {
        let mut all = vec!["wit", &package, "--out-dir", "new/wit"];
        all.extend(args);
        witkit(temp.path(), &all)
            .expect(exit)
            .expect("its exit code")
    };
    let names = |found: BTreeSet<PathBuf>| -> Vec<String> {
        let files = found.iter().filter(|path| path.is_file());
        let names = files.map(|path| path.strip_prefix(temp.path()).expect("it is below"));
        names.map(|path| path.display().to_string()).collect()
    };
    let expected = ["new/wit/deps/acme-log-1.0.0/package.wit", "new/wit/kv.wit"];
    write(&[], 0);
    assert_eq!(names(tree(temp.path())), expected);
    // What was written before is replaced.
    write(&["--no-docs"], 0);
    assert_eq!(names(tree(temp.path())), expected);
    let text = fs::read_to_string(temp.path().join("new/wit/kv.wit")).expect("it is there");
    assert!(!text.contains("///"), "{text}");

    let more = [
        "new/wit/more.wit",
        "new/wit/deps/acme-log-1.0.0/more.wit",
        "new/wit/deps/acme-other.wasm",
    ];
    for name in more {
        let stranger = temp.path().join(name);
        fs::write(&stranger, "").expect("it can be written");
        let before = fs::read_to_string(temp.path().join("new/wit/kv.wit"));
        let ran = write(&[], 1);
        assert!(ran.stderr.contains("[wit/folder-in-use]"), "{}", ran.stderr);
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
        let after = fs::read_to_string(temp.path().join("new/wit/kv.wit"));
        assert_eq!(before.ok(), after.ok(), "something was written");
        fs::remove_file(&stranger).expect("it can be removed");
    }
    // Notes are nobody's package.
    fs::write(temp.path().join("new/wit/README.md"), "").expect("it can be written");
    write(&[], 0);
}

#[test]
fn a_folder_that_cannot_be_written_is_left_as_it_was() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let package = project()
        .join("fixtures/wit/package/wit")
        .display()
        .to_string();
    // A file stands where the folder of the dependencies has to be.
    fs::create_dir(temp.path().join("wit")).expect("it can be made");
    fs::write(temp.path().join("wit/deps"), "").expect("it can be written");
    let ran = witkit(temp.path(), &["wit", &package, "--out-dir", "wit"]);
    let ran = ran.expect(2).expect("its exit code");
    assert!(ran.stderr.contains("[output/unwritable]"), "{}", ran.stderr);
    assert_eq!(listing(&temp.path().join("wit")), ["deps"]);
    // Nor may the folder itself be a file.
    let ran = witkit(temp.path(), &["wit", &package, "--out-dir", "wit/deps"]);
    ran.expect(2).expect("its exit code");
}

#[test]
fn flags_that_exclude_each_other_are_a_mistake_of_usage() {
    let package = project().join("fixtures/wit/wat");
    let exclude = [
        "-t --wasm",
        "-t --json",
        "--wasm --out-dir x",
        "--format wasm --out-dir x",
        "--out-dir x -o y",
        "--importize --exportize",
        "--features a --all-features",
        "--importize=NotKebab_",
    ];
    for flags in exclude {
        let mut args = vec!["wit", "clock.wit"];
        args.extend(flags.split(' '));
        witkit(&package, &args).expect(2).expect(flags);
    }
    assert_eq!(
        listing(&package).iter().filter(|name| *name == "x").count(),
        0
    );
}

#[test]
fn what_cannot_be_read_is_reported() {
    let folder = project().join("fixtures/wit");
    for (args, input, code) in [
        (["wit", "missing.wit"], &b""[..], "[input/unreadable]"),
        (
            ["wit", "-"],
            b"\0asm\x0c\0\x01\0",
            "[input/not-a-component]",
        ),
        (["wit", "-"], b"\0asm\x01\0\0\0\0\x7f", "[input/malformed]"),
        (["wit", "-"], b"(component (import", "[input/wat-syntax]"),
        (["wit", "-"], b"", "error["),
        (["wit", "-"], b"\xff\xfe", "error["),
    ] {
        let exit = if code == "[input/unreadable]" { 2 } else { 1 };
        let ran = witkit_fed(&folder, &args, input).expect(exit).expect(code);
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
    }
}
