//! The capabilities that the imports of an input give it, and the parts that have these imports.
//!
//! Lives here: [`of`], [`of_core`]. May import: `capabilities` (rank 0), the sibling data.
//! Deliberately absent: the table of capabilities.

use super::model::{Capability, Extern};
use crate::capabilities::{UNKNOWN, names, of_function, of_interface};

/// The capabilities that `imports` give, in the order of the table; `askers` returns the parts that
/// use an import.
pub(super) fn of(imports: &[Extern], askers: impl Fn(&Extern) -> Vec<String>) -> Vec<Capability> {
    let mut found: Vec<Capability> = Vec::new();
    for item in imports.iter().filter(|item| acts(item)) {
        let base = match &item.implements {
            Some(interface) => super::world::split_version(interface).0,
            None => item.base.as_str(),
        };
        if let Some(name) = of_interface(base) {
            add(&mut found, name, &item.name, askers(item));
        }
    }
    in_order(found)
}

/// Whether it contains functions: types and values alone give no capability.
fn acts(item: &Extern) -> bool {
    match item.sort {
        "interface" => item.functions > 0,
        "type" | "resource" | "value" => false,
        _ => true,
    }
}

/// The same for a core module, by the functions that it imports from each module.
///
/// If the functions of a module give different capabilities, they are listed individually.
pub(super) fn of_core(imports: &[(&str, Vec<(&str, &'static str)>)]) -> Vec<Capability> {
    let mut found: Vec<Capability> = Vec::new();
    for (module, items) in imports {
        // In core names of components, the module names are interfaces as well.
        let base = module.strip_prefix("cm32p2|").unwrap_or(module);
        let base = super::world::split_version(base).0;
        let functions = items.iter().filter(|(_, noun)| *noun == "function");
        let functions = functions.map(|(name, _)| *name);
        let gives: Vec<(&str, Option<&'static str>)> = functions
            .filter(|name| !is_built_in(name))
            .map(|name| (name, of_function(base, name)))
            .collect();
        let Some((_, first)) = gives.first() else {
            continue;
        };
        let alike = gives.iter().all(|(_, gives)| gives == first);
        // Unknown imports are listed by their module, unless its name means nothing.
        let is_whole = of_interface(base) != Some(UNKNOWN) || *first == Some(UNKNOWN);
        if alike && is_whole && *module != "$root" {
            if let Some(name) = first {
                add(&mut found, name, module, Vec::new());
            }
            continue;
        }
        for (function, gives) in gives {
            if let Some(name) = gives {
                add(&mut found, name, function, Vec::new());
            }
        }
    }
    in_order(found)
}

/// Whether it is a built-in of the component model, such as `[resource-drop]x`: these only operate
/// on the component's own items.
fn is_built_in(function: &str) -> bool {
    let name = function.strip_prefix("[async-lower]").unwrap_or(function);
    let of_an_interface = ["[method]", "[static]", "[constructor]"];
    name.starts_with('[') && !of_an_interface.iter().any(|kind| name.starts_with(kind))
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
