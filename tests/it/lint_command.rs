//! `witkit lint` as people and CI use it: scenarios in `fixtures/lint`, and what files become.

use std::fs;

use crate::support::{self, Scenario, copy_folder, project, witkit, witkit_fed};

#[test]
fn scenarios_print_what_they_should() {
    let scenarios = Scenario::all(&project().join("fixtures/lint"));
    support::each(&scenarios, |scenario| {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        copy_folder(&scenario.folder, folder.path()).map_err(|e| e.to_string())?;
        let ran = witkit(folder.path(), &scenario.args).expect(scenario.exit.unwrap_or(0))?;
        scenario.snapshot("stdout.txt", &ran.stdout, true)?;
        scenario.snapshot("stderr.txt", &ran.stderr, true)?;
        // What `--fix` and `--write-baseline` leave behind.
        for (file, written) in [("fixed.txt", "a.wit"), ("written.txt", "baseline.json")] {
            if scenario.text(file).is_some() || std::env::var_os("WITKIT_BLESS").is_some() {
                let now = fs::read_to_string(folder.path().join(written)).unwrap_or_default();
                let unchanged = scenario.text(written).as_deref() == Some(now.as_str());
                let text = if unchanged { "" } else { &now };
                scenario.snapshot(file, text, true)?;
            }
        }
        Ok(())
    });
}

const UNUSED: &str = "package acme:kv@1.0.0;

interface types {
  type key = string;
  type value = list<u8>;
}

interface store {
  use types.{key, value};

  remove: func(key: key);
}
";

#[test]
fn standard_input_is_mended_on_standard_output_and_findings_go_elsewhere() {
    let args = ["lint", "-", "--fix", "--unsafe-fixes"];
    let ran = witkit_fed(project(), &args, UNUSED.as_bytes()).expect(0);
    let ran = ran.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ran.stdout, UNUSED.replace("{key, value}", "{key}"));
    assert_eq!(ran.stderr, "");
    let ran = witkit_fed(project(), &["lint", "-"], UNUSED.as_bytes()).expect(0);
    let ran = ran.unwrap_or_else(|e| panic!("{e}"));
    assert!(ran.stdout.contains("[stdin:9:19]"), "{}", ran.stdout);
}

#[test]
fn warnings_fail_only_if_they_are_denied() {
    for (more, exit) in [(&[][..], 0), (&["--deny-warnings"], 1)] {
        let args = [&["lint", "-"], more].concat();
        let ran = witkit_fed(project(), &args, UNUSED.as_bytes()).expect(exit);
        assert!(ran.is_ok(), "{ran:?}");
    }
    let clean = UNUSED.replace("{key, value}", "{key}");
    let args = ["lint", "-", "--deny-warnings"];
    let ran = witkit_fed(project(), &args, clean.as_bytes()).expect(0);
    assert_eq!(ran.expect("nothing is found").stdout, "");
}

#[test]
fn a_baseline_hides_what_was_there_wherever_it_has_moved_to() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |args: &[&str], exit| {
        let ran = witkit(folder.path(), args).expect(exit);
        ran.unwrap_or_else(|e| panic!("{e}"))
    };
    let file = folder.path().join("a.wit");
    fs::write(&file, UNUSED).expect("it can be written");
    run(&["lint", "a.wit", "--write-baseline", "b.json"], 0);
    let hidden = ["lint", "a.wit", "--baseline", "b.json", "--deny-warnings"];
    assert_eq!(run(&hidden, 0).stdout, "");
    let moved = UNUSED.replace("interface types", "\n\n/// Types.\ninterface types");
    fs::write(&file, &moved).expect("it can be written");
    assert_eq!(run(&hidden, 0).stdout, "");
    let more = moved + "\ninterface nothing {}\n";
    fs::write(&file, more).expect("it can be written");
    let found = run(&hidden, 1).stdout;
    assert!(
        found.contains("wit/empty-interface") && !found.contains("unused-use"),
        "{found}"
    );
}

#[test]
fn a_file_stands_for_the_package_of_its_folder_and_only_its_findings_are_shown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("types.wit", "interface types {\n  type key = string;\n}\n");
    write(
        "store.wit",
        "package acme:kv@1.0.0;\n\ninterface store {\n  use types.{key};\n\n  clear: func();\n}\n",
    );
    for (file, found) in [
        ("types.wit", false),
        ("store.wit", true),
        ("./store.wit", true),
    ] {
        let ran = witkit(folder.path(), &["lint", file]).expect(0);
        let ran = ran.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            ran.stdout.contains("unused-use"),
            found,
            "{file}: {}",
            ran.stdout
        );
    }
}

#[test]
fn wrong_rules_on_the_command_line_are_usage_errors() {
    let ran = witkit(project(), &["lint", "wit", "--select", "unused-uses"]).expect(2);
    let ran = ran.unwrap_or_else(|e| panic!("{e}"));
    assert!(
        ran.stderr.contains("did you mean `unused-use`?"),
        "{}",
        ran.stderr
    );
}

