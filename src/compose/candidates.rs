//! Possible providers of an import: the exports of all parts, by name, by semver track and by the
//! interface that they implement.
//!
//! Lives here: [`Candidates`]. May import: `wasm` (rank 1).
//! Deliberately absent: which of several is chosen (`matching`).

use std::collections::HashMap;

use semver::Version;
use wasmparser::ComponentExternName;

use super::parts::Parts;
use crate::names;
use crate::wasm::structure::Structure;

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
    pub fn new(structures: &[Structure<'_>], eligible: impl Fn(usize) -> bool) -> Candidates {
        let mut all = Candidates::default();
        for (part, structure) in structures.iter().enumerate().filter(|(i, _)| eligible(*i)) {
            for (export, item) in structure.exports.iter().enumerate() {
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

    /// Exports with the exact name.
    pub fn named(&self, name: &str) -> &[Candidate] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Exports on the same semver track, highest version first, with their versions.
    pub fn on_track(&self, name: &str) -> Vec<(Version, Candidate)> {
        sorted(&[&self.by_track], name)
    }

    /// Exports of the exact interface, under its own name or a plain one that implements it.
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

/// The export of one component that satisfies the import `name`, by name alone: the exact name, the
/// highest semver-compatible version, or the same for the interface that either implements.
pub(crate) fn export_for(
    structure: &Structure<'_>,
    name: &ComponentExternName<'_>,
) -> Option<usize> {
    best(structure.exports.iter().map(|export| export.name), name)
}

/// The import of one component that is the same as the import `name` of another.
pub(crate) fn imports_like(
    structure: &Structure<'_>,
    name: &ComponentExternName<'_>,
) -> Option<usize> {
    best(structure.imports.iter().map(|import| import.name), name)
}

fn best<'n>(
    names: impl Iterator<Item = ComponentExternName<'n>> + Clone,
    wanted: &ComponentExternName<'_>,
) -> Option<usize> {
    let full = wanted.full_name();
    let interface = wanted.full_implements();
    let interface = interface.as_deref().unwrap_or(&full);
    let exactly =
        |by: &dyn Fn(&ComponentExternName<'n>) -> bool| names.clone().position(|n| by(&n));
    let on_track = |wanted: &str, of: &dyn Fn(&ComponentExternName<'n>) -> Option<String>| {
        let (track, _) = names::track(wanted)?;
        let found = names.clone().enumerate().filter_map(|(at, name)| {
            let (other, version) = names::track(&of(&name)?)?;
            (other == track).then_some((version, at))
        });
        // Of equal versions the first.
        let found = found.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        found.map(|(_, at)| at)
    };
    let own = |name: &ComponentExternName<'n>| Some(name.full_name().into_owned());
    let implemented = |name: &ComponentExternName<'n>| name.full_implements().map(Into::into);
    exactly(&|name| name.full_name() == full)
        .or_else(|| on_track(&full, &own))
        .or_else(|| exactly(&|name| name.full_name() == interface))
        .or_else(|| on_track(interface, &own))
        .or_else(|| exactly(&|name| name.full_implements().as_deref() == Some(interface)))
        .or_else(|| on_track(interface, &implemented))
}

/// The positions of what `typed` means: the exact name, or else all versions of it, or the
/// semver-compatible ones, or all plain names that implement it.
pub(crate) fn meant<'n>(
    typed: &str,
    all: impl Iterator<Item = ComponentExternName<'n>> + Clone,
) -> Vec<usize> {
    let exact = |name: ComponentExternName<'n>| name.name == typed || name.full_name() == typed;
    if let Some(exact) = all.clone().position(exact) {
        return vec![exact];
    }
    let track = names::track(typed).map(|(track, _)| track);
    let on_track = |name: &str| track.is_some() && names::track(name).map(|(t, _)| t) == track;
    let those = |by: &dyn Fn(ComponentExternName<'n>) -> bool| -> Vec<usize> {
        let found = all.clone().enumerate().filter(|(_, name)| by(*name));
        found.map(|(at, _)| at).collect()
    };
    let implements = |name: ComponentExternName<'n>, by: &dyn Fn(&str) -> bool| {
        name.full_implements()
            .is_some_and(|interface| by(&interface))
    };
    let ladder: [&dyn Fn(ComponentExternName<'n>) -> bool; 4] = [
        &|name| names::refers_to(typed, &name.full_name()),
        &|name| on_track(&name.full_name()),
        &|name| implements(name, &|interface| names::refers_to(typed, interface)),
        &|name| implements(name, &on_track),
    ];
    let steps = ladder.iter().map(|step| those(step));
    steps
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
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
