//! The core modules around the runtime: the memory and what is called before the runtime is there, what
//! connects the two and brings the data, and what stands for functions that are never called.
//!
//! Destructors and `realloc` have to be there before the runtime is instantiated, since it imports what
//! is made with them. So they are called through a table, which is filled afterwards.
//!
//! May import: `source`, `wasm` (ranks 0 and 1), the sibling modules.
//! Deliberately absent: the component around them (`component`).

use std::borrow::Cow;

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, Encode, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, ImportSection, Instruction, MemorySection,
    MemoryType, Module, RawSection, RefType, SectionId, StartSection, TableSection, TableType,
    TypeSection, ValType,
};

use super::data::{BASE, Laid};
use crate::wasm::{Edit, Inserted, sections};

/// The built runtime.
pub(super) const RUNTIME: &[u8] = include_bytes!("../runtime/virtual.wasm");

/// What is called through the table, by position: `realloc`, then destructors.
pub(super) const BEFORE: [&str; 7] = [
    "realloc",
    "drop-error",
    "drop-pollable",
    "drop-input-stream",
    "drop-output-stream",
    "drop-descriptor",
    "drop-directory-entry-stream",
];

const PAGE: u32 = 1 << 16;

/// The types of `realloc` and of destructors, in this order.
fn types() -> TypeSection {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    types.ty().function([ValType::I32], []);
    types
}

fn type_of(position: usize) -> u32 {
    u32::from(position > 0)
}

/// How many pages the data takes, and one more to begin with.
pub(super) fn pages(laid: &Laid) -> u32 {
    laid.end.div_ceil(PAGE) + 1
}

fn memory_type(laid: &Laid) -> MemoryType {
    MemoryType {
        minimum: u64::from(pages(laid)),
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    }
}

fn table_type() -> TableType {
    TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: BEFORE.len() as u64,
        maximum: Some(BEFORE.len() as u64),
        shared: false,
    }
}

/// The module with the memory and the table.
pub(super) fn before(laid: &Laid) -> Module {
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("table", ExportKind::Table, 0);
    for (position, name) in BEFORE.iter().enumerate() {
        let ty = type_of(position);
        functions.function(ty);
        exports.export(name, ExportKind::Func, position as u32);
        let mut body = Function::new([]);
        for param in 0..if ty == 0 { 4 } else { 1 } {
            body.instruction(&Instruction::LocalGet(param));
        }
        body.instruction(&Instruction::I32Const(position as i32));
        body.instruction(&Instruction::CallIndirect {
            type_index: ty,
            table_index: 0,
        });
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut tables = TableSection::new();
    tables.table(table_type());
    let mut memories = MemorySection::new();
    memories.memory(memory_type(laid));
    let mut module = Module::new();
    module
        .section(&types())
        .section(&functions)
        .section(&tables)
        .section(&memories)
        .section(&exports)
        .section(&code);
    module
}

/// The module that fills the table and the memory, and starts the runtime: without the contents of
/// files, and where they belong.
pub(super) fn after(laid: &Laid) -> (Vec<u8>, Vec<Edit>) {
    let mut types = types();
    let mut imports = ImportSection::new();
    imports.import("before", "memory", memory_type(laid));
    imports.import("before", "table", table_type());
    for (position, name) in BEFORE.iter().enumerate() {
        imports.import("runtime", name, EntityType::Function(type_of(position)));
    }
    let init = BEFORE.len() as u32;
    imports.import("runtime", "init", EntityType::Function(1));
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(2);
    let all: Vec<u32> = (0..init).collect();
    let mut elements = ElementSection::new();
    elements.active(
        None,
        &ConstExpr::i32_const(0),
        Elements::Functions(Cow::Owned(all)),
    );
    let mut code = CodeSection::new();
    let mut body = Function::new([]);
    body.instruction(&Instruction::I32Const(BASE as i32));
    body.instruction(&Instruction::Call(init));
    body.instruction(&Instruction::End);
    code.function(&body);
    let start = StartSection {
        function_index: init + 1,
    };
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&start)
        .section(&elements)
        .section(&code);
    with_data(module, laid)
}

/// The module that fills the memory `m` and does nothing else, likewise.
pub(super) fn only_data(laid: &Laid) -> (Vec<u8>, Vec<Edit>) {
    let mut imports = ImportSection::new();
    imports.import("m", "memory", memory_type(laid));
    let mut module = Module::new();
    module.section(&imports);
    with_data(module, laid)
}

/// A module with the data, and where contents belong in it.
fn with_data(mut module: Module, laid: &Laid) -> (Vec<u8>, Vec<Edit>) {
    let (data, edits, more) = data(laid);
    let header = module.len() + 1;
    module.section(&RawSection {
        id: SectionId::Data.into(),
        data: &data,
    });
    let bytes = module.finish();
    let size = bytes.len() - header - data.len();
    let mut all = vec![Edit {
        range: header..header + size,
        with: vec![Inserted::Bytes(leb(data.len() as u64 + more))],
    }];
    all.extend(edits.into_iter().map(|edit| Edit {
        range: edit.range.start + header + size..edit.range.end + header + size,
        with: edit.with,
    }));
    (bytes, all)
}

/// The data section, where contents belong in it, and by how much these make it larger.
fn data(laid: &Laid) -> (Vec<u8>, Vec<Edit>, u64) {
    let mut bytes = Vec::new();
    let (mut edits, mut more) = (Vec::new(), 0);
    (1 + laid.contents.len()).encode(&mut bytes);
    let place = |address: u32, bytes: &mut Vec<u8>| {
        // Active, of the only memory.
        bytes.push(0);
        ConstExpr::i32_const(address as i32).encode(bytes);
    };
    place(BASE, &mut bytes);
    laid.table.encode(&mut bytes);
    for (address, source) in &laid.contents {
        place(*address, &mut bytes);
        let at = bytes.len();
        bytes.push(0);
        let length = leb(source.bytes().len() as u64);
        more += (length.len() - 1 + source.bytes().len()) as u64;
        edits.push(Edit {
            range: at..at + 1,
            with: vec![Inserted::Bytes(length), Inserted::Source(source.clone())],
        });
    }
    (bytes, edits, more)
}

