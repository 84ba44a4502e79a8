//! What the plan says of the imports of the composition: which imports of parts each stands for.
//!
//! Lives here: [`imports`]. May import: `wiring`, `slice`, `plan` (ranks 1 and 2).
//! Deliberately absent: their types, which are those of the parts' imports, put together when the
//! plan is carried out. In which order that is done decides over the bytes, so the order in which
//! `compose` came upon the imports is worked out again.

use std::collections::{BTreeSet, HashMap};

use wasmparser::ComponentImport;

use super::planning::Draft;
use crate::names;
use crate::plan::{Import, Part, Served, Target};
use crate::slice;
use crate::wasm::outline::Outline;

/// An import of a part that an import of the composition stands for.
struct Member {
    part: usize,
    import: usize,
    types: Option<BTreeSet<String>>,
}

/// The imports of the plan; what it has no words for is added to the draft.
///
/// `outlines` are those of the parts. `as_found` is for what witkit has made: there the imports
/// stand in the order in which parts and wires lead to them; else they stay in theirs.
pub(super) fn imports(
    composition: &[ComponentImport<'_>],
    draft: &mut Draft,
    outlines: &[&Outline<'_>],
    as_found: bool,
) -> Vec<Import> {
    let order = visited(&draft.parts);
    let by_name: HashMap<&str, usize> = composition
        .iter()
        .enumerate()
        .map(|(at, import)| (import.name.name, at))
        .collect();
    let names: Vec<String> = composition
        .iter()
        .map(|import| import.name.name.to_string())
        .collect();
    let mut members: Vec<Vec<Member>> = composition.iter().map(|_| Vec::new()).collect();
    // The imports of the composition in the order in which they come up.
    let mut found: Vec<usize> = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    for part in &order {
        for (import, wire) in draft.parts[*part].wires.iter().enumerate() {
            let Target::Host { host } = &wire.to else {
                continue;
            };
            let Some(at) = by_name.get(host.as_str()) else {
                continue;
            };
            if members[*at].is_empty() {
                found.push(*at);
            }
            members[*at].push(Member {
                part: *part,
                import,
                types: None,
            });
            open.push((*part, import));
        }
    }
    let mut for_types: Vec<((usize, usize), BTreeSet<String>)> =
        slice::needed_along(outlines, &open).into_iter().collect();
    // As `compose` has its parts: the root, then the others by name.
    for_types.sort_by_key(|((part, import), _)| {
        let part = &draft.parts[*part];
        (part.role, part.name.clone(), *import)
    });
    for ((part, import), types) in for_types {
        let name = outlines[part].imports[import].name.full_name();
        let key = names::track_or_name(&name);
        let place = found
            .iter()
            .copied()
            .chain(0..names.len())
            .find(|at| names::track_or_name(&names[*at]) == key);
        // Where the composition has no such import, it has the types written out, and so will the
        // one that is made by the plan.
        let Some(at) = place else { continue };
        if members[at].is_empty() {
            found.push(at);
        }
        members[at].push(Member {
            part,
            import,
            types: Some(types),
        });
    }
    tell_typeless(draft, &names, &members);
    if !as_found {
        found.sort_unstable();
    }
    let mut imports = Vec::new();
    for at in found {
        let mut members = std::mem::take(&mut members[at]);
        let full = |m: &Member| outlines[m.part].imports[m.import].name.full_name();
        let version = |m: &Member| names::track(&full(m)).map(|(_, version)| version);
        members.sort_by(|a, b| {
            version(b)
                .cmp(&version(a))
                .then(a.types.is_some().cmp(&b.types.is_some()))
        });
        let serves = members.into_iter().map(|member| Served {
            part: draft.parts[member.part].name.clone(),
            import: outlines[member.part].imports[member.import]
                .name
                .name
                .to_string(),
            types: member.types.map(|types| types.into_iter().collect()),
        });
        imports.push(Import {
            name: names[at].clone(),
            serves: serves.collect(),
        });
    }
    imports
}

/// Tells of imports of the composition that something is taken of, while no part has an import
/// that would say what they are.
fn tell_typeless(draft: &mut Draft, names: &[String], members: &[Vec<Member>]) {
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for part in &draft.parts {
        part.wires.iter().for_each(|w| hosts(&w.to, &mut taken));
    }
    for export in &draft.exports {
        hosts(&export.to, &mut taken);
    }
    let typeless = names
        .iter()
        .zip(members)
        .filter(|(name, members)| members.is_empty() && taken.contains(name.as_str()));
    let told: Vec<String> = typeless
        .map(|(name, _)| {
            format!("its import {name} is passed on, and no part has that import by itself")
        })
        .collect();
    draft.unsayable.extend(told);
}

/// The imports of the composition that a target takes something of.
fn hosts<'t>(target: &'t Target, found: &mut BTreeSet<&'t str>) {
    match target {
        Target::Host { host } => {
            found.insert(host);
        }
        Target::Of { of, .. } => hosts(of, found),
        Target::Bundle { bundle } => bundle.iter().for_each(|b| hosts(&b.to, found)),
        Target::Export { .. } | Target::Instance { .. } | Target::Bound { .. } => {}
    }
}

/// The parts in the order in which `compose` came to them: it begins with those that nobody needs,
/// follows the wires depth first, and lists a part when all that it needs are listed.
fn visited(parts: &[Part]) -> Vec<usize> {
    let by_name: HashMap<&str, usize> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| (part.name.as_str(), at))
        .collect();
    let needs: Vec<Vec<usize>> = parts
        .iter()
        .map(|part| {
            let of_wires = part.wires.iter().flat_map(|wire| wire.to.parts());
            of_wires.filter_map(|p| by_name.get(p).copied()).collect()
        })
        .collect();
    let needed: BTreeSet<usize> = needs.iter().flatten().copied().collect();
    let all = 0..parts.len();
    let starts = all.clone().filter(|part| !needed.contains(part)).chain(all);
    let (mut entered, mut seen) = (Vec::new(), vec![false; parts.len()]);
    for start in starts {
        let mut path = Vec::new();
        if !std::mem::replace(&mut seen[start], true) {
            entered.push(start);
            path.push((start, 0));
        }
        while let Some((part, next)) = path.last_mut() {
            let Some(provider) = needs[*part].get(*next).copied() else {
                path.pop();
                continue;
            };
            *next += 1;
            if !std::mem::replace(&mut seen[provider], true) {
                entered.push(provider);
                path.push((provider, 0));
            }
        }
    }
    entered
}
