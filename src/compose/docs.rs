//! Docs and gates of parts, for what the composition imports and exports.
//!
//! Lives here: [`carried`]. May import: `plan` (rank 1), `wit::docs` (rank 2).
//! Deliberately absent: docs of what is only used between parts, which stay in the parts.

use wasmparser::types::TypesRef;

use super::build::input::Input;
use crate::plan::{Export, Plan, Role, Target};
use crate::wit::docs::{Docs, Has, Side};

/// The custom sections with the docs of the composition whose types are `types`: the root's, then
/// those of the other parts, as far as they are about something that it has.
pub(super) fn carried(
    plan: &Plan,
    exports: &[Export],
    inputs: &[Input<'_>],
    types: TypesRef<'_>,
) -> Vec<u8> {
    let mut parts: Vec<(usize, Docs)> = inputs
        .iter()
        .map(|input| Docs::read(input.component.bytes()))
        .enumerate()
        .filter(|(_, docs)| !docs.is_empty())
        .collect();
    if parts.is_empty() {
        return Vec::new();
    }
    parts.sort_by_key(|(part, _)| (plan.parts[*part].role != Role::Root, *part));
    let mut has = Has::default();
    for (side, names) in [
        (
            Side::Import,
            names(plan.imports.iter().map(|import| &import.name)),
        ),
        (
            Side::Export,
            names(exports.iter().map(|export| &export.name)),
        ),
    ] {
        for name in names {
            let item = match side {
                Side::Import => types.component_item_for_import(name),
                Side::Export => types.component_item_for_export(name),
            };
            if let Some(item) = item {
                has.item(types, side, name, item);
            }
        }
    }
    let mut docs = Docs::default();
    for (part, found) in &parts {
        let name = plan.parts[*part].name.as_str();
        if plan.parts[*part].role == Role::Root {
            docs.add(found.of_root_itself());
        }
        docs.add(found.of_packages());
        for import in &plan.imports {
            let served = import.serves.iter().filter(|served| served.part == name);
            for served in served {
                docs.add(found.of_item(Side::Import, &served.import, &import.name));
            }
        }
        for export in exports {
            if let Target::Export { part, export: own } = &export.to
                && part == name
            {
                docs.add(found.of_item(Side::Export, own, &export.name));
            }
        }
    }
    docs.restrict(&has, None);
    docs.sections()
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    names.map(String::as_str).collect()
}
