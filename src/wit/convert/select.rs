//! A part of a package: one world and what it needs, as it is or turned around.
//!
//! May import: `diag` (rank 0) and what is loaded. Deliberately absent: printing it.

use std::collections::BTreeSet;

use wit_parser::{InterfaceId, PackageId, Resolve, TypeDefKind, WorldId, WorldItem, WorldKey};

use super::codes::{CANNOT_TURN, UNKNOWN_WORLD, WHICH_WORLD};
use crate::diag::{Diagnostic, Locus, did_you_mean};
use crate::wit::Wit;

/// How a world is turned around, with the name that it gets.
///
/// [`convert`](super::convert) shows it in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It imports what it exported; `NAME-importized` if no name is given.
    Importize(Option<String>),
    /// It exports what it imported; `NAME-exportized` if no name is given.
    Exportize(Option<String>),
}

/// Reduces `wit`, which was read from `file`, to one world and what that needs.
pub(super) fn select(
    file: &str,
    wit: &mut Wit,
    world: Option<&str>,
    turn: Option<&Turn>,
) -> Result<(), Diagnostic> {
    let id = match world {
        Some(name) => named(file, wit, name)?,
        None if turn.is_some() => only(file, wit)?,
        None => return Ok(()),
    };
    if let Some(turn) = turn {
        turn_around(file, &mut wit.resolve, id, turn)?;
    }
    // INVARIANT: every world of a finished resolve has a package.
    let Some(main) = wit.resolve.worlds[id].package else {
        return Ok(());
    };
    reduce(&mut wit.resolve, id);
    let name = &wit.resolve.worlds[id].name;
    if wit.resolve.packages[main].interfaces.contains_key(name) {
        return Err(CANNOT_TURN
            .report(format!(
                "world name `{name}` conflicts with an interface of the same name"
            ))
            .at(Locus::File(file.to_string()), ""));
    }
    wit.main = main;
    wit.own = vec![main];
    Ok(())
}

/// The worlds of a package, by name.
fn worlds(resolve: &Resolve, package: PackageId) -> impl Iterator<Item = (&str, WorldId)> {
    let worlds = resolve.packages[package].worlds.iter();
    worlds.map(|(name, id)| (name.as_str(), *id))
}

/// The world that `--world` names.
pub(super) fn named(file: &str, wit: &Wit, name: &str) -> Result<WorldId, Diagnostic> {
    let resolve = &wit.resolve;
    // Of the package itself first, then of those nested in its files.
    let own = wit.own.iter().flat_map(|id| worlds(resolve, *id));
    if !name.contains('/') {
        let main = worlds(resolve, wit.main);
        if let Some((_, id)) = main.chain(own).find(|(known, _)| *known == name) {
            return Ok(id);
        }
    }
    let mut with_version = Vec::new();
    let mut whole_names = Vec::new();
    for (package, _) in resolve.packages.iter() {
        for (world, id) in worlds(resolve, package) {
            let whole = resolve.id_of_name(package, world);
            if whole == name {
                return Ok(id);
            }
            if whole.split_once('@').is_some_and(|(bare, _)| bare == name) {
                with_version.push((whole.clone(), id));
            }
            whole_names.push(whole);
        }
    }
    if let [(_, id)] = with_version.as_slice() {
        return Ok(*id);
    }
    let finding = UNKNOWN_WORLD.report(format!("cannot find world `{name}` in `{file}`"));
    let finding = finding.at(Locus::File(file.to_string()), "");
    if !with_version.is_empty() {
        let several: Vec<&str> = with_version.iter().map(|(name, _)| name.as_str()).collect();
        return Err(finding.help(format!("add a version: {}", listed(&several))));
    }
    let own: Vec<&str> = wit
        .own
        .iter()
        .flat_map(|id| worlds(resolve, *id))
        .map(|(name, _)| name)
        .collect();
    whole_names.sort();
    let whole: Vec<&str> = whole_names.iter().map(String::as_str).collect();
    let known = if name.contains('/') || own.is_empty() {
        whole
    } else {
        own
    };
    Err(match did_you_mean(name, known.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if known.is_empty() => finding.note("it has no worlds"),
        None => finding.note(format!("its worlds are {}", listed(&known))),
    })
}

