//! The exports that the world requires of a core module, and the purposes of the module's exports.
//!
//! Lives here: [`Wanted`], [`Exports`], which decides as wit-component does.
//! May import: `module` (rank 4). Deliberately absent: findings (`missing`, `signatures`).

use std::collections::{HashMap, HashSet};

use wasmparser::{FuncType, MemoryType, ValType};
use wit_parser::abi::AbiVariant;
use wit_parser::{
    Function, InterfaceId, Resolve, TypeDefKind, WasmExport, WasmExportKind, WorldId, WorldItem,
    WorldKey,
};
use wit_parser::{LiftLowerAbi, ManglingAndAbi};

use super::names::Mangling;
use crate::componentize::module::func_type;
use crate::componentize::module::{CoreExport, CoreModule, CoreType};

/// A function that the world exports.
pub(super) struct Wanted<'r> {
    pub key: &'r WorldKey,
    /// None for a function of the world itself.
    pub interface: Option<InterfaceId>,
    pub func: &'r Function,
    /// The core names by which it may be exported: the legacy one, then the standard one.
    pub names: [String; 2],
}

/// All functions that the world exports.
#[derive(Default)]
pub(super) struct WorldExports<'r> {
    pub wanted: Vec<Wanted<'r>>,
    functions: HashMap<(bool, String), usize>,
    destructors: HashSet<String>,
}

impl<'r> WorldExports<'r> {
    pub fn of(resolve: &'r Resolve, world: WorldId) -> WorldExports<'r> {
        let mut exports = WorldExports::default();
        for (key, item) in &resolve.worlds[world].exports {
            match item {
                WorldItem::Function(func) => exports.want(resolve, key, None, func),
                WorldItem::Interface { id, .. } => {
                    let interface = &resolve.interfaces[*id];
                    for func in interface.functions.values() {
                        exports.want(resolve, key, Some(*id), func);
                    }
                    for resource in interface.types.values() {
                        if matches!(resolve.types[*resource].kind, TypeDefKind::Resource) {
                            for mangling in MANGLINGS {
                                let dtor = WasmExport::ResourceDtor {
                                    interface: key,
                                    resource: *resource,
                                };
                                let name = resolve.wasm_export_name(mangling, dtor);
                                exports.destructors.insert(name);
                            }
                        }
                    }
                }
                WorldItem::Type { .. } => {}
            }
        }
        exports
    }

    fn want(
        &mut self,
        resolve: &Resolve,
        key: &'r WorldKey,
        interface: Option<InterfaceId>,
        func: &'r Function,
    ) {
        let names = MANGLINGS.map(|mangling| {
            let export = WasmExport::Func {
                interface: interface.map(|_| key),
                func,
                kind: WasmExportKind::Normal,
            };
            resolve.wasm_export_name(mangling, export)
        });
        let index = self.wanted.len();
        for (standard, name) in names.iter().enumerate() {
            // Of two that have one name, the first is meant.
            let key = (standard == 1, name.clone());
            self.functions.entry(key).or_insert(index);
        }
        self.wanted.push(Wanted {
            key,
            interface,
            func,
            names,
        });
    }

    /// The function whose core name, without the standard prefix, is `name`.
    fn function(&self, mangling: Mangling, name: &str) -> Option<usize> {
        let key = match mangling {
            Mangling::Legacy => (false, name.to_string()),
            Mangling::Standard => (true, format!("cm32p2{name}")),
        };
        self.functions.get(&key).copied()
    }
}

const MANGLINGS: [ManglingAndAbi; 2] = [
    ManglingAndAbi::Legacy(LiftLowerAbi::Sync),
    ManglingAndAbi::Standard32,
];

/// The purpose of an export.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Purpose {
    /// The wanted function at that position.
    Func(usize, AbiVariant),
    PostReturn(usize),
    Callback(usize),
    Destructor,
    Memory(MemoryType),
    /// Allocates for all functions.
    Realloc,
    /// Allocates for functions that the world exports only.
    ExportRealloc,
    /// Allocates for functions that the world imports only.
    ImportRealloc,
    /// Something else that is known.
    Known,
    Table,
    /// No purpose in a component: it is dropped.
    Dropped,
}

/// An export with the wrong type.
pub(super) struct Mistyped {
    pub export: usize,
    pub expected: FuncType,
    pub actual: FuncType,
    /// The function of the world that it is, or that it is a helper of.
    pub wanted: Option<usize>,
    /// What it is, for messages: `post-return`, …; empty for the function itself.
    pub role: &'static str,
}

/// The purposes of all exports of a module.
#[derive(Default)]
pub(super) struct Exports {
    /// In the order of the module's exports.
    pub purposes: Vec<Purpose>,
    pub mistyped: Vec<Mistyped>,
    /// For each wanted function, the exports that are it, mistyped ones included.
    pub found: Vec<Vec<usize>>,
}

