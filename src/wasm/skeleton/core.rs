//! The core items of a component, as far as its lifted functions depend on them.
//!
//! Lives here: [`CoreItems`], which follows core aliases and instances to the module that a core
//! function or memory comes from; [`Found`], what a module says about it; and [`Stub`], the small
//! module that has the same in a skeleton.
//! May import: `sections`.
//! Deliberately absent: anything that is not exported by a core module of the same component.
//! Such an item has no [`Origin`], and whoever needs it has to do without a skeleton.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use wasm_encoder::{
    Alias, CodeSection, ComponentAliasSection, ComponentSection, ExportKind, ExportSection,
    Function, FunctionSection, InstanceSection, MemorySection, Module, ModuleArg, ModuleSection,
    TypeSection, ValType,
};
use wasmparser::{
    CompositeInnerType, Encoding, Export, ExternalKind, Instance, MemoryType, RecGroup, TypeRef,
};

use crate::wasm::sections::{Malformed, Section, Sections, core_id};

/// The export of that name of the core module of that index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin<'a> {
    module: u32,
    name: &'a str,
}

enum CoreInstance<'a> {
    Of(u32),
    /// Items under new names; only ever looked up by name.
    Bag(HashMap<&'a str, (ExternalKind, Option<Origin<'a>>)>),
}

/// The core index spaces of one component.
#[derive(Default)]
pub(super) struct CoreItems<'a> {
    /// Where a module is in the input; none if it is not defined in this component.
    modules: Vec<Option<(Range<usize>, String)>>,
    instances: Vec<CoreInstance<'a>>,
    funcs: Vec<Option<Origin<'a>>>,
    memories: Vec<Option<Origin<'a>>>,
}

impl<'a> CoreItems<'a> {
    /// A module that is defined here and goes by `name` in messages.
    pub fn module(&mut self, body: Range<usize>, name: String) {
        self.modules.push(Some((body, name)));
    }

    /// A module that is imported or aliased.
    pub fn foreign_module(&mut self) {
        self.modules.push(None);
    }

    /// A core function that is a built-in or a lowered one.
    pub fn built_in(&mut self) {
        self.funcs.push(None);
    }

    /// A core instance.
    pub fn instance(&mut self, instance: Instance<'a>) {
        self.instances.push(match instance {
            Instance::Instantiate { module_index, .. } => CoreInstance::Of(module_index),
            Instance::FromExports(exports) => CoreInstance::Bag(
                exports
                    .iter()
                    .map(|Export { name, kind, index }| {
                        (*name, (*kind, self.origin(*kind, *index)))
                    })
                    .collect(),
            ),
        });
    }

    /// An alias of an export of a core instance.
    pub fn alias(&mut self, kind: ExternalKind, instance: u32, name: &'a str) {
        let origin = match self.instances.get(instance as usize) {
            Some(CoreInstance::Of(module)) => Some(Origin {
                module: *module,
                name,
            }),
            Some(CoreInstance::Bag(items)) => match items.get(name) {
                Some((found, origin)) if *found == kind => *origin,
                _ => None,
            },
            None => None,
        };
        match kind {
            ExternalKind::Func => self.funcs.push(origin),
            ExternalKind::Memory => self.memories.push(origin),
            _ => {}
        }
    }

