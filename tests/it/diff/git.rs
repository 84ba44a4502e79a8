//! `witkit diff git:REVISION[:PATH]`, in repositories made for it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Ran, witkit};

/// A repository with two commits, the first of which has the tag `v1`; none if there is no git.
fn repository() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: no git");
        return None;
    }
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, text).expect("it can be written");
    };
    git(folder.path(), &["init", "-q"]);
    write(
        "wit/store.wit",
        "package a:b@1.0.0;\ninterface i { use c:d/t.{k}; f: func(a: k); }\n",
    );
    write(
        "wit/deps/c/c.wit",
        "package c:d;\ninterface t { type k = string; }\n",
    );
    write("wit/notes.md", "not WIT\n");
    write("other/a.wit", "package a:b@1.0.0;\ninterface i { }\n");
    write(
        "one.wit",
        "package a:b@1.0.0;\ninterface i { f: func(); }\n",
    );
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    git(folder.path(), &["tag", "v1"]);
    write(
        "wit/store.wit",
        "package a:b@1.0.1;\ninterface i { use c:d/t.{k}; f: func(a: k, b: u8); }\n",
    );
    write(
        "one.wit",
        "package a:b@1.1.0;\ninterface i { f: func(); g: func(); }\n",
    );
    git(folder.path(), &["commit", "-q", "-a", "-m", "two"]);
    Some(folder)
}

