//! Adapters: modules that serve what a core module imports from somewhere that is no interface.
//!
//! Lives here: [`Adapter`], those that are built in, and choosing one of them.
//! May import: `diag` (rank 0), `generated` (rank 4). Deliberately absent: whether an adapter has
//! what is imported from it (`preflight`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use wasi_preview1_component_adapter_provider as provider;
use wit_component::metadata;
use wit_parser::{WorldItem, WorldKey};

use super::codes;
use super::generated::{self, Answers};
use super::inputs::Inputs;
use super::options::{AdapterChoice, Options};
use super::sections::readable;
use super::world::{World, Worlds};
use crate::diag::{Locus, Report};

/// The module name of WASI 0.1.
pub(super) const PREVIEW1: &str = provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;

/// A module that serves imports.
pub(crate) struct Adapter<'a> {
    /// The module name that it serves.
    pub import_name: String,
    /// What it is called in messages.
    pub name_for_people: String,
    pub bytes: Cow<'a, [u8]>,
    /// Whether it may allocate memory.
    pub allocates: bool,
}

/// The adapters that were given, and the built-in one where it is needed. What was chosen, and
/// why, is noted in `report`.
pub(super) fn choose<'a>(
    options: &Options,
    inputs: &Inputs<'a>,
    worlds: &Worlds,
    report: &mut Report,
) -> Vec<Adapter<'a>> {
    let adapters = chosen(options, inputs, worlds, report);
    let imports = inputs.modules.iter().flat_map(|module| &module.imports);
    let served: BTreeSet<&str> = imports.map(|import| import.module).collect();
    for adapter in &adapters {
        if !served.contains(adapter.import_name.as_str()) && !exports_anything(adapter) {
            let name = &worlds.implementer(inputs).name;
            report.push(
                codes::UNUSED_ADAPTER
                    .report(format!(
                        "{} is left out, because `{name}` imports nothing from `{}`",
                        adapter.name_for_people, adapter.import_name
                    ))
                    .at(Locus::File(name.clone()), ""),
            );
        }
    }
    adapters
}

/// Whether the component exports something because of an adapter.
fn exports_anything(adapter: &Adapter<'_>) -> bool {
    match metadata::decode(&adapter.bytes) {
        Ok((_, found)) => !found.resolve.worlds[found.world].exports.is_empty(),
        // What is wrong with it is told elsewhere.
        Err(_) => true,
    }
}

fn chosen<'a>(
    options: &Options,
    inputs: &Inputs<'a>,
    worlds: &Worlds,
    report: &mut Report,
) -> Vec<Adapter<'a>> {
    let mut adapters: Vec<Adapter<'a>> = Vec::new();
    for module in &inputs.adapters {
        adapters.push(Adapter {
            import_name: module.library_name.clone(),
            name_for_people: format!("`{}`", module.name),
            bytes: readable(module.bytes),
            allocates: true,
        });
    }
    if let Some(answers) = answers(options.adapter) {
        let made = generated::adapters(options, answers, inputs, worlds, &adapters, report);
        adapters.extend(made);
        return adapters;
    }
    if adapters.iter().any(|a| a.import_name == PREVIEW1) {
        return adapters;
    }
    let choice = match options.adapter {
        AdapterChoice::Auto => {
            let imports = inputs.modules.iter().flat_map(|module| &module.imports);
            let wasi: Vec<&str> = imports
                .filter(|import| import.module == PREVIEW1)
                .map(|import| import.name)
                .collect();
            let Some((choice, reason)) = fitting(inputs, worlds, &wasi) else {
                return adapters;
            };
            let name = &worlds.implementer(inputs).name;
            report.push(
                codes::ADAPTER
                    .report(format!(
                        "the built-in {} adapter serves `{PREVIEW1}`, because {reason}",
                        choice.word()
                    ))
                    .at(Locus::File(name.clone()), ""),
            );
            choice
        }
        choice => choice,
    };
    if let Some(bytes) = built_in(choice) {
        adapters.push(Adapter {
            import_name: PREVIEW1.to_string(),
            name_for_people: format!("the built-in {} adapter", choice.word()),
            bytes: Cow::Borrowed(bytes),
            allocates: true,
        });
    }
    adapters
}

/// How a generated adapter is to answer, if one is asked for.
fn answers(choice: AdapterChoice) -> Option<Answers> {
    match choice {
        AdapterChoice::Stub => Some(Answers::Stub),
        AdapterChoice::Deny => Some(Answers::Deny),
        _ => None,
    }
}

