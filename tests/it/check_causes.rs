//! `witkit check`: what has one cause is one finding.

use std::fs;
use std::path::Path;

use crate::support::{corpus, wat, witkit};

const BEFORE: &str = "package acme:app@0.1.0;
interface types { record entry { ttl: u32 } variant fault { bad(entry), none } }
interface store { use types.{entry, fault}; get: func() -> result<entry, fault>; put: func(e: entry); }
interface admin { use types.{entry}; all: func() -> list<entry>; }
interface report { use store.{entry as row}; add: func(r: row); }
world imports { import store; import admin; import report; }
world exports { export store; export admin; export report; }
world both { import store; import admin; export store; export report; }
";

/// The messages of all findings, which are errors; and all that is printed.
fn errors(folder: &Path, args: &[&str]) -> (usize, String) {
    let ran = witkit(folder, args);
    assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
    (ran.stdout.matches("error[").count(), ran.stdout)
}

/// A component for a world of one text, against the same world of another.
fn misfits(folder: &Path, built_for: &str, held_to: &str, world: &str) -> (usize, String) {
    fs::write(folder.join("a.wit"), built_for).expect("it can be written");
    fs::write(folder.join("b.wit"), held_to).expect("it can be written");
    for name in ["a", "b"] {
        let (wit, out) = (format!("{name}.wit"), format!("{name}.wasm"));
        let args = [
            "componentize",
            "--stub",
            "--wit",
            &wit,
            "-w",
            world,
            "-o",
            &out,
        ];
        witkit(folder, &args).expect(0).expect("it is made");
    }
    let by_text = errors(folder, &["check", "a.wasm", "--wit", "b.wit", "-w", world]);
    // The same, where there is no text to point into.
    let (count, told) = errors(folder, &["check", "a.wasm", "--wit", "b.wasm"]);
    assert_eq!(count, by_text.0, "{told}\n{}", by_text.1);
    by_text
}

#[test]
fn a_type_that_differs_is_one_finding_however_many_interfaces_use_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (from, to) in [
        ("ttl: u32", "ttl: u64"),
        ("ttl: u32", "age: u32"),
        ("ttl: u32", "ttl: u32, more: bool"),
        ("{ ttl: u32 }", "{ ttl: list<option<string>> }"),
        ("record entry { ttl: u32 }", "enum entry { ttl }"),
    ] {
        let other = BEFORE.replace(from, to);
        for world in ["imports", "exports", "both"] {
            for (built_for, held_to) in [(BEFORE, other.as_str()), (&other, BEFORE)] {
                let (count, told) = misfits(folder.path(), built_for, held_to, world);
                assert_eq!(count, 1, "{to} {world}: {told}");
                assert!(told.contains("check/type-mismatch"), "{told}");
                for place in ["types", "store", "report"] {
                    assert!(
                        told.contains(&format!("acme:app/{place}@0.1.0 ›")),
                        "{told}"
                    );
                }
            }
        }
    }
    // Two causes are two.
    let other = BEFORE
        .replace("ttl: u32", "ttl: u64")
        .replace("none }", "none, other }");
    let (count, told) = misfits(folder.path(), &other, BEFORE, "imports");
    assert_eq!(count, 2, "{told}");
}

#[test]
fn a_type_that_is_missing_is_one_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = BEFORE.replace("entry", "item");
    for (world, count) in [("imports", 1), ("exports", 2)] {
        let (found, told) = misfits(folder.path(), &other, BEFORE, world);
        assert_eq!(found, count, "{world}: {told}");
        assert!(
            told.contains("`item` of `acme:app/types@0.1.0`, which"),
            "{told}"
        );
    }
}

#[test]
fn what_is_of_another_track_is_one_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = BEFORE.replace("@0.1.0", "@0.2.0");
    for (world, count) in [("imports", 1), ("exports", 1)] {
        let (found, told) = misfits(folder.path(), &other, BEFORE, world);
        assert_eq!(found, count, "{world}: {told}");
        assert!(told.contains("is not compatible with"), "{told}");
    }
}

#[test]
fn one_pattern_allows_imports_of_one_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = "package a:b;\nworld w {}\n";
    fs::write(folder.path().join("w.wit"), world).expect("it can be written");
    for (imports, patterns) in [
        (
            &["wasi:io/poll@0.2.0", "wasi:cli/exit@0.2.6"][..],
            &["wasi:*"][..],
        ),
        (
            &["wasi:io/poll@0.2.0", "wasi:io/error@0.2.0"],
            &["wasi:io/*"],
        ),
        (
            &["wasi:io/poll@0.2.0", "wasi:cli/exit@0.3.0", "wasi:nn/x"],
            &["wasi:*"],
        ),
        (
            &["wasi:io/poll@0.2.0", "wasi:io/poll@0.3.0"],
            &["wasi:io/*"],
        ),
        (&["c:d/e", "c:d/f", "c:g/h"], &["c:d/*", "c:g/*"]),
        (&["c:d/e@1.0.0", "c:d/e@2.0.0"], &["c:d/*"]),
        (
            &["log", "wasi:io/poll@0.2.0", "c:d/e", "wasi:cli/exit@0.2.0"],
            &["c:d/*", "log", "wasi:*"],
        ),
    ] {
        let imports = imports.iter();
        let imports = imports.map(|i| format!("(import \"{i}\" (instance (export \"f\" (func))))"));
        let text = format!("(component {})", imports.collect::<String>());
        fs::write(folder.path().join("a.wasm"), wat(&text)).expect("it can be written");
        let args = ["check", "a.wasm", "--wit", "w.wit"];
        let (count, told) = errors(folder.path(), &args);
        assert_eq!(count, patterns.len(), "{told}");
        let mut allowing = args.to_vec();
        for pattern in patterns {
            assert!(told.contains(&format!("`--allow '{pattern}'`")), "{told}");
            allowing.extend(["--allow", pattern]);
        }
        let ran = witkit(folder.path(), &allowing).expect(0);
        ran.unwrap_or_else(|told| panic!("{patterns:?}: {told}"));
    }
}

/// A real component has to get along without WASI, or with another one.
#[test]
fn wasi_is_one_cause() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let empty = "package a:b;\nworld w {}\n";
    fs::write(folder.path().join("empty.wit"), empty).expect("it can be written");
    let newer = "package a:b;\nworld w { include wasi:cli/imports@0.3.0; }\n";
    fs::write(folder.path().join("newer.wit"), newer).expect("it can be written");
    let deps = corpus.join("wit/wasi-v0.3.0-assembled");
    let deps = deps.display().to_string();
    for (file, told) in [
        ("empty.wit", "`--allow 'wasi:*'`"),
        ("newer.wit", "for WASI 0.3.0"),
    ] {
        let component = corpus.join("components/python/adder.wasm");
        let component = component.display().to_string();
        let args = ["check", &component, "--wit", file, "--deps", &deps];
        let (count, printed) = errors(folder.path(), &args);
        assert_eq!(count, 1, "{printed}");
        assert!(printed.contains(told), "{printed}");
    }
}
