//! What people bring with them: commands of other tools, references to registries, a shell that
//! completes, a reader of manual pages.

use std::path::Path;
use std::process::Command;

use crate::support::{project, witkit};

#[test]
fn commands_of_other_tools_are_answered_with_ours() {
    for (line, ours) in [
        ("component new x.wasm", "witkit componentize"),
        ("component targets x.wasm", "witkit check"),
        ("plug a.wasm --plug b.wasm", "witkit compose"),
        ("objdump x.wasm", "witkit inspect"),
        ("metadata show x.wasm", "witkit inspect"),
        ("strip x.wasm", "witkit slim"),
        ("format x.wit", "witkit fmt"),
        ("compose a.wasm b.wasm", "-d b.wasm"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = witkit(project(), &words).expect(2).expect(line);
        assert!(ran.stderr.contains("help: "), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(ours), "{line}: {}", ran.stderr);
    }
}

#[test]
fn arguments_that_other_tools_take_are_answered_with_the_flag_for_them() {
    let folder = project().join("fixtures/compose/basic");
    for (line, help) in [
        ("compose app.wat -d . -o out.wasm", "pass it with `-p .`"),
        (
            "check app.wat adder.wat ../../wit",
            "pass it with `--wit ../../wit`",
        ),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = witkit(&folder, &words).expect(2).expect(line);
        assert!(ran.stderr.contains(help), "{line}: {}", ran.stderr);
    }
}

#[test]
fn what_is_printed_is_parsed_to_the_same_component() {
    let folder = project().join("fixtures/compose/basic");
    let temp = tempfile::tempdir().expect("a folder");
    let [first, text, again] = ["a.wasm", "a.wat", "b.wasm"].map(|name| temp.path().join(name));
    let run = |command: &str, from: &Path, to: &Path| {
        let [from, to] = [from, to].map(|path| path.to_str().expect("it is text"));
        let ran = witkit(&folder, &[command, from, "-o", to]);
        ran.expect(0).expect(command);
        std::fs::read(to).expect("it was written")
    };
    let binary = run("parse", Path::new("app.wat"), &first);
    assert!(run("print", &first, &text).starts_with(b"(component"));
    assert_eq!(run("parse", &text, &again), binary);
    // Files for something else are refused.
    for (command, input, output) in [
        ("print", "app.wat", "x.svg"),
        ("print", "app.wat", "x.wasm"),
        ("parse", "app.wat", "x.wat"),
    ] {
        let ran = witkit(&folder, &[command, input, "-o", output]).expect(2);
        assert!(ran.expect(command).stderr.contains("does not match"));
    }
}

#[test]
fn names_of_packages_and_images_are_told_how_to_be_referred_to() {
    for (name, reference) in [
        (
            "example.com/acme/kv:1.0.0",
            "`oci://example.com/acme/kv:1.0.0`",
        ),
        (
            "localhost:5000/kv@sha256:00",
            "`oci://localhost:5000/kv@sha256:00`",
        ),
        ("acme:kv@1.0.0", "`@acme:kv@1.0.0`"),
        ("acme:kv", "`@acme:kv`"),
    ] {
        let ran = witkit(project(), &["validate", name]);
        assert!(
            ran.stdout
                .contains(&format!("did you mean the package {reference}?")),
            "{name}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
    for name in ["missing.wasm", "./a.b/c.wasm", "c:file", "a/b:c/d.wasm"] {
        let ran = witkit(project(), &["validate", name]);
        assert!(!ran.stdout.contains("package"), "{name}: {}", ran.stdout);
    }
}

#[test]
fn every_code_is_found_without_its_namespace_unless_others_end_so() {
    let codes = witkit::codes();
    for code in &codes {
        let (_, own) = code.name.rsplit_once('/').expect(code.name);
        let alike = codes
            .iter()
            .filter(|code| code.name.rsplit_once('/').is_some_and(|n| n.1 == own));
        let expected = if alike.count() == 1 { 0 } else { 2 };
        let ran = witkit(project(), &["explain", own])
            .expect(expected)
            .expect(own);
        let said = if expected == 0 {
            ran.stdout
        } else {
            ran.stderr
        };
        assert!(said.contains(code.name), "{own}: {said}");
    }
}

#[test]
fn explain_lists_a_line_a_code() {
    let ran = witkit(project(), &["explain"]).expect(0).expect("it lists");
    assert_eq!(ran.stdout.lines().count(), witkit::codes().len());
    for line in ran.stdout.lines() {
        assert!(line.split_whitespace().count() > 4, "no summary: {line}");
    }
}

#[test]
fn completions_parse_in_their_shells() {
    for shell in ["bash", "elvish", "fish", "nushell", "powershell", "zsh"] {
        let ran = witkit(project(), &["completions", shell])
            .expect(0)
            .expect(shell);
        assert!(ran.stdout.contains("componentize"), "{shell}");
        if !["bash", "fish", "zsh"].contains(&shell) {
            continue;
        }
        let folder = tempfile::tempdir().expect("there is room");
        let script = folder.path().join("script");
        std::fs::write(&script, &ran.stdout).expect("it is written");
        match Command::new(shell).arg("-n").arg(&script).output() {
            Ok(output) => assert!(output.status.success(), "{shell}: {output:?}"),
            Err(_) => eprintln!("skipped: {shell} is not installed"),
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().expect("there is room");
    let folder = folder.path();
    let pages = folder.join("pages");
    let text = pages.display().to_string();
    witkit(folder, &["man", &text])
        .expect(0)
        .expect("they are written");
    for command in crate::support::COMMANDS {
        let page = pages.join(format!("witkit-{command}.1"));
        let page = std::fs::read_to_string(&page).expect(command);
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
        assert!(
            page.contains(&format!("witkit {command}").replace(' ', "\\-"))
                || page.contains(command)
        );
    }
    let ran = witkit(folder, &["man"]).expect(0).expect("it is printed");
    assert!(ran.stdout.starts_with(".ie"), "{}", &ran.stdout[..40]);
}