/// The only world of the main package.
pub(super) fn only(file: &str, wit: &Wit) -> Result<WorldId, Diagnostic> {
    let found: Vec<(&str, WorldId)> = worlds(&wit.resolve, wit.main).collect();
    if let [(_, id)] = found.as_slice() {
        return Ok(*id);
    }
    let locus = Locus::File(file.to_string());
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    Err(match names.len() {
        0 => WHICH_WORLD
            .report(format!("`{file}` has no world"))
            .at(locus, ""),
        _ => WHICH_WORLD
            .report(format!("`{file}` has several worlds"))
            .at(locus, listed(&names))
            .help("choose one with `--world`"),
    })
}

/// So many names that one can still read them.
fn listed(names: &[&str]) -> String {
    const AT_MOST: usize = 12;
    let mut text = names[..names.len().min(AT_MOST)].join(", ");
    if names.len() > AT_MOST {
        text.push_str(&format!(" and {} more", names.len() - AT_MOST));
    }
    text
}

fn turn_around(
    file: &str,
    resolve: &mut Resolve,
    id: WorldId,
    turn: &Turn,
) -> Result<(), Diagnostic> {
    let name = resolve.worlds[id].name.clone();
    if let (Turn::Exportize(_), Some(resource)) = (turn, own_resource(resolve, id)) {
        return Err(CANNOT_TURN
            .report(format!(
                "world `{name}` cannot be exportized: it defines resource `{resource}`, which a world cannot export"
            ))
            .at(Locus::File(file.to_string()), "")
            .help("move the resource to an interface and import that"));
    }
    let (word, turned) = match turn {
        Turn::Importize(new) => ("importized", resolve.importize(id, new.clone())),
        Turn::Exportize(new) => {
            // A world cannot export types; they stay where the exports find them.
            let no_type = |_: &WorldKey, item: &WorldItem| !matches!(item, WorldItem::Type { .. });
            let turned = resolve.exportize(id, new.clone(), Some(&no_type));
            ("exportized", turned)
        }
    };
    turned.map_err(|e| {
        CANNOT_TURN
            .report(format!(
                "world `{name}` cannot be {word}: {}",
                e.root_cause()
            ))
            .at(Locus::File(file.to_string()), "")
    })
}

/// A resource that the world itself defines, if there is any.
fn own_resource(resolve: &Resolve, id: WorldId) -> Option<&str> {
    resolve.worlds[id].imports.values().find_map(|item| {
        let WorldItem::Type { id, .. } = item else {
            return None;
        };
        let ty = &resolve.types[*id];
        match ty.kind {
            TypeDefKind::Resource => ty.name.as_deref(),
            _ => None,
        }
    })
}

/// Takes everything out of the packages that the world `id` does not need.
fn reduce(resolve: &mut Resolve, id: WorldId) {
    let mut needed: BTreeSet<InterfaceId> = BTreeSet::new();
    let mut to_do: Vec<InterfaceId> = Vec::new();
    let world = &resolve.worlds[id];
    for item in world.imports.values().chain(world.exports.values()) {
        match item {
            WorldItem::Interface { id, .. } => to_do.push(*id),
            WorldItem::Type { id, .. } => to_do.extend(resolve.type_interface_dep(*id)),
            WorldItem::Function(_) => {}
        }
    }
    while let Some(interface) = to_do.pop() {
        if needed.insert(interface) {
            to_do.extend(resolve.interface_direct_deps(interface));
        }
    }
    for (_, package) in resolve.packages.iter_mut() {
        package.interfaces.retain(|_, id| needed.contains(id));
        package.worlds.retain(|_, world| *world == id);
    }
}