/// The adapter that is built in; none if `choice` is not one of those.
pub(super) fn built_in(choice: AdapterChoice) -> Option<&'static [u8]> {
    match choice {
        AdapterChoice::Command => Some(provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
        AdapterChoice::Reactor => Some(provider::WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
        AdapterChoice::Proxy => Some(provider::WASI_SNAPSHOT_PREVIEW1_PROXY_ADAPTER),
        _ => None,
    }
}

/// The interface that the built-in adapter for commands exports, with its version.
pub(super) fn run() -> Option<String> {
    let (_, found) = metadata::decode(provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER).ok()?;
    let mut exports = found.resolve.worlds[found.world].exports.keys();
    exports.next().map(|key| found.resolve.name_world_key(key))
}

/// Whether an adapter has to call the module's `_start`: it has one, and does not export
/// `wasi:cli/run` itself.
pub(super) fn starts(inputs: &Inputs<'_>, worlds: &Worlds) -> bool {
    let command = inputs.modules.iter().any(|module| module.is_command());
    command && !exports(worlds, "cli", "run")
}

/// The built-in adapter that fits what the modules are and has the functions in `wasi`, and why;
/// none if none is needed.
pub(super) fn fitting(
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    wasi: &[&str],
) -> Option<(AdapterChoice, String)> {
    if exports(worlds, "cli", "run") {
        // Then the module is the program, and does not ask an adapter to call its `_start`.
        let reason = "the module exports wasi:cli/run itself".to_string();
        return (!wasi.is_empty()).then_some((AdapterChoice::Reactor, reason));
    }
    if starts(inputs, worlds) {
        let reason = "the module has a `_start`".to_string();
        return Some((AdapterChoice::Command, reason));
    }
    if wasi.is_empty() {
        return None;
    }
    if !exports(worlds, "http", "incoming-handler") {
        let reason = "the module has no `_start`".to_string();
        return Some((AdapterChoice::Reactor, reason));
    }
    let handler = "its world exports wasi:http/incoming-handler";
    let beyond = worlds.each.iter().find_map(beyond_http).or(wasi
        .iter()
        .copied()
        .find(|f| needs_files(f))
        .map(Into::into));
    Some(match beyond {
        Some(what) => (
            AdapterChoice::Reactor,
            format!("{handler}, but the module uses {what} as well"),
        ),
        None => (
            AdapterChoice::Proxy,
            format!("{handler}, and the module uses neither files nor sockets"),
        ),
    })
}

/// Whether the world exports that interface of WASI, of any version.
fn exports(worlds: &Worlds, package: &str, interface: &str) -> bool {
    let keys = worlds.each.iter().flat_map(|World { resolve, world, .. }| {
        let keys = resolve.worlds[*world].exports.keys();
        keys.map(move |key| (resolve, key))
    });
    keys.into_iter().any(|(resolve, key)| {
        let WorldKey::Interface(id) = key else {
            return false;
        };
        let found = &resolve.interfaces[*id];
        let name = found.package.map(|id| &resolve.packages[id].name);
        found.name.as_deref() == Some(interface)
            && name.is_some_and(|name| name.namespace == "wasi" && name.name == package)
    })
}

/// What the world imports that a host of HTTP handlers does not have.
fn beyond_http(world: &World) -> Option<String> {
    let resolve = &world.resolve;
    for (key, item) in &resolve.worlds[world.world].imports {
        let (WorldKey::Interface(id), WorldItem::Interface { .. }) = (key, item) else {
            continue;
        };
        let interface = &resolve.interfaces[*id];
        let Some(package) = interface.package else {
            continue;
        };
        let package = &resolve.packages[package].name;
        let name = interface.name.as_deref().unwrap_or_default();
        let beyond = match package.name.as_str() {
            "filesystem" | "sockets" => true,
            "cli" => !matches!(name, "stdin" | "stdout" | "stderr"),
            _ => false,
        };
        if package.namespace == "wasi" && beyond {
            return Some(resolve.name_world_key(key));
        }
    }
    None
}

/// Whether that function of WASI 0.1 is about files or sockets.
fn needs_files(function: &str) -> bool {
    function.starts_with("path_") || function.starts_with("sock_") || function == "fd_readdir"
}
