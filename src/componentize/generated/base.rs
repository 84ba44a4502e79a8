//! The module that a generated adapter is made of where it has nothing of a built-in one.
//!
//! Lives here: [`empty`]. May import: `built_in`. Deliberately absent: the functions that it is
//! made for (`graft`).

use wasm_encoder::{
    CodeSection, CustomSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    GlobalSection, ImportSection, MemoryType, Module, NameMap, NameSection, ProducersSection,
    TypeSection, ValType,
};
use wit_component::{StringEncoding, metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WasmExport, WasmExportKind, WorldItem};

use crate::componentize::built_in;

/// An adapter without functions, with all sections that [`super::graft::graft`] adds to. If it
/// `starts` the program, it exports `wasi:cli/run`, which calls the module's `_start`.
pub(super) fn empty(
    starts: bool,
    reject_legacy_names: bool,
    memory: Option<MemoryType>,
) -> Vec<u8> {
    let run = match starts {
        true => run(reject_legacy_names),
        false => None,
    };
    let mut types = TypeSection::new();
    let mut imports = ImportSection::new();
    let mut functions = FunctionSection::new();
    let mut exports = ExportSection::new();
    let mut code = CodeSection::new();
    let mut names = NameMap::new();
    if let Some(memory) = memory {
        imports.import("env", "memory", memory);
    }
    if let Some(run) = &run {
        types.ty().function([], []);
        types.ty().function([], [ValType::I32]);
        imports.import("__main_module__", "_start", EntityType::Function(0));
        names.append(0, "_start");
        functions.function(1);
        names.append(1, "run");
        exports.export(&run.name, ExportKind::Func, 1);
        let mut body = Function::new([]);
        // The result is `ok`: a program that fails does not return.
        body.instructions().call(0).i32_const(0).end();
        code.function(&body);
    }
    let mut name_section = NameSection::new();
    name_section.functions(&names);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&GlobalSection::new())
        .section(&exports)
        .section(&code)
        .section(&name_section)
        .section(&ProducersSection::new());
    if let Some(run) = run {
        module.section(&CustomSection {
            name: "component-type:run".into(),
            data: run.world.into(),
        });
    }
    module.finish()
}

/// What exporting `wasi:cli/run` takes.
struct Run {
    /// The core name of its function.
    name: String,
    /// The world that exports it, as a section has it.
    world: Vec<u8>,
}

/// In the version that the built-in adapter for commands exports.
fn run(reject_legacy_names: bool) -> Option<Run> {
    let interface = built_in::run()?;
    let version = interface.split('@').nth(1)?;
    let text = format!(
        "package witkit:adapter;
         world starts {{ export {interface}; }}
         package wasi:cli@{version} {{ interface run {{ run: func() -> result; }} }}"
    );
    let mut resolve = Resolve::default();
    let package = resolve.push_str("adapter.wit", &text).ok()?;
    let world = resolve.select_world(&[package], None).ok()?;
    let (key, item) = resolve.worlds[world].exports.first()?;
    let WorldItem::Interface { id, .. } = item else {
        return None;
    };
    let mangling = match reject_legacy_names {
        true => ManglingAndAbi::Standard32,
        false => ManglingAndAbi::Legacy(LiftLowerAbi::Sync),
    };
    let export = WasmExport::Func {
        interface: Some(key),
        func: resolve.interfaces[*id].functions.get("run")?,
        kind: WasmExportKind::Normal,
    };
    Some(Run {
        name: resolve.wasm_export_name(mangling, export),
        world: metadata::encode(&resolve, world, StringEncoding::UTF8, None, false).ok()?,
    })
}
