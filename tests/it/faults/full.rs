//! Places that cannot be written to: a full disk, a limit for files, a read-only disk or folder, closed
//! streams.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{contents, wit, workplace};
use crate::support::indent;

/// What writes more than there is space for, below `disk`.
const WRITERS: &[&str] = &[
    "compose app.wasm -d adder.wasm -o disk/out.wasm",
    "compose app.wasm -d adder.wasm -o disk/out.wat",
    "compose app.wasm -d adder.wasm --plan --format json -o disk/plan.json --depfile disk/d",
    "split composed.wasm -o disk/parts",
    "split composed.wasm --recursive -o disk/deep",
    "slim composed.wasm --keep-section * -o disk/out.wasm",
    "inspect composed.wasm --extract 1 -o disk/part.wasm",
    "graph composed.wasm --format html -o disk/page.html",
    "graph composed.wasm --format svg -o disk/drawing.svg",
    "print composed.wasm -o disk/out.wat",
    "parse composed.wasm -o disk/out.wasm",
    "wit ugly.wit -o disk/out.wit",
    "wit ugly.wit --wasm -o disk/out.wasm",
    "wit ugly.wit --json -o disk/out.json",
    "wit ugly.wit --out-dir disk/package",
    "componentize --stub --wit ugly.wit -o disk/out.wasm",
    "fmt disk/ugly.wit",
    "lint --fix disk/fixable.wit",
    "init disk/new",
];

/// What `lint --fix` changes.
const FIXABLE: &str = "package a:b@1.0.0;\n\ninterface i {\n  f: func();\n}\n\nworld base {\n  \
    import i;\n}\n\nworld w {\n  include base;\n\n  import i;\n}\n";

/// What writes less than a few kilobytes, and only fails where nothing can be written.
const SMALL: &[&str] = &["init", "--plan", "lint", "svg", "--extract"];

