//! Findings about code that has to run before, or instead of, the functions of the world, and that
//! nothing calls: constructors, an initializer with a misspelt name, a `_start`.
//!
//! Lives here: [`findings`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: shared libraries, whose constructors the linker calls (`link`).

use wasmparser::FuncType;
use wit_parser::{Resolve, WorldId, WorldItem};

use super::Adapted;
use super::codes;
use super::names::Mangling;
use crate::componentize::module::{CoreExport, CoreModule};
use crate::diag::{Diagnostic, Locus};

/// What a component calls when it is instantiated.
const INITIALIZE: &str = "_initialize";

/// What calls the constructors of C, C++ and Rust, and is itself called by `_initialize`.
const CONSTRUCTORS: &str = "__wasm_call_ctors";

/// What others call the initializer.
const MISSPELT: &[&str] = &[
    "_initialise",
    "_initalize",
    "_intialize",
    "_initiliaze",
    "__initialize",
    "_Initialize",
    "_INITIALIZE",
    "_initialize_",
    "_init",
    "initialize",
    "initialise",
];

/// All findings about `module`, which becomes a component with `world` and `adapters`.
pub(super) fn findings(
    module: &CoreModule,
    resolve: &Resolve,
    world: WorldId,
    adapters: &[Adapted],
    reject_legacy_names: bool,
) -> Vec<Diagnostic> {
    let nothing = FuncType::new([], []);
    let callable = |export: &&CoreExport| module.func(&export.ty) == Some(&nothing);
    let export = |name: &str| module.export(name).filter(callable);
    let is_initialized = module.exports.iter().any(|export| {
        let name = Mangling::of_export(export.name, reject_legacy_names);
        name.is_some_and(|(_, name)| name == INITIALIZE)
    });
    let starts = starts(adapters);
    let mut found = Vec::new();
    if let Some(start) = export("_start")
        && !starts
        && !exports_run(resolve, world)
    {
        found.push(never_called(
            module,
            start,
            "no adapter calls it, and the component does not export `wasi:cli/run`",
            "remove `--adapter`, or use `--adapter command`, which exports a `wasi:cli/run` that \
             calls `_start`",
        ));
    }
    // A program calls its constructors from `_start`.
    if is_initialized || (starts && export("_start").is_some()) {
        return found;
    }
    if let Some(constructors) = export(CONSTRUCTORS) {
        found.push(never_called(
            module,
            constructors,
            "the module does not export `_initialize`, which would call it",
            "link it as a reactor (`-mexec-model=reactor`), which exports `_initialize`",
        ));
    }
    for export in module.exports.iter().filter(callable) {
        if MISSPELT.contains(&export.name) && !is_of_world(resolve, world, export.name) {
            found.push(never_called(
                module,
                export,
                "the initializer of a module is named `_initialize`",
                "rename it to `_initialize` to call it when the component is instantiated",
            ));
        }
    }
    found
}

/// Whether an adapter makes `run` of the `_start` that it imports.
fn starts(adapters: &[Adapted]) -> bool {
    adapters.iter().any(|adapter| {
        let mut imports = adapter.module.imports.iter();
        imports.any(|i| i.module == "__main_module__" && i.name == "_start")
            && adapter.exports.keys().any(|name| name.contains(['#', '|']))
    })
}

/// Whether the module itself is `wasi:cli/run`, and so decides what runs.
fn exports_run(resolve: &Resolve, world: WorldId) -> bool {
    resolve.worlds[world].exports.keys().any(|key| {
        let name = resolve.name_world_key(key);
        name.split('@').next() == Some("wasi:cli/run")
    })
}

/// Whether the world exports a function of that name.
fn is_of_world(resolve: &Resolve, world: WorldId, name: &str) -> bool {
    let mut items = resolve.worlds[world].exports.values();
    items.any(|item| matches!(item, WorldItem::Function(func) if func.name == name))
}

fn never_called(module: &CoreModule, export: &CoreExport, why: &str, help: &str) -> Diagnostic {
    codes::NEVER_CALLED
        .report(format!(
            "`{}` of `{}` is never called",
            export.name, module.name
        ))
        .at(
            Locus::item(module.name.clone(), [format!("export {}", export.name)]),
            "",
        )
        .note(why)
        .help(help)
}
