//! Imports that are left to the host: grouped, so that each becomes one import of the composition.
//!
//! Lives here: [`Open`]. May import: `wasm`, `diag`, `names`, `plan`, `type_slicer` (ranks 0 to 2).
//! Deliberately absent: their types, which are sliced out of the parts when the plan is built.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use wasmparser::ComponentTypeRef;

use super::codes;
use super::parts::Parts;
use super::types::Types;
use crate::diag::{Diagnostic, Report};
use crate::escape;
use crate::names;
use crate::plan::{Import, Served};
use crate::type_slicer;
use crate::wasm::structure::Structure;

/// The imports of parts that are left to the host.
#[derive(Default)]
pub(crate) struct Open {
    /// In the order in which they came up, with the name they are to have, if not their own.
    imports: Vec<(usize, usize, Option<String>)>,
    /// Types of worlds that exports mention: they need a name, but no provider.
    world_types: Vec<(usize, usize)>,
    /// Imports that another import of the composition stands for, whose type is not theirs.
    given: Vec<(usize, usize)>,
}

/// One import of the composition in the making.
#[derive(Default)]
struct Group {
    /// The name that was given explicitly.
    name: Option<String>,
    members: Vec<Member>,
}

/// An import of a part, and which types if only types of it are needed.
struct Member {
    part: usize,
    import: usize,
    types: Option<BTreeSet<String>>,
}

impl Open {
    /// Leaves an import to the host.
    pub fn add(&mut self, part: usize, import: usize, name: Option<String>) {
        self.imports.push((part, import, name));
    }

    /// The imports that are left open.
    pub fn imports(&self) -> impl Iterator<Item = (usize, usize)> {
        self.imports
            .iter()
            .map(|(part, import, _)| (*part, *import))
    }

    /// Leaves an import to the host that a declared import of the composition stands for.
    pub fn add_given(&mut self, part: usize, import: usize) {
        self.given.push((part, import));
    }

    /// Imports a type of a part's world along, as an export has no other name for it.
    pub fn add_world_type(&mut self, part: usize, import: usize) {
        self.world_types.push((part, import));
    }

