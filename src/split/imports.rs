//! The imports of the plan: which imports of parts each import of the composition stands for.
//!
//! Lives here: [`imports`]. May import: `type_slicer`, `plan`, `surface` (ranks 1 to 3).
//! Deliberately absent: their types, which are those of the parts' imports, merged when the plan is
//! carried out. The imports have the order of the composition, which the bytes depend on; they do not
//! depend on the order of what each import stands for.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use wasmparser::{ComponentImport, ComponentTypeRef, TypeBounds};

use super::planning::Draft;
use crate::names;
use crate::plan::{Import, Role, Served, Target};
use crate::surface::{self, Item, Side, Type, TypeDef};
use crate::type_slicer;
use crate::wasm::Component;
use crate::wasm::structure::Structure;

/// An import of a part that an import of the composition stands for.
struct Member {
    part: usize,
    import: usize,
    types: Option<BTreeSet<String>>,
}

/// The imports of the plan; what it has no words for is added to the draft.
///
/// `parts` are those of the draft.
pub(super) fn imports(
    composition: &[ComponentImport<'_>],
    draft: &mut Draft,
    parts: &[(&Structure<'_>, &Component)],
) -> Vec<Import> {
    let structures: Vec<&Structure<'_>> = parts.iter().map(|(structure, _)| *structure).collect();
    let structures = &structures[..];
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
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (part, planned) in draft.parts.iter().enumerate() {
        for (import, wire) in planned.wires.iter().enumerate() {
            let Target::Host { host } = &wire.to else {
                continue;
            };
            let Some(at) = by_name.get(host.as_str()) else {
                continue;
            };
            found.insert(*at);
            members[*at].push(Member {
                part,
                import,
                types: None,
            });
            open.push((part, import));
        }
    }
    for (at, part, import) in world_types(composition, draft, parts) {
        found.insert(at);
        members[at].push(Member {
            part,
            import,
            types: Some(BTreeSet::new()),
        });
        open.push((part, import));
    }
    for ((part, import), types) in type_slicer::needed_along(structures, &open) {
        let name = structures[part].imports[import].name.full_name();
        let key = names::track_or_name(&name);
        let place = found
            .iter()
            .copied()
            .chain(0..names.len())
            .find(|at| names::track_or_name(&names[*at]) == key);
        // Where the composition has no such import, it has the types written out, and so will the
        // one that is made by the plan.
        let Some(at) = place else { continue };
        found.insert(at);
        members[at].push(Member {
            part,
            import,
            types: Some(types),
        });
    }
    note_typeless(draft, &names, &members);
    let mut imports = Vec::new();
    for at in found {
        let mut members = std::mem::take(&mut members[at]);
        let full = |m: &Member| structures[m.part].imports[m.import].name.full_name();
        let version = |m: &Member| names::track(&full(m)).map(|(_, version)| version);
        members.sort_by(|a, b| {
            version(b)
                .cmp(&version(a))
                .then(a.types.is_some().cmp(&b.types.is_some()))
        });
        let serves = members.into_iter().map(|member| Served {
            part: draft.parts[member.part].name.clone(),
            import: structures[member.part].imports[member.import]
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

/// The types that the composition imports by themselves, each with the imports of parts that it
/// stands for: types of their worlds, which have its name, or its name but for that of the part.
fn world_types(
    composition: &[ComponentImport<'_>],
    draft: &Draft,
    parts: &[(&Structure<'_>, &Component)],
) -> Vec<(usize, usize, usize)> {
    let bound = |ty| matches!(ty, ComponentTypeRef::Type(TypeBounds::Eq(_)));
    let imported: Vec<(usize, &str)> = composition
        .iter()
        .enumerate()
        .filter(|(_, import)| bound(import.ty))
        .map(|(at, import)| (at, import.name.name))
        .collect();
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    if imported.is_empty() {
        return found;
    }
    // The root's types have their own names.
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|part| draft.parts[*part].role != Role::Root);
    let mut first: BTreeMap<usize, Type> = BTreeMap::new();
    for part in order {
        let (structure, component) = parts[part];
        let decoded = LazyCell::new(|| component.decode().ok());
        for (import, item) in structure.imports.iter().enumerate() {
            let name = item.name.name;
            let given = draft.parts[part].wires.get(import).map(|wire| &wire.to);
            if !bound(item.ty) || !matches!(given, Some(Target::Bound { .. })) {
                continue;
            }
            let Some(decoded) = &*decoded else { continue };
            let read = surface::read_item(decoded.types(), decoded.component(), Side::Import, name);
            let Some(Item::Type(TypeDef::Defined(ty))) = read else {
                continue;
            };
            let of_part = format!("{name}-{}", draft.parts[part].name);
            let may_be = |called: &str| {
                let letter = called.strip_prefix(name).and_then(|l| l.strip_prefix('-'));
                called == name || called == of_part || letter.is_some_and(|l| l.len() == 1)
            };
            let at = imported.iter().find(|(at, called)| {
                may_be(called) && first.get(at).is_none_or(|known| *known == ty)
            });
            if let Some((at, _)) = at {
                first.entry(*at).or_insert(ty);
                found.push((*at, part, import));
            }
        }
    }
    found
}

/// Takes note of imports of the composition that something is taken of, while no part has an import
/// that would say what they are.
fn note_typeless(draft: &mut Draft, names: &[String], members: &[Vec<Member>]) {
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
    let typeless: Vec<String> = typeless.map(|(name, _)| name.clone()).collect();
    draft.typeless = typeless;
}

/// The imports of the composition that a target takes something of.
fn hosts<'t>(target: &'t Target, found: &mut BTreeSet<&'t str>) {
    match target {
        Target::Host { host } => {
            found.insert(host);
        }
        Target::Of { of, .. } => hosts(of, found),
        Target::Bundle { bundle } => bundle.iter().for_each(|b| hosts(&b.to, found)),
        Target::Export { .. }
        | Target::Type { .. }
        | Target::Types { .. }
        | Target::Instance { .. }
        | Target::Component { .. }
        | Target::Bound { .. } => {}
    }
}