/// Where contents belong in a component with a module of data: the module is larger with them.
pub(super) fn embedded(bytes: &[u8], (module, inner): (Vec<u8>, Vec<Edit>)) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut all = sections::readable(bytes, 0..bytes.len());
    let found = all.find(|section| {
        section.id == sections::id::MODULE && bytes[section.body.clone()] == module
    });
    if let Some(section) = found {
        let whole = section.whole();
        let more: i64 = inner.iter().map(Edit::growth).sum();
        let size = module.len() as i64 + more;
        let start = section.body.start;
        edits.push(Edit {
            range: whole.start + 1..start,
            with: vec![Inserted::Bytes(leb(size as u64))],
        });
        edits.extend(inner.into_iter().map(|edit| Edit {
            range: edit.range.start + start..edit.range.end + start,
            with: edit.with,
        }));
    }
    edits
}

/// A number as sections have it.
pub(super) fn leb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        bytes.push(if value == 0 { byte } else { byte | 0x80 });
        if value == 0 {
            return bytes;
        }
    }
}

/// A core function that the runtime imports.
pub(super) struct Imported {
    /// From what is made for its own resources, from the host, or from the component that writes and
    /// reads streams.
    pub module: &'static str,
    pub name: &'static str,
    params: &'static [ValType],
    results: &'static [ValType],
}

const fn imported(
    module: &'static str,
    name: &'static str,
    params: &'static [ValType],
    results: &'static [ValType],
) -> Imported {
    Imported {
        module,
        name,
        params,
        results,
    }
}

const I: ValType = ValType::I32;
const L: ValType = ValType::I64;

/// All of them.
pub(super) const IMPORTED: &[Imported] = &[
    imported("own", "new-error", &[I], &[I]),
    imported("own", "new-pollable", &[I], &[I]),
    imported("own", "new-input-stream", &[I], &[I]),
    imported("own", "new-output-stream", &[I], &[I]),
    imported("own", "new-descriptor", &[I], &[I]),
    imported("own", "new-descriptor@0.3", &[I], &[I]),
    imported("own", "new-directory-entry-stream", &[I], &[I]),
    imported("host", "drop-error", &[I], &[]),
    imported("host", "drop-pollable", &[I], &[]),
    imported("host", "drop-input-stream", &[I], &[]),
    imported("host", "drop-output-stream", &[I], &[]),
    imported("host", "drop-descriptor", &[I], &[]),
    imported("host", "drop-descriptor@0.3", &[I], &[]),
    imported("host", "drop-directory-entry-stream", &[I], &[]),
    imported("host", "wasi:cli/environment#get-environment", &[I], &[]),
    imported("host", "wasi:config/store#get", &[I, I, I], &[]),
    imported("host", "wasi:config/store#get-all", &[I], &[]),
    imported(
        "host",
        "wasi:filesystem/preopens#get-directories",
        &[I],
        &[],
    ),
    imported(
        "host",
        "wasi:filesystem/preopens@0.3#get-directories",
        &[I],
        &[],
    ),
    imported("streams", "bytes", &[I, I, I, I], &[I]),
    imported("streams", "entries", &[I, I, I, I], &[I]),
    imported("streams", "input", &[I], &[I]),
    imported("streams", "refuse", &[I, I, I], &[I]),
    imported("streams", "discard", &[I, I], &[I]),
    imported("streams", "copy", &[I, I, I], &[]),
    imported("streams", "take", &[I, I], &[]),
    imported(
        "host",
        "wasi:io/error#[method]error.to-debug-string",
        &[I, I],
        &[],
    ),
    imported("host", "wasi:io/poll#[method]pollable.ready", &[I], &[I]),
    imported("host", "wasi:io/poll#[method]pollable.block", &[I], &[]),
    imported("host", "wasi:io/poll#poll", &[I, I, I], &[]),
    imported(
        "host",
        "wasi:io/streams#[method]input-stream.read",
        &[I, L, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]input-stream.blocking-read",
        &[I, L, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]input-stream.skip",
        &[I, L, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]input-stream.blocking-skip",
        &[I, L, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]input-stream.subscribe",
        &[I],
        &[I],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.check-write",
        &[I, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.write",
        &[I, I, I, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.blocking-write-and-flush",
        &[I, I, I, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.flush",
        &[I, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.blocking-flush",
        &[I, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.subscribe",
        &[I],
        &[I],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.write-zeroes",
        &[I, L, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.blocking-write-zeroes-and-flush",
        &[I, L, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.splice",
        &[I, I, L, I],
        &[],
    ),
    imported(
        "host",
        "wasi:io/streams#[method]output-stream.blocking-splice",
        &[I, I, L, I],
        &[],
    ),
];

/// The module with functions that trap, for those of the imports that a composition has no use for;
/// exported by their names.
pub(super) fn absent(which: &[&Imported]) -> Module {
    let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
    let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
    for (position, imported) in (0u32..).zip(which) {
        let (params, results) = (imported.params.iter(), imported.results.iter());
        types.ty().function(params.copied(), results.copied());
        functions.function(position);
        exports.export(imported.name, ExportKind::Func, position);
        let mut body = Function::new([]);
        body.instruction(&Instruction::Unreachable);
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&exports)
        .section(&code);
    module
}
