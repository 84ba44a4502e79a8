//! The facts about a core module; its code and data are not read.
//!
//! Lives here: [`binary`], [`CoreModule`] and what it is made of.
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1).
//! Deliberately absent: whether the module is valid beyond what is read (the validator checks that),
//! and what any of it means for a component (`preflight`).

use wasmparser::{
    BinaryReader, CompositeInnerType, Dylink0SectionReader, Dylink0Subsection, ExternalKind,
    FuncType, GlobalType, MemoryType, SymbolFlags, TypeRef, ValType,
};

use wit_parser::abi::{WasmSignature, WasmType};

use super::preflight::codes;
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::Source;
use crate::wasm::module::Module;
pub(crate) use crate::wasm::producers::{Producer, producers};
use crate::wasm::sections::Malformed;
use crate::wasm::structure::{Nested, Structure};
use crate::wasm::{self, Kind, sniff};

/// Reads `source` as a core module and returns it in binary form.
///
/// Fails if its text does not parse (`input/wat-syntax`) or if it is something else
/// (`componentize/not-a-module`), saying what.
pub(crate) fn binary(source: Source) -> Result<Source, Report> {
    let source = wasm::binary(source)?;
    match sniff(source.bytes()) {
        Kind::CoreModule => Ok(source),
        other => Err(not_a_module(source.name(), source.bytes(), other).into()),
    }
}

/// A finding about an input that is not a core module: what it is, and what to do with it.
fn not_a_module(name: &str, bytes: &[u8], kind: Kind) -> Diagnostic {
    const WITH_A_MODULE: &str =
        "pass it with `--wit`, together with the module that implements its world";
    const WRAPPED: &str = "a component does not need to be componentized";
    let (is, note, help) = match kind {
        Kind::Component => match Structure::of(bytes) {
            Ok(structure) if structure.is_wit_package() => {
                ("a binary WIT package", None, WITH_A_MODULE)
            }
            Ok(it) if it.nested.iter().any(Nested::is_component) => (
                "a composition of components",
                Some(WRAPPED),
                "use it as it is, or add parts to it with `witkit compose`",
            ),
            _ => ("a component", Some(WRAPPED), "use it as it is"),
        },
        Kind::Wit => ("WIT text", None, WITH_A_MODULE),
        Kind::Script => (
            "a script of wac",
            None,
            "compose it: `witkit compose FILE -o app.wasm`",
        ),
        Kind::UnknownWasm => (
            "WebAssembly of an unknown version",
            None,
            "rebuild it with current tools",
        ),
        _ => (
            "neither WebAssembly nor WAT",
            None,
            "pass the `.wasm` or `.wat` file that the compiler wrote",
        ),
    };
    let finding = codes::NOT_A_MODULE
        .report(format!("expected a core module, but `{name}` is {is}"))
        .at(Locus::File(name.to_string()), "")
        .help(help);
    match note {
        Some(note) => finding.note(note),
        None => finding,
    }
}

/// The relevant part of the type of an import or export.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CoreType {
    /// A function of the type of that index; see [`CoreModule::func_type`].
    Func(u32),
    Memory(MemoryType),
    Table,
    Global {
        ty: ValType,
        mutable: bool,
    },
    /// An exception tag, with the index of its type.
    Tag(u32),
    /// A function whose type must be met exactly, which components have no use for.
    Exact,
}

impl CoreType {
    /// Its noun in messages.
    pub fn noun(&self) -> &'static str {
        match self {
            CoreType::Func(_) | CoreType::Exact => "function",
            CoreType::Memory(_) => "memory",
            CoreType::Table => "table",
            CoreType::Global { .. } => "global",
            CoreType::Tag(_) => "tag",
        }
    }
}

/// The type that a core function with that signature has.
pub(crate) fn func_type(signature: &WasmSignature) -> FuncType {
    fn core(ty: &WasmType) -> ValType {
        match ty {
            WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
            WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
            WasmType::F32 => ValType::F32,
            WasmType::F64 => ValType::F64,
        }
    }
    FuncType::new(
        signature.params.iter().map(core),
        signature.results.iter().map(core),
    )
}

