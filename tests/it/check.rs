//! `witkit check`: every scenario of `fixtures/check`, its flags and configuration; `oracle` holds it
//! against wit-component.
//!
//! A scenario's folder holds, besides `cmd` and its input, `stdout.txt` and `stderr.txt` where
//! something is printed.

mod oracle;

use std::fs;
use std::path::Path;

use crate::support::{Ran, prints_only, project, witkit, witkit_fed};

#[test]
fn every_scenario_prints_what_it_should_and_writes_nothing() {
    prints_only("check");
}

fn fixture(name: &str) -> std::path::PathBuf {
    project().join("fixtures/check").join(name)
}

fn run(folder: &Path, args: &[&str], exit: i32) -> Ran {
    witkit(folder, args)
        .expect(exit)
        .unwrap_or_else(|told| panic!("{args:?}: {told}"))
}

#[test]
fn all_forms_for_programs_have_every_misfit_and_nothing_else_is_printed() {
    let args = ["check", "app.wat", "--wit", "wit", "--world", "service"];
    for (format, sign) in [
        ("json", "\"code\": \"check/"),
        ("sarif", "\"ruleId\": \"check/"),
        ("github", "::error "),
        ("junit", "<failure "),
    ] {
        let ran = run(
            &fixture("misfits"),
            &[&args[..], &["--format", format]].concat(),
            1,
        );
        let found = ran.stdout.matches(sign).count();
        assert_eq!(found, 11, "{format}: {}", ran.stdout);
        assert_eq!(ran.stderr, "");
    }
    let fits = ["check", "app.wat", "--wit", "world.wit", "--format", "json"];
    assert_eq!(run(&fixture("fits"), &fits, 0).stderr, "");
}

#[test]
fn either_side_may_come_from_standard_input_but_not_both() {
    let folder = fixture("fits");
    let read = |name: &str| fs::read(folder.join(name)).expect("it is there");
    for (args, input, exit) in [
        (["check", "-", "--wit", "world.wit"], read("app.wat"), 0),
        (["check", "app.wat", "--wit", "-"], read("world.wit"), 0),
        (["check", "-", "--wit", "-"], Vec::new(), 2),
        (
            ["check", "-", "--wit", "world.wit"],
            b"nonsense".to_vec(),
            1,
        ),
        (
            ["check", "-", "--wit", "world.wit"],
            b"\0asm\x0d\0\x01\0\x07".to_vec(),
            1,
        ),
        (
            ["check", "app.wat", "--wit", "-"],
            b"interface x {".to_vec(),
            1,
        ),
    ] {
        let ran = witkit_fed(&folder, &args, &input).expect(exit);
        assert!(ran.is_ok(), "{args:?}: {}", ran.unwrap_err());
    }
    let ran = witkit_fed(
        &folder,
        &["check", "-", "--wit", "world.wit"],
        &read("app.wat"),
    );
    assert_eq!(ran.stderr, "stdin fits world acme:app/service@0.1.0\n");
}

#[test]
fn a_component_fits_where_it_fits_itself() {
    let (fits, misfits) = (fixture("fits/app.wat"), fixture("misfits/app.wat"));
    let (fits, misfits) = (fits.display().to_string(), misfits.display().to_string());
    run(project(), &["check", &fits, "--wit", &fits], 0);
    run(project(), &["check", &misfits, "--wit", &misfits], 0);
    let ran = run(project(), &["check", &misfits, "--wit", &fits], 1);
    assert!(ran.stdout.contains("› get › result"), "{}", ran.stdout);
}

#[test]
fn flags_win_over_the_configuration() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let [fits, misfits] = ["fits", "misfits"].map(|name| fixture(name).display().to_string());
    let config = format!(
        "[check]\ncomponents = [\"{misfits}/app.wat\"]\nwit = \"{misfits}/wit\"\nworld = \"service\"\n"
    );
    fs::write(temp.path().join("witkit.toml"), config).expect("it can be written");
    let app = format!("{fits}/app.wat");
    let world = format!("{fits}/world.wit");
    run(temp.path(), &["check"], 1);
    // Another package is asked for its only world, not for the one in the file.
    run(temp.path(), &["check", &app, "--wit", &world], 0);
    let ran = run(temp.path(), &["check", "--world", "other"], 1);
    assert!(
        ran.stdout.contains("world `acme:app/other@0.1.0`"),
        "{}",
        ran.stdout
    );
    let ran = run(temp.path(), &["check", &app, "--implements", "health"], 1);
    assert!(!ran.stdout.contains("world `acme"), "{}", ran.stdout);
    let none = temp.path().join("none.toml");
    fs::write(&none, "").expect("it can be written");
    let none = none.display().to_string();
    run(temp.path(), &["check", &app, "--config", &none], 2);
}

#[test]
fn the_world_has_what_the_features_say() {
    let folder = fixture("features");
    let args = ["check", "app.wat", "--wit", "world.wit"];
    for more in [&["--features", "fancy"][..], &["--all-features"]] {
        run(&folder, &[&args[..], more].concat(), 0);
    }
    run(&folder, &[&args[..], &["--features", "other"]].concat(), 1);
}

#[test]
fn a_broken_component_says_where_and_the_others_are_checked() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let bytes = crate::support::wat(&fs::read_to_string(fixture("fits/app.wat")).expect("text"));
    let world = fixture("fits/world.wit").display().to_string();
    fs::write(temp.path().join("whole.wasm"), &bytes).expect("it can be written");
    for cut in (9..bytes.len()).step_by(7) {
        fs::write(temp.path().join("cut.wasm"), &bytes[..cut]).expect("it can be written");
        let args = ["check", "cut.wasm", "whole.wasm", "--wit", &world];
        let ran = witkit(temp.path(), &args);
        // A component that is cut off between two sections is one, which lacks exports.
        let told = ran.stdout.contains("input/malformed") || ran.stdout.contains("check/");
        assert!(told && ran.code == Some(1), "cut at {cut}: {ran:?}");
        assert!(
            ran.stderr.contains("whole.wasm fits"),
            "cut at {cut}: {ran:?}"
        );
    }
}

#[test]
fn names_in_a_component_cannot_make_a_terminal_do_things() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let text = r#"(component (import "bell" (instance
        (export "a" (func (param "b" u32))))) (import "url=<https://e.com/\1b[2J>" (func)))"#;
    fs::write(temp.path().join("app.wat"), text).expect("it can be written");
    fs::write(temp.path().join("w.wit"), "package a:b;\nworld w {}\n").expect("it can be written");
    let ran = run(temp.path(), &["check", "app.wat", "--wit", "w.wit"], 1);
    assert!(!ran.stdout.contains('\x1b'), "{:?}", ran.stdout);
}

#[test]
fn core_code_is_not_looked_at() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let mut bytes =
        crate::support::wat(&fs::read_to_string(fixture("fits/app.wat")).expect("text"));
    // The body of a function: its size, no locals, `unreachable`, `end`.
    let body = bytes.windows(4).position(|four| four == [3, 0, 0, 0x0b]);
    bytes[body.expect("there is such a body") + 2] = 0xff;
    assert!(crate::support::validate(&bytes).is_err());
    let file = temp.path().join("app.wasm");
    fs::write(&file, bytes).expect("it can be written");
    let file = file.display().to_string();
    run(&fixture("fits"), &["check", &file, "--wit", "world.wit"], 0);
}