#[test]
fn all_rules_are_listed_with_their_groups() {
    let ran = witkit(project(), &["lint", "--list"]).expect(0);
    let list = ran.unwrap_or_else(|e| panic!("{e}")).stdout;
    for rule in witkit::lint::RULES {
        let line = list
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{} ", rule.name())));
        assert!(line.is_some(), "{} is not listed", rule.name());
    }
}

#[test]
fn our_own_worlds_are_linted_and_formatted() {
    assert!(
        witkit(project(), &["lint", "wit", "--deny-warnings"])
            .expect(0)
            .is_ok()
    );
    assert!(
        witkit(project(), &["fmt", "--check", "wit"])
            .expect(0)
            .is_ok()
    );
}

#[test]
fn standard_input_stands_for_a_file_among_its_siblings() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let folder = temp.path();
    let write = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
        fs::write(file, text).expect("it is written");
    };
    write("wit/o.wit", "interface other { type x = u32; }\n");
    write("wit/w.wit", "saved (long ago {");
    write(
        "wit/deps/log/l.wit",
        "package l:log@0.1.0;\ninterface sink { enum level { debug, info } }\n",
    );
    write("wit/witkit.toml", "");
    write("witkit.toml", "[lint.levels]\nnot-formatted = \"error\"\n");
    let text = "package t:app@1.0.0;
interface i { use l:log/sink@0.1.0.{level}; use other.{x}; f: func(l: level, x: x, y: other.x); }
";
    let text = text.replace(", y: other.x", "");
    let broken = text.replace("x: x", "x: nowhere");
    let run = |from: &str, args: &[&str], text: &str, exit| {
        let ran = witkit_fed(&folder.join(from), args, text.as_bytes()).expect(exit);
        ran.unwrap_or_else(|e| panic!("{args:?}: {e}"))
    };
    let others = "interface more { use i.{level}; use other.{x}; g: func() -> x; }\n";
    let fixed_others = "interface more { use other.{x}; g: func() -> x; }\n";
    let level = ["--select", "unused-use"];
    for (from, name) in [
        ("", "wit/w.wit"),
        ("wit", "w.wit"),
        ("wit/deps", "../w.wit"),
    ] {
        let args = ["lint", "--stdin-filename", name, "-"];
        assert_eq!(run(from, &args, &text, 0).stdout, "");
        let ran = run(from, &args, &broken, 1);
        let place = format!("[{name}:2:");
        assert!(ran.stdout.contains(&place), "{}", ran.stdout);
        // The file need not exist, and the others are read from the disk.
        let name = name.replace("w.wit", "v.wit");
        fs::write(folder.join("wit/w.wit"), &text).expect("it is written");
        let args = [&["lint", "--stdin-filename", &name][..], &level].concat();
        let ran = run(from, &args, others, 0);
        let place = format!("[{name}:1:");
        assert!(ran.stdout.contains(&place), "{}", ran.stdout);
        let args = [&args[..], &["--fix", "--unsafe-fixes"]].concat();
        assert_eq!(run(from, &args, others, 0).stdout, fixed_others);
        assert!(!folder.join("wit/v.wit").exists());
    }
    // The configuration is the one that the file would have.
    let text = "package a:b; interface i{}";
    let ran = run("", &["lint", "--stdin-filename", "v.wit"], text, 1);
    assert!(ran.stdout.contains("not-formatted"), "{}", ran.stdout);
    for name in ["wit", "wit/deps/", "-", "."] {
        let ran = run("", &["lint", "--stdin-filename", name], "", 2);
        assert!(
            ran.stderr.contains("requires a file name"),
            "{}",
            ran.stderr
        );
    }
    // With it, there is nothing else to read.
    let ran = run("", &["lint", "--stdin-filename", "v.wit", "wit"], "", 2);
    assert!(
        ran.stderr.contains("remove all paths except `-`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn files_that_are_packages_of_their_own_are_one_finding_and_each_is_taken_alone() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(temp.path().join(name), text).expect("it can be written");
    };
    let world = "world the-world { import types; }\n";
    write(
        "a.wit",
        &format!(
            "package foo:bar@1.0.0;\ninterface types {{ type t = u32; f: func() -> t; }}\n{world}"
        ),
    );
    write(
        "b.wit",
        &format!(
            "package foo:bar@1.0.0;\ninterface types {{ enum e {{ a }} f: func() -> e; }}\n{world}"
        ),
    );
    // Each defines the same: they are not parts of one package, whatever they say.
    for file in ["a.wit", "b.wit"] {
        let ran = witkit(temp.path(), &["lint", file]).expect(0);
        ran.unwrap_or_else(|wrong| panic!("{file}: {wrong}"));
    }
    write(
        "c.wit",
        &format!("package my:other@1.0.0;\ninterface types {{ f: func() -> unknown; }}\n{world}"),
    );
    let ran = witkit(temp.path(), &["lint", "."]).expect(1);
    let out = ran.unwrap_or_else(|wrong| panic!("{wrong}")).stdout;
    assert_eq!(out.matches("error[").count(), 1, "{out}");
    assert!(
        out.contains("`foo:bar@1.0.0` and `my:other@1.0.0`"),
        "{out}"
    );
}
