//! The built-in adapters from WASI 0.1 to WASI 0.2, and which of them suits a module.
//!
//! Lives here: [`bytes`], [`fitting`], [`starts`], [`run`]. May import: nothing of ours but the
//! modules and worlds themselves (rank 4).
//! Deliberately absent: adapters that are given or generated, and choosing among all
//! (`adapters`).

use wasi_preview1_component_adapter_provider as provider;
use wit_component::metadata;
use wit_parser::{WorldItem, WorldKey};

use super::inputs::Inputs;
use super::options::AdapterChoice;
use super::world::{World, Worlds};

/// The module name of WASI 0.1.
pub(super) const PREVIEW1: &str = provider::WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;

/// The adapter that is built in; none if `choice` is not one of those.
pub(super) fn bytes(choice: AdapterChoice) -> Option<&'static [u8]> {
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

/// The built-in adapter that suits the modules and has the functions in `wasi`, and why;
/// none if none is needed.
pub(super) fn fitting(
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    wasi: &[&str],
) -> Option<(AdapterChoice, String)> {
    if exports(worlds, "cli", "run") {
        // Then the module is the program, and needs no adapter that calls its `_start`.
        let reason = "the module itself exports `wasi:cli/run`".to_string();
        return (!wasi.is_empty()).then_some((AdapterChoice::Reactor, reason));
    }
    if starts(inputs, worlds) {
        let reason = "the module exports `_start`".to_string();
        return Some((AdapterChoice::Command, reason));
    }
    if wasi.is_empty() {
        return None;
    }
    if !exports(worlds, "http", "incoming-handler") {
        let reason = "the module does not export `_start`".to_string();
        return Some((AdapterChoice::Reactor, reason));
    }
    let handler = "the world exports `wasi:http/incoming-handler`";
    let beyond = worlds.each.iter().find_map(beyond_http).or(wasi
        .iter()
        .copied()
        .find(|f| needs_files(f))
        .map(Into::into));
    Some(match beyond {
        Some(what) => (
            AdapterChoice::Reactor,
            format!("{handler}, but the module also uses `{what}`"),
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