    fn origin(&self, kind: ExternalKind, index: u32) -> Option<Origin<'a>> {
        match kind {
            ExternalKind::Func => self.func(index),
            ExternalKind::Memory => self.memory(index),
            _ => None,
        }
    }

    /// Where the core function of that index is from.
    pub fn func(&self, index: u32) -> Option<Origin<'a>> {
        self.funcs.get(index as usize).copied().flatten()
    }

    /// Where the core memory of that index is from.
    pub fn memory(&self, index: u32) -> Option<Origin<'a>> {
        self.memories.get(index as usize).copied().flatten()
    }

    /// Looks up what is wanted, walking each module once. What is unusual is left out.
    pub fn find(
        &self,
        bytes: &'a [u8],
        wanted: &BTreeSet<Origin<'a>>,
    ) -> Result<BTreeMap<Origin<'a>, Found>, Malformed> {
        let mut by_module: BTreeMap<u32, BTreeSet<&'a str>> = BTreeMap::new();
        for origin in wanted {
            by_module
                .entry(origin.module)
                .or_default()
                .insert(origin.name);
        }
        let mut found = BTreeMap::new();
        for (module, names) in by_module {
            let Some(Some((body, item))) = self.modules.get(module as usize) else {
                continue;
            };
            let exports = Exports::read(bytes, body.clone(), &names)
                .map_err(|malformed| malformed.within(item))?;
            for (name, export) in exports.0 {
                found.insert(Origin { module, name }, export);
            }
        }
        Ok(found)
    }
}

/// The type of a core function that has numbers only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Signature {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
}

/// What of a memory decides how it may be used by the canonical ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Memory {
    pub memory64: bool,
    shared: bool,
    page_size_log2: Option<u32>,
}

/// What an export of a core module is.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Func(Signature),
    Memory(Memory),
}

/// The exports of one module that were asked for.
struct Exports<'a>(BTreeMap<&'a str, Found>);

impl<'a> Exports<'a> {
    fn read(
        bytes: &'a [u8],
        body: Range<usize>,
        names: &BTreeSet<&'a str>,
    ) -> Result<Exports<'a>, Malformed> {
        let mut sections = Sections::new(bytes, body, Encoding::Module)?;
        let mut by_id: BTreeMap<u8, Section<'a>> = BTreeMap::new();
        // Nothing behind the exports matters, and that is where most of the sections' bytes are.
        while !by_id.contains_key(&core_id::EXPORT)
            && let Some(section) = sections.next()?
        {
            by_id.insert(section.id, section);
        }
        fn read<'a, T>(
            by_id: &BTreeMap<u8, Section<'a>>,
            id: u8,
            read: impl FnOnce(&Section<'a>) -> wasmparser::Result<T>,
        ) -> Result<Option<T>, Malformed> {
            let Some(section) = by_id.get(&id) else {
                return Ok(None);
            };
            let result = read(section);
            result
                .map(Some)
                .map_err(|e| Malformed::from(e).within(section.name()))
        }

        let exports = read(&by_id, core_id::EXPORT, |s| exports(s, names))?.unwrap_or_default();
        let imports = read(&by_id, core_id::IMPORT, imports)?.unwrap_or_default();
        let funcs: BTreeSet<u32> = exports
            .values()
            .filter(|(kind, _)| *kind == ExternalKind::Func)
            .map(|(_, index)| *index)
            .collect();
        let types = read(&by_id, core_id::FUNCTION, |s| {
            types_of(s, &imports.funcs, &funcs)
        })?
        // Without a function section, the functions are the imported ones.
        .unwrap_or_else(|| imported_types(&imports.funcs, &funcs));
        let wanted: BTreeSet<u32> = types.values().copied().collect();
        let signatures =
            read(&by_id, core_id::TYPE, |s| signatures(s, &wanted))?.unwrap_or_default();
        let mut memories = imports.memories;
        let own = read(&by_id, core_id::MEMORY, |s| {
            s.items::<MemoryType>()?.into_iter().collect()
        })?;
        memories.extend(own.unwrap_or_else(Vec::new));

        let mut found = BTreeMap::new();
        for (name, (kind, index)) in exports {
            let export = match kind {
                ExternalKind::Func => types
                    .get(&index)
                    .and_then(|ty| signatures.get(ty))
                    .map(|signature| Found::Func(signature.clone())),
                ExternalKind::Memory => memories.get(index as usize).map(|ty| {
                    Found::Memory(Memory {
                        memory64: ty.memory64,
                        shared: ty.shared,
                        page_size_log2: ty.page_size_log2,
                    })
                }),
                _ => None,
            };
            if let Some(export) = export {
                found.insert(name, export);
            }
        }
        Ok(Exports(found))
    }
}

