//! The two core modules of a part: one with the memory, one with the functions.
//!
//! There are two, since built-ins that need the memory are made between them.
//!
//! Lives here: [`memory_module`], [`main_module`]. May import: the sibling modules.
//! Deliberately absent: what the functions do (`code`), and the component around them (`part`).

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataCountSection, DataSection, EntityType, ExportKind,
    ExportSection, FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction,
    MemorySection, MemoryType, Module, NameMap, NameSection, StartSection, TypeSection, ValType,
};

use super::code::{BuiltIn, Function};

/// Where the main module imports the memory from, and everything else.
pub(super) const MEMORY: &str = "m";
pub(super) const BUILT_INS: &str = "b";

/// What the module with the memory exports.
pub(super) const REALLOC: &str = "realloc";
pub(super) const RESET: &str = "reset";
pub(super) const KEEP: &str = "keep";

/// The callback of the main module.
pub(super) const CALLBACK: &str = "callback";

/// The name of what is imported or exported by its position: as short as can be, since there are as
/// many of them as functions.
pub(super) fn short(position: usize) -> String {
    const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    let mut left = position;
    loop {
        name.insert(0, char::from(DIGITS[left % DIGITS.len()]));
        left /= DIGITS.len();
        match left {
            0 => return name,
            // Names with more digits begin where those with fewer end.
            more => left = more - 1,
        }
    }
}

const PAGE: usize = 1 << 16;

/// The module with the memory and what hands out space in it; of its functions, those that
/// `is_used` says.
///
/// What is handed over is at home between `base` and `top`, and forgotten with `reset`; what lasts
/// lies before.
pub(super) fn memory_module(bytes: &[u8], is_used: &dyn Fn(&str) -> bool) -> Module {
    let i32s = |n: usize| vec![ValType::I32; n];
    let mut types = TypeSection::new();
    let mut functions = FunctionSection::new();
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: bytes.len().div_ceil(PAGE).max(1) as u64,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let heap = bytes.len().next_multiple_of(16) as i32;
    let mut globals = GlobalSection::new();
    for _ in 0..2 {
        let ty = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        globals.global(ty, &ConstExpr::i32_const(heap));
    }
    const TOP: u32 = 0;
    const BASE: u32 = 1;
    let mut code = CodeSection::new();
    let mut function = |name: &str, params: usize, results: usize, body: &[Instruction<'_>]| {
        let index = functions.len();
        functions.function(index);
        types.ty().function(i32s(params), i32s(results));
        exports.export(name, ExportKind::Func, index);
        let mut function = wasm_encoder::Function::new([(results as u32, ValType::I32)]);
        for instruction in body {
            function.instruction(instruction);
        }
        code.function(&function);
    };
    use Instruction as I;
    // Local 4 is the new place: above `top`, aligned.
    let realloc = [
        I::GlobalGet(TOP),
        I::LocalGet(2),
        I::I32Add,
        I::I32Const(1),
        I::I32Sub,
        I::I32Const(0),
        I::LocalGet(2),
        I::I32Sub,
        I::I32And,
        I::LocalTee(4),
        I::LocalGet(3),
        I::I32Add,
        I::GlobalSet(TOP),
        // More than there can be at all.
        I::GlobalGet(TOP),
        I::LocalGet(4),
        I::I32LtU,
        I::If(BlockType::Empty),
        I::Unreachable,
        I::End,
        // As many pages as lack.
        I::GlobalGet(TOP),
        I::I32Const(16),
        I::I32ShrU,
        I::I32Const(1),
        I::I32Add,
        I::MemorySize(0),
        I::I32GtU,
        I::If(BlockType::Empty),
        I::GlobalGet(TOP),
        I::I32Const(16),
        I::I32ShrU,
        I::I32Const(1),
        I::I32Add,
        I::MemorySize(0),
        I::I32Sub,
        I::MemoryGrow(0),
        I::I32Const(-1),
        I::I32Eq,
        I::If(BlockType::Empty),
        I::Unreachable,
        I::End,
        I::End,
        // What was in the old place; none has a length of 0.
        I::LocalGet(4),
        I::LocalGet(0),
        I::LocalGet(1),
        I::MemoryCopy {
            src_mem: 0,
            dst_mem: 0,
        },
        I::LocalGet(4),
        I::End,
    ];
    // Size and alignment: the place begins at `base`, and `base` moves behind it.
    let keep = [
        I::GlobalGet(BASE),
        I::GlobalSet(TOP),
        I::I32Const(0),
        I::I32Const(0),
        I::LocalGet(1),
        I::LocalGet(0),
        I::Call(0),
        I::LocalSet(2),
        I::GlobalGet(TOP),
        I::GlobalSet(BASE),
        I::LocalGet(2),
        I::End,
    ];
    // What lasts is made room for as what does not.
    if is_used(REALLOC) || is_used(KEEP) {
        function(REALLOC, 4, 1, &realloc);
    }
    if is_used(KEEP) {
        function(KEEP, 2, 1, &keep);
    }
    if is_used(RESET) {
        function(
            RESET,
            0,
            0,
            &[I::GlobalGet(BASE), I::GlobalSet(TOP), I::End],
        );
    }
    let mut data = DataSection::new();
    for (at, bytes) in pieces(bytes) {
        data.active(0, &ConstExpr::i32_const(at), bytes.iter().copied());
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&code);
    if !data.is_empty() {
        module.section(&data);
    }
    module
}

