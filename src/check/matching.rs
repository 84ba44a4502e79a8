//! Pairs the imports and exports of a component with those of a world.
//!
//! May import: `names` (rank 0), `surface` (3).
//! Deliberately absent: whether a pair fits, which `surface::compare` says.
//!
//! Names match as in engines with canonical interface names: the exact name, or else the highest
//! semver-compatible version. `compare_surfaces` matches exact names only, so what matches under
//! another name gets a second entry under that name. Both entries hold the same resources, so two
//! versions of an interface may share those of one.

use std::collections::{BTreeMap, HashMap};

use semver::Version;

use super::wit_places::step;
use crate::names;
use crate::surface::{ExternName, Item, Side, Surface};

/// The surfaces of a world and a component, with what belongs together under one name.
pub(super) struct Matched {
    /// The world's.
    pub expected: Surface,
    /// The component's.
    pub provided: Surface,
    /// By the first step of a path in a mismatch.
    pub pairs: BTreeMap<String, Pair>,
}

/// An import or export, by its names on both sides.
#[derive(Clone, Debug, Default)]
pub(super) struct Pair {
    pub in_component: Option<String>,
    pub in_world: Option<String>,
}

/// Names on semver tracks.
struct Index<'a> {
    exact: HashMap<&'a str, usize>,
    tracks: HashMap<String, (Option<Version>, usize)>,
}

impl<'a> Index<'a> {
    fn new(items: &'a [(ExternName, Item)]) -> Index<'a> {
        let mut index = Index {
            exact: HashMap::new(),
            tracks: HashMap::new(),
        };
        for (at, (name, _)) in items.iter().enumerate() {
            index.exact.insert(name.name.as_str(), at);
            let (track, version) = on_track(name);
            let best = index.tracks.entry(track).or_insert((version.clone(), at));
            if version > best.0 {
                *best = (version, at);
            }
        }
        index
    }

    fn find(&self, name: &ExternName) -> Option<usize> {
        let exact = self.exact.get(name.name.as_str()).copied();
        exact.or_else(|| self.tracks.get(&on_track(name).0).map(|(_, at)| *at))
    }
}

/// The track of a name and the version on it; the name itself if it is on none.
fn on_track(name: &ExternName) -> (String, Option<Version>) {
    match names::track(&name.full_name()) {
        Some((track, version)) => (track, Some(version)),
        // A canonical name without the rest of its version is the name of the track.
        None => (name.name.clone(), None),
    }
}

pub(super) fn align(world: &Surface, component: &Surface) -> Matched {
    let mut aligned = Matched {
        expected: Surface {
            imports: Vec::new(),
            exports: world.exports.clone(),
        },
        provided: component.clone(),
        pairs: BTreeMap::new(),
    };
    let offered = Index::new(&world.imports);
    for (name, own) in &component.imports {
        let found = offered.find(name).map(|at| &world.imports[at]);
        if found.is_none() && own.has_types_only(&name.name) {
            // Types need no provider.
            aligned
                .provided
                .imports
                .retain(|(other, _)| other.name != name.name);
            continue;
        }
        if let Some((_, item)) = found {
            let imports = &mut aligned.expected.imports;
            imports.push((name.clone(), item.clone()));
        }
        aligned.pairs.insert(
            step(Side::Import, &name.full_name()),
            Pair {
                in_component: Some(name.full_name().into_owned()),
                in_world: found.map(|(name, _)| name.full_name().into_owned()),
            },
        );
    }
    let provided = Index::new(&component.exports);
    for (name, _) in &world.exports {
        let found = provided.find(name).map(|at| &component.exports[at]);
        if let Some((ours, item)) = found
            && ours.name != name.name
        {
            let exports = &mut aligned.provided.exports;
            exports.push((name.clone(), item.clone()));
        }
        aligned.pairs.insert(
            step(Side::Export, &name.full_name()),
            Pair {
                in_component: found.map(|(name, _)| name.full_name().into_owned()),
                in_world: Some(name.full_name().into_owned()),
            },
        );
    }
    aligned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::Instance;

    fn items(names: &[&str]) -> Vec<(ExternName, Item)> {
        let item = |name: &&str| {
            let name = ExternName {
                name: name.to_string(),
                ..ExternName::default()
            };
            let exports = Vec::new();
            (name, Item::Instance(Instance { exports }))
        };
        names.iter().map(item).collect()
    }

    fn found(known: &[&str], asked: &str) -> Option<String> {
        let known = items(known);
        let at = Index::new(&known).find(&items(&[asked])[0].0)?;
        Some(known[at].0.name.clone())
    }

    #[test]
    fn the_very_name_wins_then_the_highest_version_on_the_track() {
        let known = ["a:b/c@0.2.1", "a:b/c@0.2.10", "a:b/c@0.2.9", "a:b/c@0.3.0"];
        assert_eq!(found(&known, "a:b/c@0.2.9").as_deref(), Some("a:b/c@0.2.9"));
        assert_eq!(
            found(&known, "a:b/c@0.2.3").as_deref(),
            Some("a:b/c@0.2.10")
        );
        assert_eq!(found(&known, "a:b/c@0.2").as_deref(), Some("a:b/c@0.2.10"));
        assert_eq!(found(&known, "a:b/c@0.4.0"), None);
        assert_eq!(found(&known, "a:b/c"), None);
        assert_eq!(found(&["log"], "log").as_deref(), Some("log"));
    }

    #[test]
    fn a_version_suffix_counts_as_part_of_the_version() {
        let mut known = items(&["a:b/c@0.2"]);
        known[0].0.version_suffix = Some(".6".to_string());
        let index = Index::new(&known);
        assert_eq!(index.find(&items(&["a:b/c@0.2.3"])[0].0), Some(0));
    }
}
