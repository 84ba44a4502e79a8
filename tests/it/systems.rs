//! What differs between systems: blanks and other signs in paths, names that are no text, line breaks of
//! Windows.
//!
//! `.github/workflows/ci.yml` builds and tests on those systems themselves. Deliberately absent: names
//! that try to be something else than names (`hostile.rs`).

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use crate::hostile::{COMMANDS, words, workplace};
use crate::support::{Ran, Scenario, copy_folder, files, indent, project, witkit};

/// What is run about text, besides [`COMMANDS`] about binaries.
const ON_TEXT: &[&str] = &[
    "lint {}",
    "fmt --check {}",
    "fmt --diff {}",
    "wit {}",
    "wit {} --json",
    "wit {} --wasm -o out",
    "wit {} --out-dir out",
    "inspect {}",
    "graph {}",
    "check good.wasm --wit {}",
    "diff {} world.wit",
    "componentize --stub --wit {} -o out",
    "init {}",
];

const TEXT: &str =
    "package a:b@1.0.0;\n\n/// Docs.\nworld w {\n  /// Docs.\n  import f: func();\n}\n";

/// Runs a command in a folder, and removes what it wrote.
fn run(folder: &Path, command: &str, input: &OsStr) -> Ran {
    let ran = witkit(folder, &words(command, input));
    let out = folder.join("out");
    let _ = fs::remove_file(&out).or_else(|_| fs::remove_dir_all(&out));
    ran
}

/// How every command ends about a file of that name, in a folder of that name.
fn ends(folder: &OsStr, stem: &OsStr) -> Vec<(String, Ran)> {
    let place = tempfile::tempdir().expect("a temporary folder");
    let inner = place.path().join(folder);
    copy_folder(workplace().path(), &inner).expect("it is copied");
    let name = |extension: &str| {
        let mut name = OsString::from(stem);
        name.push(extension);
        name
    };
    fs::copy(inner.join("composed.wasm"), inner.join(name(".wasm"))).expect("it is copied");
    fs::write(inner.join(name(".wit")), TEXT).expect("it is written");
    let binary = COMMANDS.iter().map(|command| (command, name(".wasm")));
    let text = ON_TEXT.iter().map(|command| (command, name(".wit")));
    binary
        .chain(text)
        .map(|(command, input)| (command.to_string(), run(&inner, command, &input)))
        .collect()
}

#[test]
fn blanks_and_letters_of_all_kinds_in_paths_change_nothing() {
    let usual = ends("folder".as_ref(), "in".as_ref());
    for (folder, stem) in [
        ("a folder", "in put"),
        ("päd (1)", "ïn & out;"),
        ("文件夹", "输入"),
        ("-x", "in,put"),
        ("a%20b", "in'put"),
    ] {
        let there = ends(folder.as_ref(), stem.as_ref());
        for ((command, usual), (_, ran)) in usual.iter().zip(&there) {
            assert_eq!(
                ran.code,
                usual.code,
                "{command} about {folder}/{stem}\n{}",
                indent(&ran.stderr)
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_work_or_are_refused_as_such() {
    use std::os::unix::ffi::OsStrExt;
    let usual = ends("folder".as_ref(), "in".as_ref());
    let there = ends(OsStr::from_bytes(b"f\xff"), OsStr::from_bytes(b"in\xfe"));
    let mut refused = 0;
    for ((command, usual), (_, ran)) in usual.iter().zip(&there) {
        assert!(
            !ran.stderr.contains("panicked"),
            "{command}\n{}",
            ran.stderr
        );
        if ran.code != usual.code {
            refused += 1;
            // On a command line, some files share an argument with names, which has to be text.
            assert_eq!(ran.code, Some(2), "{command}\n{}", indent(&ran.stderr));
            assert!(
                ran.stderr.contains("UTF-8"),
                "{command}\n{}",
                indent(&ran.stderr)
            );
        }
    }
    assert!(
        refused * 2 < usual.len(),
        "{refused} of {} commands",
        usual.len()
    );
    // Results may have any name.
    let place = workplace();
    let out = OsStr::from_bytes(b"out\xff.wasm");
    let mut args = words("compose good.wasm -o", OsStr::new(""));
    args.push(out.to_os_string());
    witkit(place.path(), &args).expect(0).expect("it composes");
    assert!(place.path().join(out).exists());
}

/// The texts that people write, with the line breaks of Windows.
fn with_crlf(folder: &Path) -> bool {
    let is_text = |path: &Path| {
        let extension = path.extension().and_then(OsStr::to_str);
        extension.is_some_and(|e| ["wit", "wat", "toml", "wac", "yml", "wave", "json"].contains(&e))
    };
    let mut any = false;
    for file in files(folder, &is_text) {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        if text.contains('\n') && !text.contains('\r') {
            fs::write(&file, text.replace('\n', "\r\n")).expect("it is written");
            any |= file.extension().is_some_and(|e| e != "wat");
        }
    }
    any
}

/// The first lines of findings, which name no place in bytes.
fn findings(ran: &Ran) -> Vec<&str> {
    let lines = ran.stdout.lines().chain(ran.stderr.lines());
    let found = lines.filter(|line| {
        ["error", "warning", "note"]
            .iter()
            .any(|s| line.starts_with(&format!("{s}[")))
    });
    found.collect()
}

#[test]
fn line_breaks_of_windows_change_no_finding_of_any_scenario() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    for system in ["unix", "windows"] {
        for folder in ["fixtures", "wit"] {
            copy_folder(
                &project().join(folder),
                &temp.path().join(system).join(folder),
            )
            .expect("it is copied");
        }
    }
    let [unix, windows] = ["unix", "windows"].map(|system| temp.path().join(system));
    let mut scenarios = Vec::new();
    for cmd in files(&windows.join("fixtures"), &|path| path.ends_with("cmd")) {
        let folder = cmd.parent().expect("a folder").to_path_buf();
        // A few that show how bytes are counted, or what is done about such line breaks.
        if with_crlf(&folder) {
            scenarios.push(
                folder
                    .strip_prefix(&windows)
                    .expect("it is there")
                    .to_path_buf(),
            );
        }
    }
    with_crlf(&windows);
    assert!(scenarios.len() > 100, "only {}", scenarios.len());
    let left = Mutex::new(scenarios.iter());
    let wrong = Mutex::new(Vec::new());
    let work = || {
        let next = || left.lock().expect("no thread panics").next();
        while let Some(folder) = next() {
            let [usual, ran] = [&unix, &windows].map(|system| {
                let scenario = Scenario::read(&system.join(folder));
                witkit(&scenario.folder, &scenario.args)
            });
            if ran.code != usual.code || findings(&ran) != findings(&usual) {
                let told = format!(
                    "{}: {:?} {:?}, not {:?} {:?}",
                    folder.display(),
                    ran.code,
                    findings(&ran),
                    usual.code,
                    findings(&usual)
                );
                wrong.lock().expect("no thread panics").push(told);
            }
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(work);
        threads.spawn(work);
    });
    let wrong = wrong.into_inner().expect("no thread panics");
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        scenarios.len(),
        wrong.join("\n")
    );
}