fn git(folder: &Path, args: &[&str]) {
    let who = [
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
    ];
    let ran = Command::new("git")
        .args(who)
        .args(args)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output();
    let ran = ran.expect("git runs");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn diff(folder: &Path, args: &[&str], exit: i32) -> Ran {
    let args = [&["diff"], args].concat();
    witkit(folder, &args)
        .expect(exit)
        .unwrap_or_else(|e| panic!("{args:?}: {e}"))
}

#[test]
fn a_revision_is_compared_with_the_folder_by_the_path_of_the_folder() {
    let Some(repository) = repository() else {
        return;
    };
    let ran = diff(repository.path(), &["git:v1", "wit"], 1);
    assert!(ran.stdout.contains("[diff/param-added]"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("[wit/store.wit:2:44]"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("[git:v1:wit/store.wit:2:30]"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("a:b 1.0.0 → 1.0.1: 1 change"),
        "{}",
        ran.stdout
    );
    // From a folder in it, too.
    diff(&repository.path().join("wit"), &["git:v1", "."], 1);
    let ran = diff(repository.path(), &["git:v1", "one.wit"], 0);
    assert!(
        ran.stdout.contains("[diff/function-added]"),
        "{}",
        ran.stdout
    );
}

#[test]
fn two_revisions_are_compared_by_the_path_of_either_or_the_folder_wit() {
    let Some(repository) = repository() else {
        return;
    };
    for args in [
        ["git:v1", "git:HEAD"],
        ["git:v1:wit", "git:HEAD"],
        ["git:HEAD~1", "git:HEAD:wit"],
    ] {
        let ran = diff(repository.path(), &args, 1);
        assert!(ran.stdout.contains("[diff/param-added]"), "{}", ran.stdout);
    }
    let ran = diff(repository.path(), &["git:v1:one.wit", "git:HEAD"], 0);
    assert!(
        ran.stdout.contains("[diff/function-added]"),
        "{}",
        ran.stdout
    );
}

#[test]
fn nothing_is_written_into_the_repository() {
    let Some(repository) = repository() else {
        return;
    };
    let status = || {
        let ran = Command::new("git")
            .args(["status", "--porcelain", "--ignored"])
            .current_dir(repository.path())
            .output()
            .expect("git runs");
        ran.stdout
    };
    diff(repository.path(), &["git:v1", "git:HEAD"], 1);
    assert_eq!(status(), b"");
}

#[test]
fn what_git_does_not_have_is_said() {
    let Some(repository) = repository() else {
        return;
    };
    for (args, code, said) in [
        (["git:v2", "wit"], "diff/no-revision", "revision `v2`"),
        (
            ["git:--help", "wit"],
            "diff/no-revision",
            "revision `--help`",
        ),
        (
            ["git:v1:no/such", "wit"],
            "diff/no-path",
            "`no/such` in revision `v1`",
        ),
        (["git:v1:wit/notes.md", "wit"], "wit/", "wit/notes.md"),
        (
            ["git:v1:wit/deps", "wit"],
            "wit/no-files",
            "git:v1:wit/deps",
        ),
        (["git:", "wit"], "diff/no-revision", "revision ``"),
    ] {
        let exit = if code.starts_with("diff/") { 2 } else { 1 };
        let ran = diff(repository.path(), &args, exit);
        assert!(
            ran.stdout.contains(code) && ran.stdout.contains(said),
            "{}",
            ran.stdout
        );
    }
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    fs::write(elsewhere.path().join("a.wit"), "package a:b;\n").expect("it can be written");
    let ran = diff(elsewhere.path(), &["git:v1", "a.wit"], 2);
    assert!(ran.stdout.contains("[diff/no-git]"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("not a git repository"),
        "{}",
        ran.stdout
    );
}

#[test]
fn without_git_it_is_said_that_there_is_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = Command::new(env!("CARGO_BIN_EXE_witkit"))
        .args(["diff", "git:v1", "git:v2"])
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .output()
        .expect("witkit runs");
    let told = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(2));
    assert!(told.contains("cannot find the program `git`"), "{told}");
}

#[test]
fn what_git_ignores_is_taken_from_the_work_tree_and_said() {
    let Some(repository) = repository() else {
        return;
    };
    let folder = repository.path();
    fs::write(folder.join(".gitignore"), "/wit/deps\n").expect("it is written");
    git(folder, &["rm", "-rq", "--cached", "wit/deps"]);
    git(folder, &["add", ".gitignore"]);
    git(folder, &["commit", "-q", "-m", "deps are fetched"]);
    git(folder, &["tag", "v2"]);
    let note = "note[diff/work-tree-deps]";
    for (from, args) in [
        ("", ["git:v2", "wit"]),
        ("", ["git:v2:wit", "git:v2"]),
        ("wit", ["git:v2", "."]),
        ("other", ["git:v2:wit", "../wit"]),
    ] {
        let ran = diff(&folder.join(from), &args, 0);
        assert!(ran.stdout.contains(note), "{}", ran.stdout);
        assert!(
            ran.stdout.contains("deps` of the work tree"),
            "{}",
            ran.stdout
        );
        assert!(ran.stdout.contains("1.0.1: no change"), "{}", ran.stdout);
    }
    // A revision that has its own needs no others.
    let ran = diff(folder, &["git:v1", "git:v2"], 1);
    assert_eq!(ran.stdout.matches(note).count(), 1, "{}", ran.stdout);
    // Those that are in the revision stay, and others come in beside them.
    let text =
        "package a:b@1.0.1;\ninterface i { use c:d/t.{k}; use e:f/t.{l}; f: func(a: k, b: l); }\n";
    fs::write(folder.join("wit/store.wit"), text).expect("it is written");
    fs::write(
        folder.join("wit/deps/e.wit"),
        "package e:f;\ninterface t { type l = u8; }\n",
    )
    .expect("it is written");
    git(folder, &["add", "-f", "wit/store.wit", "wit/deps/c"]);
    git(folder, &["commit", "-q", "-m", "one of them"]);
    let ran = diff(folder, &["git:HEAD", "wit"], 0);
    assert!(ran.stdout.contains(note), "{}", ran.stdout);
    // With `--deps`, it is as it was asked for, and nothing is said.
    fs::create_dir_all(folder.join("fetched/e")).expect("it is made");
    fs::rename(
        folder.join("wit/deps/e.wit"),
        folder.join("fetched/e/e.wit"),
    )
    .expect("it is moved");
    let ran = diff(folder, &["git:HEAD", "wit", "--deps", "fetched"], 0);
    assert!(!ran.stdout.contains(note), "{}", ran.stdout);
    assert!(ran.stdout.contains("1.0.1: no change"), "{}", ran.stdout);
    let ran = diff(folder, &["wit", "git:HEAD", "--deps", "fetched/e"], 0);
    assert!(ran.stdout.contains("1.0.1: no change"), "{}", ran.stdout);
    let ran = diff(folder, &["wit", "git:HEAD", "--deps", "fetched/f"], 2);
    let said = "cannot find file or folder `fetched/f`";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    fs::rename(
        folder.join("fetched/e/e.wit"),
        folder.join("wit/deps/e.wit"),
    )
    .expect("it is moved");
    // What is nowhere is an error of the revision.
    fs::remove_file(folder.join("wit/deps/e.wit")).expect("it is removed");
    let ran = diff(folder, &["git:HEAD", "git:v1"], 1);
    assert!(
        ran.stdout.contains("cannot find package `e:f`"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains(note), "{}", ran.stdout);
}

#[test]
fn revisions_of_a_bare_clone_are_compared() {
    let Some(repository) = repository() else {
        return;
    };
    let bare = tempfile::tempdir().expect("a temporary folder");
    let from = repository.path().to_string_lossy().into_owned();
    git(bare.path(), &["clone", "-q", "--bare", &from, "."]);
    for args in [["git:v1", "git:HEAD"], ["git:v1:wit", "git:HEAD:wit"]] {
        let ran = diff(bare.path(), &args, 1);
        assert!(ran.stdout.contains("[diff/param-added]"), "{}", ran.stdout);
    }
    let ran = diff(bare.path(), &["git:v1:one.wit", "git:HEAD"], 0);
    assert!(
        ran.stdout.contains("[diff/function-added]"),
        "{}",
        ran.stdout
    );
    // From elsewhere in it, too.
    diff(&bare.path().join("refs"), &["git:v1", "git:HEAD"], 1);
}
