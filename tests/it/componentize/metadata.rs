//! What a component says of itself: from the module, the configuration and flags, and what other
//! commands do with it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::witkit;

const MODULE: &str = r#"(module
  (func (export "go"))
  (@custom "description" "of the module")
  (@custom "authors" "Ada")
  (@custom "version" "0.1"))"#;

const WORLD: &str = "package acme:app; world w { export go: func(); }";

const CONFIG: &str = r#"
[metadata]
name = "configured"
authors = "Bob"
licenses = "MIT OR Apache-2.0"
homepage = "https://acme.dev"
"#;

fn run(folder: &Path, line: &str) -> String {
    let args: Vec<&str> = line.split(' ').collect();
    let ran = witkit(folder, &args).expect(0).expect(line);
    format!("{}{}", ran.stdout, ran.stderr)
}

/// What `inspect` has as the input.
fn inspected(folder: &Path, file: &str) -> Value {
    let printed = run(folder, &format!("inspect {file} --json"));
    let document: Value = serde_json::from_str(&printed).expect("it is JSON");
    document["inputs"][0].clone()
}

#[test]
fn flags_win_over_the_configuration_and_that_over_the_module() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    for (file, text) in [
        ("app.wat", MODULE),
        ("app.wit", WORLD),
        ("witkit.toml", CONFIG),
    ] {
        fs::write(folder.join(file), text).expect("it is written");
    }
    run(
        folder,
        "componentize app.wat --wit app.wit --version 1.0 --revision abc -o app.wasm",
    );
    let found = inspected(folder, "app.wasm");
    let expected = json!({
        "description": "of the module",
        "authors": "Bob",
        "licenses": "MIT OR Apache-2.0",
        "homepage": "https://acme.dev/",
        "revision": "abc",
        "version": "1.0",
    });
    assert_eq!(found["metadata"], expected);
    assert_eq!(found["name"], "configured");
    let module = &found["root"]["parts"][0]["metadata"];
    assert_eq!(module["version"], "0.1", "the module keeps its own");
    let shown = run(folder, "inspect app.wasm");
    assert!(
        shown.contains("licenses       MIT OR Apache-2.0"),
        "{shown}"
    );

    // Carried by compose from the root, and from nothing else.
    for (file, text) in [
        ("bare.wat", r#"(component (import "x" (func)))"#),
        (
            "root.wat",
            r#"(component (import "x" (func)) (@custom "licenses" "GPL-3.0"))"#,
        ),
    ] {
        fs::write(folder.join(file), text).expect("it is written");
    }
    for (root, has) in [
        ("bare.wat", json!({})),
        ("root.wat", json!({ "licenses": "GPL-3.0" })),
        ("app.wasm", expected.clone()),
    ] {
        run(
            folder,
            &format!("compose {root} -d other=app.wasm --allow x -o out.wasm"),
        );
        assert_eq!(inspected(folder, "out.wasm")["metadata"], has, "{root}");
    }

    // What is made smaller keeps it, unless told otherwise.
    run(folder, "slim app.wasm -o slim.wasm");
    assert_eq!(inspected(folder, "slim.wasm")["metadata"], expected);
    run(
        folder,
        "slim app.wasm --delete authors --delete version -o slim.wasm",
    );
    let found = inspected(folder, "slim.wasm");
    assert!(found["metadata"].get("authors").is_none());
    assert_eq!(found["metadata"]["revision"], "abc");
    run(
        folder,
        "componentize app.wat --wit app.wit --version 1.0 --revision abc --strip -o app.wasm",
    );
    assert_eq!(inspected(folder, "app.wasm")["metadata"], expected);

    // An embedded world leaves the module with it, where a later run finds it.
    run(
        folder,
        "componentize --embed app.wat --wit app.wit --version 2.0 -o core.wasm",
    );
    assert_eq!(inspected(folder, "core.wasm")["metadata"]["version"], "2.0");
    fs::remove_file(folder.join("witkit.toml")).expect("it is there");
    run(folder, "componentize core.wasm -o app.wasm");
    let found = inspected(folder, "app.wasm");
    assert_eq!(found["metadata"]["version"], "2.0");
    assert_eq!(found["metadata"]["authors"], "Bob");
}
