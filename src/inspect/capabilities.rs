//! What the imports of one input let it do, and which parts ask for it.
//!
//! Lives here: [`of`]. May import: `capabilities` (rank 0), the sibling data.
//! Deliberately absent: the table of capabilities.

use super::model::{Capability, Face};
use crate::capabilities::{names, of_interface, of_preview1};

/// The capabilities that `imports` give, in the order of the table; `askers` says which parts ask
/// for an import.
pub(super) fn of(imports: &[Face], askers: impl Fn(&Face) -> Vec<String>) -> Vec<Capability> {
    let mut found: Vec<Capability> = Vec::new();
    // Types alone let nobody do anything.
    let is_types = |face: &&Face| {
        ["interface", "type", "resource"].contains(&face.sort) && face.functions == 0
    };
    for face in imports.iter().filter(|face| !is_types(face)) {
        let base = match &face.implements {
            Some(interface) => super::faces::split_version(interface).0,
            None => face.base.as_str(),
        };
        if let Some(name) = of_interface(base) {
            add(&mut found, name, &face.name, askers(face));
        }
    }
    in_order(found)
}

/// The same of a core module, which may import functions of the first preview as well.
pub(super) fn of_core(imports: &[Face], functions: &[&str]) -> Vec<Capability> {
    let mut found = of(imports, |_| Vec::new());
    for function in functions {
        if let Some(name) = of_preview1(function) {
            add(&mut found, name, function, Vec::new());
        }
    }
    in_order(found)
}

fn add(found: &mut Vec<Capability>, name: &'static str, import: &str, parts: Vec<String>) {
    let at = found
        .iter()
        .position(|c| c.name == name)
        .unwrap_or_else(|| {
            found.push(Capability {
                name,
                imports: Vec::new(),
                parts: Vec::new(),
            });
            found.len() - 1
        });
    let capability = &mut found[at];
    capability.imports.push(import.to_string());
    for part in parts {
        if !capability.parts.contains(&part) {
            capability.parts.push(part);
        }
    }
}

fn in_order(mut found: Vec<Capability>) -> Vec<Capability> {
    found.sort_by_key(|capability| names().position(|name| name == capability.name));
    found
}
