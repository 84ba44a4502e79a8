//! A core module to be measured with.
//!
//! Lives here: [`large_module`]. May import: nothing of ours. Deliberately absent: measuring.

use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};

/// A program for WASI 0.1 with a great many functions, all alike: 8 MB of code.
pub fn large_module() -> Vec<u8> {
    const FUNCTIONS: u32 = 8600;
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import(
        "wasi_snapshot_preview1",
        "fd_write",
        EntityType::Function(1),
    );
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for _ in 0..FUNCTIONS {
        functions.function(0);
        let mut function = Function::new([(1, ValType::I32)]);
        let mut body = function.instructions();
        for n in 0..125 {
            body.local_get(0).i32_const(n).i32_add().local_set(0);
        }
        body.end();
        code.function(&function);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("_start", ExportKind::Func, 1);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&memories)
        .section(&exports)
        .section(&code);
    module.finish()
}