impl Exports {
    pub fn of(module: &CoreModule, world: &WorldExports, resolve: &Resolve, legacy: bool) -> Self {
        let mut exports = Exports {
            found: vec![Vec::new(); world.wanted.len()],
            ..Exports::default()
        };
        for (index, export) in module.exports.iter().enumerate() {
            let purpose = exports.purpose(index, export, module, world, resolve, legacy);
            exports.purposes.push(purpose);
        }
        exports
    }

    fn purpose(
        &mut self,
        index: usize,
        export: &CoreExport,
        module: &CoreModule,
        world: &WorldExports,
        resolve: &Resolve,
        legacy: bool,
    ) -> Purpose {
        match export.name {
            "canonical_abi_realloc" => return Purpose::Realloc,
            "cabi_import_realloc" => return Purpose::ImportRealloc,
            "cabi_export_realloc" => return Purpose::ExportRealloc,
            "cabi_realloc_adapter" => return Purpose::Known,
            _ => {}
        }
        let Some((mangling, name)) = Mangling::of_export(export.name, !legacy) else {
            return Purpose::Dropped;
        };
        match export.ty {
            CoreType::Memory(ty) if name == mangling.memory() => return Purpose::Memory(ty),
            CoreType::Table
                if mangling == Mangling::Legacy && name == "__indirect_function_table" =>
            {
                return Purpose::Table;
            }
            _ => {}
        }
        let Some(ty) = module.func(&export.ty) else {
            return Purpose::Dropped;
        };
        let mut check = |expected: FuncType, wanted: Option<usize>, role: &'static str| {
            if expected != *ty {
                self.mistyped.push(Mistyped {
                    export: index,
                    expected,
                    actual: ty.clone(),
                    wanted,
                    role,
                });
            }
        };
        const I32: ValType = ValType::I32;
        if name == mangling.realloc() {
            check(FuncType::new([I32; 4], [I32]), None, "allocator");
            return Purpose::Realloc;
        }
        if name == "_initialize" {
            check(FuncType::new([], []), None, "initializer");
            return Purpose::Known;
        }
        if mangling == Mangling::Legacy && name == "__wasm_task_hook" {
            check(FuncType::new([I32], []), None, "task hook");
            return Purpose::Known;
        }
        let (abi, bare) = lifted(mangling, name);
        if let Some(wanted) = world.function(mangling, bare) {
            let signature = resolve.wasm_signature(abi, world.wanted[wanted].func);
            check(func_type(&signature), Some(wanted), "");
            self.found[wanted].push(index);
            return Purpose::Func(wanted, abi);
        }
        if let Some(func) = mangling.post_return(bare)
            && let Some(wanted) = world.function(mangling, func)
        {
            let func = world.wanted[wanted].func;
            let mut signature = resolve.wasm_signature(AbiVariant::GuestExport, func);
            signature.params = std::mem::take(&mut signature.results);
            check(func_type(&signature), Some(wanted), "post-return");
            return Purpose::PostReturn(wanted);
        }
        if mangling == Mangling::Legacy
            && let Some(func) = name.strip_prefix("[callback][async-lift]")
            && let Some(wanted) = world.function(mangling, func)
        {
            check(FuncType::new([I32; 3], [I32]), Some(wanted), "callback");
            return Purpose::Callback(wanted);
        }
        let full = match mangling {
            Mangling::Legacy => bare.to_string(),
            Mangling::Standard => format!("cm32p2{bare}"),
        };
        if world.destructors.contains(&full) {
            check(FuncType::new([I32], []), None, "destructor");
            return Purpose::Destructor;
        }
        Purpose::Dropped
    }

    /// The memories that are exported for the component, with their positions.
    pub fn memories(&self) -> impl Iterator<Item = (usize, MemoryType)> {
        let all = self.purposes.iter().enumerate();
        all.filter_map(|(index, purpose)| match purpose {
            Purpose::Memory(ty) => Some((index, *ty)),
            _ => None,
        })
    }

    /// The first export that serves this purpose.
    pub fn first(&self, purpose: Purpose) -> Option<usize> {
        self.purposes.iter().position(|other| *other == purpose)
    }

    /// Whether something is exported that serves this purpose.
    pub fn has(&self, purpose: Purpose) -> bool {
        self.purposes.contains(&purpose)
    }
}

/// How an exported function is called, and its name without the prefix for that.
fn lifted(mangling: Mangling, name: &str) -> (AbiVariant, &str) {
    if mangling == Mangling::Standard {
        return (AbiVariant::GuestExport, name);
    }
    if let Some(rest) = name.strip_prefix("[async-lift]") {
        (AbiVariant::GuestExportAsync, rest)
    } else if let Some(rest) = name.strip_prefix("[async-lift-stackful]") {
        (AbiVariant::GuestExportAsyncStackful, rest)
    } else {
        (AbiVariant::GuestExport, name)
    }
}
