//! The modules that trap: their functions are named by what is to be said, and call each other, so
//! that the backtrace of the host says it. They import nothing that could print, so it is the only
//! place where it could be read.
//!
//! Which function calls which is in memory: the address that each is handed has the position of the
//! next one. `guests/replay/src/told.rs` puts it there.
//!
//! Lives here: [`trapping`], [`leading`]. May import: nothing of ours. Deliberately absent: what is
//! said (`told`).

use std::borrow::Cow;

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, Instruction, MemArg, MemArgTarget, MemoryType,
    Module, NameMap, NameSection, RefType, TableSection, TableType, TypeSection, ValType,
};

/// What the first module exports: the table, and the function that begins.
pub(super) const TABLE: &str = "table";
pub(super) const TRAP: &str = "trap";

/// The module of that name with functions that trap, and the table for them and `more` others.
pub(super) fn trapping(title: &str, names: &[String], more: usize) -> Module {
    let mut imports = ImportSection::new();
    imports.import("", "memory", memory());
    let mut tables = TableSection::new();
    tables.table(table(names.len() + more));
    let mut exports = ExportSection::new();
    exports
        .export(TABLE, ExportKind::Table, 0)
        .export(TRAP, ExportKind::Func, 0);
    let mut body = vec![call_next()];
    body.extend(names.iter().map(|_| {
        let mut function = Function::new([]);
        function
            .instruction(&Instruction::Unreachable)
            .instruction(&Instruction::End);
        function
    }));
    let names: Vec<&str> = std::iter::once(TRAP)
        .chain(names.iter().map(String::as_str))
        .collect();
    let mut module = Module::new();
    module.section(&types()).section(&imports);
    module.section(&functions(body.len()));
    module.section(&tables).section(&exports);
    // The one that begins is not in the table.
    finish(module, title, &names, &body, 0, 1)
}

/// The module of that name with functions that call the next one, at that position of the table.
pub(super) fn leading(title: &str, names: &[String], at: usize, all: usize) -> Module {
    let mut imports = ImportSection::new();
    imports.import("", "memory", memory());
    imports.import("", TABLE, table(all));
    let body: Vec<Function> = names.iter().map(|_| call_next()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut module = Module::new();
    module.section(&types()).section(&imports);
    module.section(&functions(body.len()));
    finish(module, title, &names, &body, at, 0)
}

fn types() -> TypeSection {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    types
}

fn functions(count: usize) -> FunctionSection {
    let mut functions = FunctionSection::new();
    (0..count).for_each(|_| {
        functions.function(0);
    });
    functions
}

fn table(size: usize) -> TableType {
    TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: size as u64,
        maximum: Some(size as u64),
        shared: false,
    }
}

fn memory() -> EntityType {
    EntityType::Memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    })
}

/// Calls the function whose position lies at the address, with the address behind it. It is a call of
/// its own, and not a tail call, so that the backtrace has who called.
fn call_next() -> Function {
    let mut function = Function::new([]);
    function
        .instruction(&Instruction::LocalGet(0))
        .instruction(&Instruction::I32Const(4))
        .instruction(&Instruction::I32Add)
        .instruction(&Instruction::LocalGet(0))
        .instruction(&Instruction::I32Load(MemArg {
            offset: 0,
            align: 2,
            target: MemArgTarget::default(),
            ordering: None,
        }))
        .instruction(&Instruction::CallIndirect {
            type_index: 0,
            table_index: 0,
        })
        .instruction(&Instruction::End);
    function
}

/// Adds the elements of the table, from that function on, the code and the names.
fn finish(
    mut module: Module,
    title: &str,
    names: &[&str],
    body: &[Function],
    at: usize,
    from: u32,
) -> Module {
    let said: Vec<u32> = (from..body.len() as u32).collect();
    let mut elements = ElementSection::new();
    let start = ConstExpr::i32_const(at as i32);
    elements.active(None, &start, Elements::Functions(Cow::Borrowed(&said)));
    let mut code = CodeSection::new();
    for function in body {
        code.function(function);
    }
    let mut map = NameMap::new();
    for (index, name) in (0..).zip(names) {
        map.append(index, name);
    }
    let mut section = NameSection::new();
    section.module(title);
    section.functions(&map);
    module.section(&elements).section(&code).section(&section);
    module
}