fn exports<'a>(
    section: &Section<'a>,
    names: &BTreeSet<&'a str>,
) -> wasmparser::Result<BTreeMap<&'a str, (ExternalKind, u32)>> {
    let mut exports = BTreeMap::new();
    for export in section.items::<Export<'a>>()? {
        let Export { name, kind, index } = export?;
        if names.contains(name) {
            exports.insert(name, (kind, index));
        }
    }
    Ok(exports)
}

#[derive(Default)]
struct Imports {
    /// The type index of each imported function.
    funcs: Vec<u32>,
    memories: Vec<MemoryType>,
}

fn imports(section: &Section<'_>) -> wasmparser::Result<Imports> {
    let mut imports = Imports::default();
    for import in section.items::<wasmparser::Imports>()?.into_imports() {
        match import?.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => imports.funcs.push(ty),
            TypeRef::Memory(ty) => imports.memories.push(ty),
            _ => {}
        }
    }
    Ok(imports)
}

fn imported_types(imported: &[u32], wanted: &BTreeSet<u32>) -> BTreeMap<u32, u32> {
    wanted
        .iter()
        .filter_map(|func| Some((*func, *imported.get(*func as usize)?)))
        .collect()
}

/// The type index of each wanted function.
fn types_of(
    section: &Section<'_>,
    imported: &[u32],
    wanted: &BTreeSet<u32>,
) -> wasmparser::Result<BTreeMap<u32, u32>> {
    let mut types = imported_types(imported, wanted);
    let mut items = section.items::<u32>()?.into_iter();
    let mut passed = imported.len();
    for func in wanted {
        let Some(ahead) = (*func as usize).checked_sub(passed) else {
            continue;
        };
        let Some(ty) = items.nth(ahead) else {
            break;
        };
        types.insert(*func, ty?);
        passed = *func as usize + 1;
    }
    Ok(types)
}

/// The wanted types, those of them that are plain functions of numbers.
fn signatures(
    section: &Section<'_>,
    wanted: &BTreeSet<u32>,
) -> wasmparser::Result<BTreeMap<u32, Signature>> {
    let mut signatures = BTreeMap::new();
    let Some(last) = wanted.last() else {
        return Ok(signatures);
    };
    let mut index = 0;
    for group in section.items::<RecGroup>()? {
        let group = group?;
        for ty in group.types() {
            if wanted.contains(&index)
                && !group.is_explicit_rec_group()
                && let Some(signature) = signature(ty)
            {
                signatures.insert(index, signature);
            }
            index += 1;
        }
        if index > *last {
            break;
        }
    }
    Ok(signatures)
}

fn signature(ty: &wasmparser::SubType) -> Option<Signature> {
    let CompositeInnerType::Func(func) = &ty.composite_type.inner else {
        return None;
    };
    let plain = ty.is_final
        && ty.supertype_idxs.is_empty()
        && !ty.composite_type.shared
        && ty.composite_type.descriptor_idx.is_none()
        && ty.composite_type.describes_idx.is_none();
    if !plain {
        return None;
    }
    let numbers =
        |types: &[wasmparser::ValType]| types.iter().map(number).collect::<Option<Vec<_>>>();
    Some(Signature {
        params: numbers(func.params())?,
        results: numbers(func.results())?,
    })
}

fn number(ty: &wasmparser::ValType) -> Option<ValType> {
    match ty {
        wasmparser::ValType::I32 => Some(ValType::I32),
        wasmparser::ValType::I64 => Some(ValType::I64),
        wasmparser::ValType::F32 => Some(ValType::F32),
        wasmparser::ValType::F64 => Some(ValType::F64),
        wasmparser::ValType::V128 | wasmparser::ValType::Ref(_) => None,
    }
}

