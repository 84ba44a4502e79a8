//! Encoding the component with wit-component.
//!
//! Lives here: [`encode`]. May import: nothing of ours.
//! Deliberately absent: validation, which is done once, as the options say (`finish`).

use std::collections::BTreeMap;

use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Module, TypeSection, ValType,
};
use wasmparser::FuncType;
use wit_component::{ComponentEncoder, Linker};

use super::adapters::Adapter;
use super::inputs::Inputs;
use super::options::Options;
use super::preflight::{EncodingRules, missing_to_several};
use super::world::Worlds;

/// Encodes the component; fails with wit-component's message.
pub(super) fn encode(
    options: &Options,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    adapters: &[Adapter<'_>],
    rules: &EncodingRules,
) -> Result<Vec<u8>, String> {
    if inputs.linked {
        return link(options, inputs, worlds, adapters, rules);
    }
    let mut encoder = ComponentEncoder::default();
    configure(&mut encoder, options);
    let module = worlds.with_world(inputs, worlds.main);
    encoder.module(&module).map_err(words)?;
    for adapter in adapters {
        encoder
            .adapter(&adapter.import_name, &adapter.bytes)
            .map_err(words)?;
    }
    encoder.encode().map_err(words)
}

fn link(
    options: &Options,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    adapters: &[Adapter<'_>],
    rules: &EncodingRules,
) -> Result<Vec<u8>, String> {
    let mut linker = Linker::default();
    linker
        .stub_missing_functions(options.link.stub_missing_functions)
        .use_built_in_libdl(options.link.use_built_in_libdl);
    if let Some(size) = options.link.stack_size {
        linker.stack_size(size);
    }
    configure(linker.encoder(), options);
    for (at, module) in inputs.modules.iter().enumerate() {
        let bytes = worlds.with_world(inputs, at);
        linker
            .library(&module.library_name, &bytes, module.dl_openable)
            .map_err(words)?;
    }
    let missing = missing_to_several(&inputs.modules, rules);
    if !missing.is_empty() {
        linker
            .library(STUBS, &stubs(&missing), false)
            .map_err(words)?;
    }
    for adapter in adapters {
        linker
            .encoder()
            .adapter(&adapter.import_name, &adapter.bytes)
            .map_err(words)?;
    }
    linker.encode().map_err(words)
}

/// The library that wit-component generates for missing functions. It panics if two libraries lack
/// the same one, so the library is generated here, under the same name.
const STUBS: &str = "wit-component:stubs";

/// A library of functions that trap.
fn stubs(functions: &BTreeMap<String, FuncType>) -> Vec<u8> {
    let mut types = TypeSection::new();
    let mut declared = FunctionSection::new();
    let mut exports = ExportSection::new();
    let mut code = CodeSection::new();
    for (index, (name, ty)) in (0..).zip(functions) {
        // INVARIANT: the types are those of imports, which are numbers and references of old.
        let core = |types: &[wasmparser::ValType]| -> Vec<ValType> {
            let types = types.iter().map(|ty| ValType::try_from(*ty));
            types.filter_map(Result::ok).collect()
        };
        types.ty().function(core(ty.params()), core(ty.results()));
        declared.function(index);
        exports.export(name, ExportKind::Func, index);
        let mut body = Function::new([]);
        body.instructions().unreachable().end();
        code.function(&body);
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&declared)
        .section(&exports)
        .section(&code);
    module.finish()
}

/// An error with all its causes.
fn words(error: impl std::fmt::Display) -> String {
    format!("{error:#}")
}

fn configure(encoder: &mut ComponentEncoder, options: &Options) {
    encoder
        .validate(false)
        .debug_names(!options.strip)
        .reject_legacy_names(options.reject_legacy_names)
        .shim_return_call_ref(options.return_call_ref)
        .merge_imports_based_on_semver(options.merge_imports)
        .realloc_via_memory_grow(options.realloc_via_memory_grow)
        .emit_canonical_names(options.canonical_names)
        .import_name_map(options.rename_imports.iter().cloned().collect());
}
