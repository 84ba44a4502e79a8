//! The files about hosts, choosing among them, and what is read of guests.
//!
//! Deliberately absent: verdicts in words (`fixtures/check/host-*`) and against real hosts
//! (`tests/it/check_hosts.rs`).

use super::*;
use crate::features::Feature;

fn hosts() -> Vec<Host> {
    known().expect("the files are right")
}

fn typed(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

#[test]
fn every_file_is_read_and_is_in_the_list() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check/hosts");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let stem = path.file_stem().expect("a file has a name");
            files.push(stem.to_string_lossy().into_owned());
        }
    }
    files.sort();
    let listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
    assert_eq!(files, listed);
    assert_eq!(hosts().len(), listed.len());
}

#[test]
fn every_fact_has_a_source_with_a_date() {
    let is_date = |text: &str| {
        let parts: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
        lengths == [4, 2, 2] && parts.iter().all(digits)
    };
    for host in hosts() {
        assert!(!host.sources.is_empty(), "{}", host.name);
        for source in &host.sources {
            assert!(is_date(&source.date), "{}: {}", host.name, source.date);
            assert!(!source.what.is_empty() && !source.version.is_empty());
        }
        for release in &host.releases {
            assert!(is_date(&release.date), "{} {}", host.name, release.version);
        }
        let dates: Vec<&str> = host.releases.iter().map(|r| r.date.as_str()).collect();
        assert!(
            dates.is_sorted(),
            "{}: releases by date {dates:?}",
            host.name
        );
    }
}

#[test]
fn files_are_sorted() {
    for &(name, text) in FILES {
        for table in ["sources", "versions"] {
            let prefix = format!("[{table}.");
            let lines = text.lines().filter(|line| line.starts_with(&prefix));
            let keys: Vec<&str> = lines
                .map(|line| line[prefix.len()..].trim_start_matches('"'))
                .filter(|line| !line.contains("\"."))
                .map(|line| line.trim_end_matches(']').trim_end_matches('"'))
                .collect();
            match table {
                "versions" => {
                    let versions = keys.iter().map(|k| Version::parse(k).expect("a version"));
                    assert!(versions.is_sorted(), "{name}: {keys:?}");
                }
                _ => assert!(keys.is_sorted(), "{name}: {keys:?}"),
            }
        }
    }
    for host in hosts() {
        for release in &host.releases {
            for (group, offer) in &release.offers {
                let known = &offer.interfaces;
                assert!(known.is_sorted(), "{}: {group} is not sorted", host.name);
            }
            assert!(
                release
                    .takes
                    .iter()
                    .all(|t| ["component", "core module"].contains(&t.as_str())),
                "{} takes {:?}",
                host.name,
                release.takes
            );
        }
    }
}

#[test]
fn features_have_the_names_that_inspect_has_for_them() {
    let known = Feature::full_names();
    for host in hosts() {
        for release in &host.releases {
            for feature in release.features.keys() {
                assert!(known.contains(feature), "{}: {feature}", host.name);
            }
        }
        for (what, _) in &host.unknown {
            // Of an import, or a module that core modules import from.
            let is_other =
                what.contains([':', '_']) || ["component", "core module"].contains(&what.as_str());
            assert!(is_other || known.contains(what), "{}: {what}", host.name);
        }
    }
}

#[test]
fn hosts_are_chosen_by_name_alias_and_version() {
    let hosts = hosts();
    let chosen = select(&hosts, &typed(&["wasmtime", "wasmtime-run", "spin@3.6"])).expect("known");
    let names: Vec<&str> = chosen.iter().map(|c| c.host.name).collect();
    assert_eq!(names, ["wasmtime-run", "spin"]);
    let version = chosen[1].version.clone().expect("a version was given");
    let release = chosen[1].host.at(&version).expect("3.6 is known");
    assert_eq!(release.version.to_string(), "3.6.0");
    let all = select(&hosts, &typed(&["all"])).expect("all is known");
    assert_eq!(all.len(), FILES.len());
    for (wrong, advice) in [
        ("wasmtim", "did you mean `wasmtime`?"),
        ("qq", "use `all`, or one of `cloudflare-workers`"),
        ("spin@new", "`new` is not a valid version"),
        ("spin@", "`` is not a valid version"),
        ("spin@1.2.3.4", "is not a valid version"),
    ] {
        let told = select(&hosts, &typed(&[wrong])).expect_err(wrong);
        assert!(told.contains(advice), "{told}");
    }
}

