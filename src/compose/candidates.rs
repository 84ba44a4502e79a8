//! Who might serve an import: the exports of all parts, by name, by semver track and by the
//! interface that they implement.
//!
//! Lives here: [`Candidates`]. May import: `wasm` (rank 1).
//! Deliberately absent: which of several is taken (`matching`).

use std::collections::HashMap;

use semver::Version;

use super::parts::Parts;
use crate::names;
use crate::wasm::outline::Outline;

/// An export of a part, by their positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    pub part: usize,
    pub export: usize,
}

/// The exports of all parts.
#[derive(Default)]
pub(crate) struct Candidates {
    by_name: HashMap<String, Vec<Candidate>>,
    by_track: HashMap<String, Vec<(Version, Candidate)>>,
    /// By the interface that a plainly named export implements, and by that one's track.
    by_interface: HashMap<String, Vec<Candidate>>,
    by_interface_track: HashMap<String, Vec<(Version, Candidate)>>,
}

impl Candidates {
    /// The exports of those parts for which `eligible` says so.
    pub fn new(outlines: &[Outline<'_>], eligible: impl Fn(usize) -> bool) -> Candidates {
        let mut all = Candidates::default();
        for (part, outline) in outlines.iter().enumerate().filter(|(i, _)| eligible(*i)) {
            for (export, item) in outline.exports.iter().enumerate() {
                let candidate = Candidate { part, export };
                let name = item.name.full_name();
                if let Some((track, version)) = names::track(&name) {
                    let on_track = all.by_track.entry(track).or_default();
                    on_track.push((version, candidate));
                }
                if let Some(interface) = item.name.full_implements() {
                    if let Some((track, version)) = names::track(&interface) {
                        let on_track = all.by_interface_track.entry(track).or_default();
                        on_track.push((version, candidate));
                    }
                    let same = all.by_interface.entry(interface.into_owned()).or_default();
                    same.push(candidate);
                }
                all.by_name
                    .entry(name.into_owned())
                    .or_default()
                    .push(candidate);
            }
        }
        all
    }

    /// Exports of the very name.
    pub fn named(&self, name: &str) -> &[Candidate] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Exports on the same semver track, highest version first, with their versions.
    pub fn on_track(&self, name: &str) -> Vec<(Version, Candidate)> {
        sorted(&[&self.by_track], name)
    }

    /// Exports of the very interface, under its own name or a plain one that implements it.
    pub fn implementing(&self, interface: &str) -> Vec<Candidate> {
        let mut found = self.named(interface).to_vec();
        found.extend(self.by_interface.get(interface).into_iter().flatten());
        found
    }

    /// The same for the interface's semver track.
    pub fn implementing_on_track(&self, interface: &str) -> Vec<(Version, Candidate)> {
        sorted(&[&self.by_track, &self.by_interface_track], interface)
    }
}

/// Who is on the track of `name` in any of `indexes`, highest version first.
fn sorted(
    indexes: &[&HashMap<String, Vec<(Version, Candidate)>>],
    name: &str,
) -> Vec<(Version, Candidate)> {
    let Some((track, _)) = names::track(name) else {
        return Vec::new();
    };
    let on_track = indexes.iter().filter_map(|index| index.get(&track));
    let mut found: Vec<(Version, Candidate)> = on_track.flatten().cloned().collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found
}

/// The export of one component that goes by `name`: the very name, or else the highest version on
/// its semver track.
pub(crate) fn export_named(outline: &Outline<'_>, name: &str) -> Option<usize> {
    let exports = &outline.exports;
    let exact = exports.iter().position(|e| e.name.full_name() == name);
    exact.or_else(|| {
        let (track, _) = names::track(name)?;
        let on_track = exports.iter().enumerate().filter_map(|(at, export)| {
            let (other, version) = names::track(&export.name.full_name())?;
            (other == track).then_some((version, at))
        });
        on_track.max().map(|(_, at)| at)
    })
}

/// Those of `found` that were named by the user, or else those from search paths; never `importer`.
pub(crate) fn preferred(parts: &Parts, importer: usize, found: &[Candidate]) -> Vec<Candidate> {
    let others = || found.iter().copied().filter(|c| c.part != importer);
    let named: Vec<Candidate> = others()
        .filter(|c| parts.all()[c.part].was_named())
        .collect();
    if named.is_empty() {
        others().collect()
    } else {
        named
    }
}