/// `(import "module" "name" …)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CoreImport<'a> {
    pub module: &'a str,
    pub name: &'a str,
    pub ty: CoreType,
}

/// `(export "name" …)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CoreExport<'a> {
    pub name: &'a str,
    pub ty: CoreType,
    /// Its index among those of its kind.
    pub index: u32,
}

/// A custom section that holds the types of a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ComponentType<'a> {
    pub name: &'a str,
    pub data: &'a [u8],
}

/// What the section `dylink.0` of a shared library says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dylink<'a> {
    /// The libraries that it needs.
    pub needed: Vec<&'a str>,
    /// Imports, by module and name, that may stay without a provider.
    pub weak: Vec<(&'a str, &'a str)>,
}

/// The facts about a core module.
pub(crate) struct CoreModule<'a> {
    /// The name for messages: the path as it was given.
    pub name: String,
    /// The name under which other libraries need it: the last part of the path, unless it was
    /// given another.
    pub library_name: String,
    pub bytes: &'a [u8],
    pub imports: Vec<CoreImport<'a>>,
    pub exports: Vec<CoreExport<'a>>,
    pub producers: Vec<Producer>,
    pub component_types: Vec<ComponentType<'a>>,
    /// Whether programs may open it by its name; nothing in the module says so.
    pub dl_openable: bool,
    /// Of a shared library only.
    pub dylink: Option<Dylink<'a>>,
    pub has_names: bool,
    pub has_dwarf: bool,
    /// The memories it defines or imports.
    pub memories: Vec<MemoryType>,
    types: Vec<Option<FuncType>>,
}

impl<'a> CoreModule<'a> {
    /// Reads `bytes`, a core module in binary form.
    ///
    /// Fails if what is read is truncated or malformed (`input/malformed`). Code and data are
    /// skipped, and nothing is validated.
    pub fn read(name: &str, bytes: &'a [u8]) -> Result<CoreModule<'a>, Diagnostic> {
        Reading::new(name, bytes).all().map_err(|broken| {
            let message = broken.message;
            wasm::MALFORMED
                .report(format!("`{name}` is not a valid module: {message}"))
                .at(Locus::item(name, broken.path), "")
                .help("rebuild it or download it again")
        })
    }

    /// The function type of that index, if it is one.
    pub fn func_type(&self, index: u32) -> Option<&FuncType> {
        self.types.get(index as usize)?.as_ref()
    }

    /// The type of the function that is imported or exported.
    pub fn func(&self, ty: &CoreType) -> Option<&FuncType> {
        match ty {
            CoreType::Func(index) => self.func_type(*index),
            _ => None,
        }
    }

    /// The export of that name.
    pub fn export(&self, name: &str) -> Option<&CoreExport<'a>> {
        self.exports.iter().find(|export| export.name == name)
    }

    /// Whether it is a command: it has a `_start`.
    pub fn is_command(&self) -> bool {
        self.export("_start").is_some()
    }

    /// A place in it.
    pub fn locus<S: Into<String>>(&self, path: impl IntoIterator<Item = S>) -> Locus {
        Locus::item(self.name.clone(), path)
    }
}

/// A module that is being read.
struct Reading<'a> {
    module: CoreModule<'a>,
    /// The type indices of all functions, imported ones first.
    functions: Vec<u32>,
    globals: Vec<GlobalType>,
    tags: Vec<u32>,
}