/// Names of hosts and aliases are told apart.
#[test]
fn no_name_means_two_hosts() {
    let hosts = hosts();
    let mut names: Vec<&str> = hosts.iter().map(|h| h.name).collect();
    names.extend(hosts.iter().flat_map(|h| h.also.iter().map(String::as_str)));
    names.push("all");
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_wrong_file_is_told_with_all_that_is_wrong_in_it() {
    let text = "title = \"x\"\nhomepage = \"y\"\nhomage = 1\n[versions.\"1.0.0\"]\n\
        takes = [\"component\"]\nmatching = \"some\"\n[versions.\"1.0.0\".offers]\nnone = [\"1.0.0\"]\n\
        [versions.\"1.0.0\".flags]\nother = \"-x\"\n[versions.one]\ndate = \"2024-01-01\"\n";
    let report = data::read("wrong", text).expect_err("much is wrong");
    let told = format!("{report:#}");
    for part in [
        "unknown key `homage`",
        "unknown group `none`",
        "`other` is not offered",
        "`matching` must be `track` or `exact`",
        "missing key `date`",
        "missing key `command`",
        "`one` is not a valid version",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

/// What stands for text in binary form.
fn binary(text: &str) -> Vec<u8> {
    let source = crate::source::Source::memory("test.wat", text.as_bytes().to_vec());
    crate::wasm::translate(&source).expect("the text is right")
}

#[test]
fn features_are_found_wherever_they_are_used() {
    for (text, expected) in [
        ("(component)", vec![]),
        (
            "(component (core func (canon backpressure.inc)))",
            vec!["async"],
        ),
        (
            "(component (core func (canon error-context.drop)))",
            vec!["error-context"],
        ),
        (
            "(component (component (type (future u8))))",
            vec!["streams and futures"],
        ),
        (
            "(component (type (instance (type (map string u8)))) (type (list u8 4)))",
            vec!["fixed-length lists", "map"],
        ),
        (
            "(component (core module (memory i64 1) (memory 1 2 shared)))",
            vec!["core memory64", "core multi-memory", "core threads"],
        ),
        (
            "(module (import \"a\" \"b\" (tag)))",
            vec!["core exceptions"],
        ),
    ] {
        let source = crate::source::Source::memory("test.wasm", binary(text));
        let guest = guest(source).unwrap_or_else(|report| panic!("{text}: {report:#}"));
        let found: Vec<&str> = guest.features.keys().map(String::as_str).collect();
        assert_eq!(found, expected, "{text}");
    }
}

fn guest(source: crate::source::Source) -> Result<Guest, Report> {
    Guest::of(&crate::check::Input::new(source)?)
}

#[test]
fn what_is_cut_off_is_refused_and_never_panics() {
    let whole = binary(
        "(component (import \"wasi:random/random@0.2.0\" (instance (export \"f\" (func))))
           (core module (memory 1)) (type (map string u8)))",
    );
    let hosts = hosts();
    let all = select(&hosts, &typed(&["all"])).expect("all is known");
    for end in 0..=whole.len() {
        let source = crate::source::Source::memory("cut.wasm", whole[..end].to_vec());
        match guest(source) {
            Ok(guest) => {
                for host in &all {
                    assert!(!host.judge(&guest).version.is_empty());
                }
            }
            Err(report) => assert!(report.has_errors()),
        }
    }
}