/// What has to be put into a memory: zeros are there by themselves.
fn pieces(bytes: &[u8]) -> Vec<(i32, &[u8])> {
    /// What a piece of its own takes.
    const APART: usize = 7;
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte != 0) {
        match pieces.last_mut() {
            Some((_, end)) if at - *end < APART => *end = at + 1,
            _ => pieces.push((at, at + 1)),
        }
    }
    // An engine may refuse a module with more.
    const MOST: usize = 1000;
    if let (true, Some((start, _)), Some((_, end))) =
        (pieces.len() > MOST, pieces.first(), pieces.last())
    {
        pieces = vec![(*start, *end)];
    }
    let piece = |(start, end): (usize, usize)| (start as i32, &bytes[start..end]);
    pieces.into_iter().map(piece).collect()
}

/// The module with the functions, which are exported by their positions; `named` is its name and
/// those of functions, for backtraces.
pub(super) fn main_module(
    built_ins: &[BuiltIn],
    has_memory: bool,
    functions: &[Function],
    named: Option<(&str, &[(usize, &str)])>,
    has_callback: bool,
    at_start: Option<&dyn AtStart>,
) -> Module {
    let mut types = Signatures::default();
    let mut imports = ImportSection::new();
    for (index, built_in) in built_ins.iter().enumerate() {
        let (params, results) = built_in.signature();
        let ty = EntityType::Function(types.index(params, results));
        imports.import(BUILT_INS, &short(index), ty);
    }
    if has_memory {
        let ty = MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        imports.import(MEMORY, "memory", ty);
    }
    let first = built_ins.len() as u32;
    let mut declared = FunctionSection::new();
    let mut exports = ExportSection::new();
    let mut code = CodeSection::new();
    for (position, function) in functions.iter().enumerate() {
        declared.function(types.index(function.params.clone(), function.results.clone()));
        let index = first + position as u32;
        exports.export(&short(position), ExportKind::Func, index);
        code.function(&function.body());
    }
    if has_callback {
        declared.function(types.index(vec![ValType::I32; 3], vec![ValType::I32]));
        exports.export(CALLBACK, ExportKind::Func, first + functions.len() as u32);
        let mut body = wasm_encoder::Function::new([]);
        // Every task is over when it returns, so that nothing happens afterwards.
        body.instruction(&Instruction::Unreachable);
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut start = None;
    let mut data = DataSection::new();
    if let Some(at_start) = at_start {
        declared.function(types.index(Vec::new(), Vec::new()));
        start = Some(first + functions.len() as u32 + u32::from(has_callback));
        code.function(&at_start.code());
        data.passive(at_start.bytes().iter().copied());
    }
    let mut module = Module::new();
    module.section(&types.section);
    if !imports.is_empty() {
        module.section(&imports);
    }
    module.section(&declared).section(&exports);
    if let Some(function_index) = start {
        module
            .section(&StartSection { function_index })
            .section(&DataCountSection { count: 1 });
    }
    module.section(&code);
    if start.is_some() {
        module.section(&data);
    }
    if let Some((title, names)) = named {
        let mut map = NameMap::new();
        for (position, name) in names {
            map.append(first + *position as u32, name);
        }
        let mut section = NameSection::new();
        section.module(title);
        section.functions(&map);
        module.section(&section);
    }
    module
}

/// What is done with bytes when the module starts.
pub(super) trait AtStart {
    fn bytes(&self) -> &[u8];
    /// The function that does it.
    fn code(&self) -> wasm_encoder::Function;
}

/// Bytes that a runtime is handed over, once, with a number.
pub(super) struct HandedOver {
    pub bytes: Vec<u8>,
    pub number: u32,
    /// The functions for it: what makes room, and what takes the address and the number.
    pub keep: u32,
    pub take: u32,
}

impl AtStart for HandedOver {
    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn code(&self) -> wasm_encoder::Function {
        let size = self.bytes.len() as i32;
        let mut function = wasm_encoder::Function::new([(1, ValType::I32)]);
        for instruction in [
            Instruction::I32Const(size),
            Instruction::I32Const(8),
            Instruction::Call(self.keep),
            Instruction::LocalTee(0),
            Instruction::I32Const(0),
            Instruction::I32Const(size),
            Instruction::MemoryInit {
                mem: 0,
                data_index: 0,
            },
            Instruction::LocalGet(0),
            Instruction::I32Const(self.number as i32),
            Instruction::Call(self.take),
            Instruction::End,
        ] {
            function.instruction(&instruction);
        }
        function
    }
}

/// Bytes that have a place of their own in the memory of a runtime.
pub(super) struct Placed {
    pub bytes: Vec<u8>,
    pub at: u32,
    /// Where the rest of the memory begins.
    pub end: u32,
    /// The functions for it: what reserves the place, and what takes the numbers.
    pub reserve: u32,
    pub take: u32,
    pub numbers: [u32; 3],
}

impl AtStart for Placed {
    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn code(&self) -> wasm_encoder::Function {
        let number = |number: u32| Instruction::I32Const(number as i32);
        let mut function = wasm_encoder::Function::new([]);
        for instruction in [
            number(self.at),
            number(self.end),
            Instruction::Call(self.reserve),
            number(self.at),
            number(0),
            number(self.bytes.len() as u32),
            Instruction::MemoryInit {
                mem: 0,
                data_index: 0,
            },
            number(self.numbers[0]),
            number(self.numbers[1]),
            number(self.numbers[2]),
            Instruction::Call(self.take),
            Instruction::End,
        ] {
            function.instruction(&instruction);
        }
        function
    }
}

/// Types of functions, each once.
#[derive(Default)]
struct Signatures {
    section: TypeSection,
    known: Vec<(Vec<ValType>, Vec<ValType>)>,
}

impl Signatures {
    fn index(&mut self, params: Vec<ValType>, results: Vec<ValType>) -> u32 {
        let wanted = (params, results);
        let known = self.known.iter().position(|known| *known == wanted);
        let index = known.unwrap_or_else(|| {
            let (params, results) = wanted.clone();
            self.section.ty().function(params, results);
            self.known.push(wanted);
            self.known.len() - 1
        });
        index as u32
    }
}