/// Runs each command with `script` around it, whose `"$@"` is the command.
fn each(script: &str, commands: &[&str], check: &dyn Fn(&str, &Output) -> Result<(), String>) {
    let temp = workplace(200_000);
    let place = temp.path();
    fs::create_dir(place.join("disk")).expect("a folder");
    fs::write(place.join("fixable"), FIXABLE).expect("it is written");
    let mut wrong = Vec::new();
    for command in commands {
        let before = contents(place);
        let ran = run(place, script, command);
        if let Err(told) = check(command, &ran) {
            let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
            let text: String = stderr.chars().take(1500).collect();
            wrong.push(format!(
                "{command}: {told}, exit {:?}\n{}",
                ran.status.code(),
                indent(&text)
            ));
        }
        assert!(contents(place) == before, "{command} changed something");
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn run(place: &Path, script: &str, command: &str) -> Output {
    Command::new("bash")
        .args(["-c", script, "bash", env!("CARGO_BIN_EXE_witkit")])
        .args(command.split(' '))
        .current_dir(place)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("bash runs")
}

/// It says that it could not write, why, and ends as for everything that no input is at fault for.
fn is_refused(ran: &Output, reasons: &[&str]) -> Result<(), String> {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let stdout = String::from_utf8_lossy(&ran.stdout);
    if ran.status.code() != Some(2) {
        return Err("it does not fail".to_string());
    }
    if !stderr.contains("output/unwritable") && !stdout.contains("output/unwritable") {
        return Err("it does not say that something could not be written".to_string());
    }
    match reasons
        .iter()
        .any(|reason| stderr.contains(reason) || stdout.contains(reason))
    {
        true => Ok(()),
        false => Err(format!("it does not say {reasons:?}")),
    }
}

/// Has `disk` be a disk of that size; 99 if that cannot be.
fn disk(size: &str, then: &str) -> String {
    format!(
        "set -e; unshare --mount true 2> /dev/null || exit 99\n\
         export PLACE=$PWD\n\
         exec unshare --mount bash -c 'mount -t tmpfs -o size={size} none \"$PLACE/disk\" || exit 99\n\
         {then}' bash \"$@\""
    )
}

/// Whether disks can be mounted; a line says so if not.
fn can_mount() -> bool {
    let temp = workplace(10);
    fs::create_dir(temp.path().join("disk")).expect("a folder");
    let can = run(temp.path(), &disk("32k", "true"), "").status.code() == Some(0);
    if !can {
        println!("skipped: disks can only be mounted by root, and in Linux");
    }
    can
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing_but_what_was_there() {
    if !can_mount() {
        return;
    }
    // A file that fits once and not twice, so that it cannot be formatted.
    let text = wit(20_000, "");
    let then = format!(
        "cat > disk/ugly.wit <<\\END\n{text}END\n\
         before=$(md5sum disk/*)\n\"$@\"; code=$?\n\
         [ \"$(md5sum disk/*)\" = \"$before\" ] && [ \"$(ls -A disk)\" = ugly.wit ] || \
         {{ ls -lA disk >&2; exit 98; }}\nexit $code"
    );
    let script = disk("32k", &then);
    let commands: Vec<&str> = WRITERS
        .iter()
        .copied()
        .filter(|command| !SMALL.iter().any(|small| command.contains(small)))
        .collect();
    each(&script, &commands, &|_, ran| {
        is_refused(ran, &["no space left on device"])
    });
}

#[test]
fn a_limit_for_files_is_an_error_and_not_the_end() {
    // In kilobytes.
    let script = "ulimit -f 8; \"$@\"; code=$?; [ -z \"$(ls -A disk)\" ] || { ls -lA disk >&2; exit 98; }; exit $code";
    let commands: Vec<&str> = WRITERS
        .iter()
        .copied()
        .filter(|command| !command.contains(" disk/") || !command.starts_with("fmt"))
        .filter(|command| !SMALL.iter().any(|small| command.contains(small)))
        .collect();
    each(script, &commands, &|_, ran| {
        is_refused(ran, &["file too large"])
    });
}

#[test]
fn a_read_only_disk_is_said() {
    if !can_mount() {
        return;
    }
    let then = "mkdir disk/new; cp ugly.wit disk/ugly.wit; \
                cat fixable > disk/fixable.wit; \
                mount -o remount,ro \"$PLACE/disk\" || exit 99; \"$@\"";
    each(&disk("1m", then), WRITERS, &|_, ran| {
        is_refused(ran, &["read-only file system", "permission denied"])
    });
}

#[test]
fn a_folder_that_must_not_be_written_to_is_said() {
    let temp = workplace(1000);
    let place = temp.path();
    let ran = run(
        place,
        "mkdir ro; chmod 555 ro; touch ro/x 2> /dev/null && exit 97; exit 0",
        "",
    );
    if ran.status.code() == Some(97) {
        println!("skipped: root may write everywhere");
        return;
    }
    fs::write(place.join("fixable"), FIXABLE).expect("it is written");
    for command in WRITERS {
        let script = "chmod 755 disk; mkdir -p disk/new; cp ugly.wit disk; cp fixable disk/fixable.wit; chmod -R a-w disk; \"$@\"";
        fs::create_dir_all(place.join("disk")).expect("a folder");
        let ran = run(place, script, command);
        is_refused(&ran, &["permission denied"])
            .unwrap_or_else(|e| panic!("{command}: {e}: {ran:?}"));
    }
}

#[test]
fn closed_streams_do_not_get_into_files() {
    let temp = workplace(1000);
    let place = temp.path();
    let command = "compose app.wasm -d adder.wasm -o out.wasm --verbose";
    let read = || fs::read(place.join("out.wasm")).expect("it is there");
    assert_eq!(run(place, "\"$@\"", command).status.code(), Some(0));
    let usual = read();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        fs::remove_file(place.join("out.wasm")).expect("it goes");
        let ran = run(place, &format!("\"$@\" {closed}"), command);
        assert_eq!(ran.status.code(), Some(0), "{closed}");
        assert!(read() == usual, "{closed}");
    }
    for closed in ["<&- >&- 2>&-", "2>&-"] {
        let ran = run(place, &format!("\"$@\" {closed}"), "inspect missing.wasm");
        assert_eq!(ran.status.code(), Some(2), "{closed}");
    }
}