    /// Groups them by semver track or name.
    ///
    /// The types of an import may name types of other imports of its part. If a part satisfies such
    /// another import, its types alone are imported too: the host must know them, although it does
    /// not provide the interface.
    pub fn merge(
        &self,
        parts: &Parts,
        structures: &[Structure<'_>],
        no_imports: bool,
        types: &mut Types<'_>,
        report: &mut Report,
    ) -> Vec<Import> {
        let mut groups: Vec<Group> = Vec::new();
        let mut by_key: HashMap<String, usize> = HashMap::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        let full_name = |part: usize, import: usize| {
            structures[part].imports[import]
                .name
                .full_name()
                .into_owned()
        };
        for (part, import, name) in &self.imports {
            let key = match name {
                Some(name) => name.clone(),
                None => names::track_or_name(&full_name(*part, *import)),
            };
            let index = *by_key.entry(key).or_insert_with(|| {
                groups.push(Group {
                    name: name.clone(),
                    members: Vec::new(),
                });
                groups.len() - 1
            });
            groups[index].members.push(Member {
                part: *part,
                import: *import,
                types: None,
            });
            open.push((*part, *import));
        }
        let all: Vec<&Structure<'_>> = structures.iter().collect();
        let by_itself = |(part, import): (usize, usize)| !open.contains(&(part, import));
        let world_types = self.world_types.iter().copied();
        let world_types: Vec<_> = world_types.filter(|w| by_itself(*w)).collect();
        let seeds: Vec<(usize, usize)> = open.iter().chain(&world_types).copied().collect();
        let mut along = type_slicer::needed_along(&all, &seeds);
        along.retain(|import, _| !self.given.contains(import));
        along.extend(world_types.iter().map(|import| (*import, BTreeSet::new())));
        if no_imports
            && let Some(finding) = self.types_left(parts, structures, &along, &world_types)
        {
            report.push(finding);
        }
        // The root's types keep their names.
        let mut along: Vec<_> = along.into_iter().collect();
        along.sort_by_key(|((part, import), _)| (Some(*part) != parts.root(), *part, *import));
        for ((part, import), named) in along {
            let name = full_name(part, import);
            // A type by itself needs no provider.
            let is_type = matches!(
                structures[part].imports[import].ty,
                ComponentTypeRef::Type(_)
            );
            let mut key = names::track_or_name(&name);
            let mut given = None;
            if is_type {
                // Types of worlds that only share their name are imported under several.
                let others = other_names(&name, &parts.all()[part].name);
                for other in std::iter::once(None).chain(others.map(Some)) {
                    let candidate = other.clone().unwrap_or_else(|| name.clone());
                    let known = by_key
                        .get(&candidate)
                        .and_then(|at| groups[*at].members.first());
                    let same = known.is_none_or(|known| {
                        types.are_one_type((known.part, known.import), (part, import))
                    });
                    if same {
                        (key, given) = (candidate, other);
                        break;
                    }
                }
            }
            let index = *by_key.entry(key).or_insert_with(|| {
                groups.push(Group {
                    name: given,
                    members: Vec::new(),
                });
                groups.len() - 1
            });
            groups[index].members.push(Member {
                part,
                import,
                types: Some(named),
            });
        }
        let mut imports: Vec<Import> = Vec::new();
        for mut group in groups {
            let version =
                |m: &Member| names::track(&full_name(m.part, m.import)).map(|(_, version)| version);
            group.members.sort_by(|a, b| {
                version(b)
                    .cmp(&version(a))
                    .then(a.types.is_some().cmp(&b.types.is_some()))
            });
            let own_name = |m: &Member| structures[m.part].imports[m.import].name.name.to_string();
            let name = match (group.name, group.members.first()) {
                (Some(name), _) => name,
                (None, Some(first)) => own_name(first),
                (None, None) => continue,
            };
            let serves = group.members.into_iter().map(|member| Served {
                part: parts.all()[member.part].name.clone(),
                import: own_name(&member),
                types: member.types.map(|types| types.into_iter().collect()),
            });
            imports.push(Import {
                name,
                serves: serves.collect(),
            });
        }
        imports
    }

    /// One finding about all imports and types of worlds that need types of interfaces to be
    /// imported, although no imports are allowed.
    fn types_left(
        &self,
        parts: &Parts,
        structures: &[Structure<'_>],
        along: &BTreeMap<(usize, usize), BTreeSet<String>>,
        world_types: &[(usize, usize)],
    ) -> Option<Diagnostic> {
        let name = |part: usize, import: usize| structures[part].imports[import].name.name;
        // A type by itself needs no provider.
        let is_type = |part: usize, import: usize| {
            matches!(
                structures[part].imports[import].ty,
                ComponentTypeRef::Type(_)
            )
        };
        let left: Vec<(usize, usize)> = along
            .keys()
            .copied()
            .filter(|l| !is_type(l.0, l.1))
            .collect();
        if left.is_empty() {
            return None;
        }
        let mut names: Vec<String> = left
            .iter()
            .map(|l| format!("`{}`", name(l.0, l.1)))
            .collect();
        names.sort_unstable();
        names.dedup();
        let interfaces = escape::and(&names);
        let open = self
            .imports
            .iter()
            .map(|(part, import, _)| (*part, *import));
        let open: Vec<(usize, usize)> = open.collect();
        let (needing, help) = match open.as_slice() {
            [] => (
                world_types,
                "define these types in an interface instead of the world, or remove `--no-imports`",
            ),
            _ => (
                open.as_slice(),
                "wire these imports to parts instead of `@host`, or remove `--no-imports`",
            ),
        };
        let named = needing.iter().map(|(part, import)| {
            format!(
                "`{}` of `{}`",
                name(*part, *import),
                parts.all()[*part].name
            )
        });
        let named: Vec<String> = named.collect();
        let mut finding = codes::OPEN_IMPORT.report(format!(
            "cannot import {} without types of {interfaces}, which `--no-imports` forbids",
            escape::and(&named)
        ));
        for (part, import) in needing.iter().chain(&left) {
            let path = format!("import {}", name(*part, *import));
            finding = finding.at(parts.all()[*part].locus([path]), "");
        }
        Some(finding.help(help))
    }
}

/// Names for a type of a part whose own name another type has already: with the part's name behind
/// it, if that makes a name, then with letters.
fn other_names(name: &str, part: &str) -> impl Iterator<Item = String> {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let part = part.split('-').all(word).then(|| format!("{name}-{part}"));
    let letters = (b'b'..=b'z').map(char::from);
    let letters: Vec<String> = letters.map(|letter| format!("{name}-{letter}")).collect();
    part.into_iter().chain(letters)
}
