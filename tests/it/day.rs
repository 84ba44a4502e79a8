//! A newcomer's day: WIT with the usual mistakes, until a composition runs, in one terminal.
//!
//! `fixtures/day/transcript.txt` holds the commands, each behind `$ `, and what they print. Besides
//! witkit there is `cp`, for what the newcomer writes in an editor meanwhile.

use std::fs;
use std::path::Path;

use crate::run::Running;
use crate::support::{copy_folder, project, snapshot, witkit};

/// What a command prints.
fn printed(folder: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    match words[..] {
        ["cp", from, to] => {
            fs::create_dir_all(folder.join(to).parent().expect("it is in a folder"))
                .expect("it can be made");
            fs::copy(folder.join(from), folder.join(to)).expect(command);
            String::new()
        }
        ["witkit", ref args @ ..] => {
            let ran = witkit(folder, args);
            ran.stdout + &ran.stderr
        }
        _ => panic!("not a command: {command}"),
    }
}

#[test]
fn the_transcript_is_what_is_printed() {
    let transcript = project().join("fixtures/day/transcript.txt");
    let text = fs::read_to_string(&transcript).expect("it is there");
    let temp = tempfile::tempdir().expect("there is room");
    let folder = temp.path().join("day");
    copy_folder(&project().join("fixtures/day"), &folder).expect("it can be copied");
    let mut again = String::new();
    // Comments tell what happens, above the command.
    for line in text.lines() {
        if line.starts_with("# ") {
            again += &format!("{line}\n");
        } else if let Some(command) = line.strip_prefix("$ ") {
            again += &format!("$ {command}\n{}\n", printed(&folder, command));
        }
    }
    snapshot(&transcript, &again, false).unwrap_or_else(|told| panic!("{told}"));
    // What came of the day runs.
    let bytes = fs::read(folder.join("notes.wasm")).expect("it was composed");
    let mut running = Running::start(&bytes, &[]).expect("it starts");
    let counted = running.eval("count-notes()").expect("it counts");
    assert_eq!(counted.as_deref(), Some("1"));
}