/// The module that stands for all core modules of all components that are skeletonised together:
/// it has a function of each type and a memory of each kind that lifts need.
#[derive(Default)]
pub(crate) struct Stubs {
    funcs: HashMap<Signature, u32>,
    memories: BTreeMap<Memory, u32>,
}

impl Stubs {
    fn func(&mut self, signature: Signature) -> u32 {
        let next = self.funcs.len() as u32;
        *self.funcs.entry(signature).or_insert(next)
    }

    fn memory(&mut self, memory: Memory) -> u32 {
        let next = self.memories.len() as u32;
        *self.memories.entry(memory).or_insert(next)
    }

    /// The module, as a section.
    pub fn section(&self) -> Vec<u8> {
        let mut types = TypeSection::new();
        let mut functions = FunctionSection::new();
        let mut memories = MemorySection::new();
        let mut exports = ExportSection::new();
        let mut code = CodeSection::new();
        let mut by_index: Vec<_> = self.funcs.iter().collect();
        by_index.sort_by_key(|(_, index)| **index);
        for (signature, index) in by_index {
            types.ty().function(
                signature.params.iter().copied(),
                signature.results.iter().copied(),
            );
            functions.function(*index);
            let mut body = Function::new([]);
            body.instructions().unreachable().end();
            code.function(&body);
            exports.export(&format!("f{index}"), ExportKind::Func, *index);
        }
        let mut by_index: Vec<_> = self.memories.iter().collect();
        by_index.sort_by_key(|(_, index)| **index);
        for (memory, index) in by_index {
            memories.memory(wasm_encoder::MemoryType {
                minimum: 0,
                // Shared memories must have a maximum.
                maximum: memory.shared.then_some(1),
                memory64: memory.memory64,
                shared: memory.shared,
                page_size_log2: memory.page_size_log2,
            });
            exports.export(&format!("m{index}"), ExportKind::Memory, *index);
        }
        let mut module = Module::new();
        module
            .section(&types)
            .section(&functions)
            .section(&memories)
            .section(&exports)
            .section(&code);
        let mut out = Vec::new();
        ModuleSection(&module).append_to_component(&mut out);
        out
    }
}

/// What one component uses of the stubs, in the order in which it was asked for.
#[derive(Default)]
pub(super) struct Used {
    funcs: Vec<u32>,
    memories: Vec<u32>,
}

fn local(list: &mut Vec<u32>, id: u32) -> u32 {
    let at = list
        .iter()
        .position(|known| *known == id)
        .unwrap_or_else(|| {
            list.push(id);
            list.len() - 1
        });
    at as u32
}

impl Used {
    pub fn func(&mut self, stubs: &mut Stubs, signature: Signature) -> u32 {
        local(&mut self.funcs, stubs.func(signature))
    }

    pub fn memory(&mut self, stubs: &mut Stubs, memory: Memory) -> u32 {
        local(&mut self.memories, stubs.memory(memory))
    }

    /// Appends the sections that take the module from `depth` components further out, instantiate
    /// it and alias what is used of it.
    pub fn append_to(&self, depth: u32, module_index: u32, out: &mut Vec<u8>) {
        let mut outer = ComponentAliasSection::new();
        outer.alias(Alias::Outer {
            kind: wasm_encoder::ComponentOuterAliasKind::CoreModule,
            count: depth,
            index: 0,
        });
        outer.append_to_component(out);
        let mut instances = InstanceSection::new();
        instances.instantiate::<[(&str, ModuleArg); 0], &str>(module_index, []);
        instances.append_to_component(out);
        let mut aliases = ComponentAliasSection::new();
        let mut alias = |kind, name: &str| {
            aliases.alias(Alias::CoreInstanceExport {
                instance: 0,
                kind,
                name,
            });
        };
        for id in &self.funcs {
            alias(ExportKind::Func, &format!("f{id}"));
        }
        for id in &self.memories {
            alias(ExportKind::Memory, &format!("m{id}"));
        }
        aliases.append_to_component(out);
    }
}
