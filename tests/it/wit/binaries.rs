//! What is in components and modules, whole and broken.

use std::fs;
use std::path::{Path, PathBuf};

use witkit::wasm::{Kind, sniff};

use super::read;
use crate::support::{corpus, listing, project, wat, witkit_fed};

/// The WebAssembly texts and binaries below a folder.
fn wasm_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for name in listing(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            wasm_files(&path, found);
        } else if name.ends_with(".wat") || name.ends_with(".wasm") {
            found.push(path);
        }
    }
}

/// Codes that say of a binary why it cannot be converted.
const REFUSALS: &[&str] = &[
    "[input/malformed]",
    "[input/not-a-component]",
    "[input/wat-syntax]",
    "[wit/no-metadata]",
    "[wit/no-wit-form]",
];

#[test]
fn every_component_has_wit_that_can_be_read_again_or_a_reason_why_not() {
    let mut files = Vec::new();
    wasm_files(&project().join("fixtures/compose"), &mut files);
    if let Some(corpus) = corpus() {
        wasm_files(&corpus.join("components/c"), &mut files);
        wasm_files(&corpus.join("modules/c"), &mut files);
        wasm_files(&corpus.join("conformance/raw263/wasm-compose"), &mut files);
    }
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let printed = temp.path().join("printed.wit");
    let mut converted = 0;
    for file in files {
        // What is no WebAssembly is taken for WIT, whatever it is called.
        if sniff(&fs::read(&file).expect("it can be read")) == Kind::Other {
            continue;
        }
        let text = match read(&file) {
            Ok(converted) => converted.text().expect("it can be printed"),
            Err(told) => {
                let known = REFUSALS.iter().any(|code| told.contains(code));
                assert!(known, "{}: {told}", file.display());
                continue;
            }
        };
        fs::write(&printed, &text).expect("it can be written");
        let again = read(&printed).and_then(|again| again.text().map_err(|e| e.to_string()));
        assert_eq!(again.as_ref(), Ok(&text), "{}", file.display());
        converted += 1;
    }
    assert!(converted > 60, "only {converted}");
}

#[test]
fn cut_off_binaries_are_refused_wherever_they_end() {
    let temp = tempfile::tempdir().expect("a temporary folder can be made");
    let path = temp.path().join("cut.wasm");
    let component = fs::read_to_string(project().join("fixtures/wit/component/app.wat"));
    let package = read(project().join("fixtures/wit/package/wit")).expect("it can be read");
    let inputs = [
        wat(&component.expect("the component is there")),
        package.binary().expect("it has a binary form").0,
        module(&["command"]),
    ];
    for bytes in inputs {
        for len in (8..bytes.len()).step_by(7) {
            fs::write(&path, &bytes[..len]).expect("it can be written");
            // Between two sections, a file may well be complete.
            if let Err(told) = read(&path) {
                let known = REFUSALS.iter().any(|code| told.contains(code));
                assert!(known, "the first {len} bytes: {told}");
            }
        }
    }
}

/// A core module that was built for worlds of the package of the scenarios.
fn module(worlds: &[&str]) -> Vec<u8> {
    const WORLDS: &str = "
        package acme:app@0.1.0;
        interface shared { record entry { key: string } put: func(entry: entry); }
        world command { import shared; export run: func(); }
        world plugin { import shared; import log: func(text: string); export shared; }
        world other { import log: func(text: list<string>); }
    ";
    let mut bytes = wat("(module (func (export \"run\")))");
    for world in worlds {
        let mut resolve = wit_parser::Resolve::default();
        let package = resolve
            .push_source("worlds.wit", WORLDS)
            .expect("it parses");
        let world = resolve
            .select_world(&[package], Some(world))
            .expect("it is there");
        let encoding = wit_component::StringEncoding::UTF8;
        wit_component::embed_component_metadata(&mut bytes, &resolve, world, encoding, false)
            .expect("it can be embedded");
    }
    bytes
}

#[test]
fn a_module_shows_the_world_it_was_built_for() {
    let ran = witkit_fed(project(), &["wit", "-"], &module(&["command"]));
    let ran = ran.expect(0).expect("it has metadata");
    for line in [
        "package acme:app@0.1.0;",
        "world command {",
        "import shared;",
    ] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
}

#[test]
fn a_module_that_was_built_for_several_worlds_shows_them_as_one() {
    let ran = witkit_fed(project(), &["wit", "-"], &module(&["command", "plugin"]));
    let ran = ran.expect(0).expect("the worlds fit");
    for line in [
        "world root {",
        "import acme:app/shared@0.1.0;",
        "import log: func(text: string);",
        "export run: func();",
        "export acme:app/shared@0.1.0;",
    ] {
        assert_eq!(
            ran.stdout.matches(line).count(),
            1,
            "{line}: {}",
            ran.stdout
        );
    }
    let ran = witkit_fed(project(), &["wit", "-"], &module(&["plugin", "other"]));
    let ran = ran.expect(1).expect("they import one name with two types");
    assert!(ran.stderr.contains("import log"), "{}", ran.stderr);
}
