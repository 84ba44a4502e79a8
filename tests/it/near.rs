//! `compose`: what is nearly right is said, and nothing that is not.

use std::fs;
use std::path::Path;

use crate::support::{Ran, witkit};

/// An app that leaves all it imports open, and what a part exports.
const CASES: &[(&str, &str, Option<&str>)] = &[
    ("wasi:a/i", "wasi:a/i@0.1.0-draft", Some("semver")),
    ("wasi:a/i@0.1.0-draft", "wasi:a/i", Some("semver")),
    (
        "wasi:a/i@0.2.0-draft",
        "wasi:a/i@0.2.0-rc.1",
        Some("semver"),
    ),
    ("wasi:a/i@0.2.1", "wasi:a/i@0.3.0", Some("semver")),
    ("wasi:a/i@1.2.1", "wasi:a/i@2.0.0", Some("semver")),
    ("wasi:a/i@0.0.1", "wasi:a/i@0.0.2", Some("semver")),
    ("wasi:a/store", "wasi:a/stores", Some("similar")),
    (
        "wasi:keyvalue/store@0.1.0",
        "wasi:keyvale/store@0.1.0",
        Some("similar"),
    ),
    ("wasi:io/types", "wasi:http/types", None),
    ("wasi:a/i", "wasi:b/i", None),
    ("wasi:a/store", "wasi:a/atomics", None),
    (
        "wasi:clocks/monotonic-clock",
        "wasi:clocks/wall-clock",
        None,
    ),
];

fn package(name: &str) -> String {
    let (path, version) = name.split_once('@').unwrap_or((name, ""));
    let (package, interface) = path.split_once('/').expect("a package and an interface");
    let at = if version.is_empty() { "" } else { "@" };
    format!("package {package}{at}{version} {{ interface {interface} {{ f: func(); }} }}\n")
}

fn part(folder: &Path, file: &str, name: &str, side: &str) {
    let wit = format!(
        "package my:part;\nworld w {{ {side} {name}; export run: func(); }}\n{}",
        package(name)
    );
    let wit_file = format!("{file}.wit");
    fs::write(folder.join(&wit_file), wit).expect("it can be written");
    let args = [
        "componentize",
        "--stub",
        "--wit",
        &wit_file,
        "-w",
        "w",
        "-o",
        file,
    ];
    witkit(folder, &args).expect(0).expect(file);
}

#[test]
fn an_import_that_a_part_nearly_exports_is_said_to_be_left_open() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    for (import, export, near) in CASES {
        part(folder, "app.wasm", import, "import");
        part(folder, "part.wasm", export, "export");
        let args = ["compose", "app.wasm", "-d", "part.wasm", "-o", "out.wasm"];
        let Ran { stderr, .. } = witkit(folder, &args).expect(0).expect(import);
        let wire = format!("--wire app.{import}=part.{export}");
        let told = format!("{import} and {export}\n{stderr}");
        assert_eq!(
            stderr.contains("[compose/near-miss]"),
            near.is_some(),
            "{told}"
        );
        assert_eq!(stderr.contains(&wire), near.is_some(), "{told}");
        assert!(stderr.contains("[compose/unused-part]"), "{told}");
        let why = match near {
            Some("semver") => "is an incompatible version",
            Some(_) => "has another name",
            None => "no part imports any of its exports",
        };
        assert!(stderr.contains(why), "{told}");
        // What is said is right: so wired, it is composed, and nothing is left to say.
        if near.is_some() {
            let mut wired = args.to_vec();
            let wire = wire.replace("--wire ", "");
            wired.extend(["--wire", &wire]);
            let ran = witkit(folder, &wired).expect(0).expect(&wire);
            assert_eq!(ran.stderr, "", "{told}");
        }
        // Who leaves it open by hand has decided.
        let mut by_hand = args.to_vec();
        let host = format!("{import}=@host");
        by_hand.extend(["--wire", &host]);
        let ran = witkit(folder, &by_hand).expect(0).expect(import);
        assert!(!ran.stderr.contains("near-miss"), "{told}");
        // As an error, it names the same.
        let mut none = args.to_vec();
        none.push("--no-imports");
        let ran = witkit(folder, &none).expect(1).expect(import);
        assert_eq!(
            ran.stderr.contains("--wire"),
            near.is_some(),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stderr.matches("error[").count(), 1, "{}", ran.stderr);
    }
}

#[test]
fn types_alone_are_no_near_miss() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    let wit = "package my:parts;
world app { import wasi:a/types@0.2.0; import wasi:a/f@0.2.0; export run: func(); }
world part { export wasi:a/types@0.3.0; export wasi:a/f@0.2.0; }
package wasi:a@0.2.0 {
    interface types { record r { a: u32 } }
    interface f { use types.{r}; f: func() -> r; }
}
package wasi:a@0.3.0 { interface types { record r { a: u32 } } }
";
    fs::write(folder.join("w.wit"), wit).expect("it can be written");
    for world in ["app", "part"] {
        let file = format!("{world}.wasm");
        let args = [
            "componentize",
            "--stub",
            "--wit",
            "w.wit",
            "-w",
            world,
            "-o",
            &file,
        ];
        witkit(folder, &args).expect(0).expect(world);
    }
    let args = ["compose", "app.wasm", "-d", "part.wasm", "-o", "o.wasm"];
    assert_eq!(
        witkit(folder, &args).expect(0).expect("composed").stderr,
        ""
    );
}

#[test]
fn an_interface_that_is_imported_as_well_is_not_a_misspelt_one() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    let wit = "package a:b;
interface store { f: func(); }
interface store2 { f: func(); }
world app { import store; import store2; export run: func(); }
world part { export store2; }
";
    fs::write(folder.join("w.wit"), wit).expect("it can be written");
    for world in ["app", "part"] {
        let file = format!("{world}.wasm");
        let args = [
            "componentize",
            "--stub",
            "--wit",
            "w.wit",
            "-w",
            world,
            "-o",
            &file,
        ];
        witkit(folder, &args).expect(0).expect(world);
    }
    let args = [
        "compose",
        "app.wasm",
        "-d",
        "part.wasm",
        "--allow",
        "a:b/store",
        "-o",
        "o.wasm",
    ];
    assert_eq!(
        witkit(folder, &args).expect(0).expect("composed").stderr,
        ""
    );
}

#[test]
fn a_root_that_is_a_part_of_another_is_told() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path();
    part(folder, "calculator.wasm", "a:b/i", "import");
    part(folder, "adder.wasm", "a:b/i", "export");
    part(folder, "log.wasm", "a:b/log", "export");
    let swapped = [
        "compose",
        "adder.wasm",
        "-d",
        "calculator.wasm",
        "-d",
        "log.wasm",
        "-o",
        "o.wasm",
    ];
    let ran = witkit(folder, &swapped).expect(1).expect("an error");
    assert!(
        ran.stderr.starts_with(
            "error[compose/swapped]: `calculator` imports what the root `adder` exports"
        )
    );
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{}", ran.stderr);
    let right = [
        "compose",
        "calculator.wasm",
        "-d",
        "adder.wasm",
        "-o",
        "o.wasm",
    ];
    assert_eq!(
        witkit(folder, &right).expect(0).expect("composed").stderr,
        ""
    );
}
