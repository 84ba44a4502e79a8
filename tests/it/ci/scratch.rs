//! A repository as CI checks it out: one commit of a branch, with the rest in `origin`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{copy_folder, project, witkit};

/// A repository; it is deleted when it is dropped.
pub struct Scratch {
    pub temp: tempfile::TempDir,
    /// The checkout.
    pub folder: PathBuf,
}

impl Scratch {
    /// The project of `fixtures/ci`, and in `app.wasm` and `parts/adder.wasm` what
    /// `fixtures/compose/basic` makes, on the branch `main` of `origin`. The checkout is of a branch
    /// on which `change` has changed files. None, and a line that says so, without git or bash.
    pub fn new(change: impl FnOnce(&Path)) -> Option<Scratch> {
        for tool in ["git", "bash"] {
            if Command::new(tool).arg("--version").output().is_err() {
                println!("skipped: no {tool}");
                return None;
            }
        }
        let temp = tempfile::tempdir().expect("a temporary folder");
        let (origin, folder) = (temp.path().join("origin"), temp.path().join("checkout"));
        copy_folder(&project().join("fixtures/ci"), &origin).expect("it can be copied");
        fs::create_dir(origin.join("parts")).expect("a folder");
        for (from, to) in [("app", "app"), ("adder", "parts/adder")] {
            let from = project().join(format!("fixtures/compose/basic/{from}.wat"));
            let from = from.display().to_string();
            let to = format!("{to}.wasm");
            let ran = witkit(&origin, &["parse", &from, "-o", &to]);
            ran.expect(0).expect("it is written");
        }
        git(&origin, &["init", "-q", "-b", "main"]);
        commit(&origin);
        git(&origin, &["checkout", "-q", "-b", "change"]);
        change(&origin);
        commit(&origin);
        let url = format!("file://{}", origin.display());
        let clone = ["clone", "-q", "--depth=1", "-b", "change", &url, "checkout"];
        git(temp.path(), &clone);
        Some(Scratch { temp, folder })
    }
}

/// Replaces `old` by `new` in a file.
pub fn edit(folder: &Path, file: &str, old: &str, new: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(text.contains(old), "{file} does not have {old}");
    fs::write(path, text.replace(old, new)).expect("it can be written");
}

fn commit(folder: &Path) {
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "a change"]);
}

pub fn git(folder: &Path, args: &[&str]) {
    let ran = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(["-c", "commit.gpgsign=false"])
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output();
    let ran = ran.expect("git runs");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{args:?}: {told}");
}
