//! Random packages that change: whether an existing guest still links is what `diff` says, and what
//! composing shows.
//!
//! The guest is a stub for the world of OLD; the host is a stub that exports what that world
//! imports, from NEW. Deliberately absent: worlds with exports (`oracle` has them), and running.

use std::fs;
use std::path::{Path, PathBuf};

use wit_parser::Resolve;
use witkit::componentize::{self, Stub, componentize};
use witkit::compose::{self, PartSpec, compose};
use witkit::diff::{self, Input, Options};

use super::packages::{Package, Rng};

/// A stub of the world of a package, as a file beside it.
fn stub(wit: &Path) -> Result<PathBuf, String> {
    let outcome = componentize(&componentize::Options {
        wit: vec![wit.to_path_buf()],
        stub: Some(Stub::Sync),
        ..componentize::Options::default()
    });
    let bytes = outcome.component.ok_or(format!("{:#}", outcome.report))?;
    let path = wit.with_extension("wasm");
    fs::write(&path, bytes).map_err(|e| e.to_string())?;
    Ok(path)
}

/// Whether the guest links with the host.
fn linked(guest: PathBuf, host: PathBuf) -> Result<(), String> {
    let part = |path| PartSpec { name: None, path };
    let outcome = compose(&compose::Options {
        root: Some(part(guest)),
        definitions: vec![part(host)],
        ..compose::Options::default()
    });
    match outcome.composed {
        Some(_) if !outcome.report.has_errors() => Ok(()),
        _ => Err(format!("{:#}", outcome.report)),
    }
}

#[test]
fn a_guest_links_with_a_changed_host_if_and_only_if_nothing_is_said_to_break_it() {
    let (mut link, mut broken, mut unused) = (0, 0, 0);
    for seed in 1..=200 {
        let mut rng = Rng(seed * 0xD1B5_4A32);
        let package = Package::random(&mut rng, false);
        let mut changed = package.clone();
        let what: Vec<String> = (0..1 + rng.below(2))
            .map(|_| changed.mutate(&mut rng))
            .collect();
        let (old, new) = (package.text("1.0.0"), changed.text("1.0.1"));
        if Resolve::default().push_str("new.wit", &new).is_err() {
            continue;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let host = changed.host().text("1.0.1");
        let texts = [("old.wit", &old), ("new.wit", &new), ("host.wit", &host)];
        let [old_path, new_path, host_path] = texts.map(|(name, text)| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("it can be written");
            path
        });
        let found = diff::diff(
            &Input::Path(old_path.clone()),
            &Input::Path(new_path.clone()),
            &Options::default(),
        )
        .unwrap_or_else(|report| panic!("seed {seed}: {report:#}"));
        let breaks: Vec<_> = found
            .report
            .diagnostics()
            .into_iter()
            .filter(|d| d.notes.iter().any(|note| note.contains("guests (link")))
            .collect();
        let guest = stub(&old_path).unwrap_or_else(|e| panic!("{e}\n{old}"));
        let host = stub(&host_path).unwrap_or_else(|e| panic!("{e}\n{host}"));
        let result = linked(guest, host);
        match (&result, breaks.is_empty()) {
            (Ok(()), true) => link += 1,
            (Err(_), false) => broken += 1,
            // A guest does not have the types of an interface in it that no function uses.
            (Ok(()), false) if breaks.iter().all(|d| is_of_unused_type(d)) => unused += 1,
            _ => panic!(
                "seed {seed}, {what:?}: {result:?}\n{}\n{old}\n{new}",
                found.report
            ),
        }
    }
    assert!(link > 30 && broken > 40, "{link} {broken} {unused}");
}

/// Whether a finding is about a type that no function uses.
fn is_of_unused_type(finding: &witkit::diag::Diagnostic) -> bool {
    let name = finding.code.name.trim_start_matches("diff/");
    let of_type = ["type-", "field", "case", "flag"];
    of_type.iter().any(|of| name.starts_with(of))
        && !finding
            .notes
            .iter()
            .any(|note| note.starts_with("used by "))
}
