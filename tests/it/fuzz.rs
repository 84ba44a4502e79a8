//! All fuzz targets, for a while: on their seeds, and on what is near them.
//!
//! `WITKIT_FUZZ_SECONDS=600 cargo test fuzz` goes on for longer, `WITKIT_FUZZ_SEED=7` with other changes.
//! Deliberately absent: coverage; `fuzz/` has the same targets for libFuzzer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use crate::driver::{run, tried, write};
use crate::support::{listing, project};
use crate::targets::TARGETS;

/// How long all of them take together.
const SECONDS: u64 = 60;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn no_target_fails_near_its_seeds() {
    let seconds = number("WITKIT_FUZZ_SECONDS").unwrap_or(SECONDS);
    let time = Duration::from_secs(seconds) / TARGETS.len() as u32;
    let seed = number("WITKIT_FUZZ_SEED").unwrap_or(1);
    let mut wrong = Vec::new();
    for target in TARGETS {
        let ran = run(target, time, seed);
        println!("{}: {} executions", target.name, ran.executions);
        if let Some((input, told)) = ran.failure {
            let input = input.escape_ascii();
            wrong.push(format!("{}: {told}\ninput: {input}", target.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Inputs that failed once.
const FOUND: &[(&str, &[u8])] = &[
    // A type that is missing was a node behind the end of its parent.
    ("syntax", b"interface t{t: "),
    ("syntax", b"world w { import f: func(a: ) ; }"),
    // An import of other languages that ends with the file was read for ever.
    ("syntax", b"interface i { use {key} from "),
    ("syntax", b"use a from"),
    // JUnit's XML passed on what a terminal does something about.
    ("replay", b"mei\x7f/clock#late(1) =ollab1"),
    // What has no binary form.
    ("wit", b"package e:t;interface i{d:func()->stream<char>;}"),
    (
        "wit",
        b"package e:k;interface t{resource key;s:func(h:stream<borrow<key>>);}",
    ),
    // A comment for the linter goes with what it is about.
    (
        "lint",
        b"package e:v@1.0.0;//witkit:allow(empty-interface)\ninterface n{r:func();}",
    ),
];

#[test]
fn what_failed_once_holds() {
    for (name, input) in FOUND {
        let target = TARGETS.iter().find(|target| target.name == *name);
        let held = tried(target.expect(name), input);
        held.unwrap_or_else(|told| panic!("{name}: {told}\n{}", input.escape_ascii()));
    }
}

#[test]
fn every_target_is_one_for_libfuzzer() {
    let names: BTreeSet<String> = TARGETS.iter().map(|t| t.name.to_string()).collect();
    assert_eq!(names.len(), TARGETS.len(), "a name is there twice");
    let files = listing(&project().join("fuzz/fuzz_targets"));
    let files: BTreeSet<String> = files
        .iter()
        .map(|file| file.trim_end_matches(".rs").to_string())
        .collect();
    assert_eq!(files, names);
    let manifest = fs::read_to_string(project().join("fuzz/Cargo.toml")).expect("it is there");
    for name in names {
        let file = project().join(format!("fuzz/fuzz_targets/{name}.rs"));
        let text = fs::read_to_string(file).expect("it is there");
        assert!(text.contains(&format!("fuzz(\"{name}\", data)")), "{text}");
        let path = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&path), "{name} is not in the manifest");
    }
}

#[test]
fn seeds_are_written_for_libfuzzer() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    for target in TARGETS {
        write(target, temp.path()).expect("they are written");
        let seeds = listing(&temp.path().join(target.name)).len();
        assert!(seeds > 5, "{}: only {seeds} seeds", target.name);
        let words = temp.path().join(format!("{}.dict", target.name));
        let words = fs::read_to_string(words).expect("it is there");
        let all = target.words.split_whitespace().count();
        assert_eq!(words.lines().count(), all, "{}", target.name);
    }
}

/// The packages of a lock file with their versions, and the dependencies of witkit.
fn locked(text: &str) -> (BTreeMap<&str, BTreeSet<&str>>, BTreeSet<&str>) {
    let (mut versions, mut own) = (BTreeMap::new(), BTreeSet::new());
    for package in text.split("[[package]]\n").skip(1) {
        let value = |key: &str| {
            let start = format!("{key} = \"");
            let line = package.lines().find_map(|line| line.strip_prefix(&start));
            line.unwrap_or_default().trim_end_matches('"')
        };
        let all: &mut BTreeSet<&str> = versions.entry(value("name")).or_default();
        all.insert(value("version"));
        if value("name") == "witkit" {
            let words = package.lines().filter_map(|line| line.strip_prefix(" \""));
            own.extend(words.filter_map(|line| line.split([' ', '"']).next()));
        }
    }
    (versions, own)
}

/// `cargo fuzz` and `--locked` fail with an old lock file, and what is fuzzed is what is built.
#[test]
fn the_lock_file_of_the_targets_is_that_of_the_project() {
    let read = |path: &str| fs::read_to_string(project().join(path)).expect("it is there");
    let (ours, theirs) = (read("Cargo.lock"), read("fuzz/Cargo.lock"));
    let ((ours, own), (theirs, used)) = (locked(&ours), locked(&theirs));
    assert!(used.len() > 20 && theirs.len() > 100, "it is not read");
    let again = "cp Cargo.lock fuzz/ && cargo metadata --manifest-path fuzz/Cargo.toml";
    for (name, versions) in theirs {
        let known = ours.get(name);
        let same = known.is_none_or(|known| versions.is_subset(known));
        assert!(same, "{name}: {versions:?} is not {known:?}; run {again}");
    }
    let manifest = read("Cargo.toml");
    let (_, dev) = manifest.split_once("[dev-dependencies]").expect("a table");
    let dev = dev.split("\n[").next().unwrap_or_default();
    let only_dev = |name: &&&str| {
        dev.lines()
            .any(|line| line.starts_with(&format!("{name} =")))
    };
    let mut missing = own.difference(&used).filter(|name| !only_dev(name));
    assert_eq!(missing.next(), None, "a new dependency; run {again}");
    assert_eq!(used.difference(&own).next(), None, "run {again}");
}
