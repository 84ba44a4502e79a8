//! The module that a generated adapter is made of where it has nothing of a built-in one.
//!
//! Lives here: [`empty`]. May import: `adapters`. Deliberately absent: the functions that it is
//! made for (`graft`).

use wasm_encoder::{
    CodeSection, CustomSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    GlobalSection, ImportSection, MemoryType, Module, NameMap, NameSection, ProducersSection,
    TypeSection, ValType,
};
use wit_component::{StringEncoding, metadata};
use wit_parser::Resolve;

use crate::componentize::adapters;

/// An adapter without functions, with all sections that [`super::graft::graft`] adds to. If it
/// `starts` the program, it exports `wasi:cli/run`, which calls the module's `_start`.
pub(super) fn empty(starts: bool, page_size_log2: Option<u32>) -> Vec<u8> {
    let run = match starts {
        true => run(),
        false => None,
    };
    let mut types = TypeSection::new();
    let mut imports = ImportSection::new();
    let mut functions = FunctionSection::new();
    let mut exports = ExportSection::new();
    let mut code = CodeSection::new();
    let mut names = NameMap::new();
    let memory = MemoryType {
        minimum: 0,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2,
    };
    imports.import("env", "memory", memory);
    if let Some(run) = &run {
        types.ty().function([], []);
        types.ty().function([], [ValType::I32]);
        imports.import("__main_module__", "_start", EntityType::Function(0));
        names.append(0, "_start");
        functions.function(1);
        names.append(1, "run");
        exports.export(&format!("{}#run", run.interface), ExportKind::Func, 1);
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
    /// The interface, with its version.
    interface: String,
    /// The world that exports it, as a section has it.
    world: Vec<u8>,
}

/// In the version that the built-in adapter for commands exports.
fn run() -> Option<Run> {
    let interface = adapters::run()?;
    let version = interface.split('@').nth(1)?;
    let text = format!(
        "package witkit:adapter;
         world starts {{ export {interface}; }}
         package wasi:cli@{version} {{ interface run {{ run: func() -> result; }} }}"
    );
    let mut resolve = Resolve::default();
    let package = resolve.push_str("adapter.wit", &text).ok()?;
    let world = resolve.select_world(&[package], None).ok()?;
    let world = metadata::encode(&resolve, world, StringEncoding::UTF8, None, false).ok()?;
    Some(Run { interface, world })
}
