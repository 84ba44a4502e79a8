//! Encoding the component, which wit-component does.
//!
//! Lives here: [`encode`]. May import: nothing of ours.
//! Deliberately absent: validation, which is done once and as deep as asked for (`finish`).

use wit_component::{ComponentEncoder, Linker};

use super::adapters::Adapter;
use super::embed;
use super::inputs::Inputs;
use super::request::Request;
use super::world::Worlds;

/// The component; fails in wit-component's words.
pub(super) fn encode(
    request: &Request,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    adapters: &[Adapter<'_>],
) -> Result<Vec<u8>, String> {
    if inputs.linked {
        return link(request, inputs, worlds, adapters);
    }
    let mut encoder = ComponentEncoder::default();
    configure(&mut encoder, request);
    let module = embed::with_world(inputs, worlds.main, worlds);
    encoder.module(&module).map_err(words)?;
    for adapter in adapters {
        encoder
            .adapter(&adapter.import_name, &adapter.bytes)
            .map_err(words)?;
    }
    encoder.encode().map_err(words)
}

fn link(
    request: &Request,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    adapters: &[Adapter<'_>],
) -> Result<Vec<u8>, String> {
    let mut linker = Linker::default();
    linker
        .stub_missing_functions(request.link.stub_missing_functions)
        .use_built_in_libdl(request.link.use_built_in_libdl);
    if let Some(size) = request.link.stack_size {
        linker.stack_size(size);
    }
    configure(linker.encoder(), request);
    for (at, module) in inputs.modules.iter().enumerate() {
        let bytes = embed::with_world(inputs, at, worlds);
        linker
            .library(&module.library_name, &bytes, module.dl_openable)
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

/// An error with all its causes.
fn words(error: impl std::fmt::Display) -> String {
    format!("{error:#}")
}

fn configure(encoder: &mut ComponentEncoder, request: &Request) {
    encoder
        .validate(false)
        .debug_names(!request.strip)
        .reject_legacy_names(request.reject_legacy_names)
        .shim_return_call_ref(request.return_call_ref)
        .merge_imports_based_on_semver(request.merge_imports)
        .realloc_via_memory_grow(request.realloc_via_memory_grow)
        .emit_canonical_names(request.canonical_names)
        .import_name_map(request.rename_imports.iter().cloned().collect());
}
