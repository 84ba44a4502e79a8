//! Names in scripts: which import or export a short one means, and which are taken or invalid.
//!
//! May import: `diag` (rank 0), wasmparser's names. Deliberately absent: what they stand for.

use std::collections::BTreeMap;

use wasmparser::names::ComponentName;

use super::Value;
use crate::compose::script::codes;
use crate::compose::script::wit_text::Written;
use crate::diag::{Diagnostic, Locus, Report};
use crate::names::unversioned;
use crate::wit::syntax::{Node, NodeKind, Tree};

/// The name that a short one means: itself, or the only one that ends in it behind a `/`.
pub(in crate::compose::script) fn meant<'n>(
    typed: &str,
    names: impl Iterator<Item = &'n str>,
) -> Option<&'n str> {
    let names: Vec<&str> = names.collect();
    if let Some(exact) = names.iter().find(|name| **name == typed) {
        return Some(exact);
    }
    let ends = |name: &&str| {
        let path = unversioned(name).rsplit_once('/');
        path.is_some_and(|(_, own)| own == typed)
    };
    let mut ending = names.iter().filter(|name| ends(name));
    match (ending.next(), ending.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// The import that an argument is for which is only named by what it is bound to.
pub(super) fn inferred(local: &str, value: Option<&Value>, imports: &[&str]) -> String {
    let is_import = |name: &&String| imports.contains(&name.as_str());
    let interface = value.and_then(|value| value.interface.as_ref());
    let name = value.and_then(|value| value.name.as_ref());
    match interface.filter(is_import).or(name.filter(is_import)) {
        Some(name) => name.clone(),
        None => meant(local, imports.iter().copied())
            .unwrap_or(local)
            .to_string(),
    }
}

/// What is wrong with the name of an import or export, if anything is.
pub(super) fn invalid(name: &str, noun: &str, place: Locus) -> Option<Diagnostic> {
    let why = match ComponentName::new(name, 0) {
        // Functions of resources are exported with their instance.
        Ok(_) if name.starts_with('[') => "it is that of a function of a resource".to_string(),
        Ok(_) => return None,
        Err(error) => error.message().to_string(),
    };
    Some(
        codes::EXTERN_NAME
            .report(format!("`{name}` is not a valid {noun} name: {why}"))
            .at(place, "not a valid name"),
    )
}

/// Whether a statement defines its name.
pub(super) fn defines(node: &Node<'_>) -> bool {
    matches!(
        node.kind(),
        NodeKind::ScriptImport | NodeKind::Let | NodeKind::Interface | NodeKind::World
    ) || node.kind().is_type_definition()
}

/// Reports names that are defined twice, and imports of one name; whether there are any.
pub(in crate::compose::script) fn duplicates(
    tree: &Tree,
    written: Option<&Written<'_>>,
    report: &mut Report,
) -> bool {
    let mut found = false;
    let mut report_twice = |message: String, place: Locus, before: &Locus| {
        found = true;
        report.push(
            codes::DUPLICATE
                .report(message)
                .at(place, "defined twice")
                .at(before.clone(), "previous definition"),
        );
    };
    let mut defined: BTreeMap<&str, Locus> = BTreeMap::new();
    for node in tree.root().children().filter(defines) {
        let (Some(name), Some(at)) = (node.name(), node.name_node()) else {
            continue;
        };
        match defined.get(name) {
            Some(before) => report_twice(format!("duplicate name `{name}`"), at.locus(), before),
            None => {
                defined.insert(name, at.locus());
            }
        }
    }
    let mut imported: BTreeMap<&str, Locus> = BTreeMap::new();
    for import in written.iter().flat_map(|written| &written.imports) {
        // A name that is taken was told already.
        let is_told = import.name == import.local
            && defined
                .get(import.local)
                .is_some_and(|at| *at != import.place);
        match imported.get(import.name.as_str()) {
            Some(before) if !is_told => {
                let message = format!("duplicate import `{}`", import.name);
                report_twice(message, import.place.clone(), before);
            }
            Some(_) => {}
            None => {
                imported.insert(&import.name, import.place.clone());
            }
        }
    }
    found
}
