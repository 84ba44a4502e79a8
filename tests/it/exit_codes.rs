//! Exit codes mean the same in every command: 0 all is as asked for; 1 the input is at fault; 2 the
//! command line or the environment is.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use crate::support::{COMMANDS, witkit};

const INPUTS: &[(&str, &str)] = &[
    ("good.wit", "package a:b;\n\nworld w {}\n"),
    (
        "old.wit",
        "package a:b@1.0.0;\n\ninterface i {\n  f: func();\n}\n",
    ),
    (
        "new.wit",
        "package a:b@1.0.0;\n\ninterface i {\n  g: func();\n}\n",
    ),
    ("ugly.wit", "package a:b; world w {}"),
    (
        "bad.wit",
        "package a:b;\n\ninterface i {\n  f: func(x: missing);\n}\n",
    ),
    (".pre-commit-config.yaml", "repos: []"),
    ("good/a.wit", "package a:b;\n"),
    ("bad/a.wit", "package a:b;\n\ninterface {}\n"),
    ("text.txt", "neither WIT nor WebAssembly"),
    ("app.wat", "(component)"),
    ("invalid.wat", "(module (func (result i32)))"),
    ("unknown.wat", "(module (import \"nobody\" \"f\" (func)))"),
    (
        "open.wat",
        "(component (import \"a:b/c\" (instance (export \"f\" (func)))))",
    ),
    (
        "composed.wat",
        "(component
           (component $b (import \"x\" (func)) (export \"f\" (func 0)))
           (component $a (import \"f\" (func)) (export \"g\" (func 0)))
           (import \"x\" (func $x))
           (instance $b (instantiate $b (with \"x\" (func $x))))
           (instance $a (instantiate $a (with \"f\" (func $b \"f\"))))
           (export \"g\" (func $a \"g\")))",
    ),
];

/// For each command, what ends with 0 and with 1, and what does if its input is there.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "check",
        "app.wat --max-size 1M",
        "app.wat --max-size 1",
        "missing --max-size 1M",
    ),
    (
        "componentize",
        "--stub --wit good.wit -o out.wasm",
        "unknown.wat --wit good.wit -o out.wasm",
        "missing --wit good.wit -o out.wasm",
    ),
    (
        "compose",
        "app.wat -o out.wasm",
        "open.wat -o out.wasm",
        "missing -o out.wasm",
    ),
    ("deps", "fetch good", "fetch bad", "fetch missing"),
    (
        "diff",
        "old.wit old.wit",
        "old.wit new.wit",
        "old.wit missing",
    ),
    (
        "fmt",
        "--check good.wit",
        "--check ugly.wit",
        "--check missing",
    ),
    ("graph", "good.wit", "bad.wit", "missing"),
    ("init", ".", ". --hooks", "missing"),
    ("inspect", "app.wat", "text.txt", "missing"),
    ("lint", "good.wit", "bad.wit", "missing"),
    (
        "parse",
        "app.wat -o out.wasm",
        "text.txt -o out.wasm",
        "missing -o out.wasm",
    ),
    ("print", "app.wat", "text.txt", "missing"),
    (
        "publish",
        "app.wat --to oci://registry.example/acme/app:1.0.0 --dry-run",
        "text.txt --to oci://registry.example/acme/app:1.0.0 --dry-run",
        "missing --to oci://registry.example/acme/app:1.0.0 --dry-run",
    ),
    (
        "slim",
        "app.wat -o out.wasm",
        "text.txt -o out.wasm",
        "missing -o out.wasm",
    ),
    (
        "split",
        "composed.wat -o parts",
        "app.wat -o parts",
        "missing -o parts",
    ),
    ("validate", "app.wat", "invalid.wat", "missing"),
    ("wit", "good.wit", "bad.wit", "missing"),
];

fn inputs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in INPUTS {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }
    folder
}

fn run(folder: &Path, command: &str, args: &str, code: i32) {
    let line = format!("{command} {args}");
    let words: Vec<&str> = line.split_whitespace().collect();
    let ran = witkit(folder, &words).expect(code);
    ran.unwrap_or_else(|told| panic!("witkit {line}\n{told}"));
}

#[test]
fn every_command_has_cases() {
    let commands: Vec<&str> = CASES.iter().map(|(command, ..)| *command).collect();
    assert_eq!(commands, COMMANDS);
}

#[test]
fn zero_is_for_what_is_as_asked_for() {
    for (command, clean, ..) in CASES {
        run(inputs().path(), command, clean, 0);
    }
    run(inputs().path(), "explain", "config/syntax", 0);
}

#[test]
fn one_is_for_inputs_at_fault() {
    for (command, _, faulty, _) in CASES {
        run(inputs().path(), command, faulty, 1);
    }
}

#[test]
fn two_is_for_missing_files_and_unknown_flags() {
    let folder = inputs();
    for (command, clean, _, missing) in CASES {
        run(folder.path(), command, missing, 2);
        run(
            folder.path(),
            command,
            &format!("{clean} --no-such-flag"),
            2,
        );
        let both = "--json --format sarif";
        run(folder.path(), command, &format!("{clean} {both}"), 2);
    }
    run(folder.path(), "explain", "no/such-code", 2);
    run(folder.path(), "no-such-command", "", 2);
    // What is missing outweighs what is wrong with the rest.
    run(folder.path(), "lint", "bad.wit missing.wit", 2);
    run(folder.path(), "validate", "invalid.wat missing.wat", 2);
}

#[test]
fn two_is_for_outputs_that_cannot_be_written() {
    let folder = inputs();
    for (command, args) in [
        ("componentize", "--stub --wit good.wit"),
        ("compose", "app.wat"),
        ("graph", "app.wat"),
        ("inspect", "app.wat"),
        ("parse", "app.wat"),
        ("print", "app.wat"),
        ("slim", "app.wat"),
        ("split", "composed.wat"),
        ("wit", "good.wit"),
    ] {
        let to = format!("{args} -o no/such/folder/out");
        run(folder.path(), command, &to, 2);
    }
    for (command, args) in [
        ("lint", "good.wit --write-baseline no/such/folder/b.json"),
        (
            "diff",
            "old.wit new.wit --write-baseline no/such/folder/b.json",
        ),
        ("compose", "app.wat -o out.wasm --depfile no/such/folder/d"),
    ] {
        run(folder.path(), command, args, 2);
    }
}

#[test]
fn two_is_for_a_full_disk() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        println!("skipped: no /dev/full");
        return;
    };
    let folder = inputs();
    run(folder.path(), "compose", "app.wat -o /dev/full", 2);
    for args in [
        "inspect app.wat",
        "graph app.wat",
        "wit good.wit",
        "lint bad.wit",
        "validate app.wat",
        "diff old.wit new.wit",
        "compose app.wat -t",
        "explain config/syntax",
    ] {
        let ran = Command::new(env!("CARGO_BIN_EXE_witkit"))
            .args(args.split(' '))
            .current_dir(folder.path())
            .stdout(full.try_clone().expect("it is open"))
            .output()
            .expect("witkit runs");
        assert_eq!(ran.status.code(), Some(2), "{args}");
        assert!(!ran.stderr.is_empty(), "{args}");
    }
}

#[test]
fn two_is_for_no_repository_and_no_revision() {
    let folder = inputs();
    run(folder.path(), "diff", "git:HEAD:old.wit new.wit", 2);
}
