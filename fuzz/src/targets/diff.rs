//! Random packages that change: `diff` says that guests or hosts go on to link if and only if they do.
//!
//! The guest is a stub for the world of OLD; the host is a stub that exports what that world imports,
//! from NEW. wit-component says of worlds with exports whether one is an upgrade of the other.

use wit_parser::Resolve;
use witkit::componentize::{self, Stub, componentize};
use witkit::compose::{self, compose};
use witkit::diag;
use witkit::diff::{self, Diff, Input, Options};

use super::{seed, sound};
use crate::changes::{Package, Rng};

/// Bytes as a seed.
pub fn check(data: &[u8]) -> Result<(), String> {
    let seed = seed(data) | 1;
    evolution(seed)?;
    upgrades(seed).map(drop)
}

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// The new package does not resolve.
    Nothing,
    /// The guest links, and nothing is said to break it.
    Links,
    /// It does not, and something is.
    Breaks,
    /// It links, and what is said to break it is a type that it does not use.
    Unused,
}

/// A package, what it is changed to, and how.
fn changed(seed: u64, exports: bool) -> Option<(Package, Package, Vec<String>)> {
    let mut rng = Rng(seed);
    let package = Package::random(&mut rng, exports);
    let mut changed = package.clone();
    let steps = 1 + rng.below(2);
    let what = (0..steps).map(|_| changed.mutate(&mut rng)).collect();
    let new = Resolve::default().push_str("new.wit", &changed.text("1.0.1"));
    new.is_ok().then_some((package, changed, what))
}

fn compared(old: &str, new: &str) -> Result<Diff, String> {
    let input = |name: &str, text: &str| Input::from((name, text));
    let (old, new) = (input("old.wit", old), input("new.wit", new));
    let found = diff::diff(&old, &new, &Options::default());
    let found = found.map_err(|report| format!("{report:#}"))?;
    sound(&found.report, found.changes.len() as u64)?;
    Ok(found)
}

/// A stub of the world of a package.
fn stub(wit: &str) -> Result<Vec<u8>, String> {
    let outcome = componentize(&componentize::Options {
        stub: Some(Stub::Sync),
        ..componentize::Options::default().wit(("world.wit", wit))
    });
    outcome
        .component
        .ok_or(format!("{:#}\n{wit}", outcome.report))
}

/// Whether the guest links with the host.
fn linked(guest: Vec<u8>, host: Vec<u8>) -> Result<(), String> {
    let options = compose::Options::default();
    let options = options
        .root(("guest.wasm", guest))
        .part(("host.wasm", host));
    let outcome = compose(&options);
    match outcome.composed {
        Some(_) if !outcome.report.has_errors() => Ok(()),
        _ => Err(format!("{:#}", outcome.report)),
    }
}

/// A guest links with a changed host if and only if nothing is said to break it.
pub fn evolution(seed: u64) -> Result<Came, String> {
    let Some((package, changed, what)) = changed(seed, false) else {
        return Ok(Came::Nothing);
    };
    let (old, new) = (package.text("1.0.0"), changed.text("1.0.1"));
    let found = compared(&old, &new)?;
    let found_all = found.report.diagnostics().into_iter();
    let of_guests = |d: &&diag::Diagnostic| d.notes.iter().any(|n| n.contains("guests (link"));
    let breaks: Vec<_> = found_all.filter(of_guests).collect();
    let result = linked(stub(&old)?, stub(&changed.host().text("1.0.1"))?);
    match (&result, breaks.is_empty()) {
        (Ok(()), true) => Ok(Came::Links),
        (Err(_), false) => Ok(Came::Breaks),
        // A guest does not have the types of an interface in it that no function uses.
        (Ok(()), false) if breaks.iter().all(|d| is_of_unused_type(d)) => Ok(Came::Unused),
        _ => Err(format!(
            "{what:?}: {result:?}\n{}\n{old}\n{new}",
            found.report
        )),
    }
}

/// Whether a finding is about a type that no function uses.
fn is_of_unused_type(finding: &diag::Diagnostic) -> bool {
    let name = finding.code.name.trim_start_matches("diff/");
    let of_type = ["type-", "field", "case", "flag"];
    let is_used = |note: &String| note.starts_with("used by ");
    of_type.iter().any(|of| name.starts_with(of)) && !finding.notes.iter().any(is_used)
}

/// Whether guests go on to link, and hosts.
pub fn links(found: &Diff) -> (bool, bool) {
    let changes = &found.changes;
    (
        changes.iter().all(|c| c.verdict.guests_link),
        changes.iter().all(|c| c.verdict.hosts_link),
    )
}

/// Whether wit-component takes the world `app` of `new` for an upgrade of that of `old`.
pub fn accepted(old: &str, new: &str) -> Result<(), String> {
    let mut resolve = Resolve::default();
    let mut world = |text: &str| {
        let package = resolve
            .push_str("a.wit", text)
            .map_err(|e| format!("{e:#}"))?;
        resolve
            .select_world(&[package], Some("app"))
            .map_err(|e| format!("{e:#}"))
    };
    let (old, new) = (world(old)?, world(new)?);
    wit_component::semver_check(resolve, old, new).map_err(|e| format!("{e:#}"))
}

/// Nothing that wit-component rejects is said to break nobody; what it says of either direction.
pub fn upgrades(seed: u64) -> Result<Option<[bool; 2]>, String> {
    let Some((package, changed, what)) = changed(seed, true) else {
        return Ok(None);
    };
    let (old, new) = (package.text("1.0.0"), changed.text("1.0.1"));
    let (guests, hosts) = links(&compared(&old, &new)?);
    let mut verdicts = [false; 2];
    for (at, side, ours, theirs) in [
        (0, "guests", guests, accepted(&old, &new)),
        (1, "hosts", hosts, accepted(&new, &old)),
    ] {
        if let (true, Err(why)) = (ours, &theirs) {
            return Err(format!(
                "{what:?}: {side} are said to link\n{why}\n{old}\n{new}"
            ));
        }
        verdicts[at] = theirs.is_ok();
    }
    Ok(Some(verdicts))
}
