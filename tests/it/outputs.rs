//! What `-o FILE` says by its extension: every command writes that form, or refuses.

use std::fs;

use crate::support::{project, witkit};

#[test]
fn a_file_that_must_not_be_written_stays_as_it_is() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let out = temp.path().join("out.wasm");
    fs::write(&out, "mine").expect("it can be written");
    let mut permissions = fs::metadata(&out).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&out, permissions).expect("they can be set");
    let app = project().join("fixtures/compose/basic/app.wat");
    let adder = project().join("fixtures/compose/basic/adder.wat");
    let [app, adder] = [app, adder].map(|path| path.display().to_string());
    let args = ["compose", &app, "-d", &adder, "-o", "out.wasm"];
    let ran = witkit(temp.path(), &args).expect(2);
    let told = ran.unwrap_or_else(|wrong| panic!("{wrong}")).stderr;
    assert!(told.contains("output/unwritable"), "{told}");
    assert_eq!(fs::read(&out).expect("it is there"), b"mine");
}

/// How a file begins.
fn begins(path: &std::path::Path) -> String {
    let bytes = fs::read(path).expect("it is there");
    let end = bytes.len().min(40);
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

#[test]
fn a_known_extension_decides_the_form_in_every_command() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let basic = project().join("fixtures/compose/basic");
    let file = |name: &str| basic.join(name).display().to_string();
    let (app, adder) = (file("app.wat"), file("adder.wat"));
    let wit = project().join("wit/kv.wit").display().to_string();
    let compose = ["compose", &app, "-d", &adder];
    let (graph, slim) = (["graph", &app, &adder], ["slim", &app]);
    let package = ["wit", &wit];
    for (command, out, begin) in [
        (&compose[..], "a.wasm", "\0asm"),
        (&compose[..], "a.wat", "(component"),
        (&compose[..], "a.component", "\0asm"),
        (&[&compose[..], &["--plan"]].concat(), "p.json", "{"),
        (&graph[..], "g.svg", "<svg"),
        (&graph[..], "g.html", "<!DOCTYPE html>"),
        (&graph[..], "g.dot", "digraph"),
        (&graph[..], "g.mmd", "flowchart"),
        (&graph[..], "g.json", "{"),
        (&slim[..], "s.wat", "(component"),
        (&slim[..], "s.wasm", "\0asm"),
        (&package[..], "w.wasm", "\0asm"),
        (&package[..], "w.wat", "(component"),
        (&package[..], "w.json", "{"),
    ] {
        let args = [command, &["-o", out]].concat();
        let ran = witkit(temp.path(), &args).expect(0);
        ran.unwrap_or_else(|wrong| panic!("{args:?}: {wrong}"));
        let begins = begins(&temp.path().join(out));
        assert!(begins.starts_with(begin), "{args:?}: {begins:?}");
    }
    for (command, out) in [
        (&[&compose[..], &["-t"]].concat(), "x.wasm"),
        (&compose.to_vec(), "x.svg"),
        (&[&graph[..], &["--format", "svg"]].concat(), "x.html"),
        (&graph.to_vec(), "x.wasm"),
        (&slim.to_vec(), "x.json"),
        (&[&package[..], &["--json"]].concat(), "x.wasm"),
        (&package.to_vec(), "x.svg"),
    ] {
        let args = [&command[..], &["-o", out]].concat();
        let ran = witkit(temp.path(), &args).expect(2);
        ran.unwrap_or_else(|wrong| panic!("{args:?}: {wrong}"));
        assert!(!temp.path().join(out).exists(), "{args:?}");
    }
}
