//! The module that traps: one function for each thing that is to be said, which is its name. It
//! imports nothing, so the backtrace of the host is the only place where it could be read.
//!
//! Lives here: [`module`]. May import: nothing of ours. Deliberately absent: what is said (`replay`).

use std::borrow::Cow;

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, ExportKind, ExportSection, Function,
    FunctionSection, Instruction, Module, NameMap, NameSection, RefType, TableSection, TableType,
    TypeSection,
};

/// What it exports: the function that calls the one at a position.
pub(super) const TRAP: &str = "trap";

/// The module of that name, with functions of those.
pub(super) fn module(title: &str, names: &[String]) -> Module {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([wasm_encoder::ValType::I32], []);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    let mut map = NameMap::new();
    functions.function(1);
    let mut trap = Function::new([]);
    trap.instruction(&Instruction::LocalGet(0))
        .instruction(&Instruction::CallIndirect {
            type_index: 0,
            table_index: 0,
        })
        .instruction(&Instruction::Unreachable)
        .instruction(&Instruction::End);
    code.function(&trap);
    map.append(0, TRAP);
    let mut said = Vec::new();
    for (index, name) in (1..).zip(names) {
        functions.function(0);
        let mut function = Function::new([]);
        function
            .instruction(&Instruction::Unreachable)
            .instruction(&Instruction::End);
        code.function(&function);
        map.append(index, name);
        said.push(index);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: said.len() as u64,
        maximum: Some(said.len() as u64),
        shared: false,
    });
    let mut elements = ElementSection::new();
    let start = ConstExpr::i32_const(0);
    elements.active(None, &start, Elements::Functions(Cow::Borrowed(&said)));
    let mut exports = ExportSection::new();
    exports.export(TRAP, ExportKind::Func, 0);
    let mut section = NameSection::new();
    section.module(title);
    section.functions(&map);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&tables)
        .section(&exports)
        .section(&elements)
        .section(&code)
        .section(&section);
    module
}
