//! The parts that are composed here, made the same way every time.
//!
//! Lives here: [`Link`], one part of a chain: a component with one core module, one exported
//! function, and, but for the last of a chain, one imported function.
//! May import: wasm-encoder only. Deliberately absent: files, and witkit itself.

use wasm_encoder::{
    BlockType, CodeSection, ComponentBuilder, ComponentExportKind, ComponentTypeRef, ConstExpr,
    DataSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    InstanceType, MemArg, MemArgTarget, MemorySection, MemoryType, Module, ModuleArg, NameMap,
    NameSection, PrimitiveValType, TypeSection, ValType,
};

/// A part of a chain.
pub struct Link {
    /// The interface it exports, with a function `run: func(x: u32) -> u32`.
    pub exports: String,
    /// The interface it imports, of the same type.
    pub imports: Option<String>,
    /// Makes its code differ from that of other parts.
    pub seed: u64,
    /// How large its core module is to be, about; none for the smallest that does its work.
    pub module_size: Option<usize>,
}

/// Of a large module, how much is data and names; the rest is code. Modules of Python, Go or Rust
/// are made like that.
const DATA_SHARE: usize = 4;

impl Link {
    /// The component, in binary form.
    pub fn component(&self) -> Vec<u8> {
        let mut builder = ComponentBuilder::default();
        let mut ty = InstanceType::new();
        ty.ty()
            .function()
            .params([("x", PrimitiveValType::U32)])
            .result(Some(PrimitiveValType::U32.into()));
        ty.export("run", ComponentTypeRef::Func(0));
        let mut lowered = None;
        if let Some(name) = &self.imports {
            let ty = builder.type_instance(None, &ty);
            let instance = builder.import(name.as_str(), ComponentTypeRef::Instance(ty));
            let func = builder.alias_export(instance, "run", ComponentExportKind::Func);
            lowered = Some(builder.lower_func(None, func, []));
        }
        let module = builder.core_module_raw(None, &self.module());
        let mut args = Vec::new();
        if let Some(func) = lowered {
            let env = builder.core_instantiate_exports(None, [("run", ExportKind::Func, func)]);
            args.push(("env", ModuleArg::Instance(env)));
        }
        let instance = builder.core_instantiate(None, module, args);
        let run = builder.core_alias_export(None, instance, "run", ExportKind::Func);
        let (ty, mut encoder) = builder.type_function(None);
        encoder
            .params([("x", PrimitiveValType::U32)])
            .result(Some(PrimitiveValType::U32.into()));
        let lifted = builder.lift_func(None, run, ty, []);
        let exported =
            builder.instantiate_exports(None, [("run", ComponentExportKind::Func, lifted)]);
        builder.export(
            self.exports.as_str(),
            ComponentExportKind::Instance,
            exported,
            None,
        );
        builder.finish()
    }

    /// Its core module: `run` calls the imported function, if there is one, and adds the seed.
    fn module(&self) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        types
            .ty()
            .function([ValType::I32, ValType::I32], [ValType::I32]);
        let mut imports = ImportSection::new();
        let mut first = 0;
        if self.imports.is_some() {
            imports.import("env", "run", EntityType::Function(0));
            first = 1;
        }
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        functions.function(0);
        let mut run = Function::new([]);
        let mut body = run.instructions();
        body.local_get(0);
        if self.imports.is_some() {
            body.call(0);
        }
        body.i32_const((self.seed & 0xffff) as i32).i32_add().end();
        code.function(&run);

        let size = self.module_size.unwrap_or(0);
        let mut random = Random(self.seed * 2 + 1);
        let mut names = NameMap::new();
        names.append(first, "run");
        let mut known = 1;
        while code.byte_len() + known as usize * 32 < size - size / DATA_SHARE {
            functions.function(1);
            code.function(&function(&mut random, first + 1, known - 1));
            names.append(
                first + known,
                &format!("generated::module::function_{known}"),
            );
            known += 1;
        }

        let mut module = Module::new();
        module.section(&types);
        if self.imports.is_some() {
            module.section(&imports);
        }
        module.section(&functions);
        let pages = (size / 65536 + 1) as u64;
        if size > 0 {
            let mut memories = MemorySection::new();
            memories.memory(MemoryType {
                minimum: pages,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: None,
            });
            module.section(&memories);
        }
        let mut exports = ExportSection::new();
        exports.export("run", ExportKind::Func, first);
        module.section(&exports);
        module.section(&code);
        if size > 0 {
            let mut data = DataSection::new();
            // Many segments with gaps, as linkers leave them.
            let segment = 4096;
            for at in (0..size / DATA_SHARE).step_by(segment) {
                let bytes: Vec<u8> = (0..segment - 64).map(|_| random.next() as u8).collect();
                data.active(0, &ConstExpr::i32_const(at as i32), bytes);
            }
            module.section(&data);
            let mut section = NameSection::new();
            section.functions(&names);
            module.section(&section);
        }
        module.finish()
    }
}

/// A function of type 1 with a few hundred bytes of arithmetic, branches, loads, stores, and calls
/// of those among the `known` functions from index `first` on that came before it.
fn function(random: &mut Random, first: u32, known: u32) -> Function {
    const LOCALS: u32 = 6;
    let mut function = Function::new([(LOCALS - 2, ValType::I32)]);
    let mut body = function.instructions();
    let word = MemArg {
        offset: 16,
        align: 2,
        target: MemArgTarget::Memory(0),
        ordering: None,
    };
    for _ in 0..10 + random.below(60) {
        let (a, b, to) = (
            random.below(LOCALS),
            random.below(LOCALS),
            random.below(LOCALS),
        );
        match random.below(8) {
            0 if known > 0 => {
                let callee = first + random.below(known);
                body.local_get(a).local_get(b).call(callee).local_set(to);
            }
            1 => {
                body.local_get(a).i32_load(word).local_set(to);
            }
            2 => {
                body.local_get(a).local_get(b).i32_store(word);
            }
            3 => {
                body.block(BlockType::Empty)
                    .local_get(a)
                    .i32_eqz()
                    .br_if(0)
                    .local_get(b)
                    .i32_const(random.next() as i32)
                    .i32_xor()
                    .local_set(to)
                    .end();
            }
            4 => {
                body.local_get(a)
                    .if_(BlockType::Result(ValType::I32))
                    .local_get(b)
                    .else_()
                    .i32_const(random.below(128) as i32)
                    .end()
                    .local_set(to);
            }
            _ => {
                body.local_get(a)
                    .local_get(b)
                    .i32_add()
                    .i32_const(random.below(1 << 16) as i32)
                    .i32_and()
                    .local_tee(to)
                    .drop();
            }
        }
    }
    body.local_get(0).end();
    function
}

/// Numbers that look random and are the same every time (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u32) -> u32 {
        (self.next() >> 33) as u32 % end
    }
}