impl<'a> Reading<'a> {
    fn new(name: &str, bytes: &'a [u8]) -> Reading<'a> {
        let library_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        Reading {
            module: CoreModule {
                name: name.to_string(),
                library_name: library_name.to_string(),
                bytes,
                imports: Vec::new(),
                exports: Vec::new(),
                producers: Vec::new(),
                component_types: Vec::new(),
                dl_openable: false,
                dylink: None,
                has_names: false,
                has_dwarf: false,
                memories: Vec::new(),
                types: Vec::new(),
            },
            functions: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
        }
    }

    fn all(mut self) -> Result<CoreModule<'a>, Malformed> {
        let bytes = self.module.bytes;
        let read = Module::read(bytes, 0..bytes.len())?;
        for group in read.types() {
            let types = group?.into_types();
            self.module
                .types
                .extend(types.map(|ty| match ty.composite_type.inner {
                    CompositeInnerType::Func(func) => Some(func),
                    _ => None,
                }));
        }
        for import in read.imports()? {
            let ty = self.import(import.ty);
            self.module.imports.push(CoreImport {
                module: import.module,
                name: import.name,
                ty,
            });
        }
        self.functions.extend(read.functions()?);
        self.module.memories.extend(read.memories()?);
        self.globals.extend(read.globals()?);
        let tags = read.tags()?;
        self.tags.extend(tags.iter().map(|tag| tag.func_type_idx));
        for export in read.exports(usize::MAX)? {
            let ty = self
                .exported(export.kind, export.index)
                .ok_or_else(|| out_of_bounds(export.name))?;
            self.module.exports.push(CoreExport {
                name: export.name,
                ty,
                index: export.index,
            });
        }
        for (name, data, _) in read.customs() {
            self.custom(name, data);
        }
        Ok(self.module)
    }

    /// Notes what an import adds to the index spaces.
    fn import(&mut self, ty: TypeRef) -> CoreType {
        match ty {
            TypeRef::Func(index) => {
                self.functions.push(index);
                CoreType::Func(index)
            }
            TypeRef::FuncExact(index) => {
                self.functions.push(index);
                CoreType::Exact
            }
            TypeRef::Memory(memory) => {
                self.module.memories.push(memory);
                CoreType::Memory(memory)
            }
            TypeRef::Table(_) => CoreType::Table,
            TypeRef::Global(global) => {
                self.globals.push(global);
                global_type(global)
            }
            TypeRef::Tag(tag) => {
                self.tags.push(tag.func_type_idx);
                CoreType::Tag(tag.func_type_idx)
            }
        }
    }

    fn exported(&self, kind: ExternalKind, index: u32) -> Option<CoreType> {
        let index = index as usize;
        Some(match kind {
            ExternalKind::Func => CoreType::Func(*self.functions.get(index)?),
            ExternalKind::FuncExact => CoreType::Exact,
            ExternalKind::Table => CoreType::Table,
            ExternalKind::Memory => CoreType::Memory(*self.module.memories.get(index)?),
            ExternalKind::Global => global_type(*self.globals.get(index)?),
            ExternalKind::Tag => CoreType::Tag(*self.tags.get(index)?),
        })
    }

    /// A malformed custom section is skipped: it does not make a module invalid.
    fn custom(&mut self, name: &'a str, data: &'a [u8]) {
        if name.starts_with("component-type") {
            self.module
                .component_types
                .push(ComponentType { name, data });
        } else if name == "producers" {
            self.module.producers = producers(data);
        } else if name == "name" {
            self.module.has_names = true;
        } else if name.starts_with(".debug_") {
            self.module.has_dwarf = true;
        } else if name == "dylink.0" {
            let subsections = Dylink0SectionReader::new(BinaryReader::new(data, 0));
            let dylink = self.module.dylink.get_or_insert_default();
            for subsection in subsections.into_iter().flatten() {
                match subsection {
                    Dylink0Subsection::Needed(needed) => dylink.needed = needed,
                    Dylink0Subsection::ImportInfo(infos) => {
                        let weak = |flags: SymbolFlags| flags.contains(SymbolFlags::BINDING_WEAK);
                        let infos = infos.iter().filter(|info| weak(info.flags));
                        dylink.weak.extend(infos.map(|i| (i.module, i.field)));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn global_type(global: GlobalType) -> CoreType {
    CoreType::Global {
        ty: global.content_type,
        mutable: global.mutable,
    }
}

fn out_of_bounds(name: &str) -> Malformed {
    Malformed::new(format!(
        "the export `{name}` refers to an item that does not exist"
    ))
}
