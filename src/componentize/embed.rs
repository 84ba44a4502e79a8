//! Embedding worlds in custom sections of core modules, where the encoder expects them.
//!
//! Lives here: [`section`], [`sections`], [`implementer`].
//! May import: `diag` (rank 0). Deliberately absent: reading such sections (`world`).

use wit_component::{StringEncoding, metadata};
use wit_parser::{
    Function, LiftLowerAbi, ManglingAndAbi, Resolve, WasmExport, WasmExportKind, WorldId,
    WorldItem, WorldKey,
};

use super::chosen::Chosen;
use super::inputs::Inputs;
use super::module::CoreModule;
use super::options::{Encoding, Options};
use super::unite::docs_of_world;

/// All ABIs of functions in core modules.
pub(super) const MANGLINGS: [ManglingAndAbi; 4] = [
    ManglingAndAbi::Legacy(LiftLowerAbi::Sync),
    ManglingAndAbi::Legacy(LiftLowerAbi::AsyncCallback),
    ManglingAndAbi::Legacy(LiftLowerAbi::AsyncStackful),
    ManglingAndAbi::Standard32,
];

/// As wit-component calls it; a `From` would show its type to users of the library.
pub(super) fn string_encoding(encoding: Encoding) -> StringEncoding {
    match encoding {
        Encoding::Utf8 => StringEncoding::UTF8,
        Encoding::Utf16 => StringEncoding::UTF16,
        Encoding::CompactUtf16 => StringEncoding::CompactUTF16,
    }
}

/// The contents of a component-type section with the world.
pub(super) fn section(options: &Options, chosen: &Chosen) -> Result<Vec<u8>, String> {
    let encoding = options.encoding.map(string_encoding).unwrap_or_default();
    let section = encoded(options, &chosen.resolve, chosen.world, encoding)?;
    Ok(with_docs(section, chosen))
}

/// A section with the docs and gates of all that is in it.
fn with_docs(mut section: Vec<u8>, chosen: &Chosen) -> Vec<u8> {
    if chosen.docs.is_empty() {
        return section;
    }
    let found = &chosen.resolve.worlds[chosen.world];
    let package = found
        .package
        .map(|id| chosen.resolve.packages[id].name.to_string());
    let docs = chosen.docs.clone();
    section.extend(docs_of_world(
        &section,
        docs,
        &package.unwrap_or_default(),
        &found.name,
    ));
    section
}

fn encoded(
    options: &Options,
    resolve: &Resolve,
    world: WorldId,
    encoding: StringEncoding,
) -> Result<Vec<u8>, String> {
    let mut producers = wasm_metadata::Producers::empty();
    producers.add("processed-by", "witkit", env!("CARGO_PKG_VERSION"));
    metadata::encode(
        resolve,
        world,
        encoding,
        Some(&producers),
        options.canonical_names,
    )
    .map_err(|error| format!("{error:#}"))
}

/// Of each module, the component-type section to be added: the whole world for `main`, and what
/// it imports for libraries that import anything of it and do not say so themselves.
pub(super) fn sections(
    options: &Options,
    inputs: &Inputs<'_>,
    main: usize,
    chosen: &Chosen,
    encoding: StringEncoding,
) -> Result<Vec<Option<Vec<u8>>>, String> {
    let (resolve, world) = (&chosen.resolve, chosen.world);
    let mut imports_only = None;
    let mut sections = Vec::new();
    for (at, module) in inputs.modules.iter().enumerate() {
        let section = if at == main {
            Some(with_docs(
                encoded(options, resolve, world, encoding)?,
                chosen,
            ))
        } else if module.component_types.is_empty() && imports_of(module, resolve, world) {
            if imports_only.is_none() {
                let (resolve, world) = without_exports(chosen);
                imports_only = Some(encoded(options, &resolve, world, encoding)?);
            }
            imports_only.clone()
        } else {
            None
        };
        sections.push(section);
    }
    Ok(sections)
}

/// A world with only the imports of the world.
pub(super) fn without_exports(chosen: &Chosen) -> (Resolve, WorldId) {
    let mut resolve = chosen.resolve.clone();
    resolve.worlds[chosen.world].exports.clear();
    (resolve, chosen.world)
}

/// Whether a module imports from anything that the world imports.
fn imports_of(module: &CoreModule<'_>, resolve: &Resolve, world: WorldId) -> bool {
    let keys = resolve.worlds[world].imports.keys();
    let names: Vec<String> = keys.map(|key| resolve.name_world_key(key)).collect();
    module.imports.iter().any(|import| {
        import.module == "$root"
            || import.module.starts_with("cm32p2")
            || names.iter().any(|name| name == import.module)
    })
}

/// The index of the module that has most of the functions that the world exports.
pub(super) fn implementer(inputs: &Inputs<'_>, resolve: &Resolve, world: WorldId) -> usize {
    let names = export_names(resolve, world);
    let mut best = (0, 0);
    for (at, module) in inputs.modules.iter().enumerate() {
        let exports = module.exports.iter();
        let count = exports
            .filter(|export| names.iter().any(|name| name == export.name))
            .count();
        if count > best.0 {
            best = (count, at);
        }
    }
    best.1
}

/// The names that exported functions of the world may have in a core module.
fn export_names(resolve: &Resolve, world: WorldId) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |interface: Option<&WorldKey>, func: &Function| {
        for mangling in MANGLINGS {
            let kind = WasmExportKind::Normal;
            names.push(resolve.wasm_export_name(
                mangling,
                WasmExport::Func {
                    interface,
                    func,
                    kind,
                },
            ));
        }
    };
    for (key, item) in &resolve.worlds[world].exports {
        match item {
            WorldItem::Function(func) => add(None, func),
            WorldItem::Interface { id, .. } => {
                for func in resolve.interfaces[*id].functions.values() {
                    add(Some(key), func);
                }
            }
            WorldItem::Type { .. } => {}
        }
    }
    names
}
