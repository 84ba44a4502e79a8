//! `witkit fmt`: what it makes of each kind of comment and item (`fixtures/fmt`), what the command
//! does with files and folders, and what holds of all WIT there is.
//!
//! A scenario of `fixtures/fmt` is a folder with `in.wit`, what becomes of it in `out.wit`, and a
//! `witkit.toml` where it is about one. The proof over the corpus and over made-up packages is in
//! `fmt/proof.rs`.

mod proof;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{self, Ran, project, witkit, witkit_fed};
use crate::targets;

const UGLY: &str = "interface  i{f:func( ) ;}";
const NEAT: &str = "interface i {\n  f: func();\n}\n";
const BROKEN: &str = "interface i {\n  f: fun();\n  g: func(;\n}\n";

/// A folder with files of the given contents.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let temp = tempfile::tempdir().expect("there is a place for temporary files");
    for (name, text) in files {
        let path = temp.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders are made");
        fs::write(path, text).expect("files are written");
    }
    temp
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).expect("the file is there")
}

fn fmt(folder: &Path, args: &[&str], code: i32) -> Ran {
    let args: Vec<&str> = [&["fmt"], args].concat();
    witkit(folder, &args).expect(code).expect("the exit code")
}

#[test]
fn scenarios_come_out_as_they_should_and_are_formatted_then() {
    let mut folders: Vec<PathBuf> = fs::read_dir(project().join("fixtures/fmt"))
        .expect("the fixtures are there")
        .map(|entry| entry.expect("the fixtures can be listed").path())
        .collect();
    folders.sort();
    assert!(folders.len() > 20);
    let mut failed = Vec::new();
    for folder in folders {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = read(&folder, "in.wit");
        let ran = witkit_fed(&folder, &["fmt", "-"], text.as_bytes());
        let told = ran.expect(0).and_then(|ran| {
            support::snapshot(&folder.join("out.wit"), &ran.stdout, false)?;
            let again = witkit_fed(&folder, &["fmt", "-"], ran.stdout.as_bytes()).expect(0)?;
            match again.stdout == ran.stdout {
                true => Ok(()),
                false => Err(format!("a second time it becomes\n{}", again.stdout)),
            }
        });
        if let Err(told) = told {
            failed.push(format!("{name}\n{}", support::indent(&told)));
        }
        if let Err(told) = targets::fmt::formats(&text, Default::default()) {
            failed.push(format!("{name}\n{}", support::indent(&told)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn files_that_change_are_written_and_named() {
    let temp = folder(&[("a.wit", UGLY), ("b.wit", NEAT), ("sub/c.wit", UGLY)]);
    let ran = fmt(temp.path(), &["."], 0);
    assert_eq!(ran.stdout, "a.wit\nsub/c.wit\n");
    assert_eq!(ran.stderr, "2 files formatted, 1 unchanged\n");
    for file in ["a.wit", "b.wit", "sub/c.wit"] {
        assert_eq!(read(temp.path(), file), NEAT);
    }
    let ran = fmt(temp.path(), &["."], 0);
    assert_eq!((&*ran.stdout, &*ran.stderr), ("", "3 files unchanged\n"));
    assert_eq!(support::listing(temp.path()), ["a.wit", "b.wit", "sub"]);
}

#[test]
fn check_lists_what_is_not_formatted_and_writes_nothing() {
    let temp = folder(&[("a.wit", UGLY), ("b.wit", NEAT)]);
    let ran = fmt(temp.path(), &["--check", "a.wit", "b.wit", "a.wit"], 1);
    assert_eq!(ran.stdout, "a.wit\n");
    assert_eq!(ran.stderr, "1 file would be reformatted, 1 unchanged\n");
    assert_eq!(read(temp.path(), "a.wit"), UGLY);
    fmt(temp.path(), &["--check", "b.wit"], 0);
}

#[test]
fn diff_shows_what_would_change_and_writes_nothing() {
    let temp = folder(&[("a.wit", UGLY), ("b.wit", NEAT)]);
    let ran = fmt(temp.path(), &["--diff", "."], 1);
    let expected = "--- a.wit\n+++ a.wit\n@@ -1 +1,3 @@\n-interface  i{f:func( ) ;}\n\
         \\ No newline at end of file\n+interface i {\n+  f: func();\n+}\n";
    assert_eq!(ran.stdout, expected);
    assert_eq!(read(temp.path(), "a.wit"), UGLY);
    let ran = fmt(temp.path(), &["--diff", "b.wit"], 0);
    assert_eq!(ran.stdout, "");
}

#[test]
fn standard_input_is_written_to_standard_output() {
    let temp = folder(&[]);
    let ran = witkit_fed(temp.path(), &["fmt", "-"], UGLY.as_bytes());
    let ran = ran.expect(0).expect("it is formatted");
    assert_eq!((&*ran.stdout, &*ran.stderr), (NEAT, ""));
    let ran = witkit_fed(temp.path(), &["fmt", "-", "--check"], UGLY.as_bytes());
    assert_eq!(ran.expect(1).expect("it would change").stdout, "stdin\n");
}

#[test]
fn a_file_with_syntax_errors_is_left_alone_and_the_others_are_formatted() {
    let temp = folder(&[("a.wit", BROKEN), ("b.wit", UGLY)]);
    let ran = fmt(temp.path(), &["."], 1);
    assert_eq!(ran.stdout, "b.wit\n");
    for line in ["[a.wit:2:6]", "[a.wit:3:11]"] {
        assert!(ran.stderr.contains(line), "{}", ran.stderr);
    }
    assert!(ran.stderr.ends_with("1 file formatted, 1 with errors\n"));
    assert_eq!(read(temp.path(), "a.wit"), BROKEN);
    assert_eq!(read(temp.path(), "b.wit"), NEAT);
}

#[test]
fn bad_files_are_reported_and_the_others_are_formatted() {
    let temp = folder(&[("a.wit", UGLY)]);
    fs::write(temp.path().join("b.wit"), b"interface a {}\n// \xff\n").expect("it is written");
    let ran = fmt(temp.path(), &["a.wit", "b.wit", "missing.wit"], 2);
    for line in [
        "[b.wit:2:4]",
        "error[input/unreadable]: cannot read `missing.wit`",
    ] {
        assert!(ran.stderr.contains(line), "{}", ran.stderr);
    }
    assert_eq!(read(temp.path(), "a.wit"), NEAT);
}

#[test]
fn folders_of_others_are_left_out_unless_they_are_named() {
    let files = [
        "deps/a.wit",
        ".git/b.wit",
        "target/c.wit",
        "node_modules/d.wit",
    ];
    let all: Vec<(&str, &str)> = files.iter().map(|name| (*name, UGLY)).collect();
    let temp = folder(&all);
    let ran = fmt(temp.path(), &["."], 1);
    assert!(
        ran.stderr
            .contains("error[wit/no-files]: no `.wit` files in `.`"),
        "{}",
        ran.stderr
    );
    assert_eq!(fmt(temp.path(), &["deps"], 0).stdout, "deps/a.wit\n");
}

#[test]
fn without_a_path_it_takes_those_of_the_configuration_or_else_wit_or_else_this_folder() {
    let temp = folder(&[("b.wit", UGLY)]);
    fmt(temp.path(), &[], 0);
    assert_eq!(read(temp.path(), "b.wit"), NEAT);
    let temp = folder(&[("wit/a.wit", UGLY), ("b.wit", UGLY)]);
    let ran = fmt(temp.path(), &["-v"], 0);
    assert!(ran.stderr.contains("took wit: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("read wit/a.wit, "), "{}", ran.stderr);
    assert!(ran.stderr.contains("wrote wit/a.wit, "), "{}", ran.stderr);
    assert_eq!(read(temp.path(), "wit/a.wit"), NEAT);
    assert_eq!(read(temp.path(), "b.wit"), UGLY);
    let config = "[paths]\nwit = [\"b.wit\"]\n";
    fs::write(temp.path().join("witkit.toml"), config).expect("it is written");
    let ran = fmt(temp.path(), &["-q"], 0);
    assert_eq!(ran.stderr, "");
    assert_eq!(read(temp.path(), "b.wit"), NEAT);
}

#[test]
fn the_nearest_configuration_has_its_say() {
    let temp = folder(&[
        ("witkit.toml", "[fmt]\nwidth = 30\nindent = 4\n"),
        (
            "sub/a.wit",
            "interface i { f: func(first: u32, second: u32); }",
        ),
    ]);
    fmt(&temp.path().join("sub"), &["a.wit"], 0);
    let text =
        "interface i {\n    f: func(\n        first: u32,\n        second: u32,\n    );\n}\n";
    assert_eq!(read(temp.path(), "sub/a.wit"), text);
}

#[test]
fn mistakes_in_the_configuration_are_all_shown() {
    let wrong = "[fmt]\nwidht = 40\nindent = 0\nwidth = \"wide\"\n";
    let temp = folder(&[("witkit.toml", wrong), ("a.wit", UGLY)]);
    let ran = fmt(temp.path(), &["a.wit"], 1);
    for line in [
        "invalid value of `indent`: expected a number from 1 to 16, found 0",
        "invalid value of `width`: expected a number from 20 to 1000, found a string",
        "did you mean `width`?",
    ] {
        assert!(ran.stderr.contains(line), "{}", ran.stderr);
    }
    assert_eq!(read(temp.path(), "a.wit"), UGLY);
}

#[test]
fn reports_come_in_json_as_well() {
    let temp = folder(&[("a.wit", BROKEN)]);
    let ran = fmt(temp.path(), &["a.wit", "--format", "json"], 1);
    let report: serde_json::Value = serde_json::from_str(&ran.stderr).expect("it is JSON");
    assert_eq!(report["schema"], "witkit.report/1");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let temp = folder(&[("real/a.txt", UGLY), ("wit/b.wit", UGLY)]);
    let at = |name: &str| temp.path().join(name);
    symlink(at("real/a.txt"), at("wit/a.wit")).expect("a link is made");
    symlink(at("wit"), at("wit/round")).expect("a link is made");
    fs::set_permissions(at("wit/b.wit"), fs::Permissions::from_mode(0o640)).expect("it is ours");
    let ran = fmt(temp.path(), &["wit"], 0);
    assert_eq!(ran.stdout, "wit/a.wit\nwit/b.wit\n");
    assert_eq!(read(temp.path(), "real/a.txt"), NEAT);
    assert!(at("wit/a.wit").is_symlink());
    let mode = fs::metadata(at("wit/b.wit"))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn standard_input_is_formatted_as_the_file_it_stands_for() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(temp.path().join("wit")).expect("it is made");
    fs::write(temp.path().join("wit/witkit.toml"), "[fmt]\nindent = 4\n").expect("it is written");
    let text = b"package a:b; interface i{ f: func(); }";
    for (from, name) in [
        ("", "wit/a.wit"),
        ("wit", "./a.wit"),
        ("wit", "../wit/a.wit"),
    ] {
        let folder = temp.path().join(from);
        let args = ["fmt", "--stdin-filename", name];
        let ran = witkit_fed(&folder, &args, text).expect(0);
        let ran = ran.unwrap_or_else(|e| panic!("{e}"));
        assert!(ran.stdout.contains("\n    f: func();\n"), "{}", ran.stdout);
        let ran = witkit_fed(&folder, &args, b"interface").expect(1);
        let ran = ran.unwrap_or_else(|e| panic!("{e}"));
        assert!(ran.stderr.contains(&format!("[{name}")), "{}", ran.stderr);
    }
}

#[test]
fn what_is_not_formatted_is_a_finding_in_every_format() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(temp.path().join(name), text).expect("it is written");
    };
    write(
        "a.wit",
        "package a:b;\n\ninterface i {\n    f: func();\n}\n",
    );
    write("b.wit", "package a:b;\n");
    write("c.wit", "package a:b; interface {");
    for (format, said) in [
        ("json", "\"code\": \"wit/not-formatted\""),
        ("sarif", "\"ruleId\": \"wit/not-formatted\""),
        ("github", "::error file=a.wit,line=4,"),
        ("junit", "name=\"wit/not-formatted at 4:1\""),
    ] {
        for way in ["--check", "--diff"] {
            let ran = fmt(temp.path(), &[".", way, "--format", format], 1);
            assert!(ran.stdout.contains(said), "{}", ran.stdout);
            assert!(ran.stdout.contains("wit/syntax"), "{}", ran.stdout);
            assert!(!ran.stdout.contains("b.wit"), "{}", ran.stdout);
            assert_eq!(ran.stderr, "");
            // Without findings, it is the empty document.
            let ran = fmt(temp.path(), &["b.wit", way, "--format", format], 0);
            assert!(!ran.stdout.contains("wit/"), "{}", ran.stdout);
        }
    }
    assert_eq!(
        fmt(temp.path(), &["a.wit", "b.wit", "--check"], 1).stdout,
        "a.wit\n"
    );
    let ran = witkit_fed(
        temp.path(),
        &["fmt", "-", "--check", "--format", "github"],
        b"package a:b; interface i{}",
    );
    let ran = ran.expect(1).unwrap_or_else(|e| panic!("{e}"));
    assert!(ran.stdout.contains("::error file=stdin"), "{}", ran.stdout);
}
