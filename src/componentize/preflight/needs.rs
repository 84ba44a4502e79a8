//! What lifting and lowering a function requires of the module: a memory, a `cabi_realloc`.
//!
//! Lives here: [`Needs`] and [`Contents`]. May import: nothing of ours (rank 4).
//! Deliberately absent: whether the module has it (`requirements`).

use std::collections::HashMap;
use std::ops::BitOr;

use wit_parser::abi::{AbiVariant, WasmSignature};
use wit_parser::{Function, Resolve, Type, TypeDefKind, TypeId};

/// What the module has to provide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// A memory, with 32-bit or 64-bit addresses.
    pub memory: bool,
    /// That the memory has 32-bit addresses.
    pub narrow: bool,
    pub realloc: bool,
    /// Its table of functions.
    pub table: bool,
}

impl BitOr for Needs {
    type Output = Needs;

    fn bitor(self, other: Needs) -> Needs {
        Needs {
            memory: self.memory | other.memory,
            narrow: self.narrow | other.narrow,
            realloc: self.realloc | other.realloc,
            table: self.table | other.table,
        }
    }
}

impl Needs {
    pub const NOTHING: Needs = Needs {
        memory: false,
        narrow: false,
        realloc: false,
        table: false,
    };
    pub const MEMORY: Needs = Needs {
        memory: true,
        narrow: true,
        ..Needs::NOTHING
    };
    pub const WIDE_MEMORY: Needs = Needs {
        memory: true,
        ..Needs::NOTHING
    };
    pub const REALLOC: Needs = Needs {
        realloc: true,
        ..Needs::NOTHING
    };
    pub const TABLE: Needs = Needs {
        table: true,
        ..Needs::NOTHING
    };

    fn when(self, condition: bool) -> Needs {
        if condition { self } else { Needs::NOTHING }
    }
}

/// Which types contain lists or strings; computed once for each type.
#[derive(Default)]
pub(super) struct Contents {
    known: HashMap<TypeId, bool>,
}

impl Contents {
    /// What calling an imported function requires.
    pub fn import(&mut self, resolve: &Resolve, func: &Function, abi: AbiVariant) -> Needs {
        let signature = resolve.wasm_signature(abi, func);
        let params = self.any(resolve, func.params.iter().map(|p| p.ty));
        let result = self.any(resolve, func.result);
        Needs::MEMORY.when(params || result || indirect(&signature)) | Needs::REALLOC.when(result)
    }

    /// What an exported function requires to be called.
    pub fn export(&mut self, resolve: &Resolve, func: &Function, abi: AbiVariant) -> Needs {
        let signature = resolve.wasm_signature(abi, func);
        let params = self.any(resolve, func.params.iter().map(|p| p.ty));
        let result = self.any(resolve, func.result);
        let mut needs = Needs::MEMORY.when(params || result || indirect(&signature))
            | Needs::REALLOC.when(params || signature.indirect_params);
        if matches!(
            abi,
            AbiVariant::GuestExportAsync | AbiVariant::GuestExportAsyncStackful
        ) {
            needs = needs | self.task_return(resolve, func);
        }
        needs
    }

    /// What the `task.return` of an exported function requires.
    pub fn task_return(&mut self, resolve: &Resolve, func: &Function) -> Needs {
        Needs {
            realloc: false,
            ..self.import(resolve, func, AbiVariant::GuestImport)
        }
    }

    /// What reading from a stream or future (if `read`) or writing to it requires.
    pub fn payload(&mut self, resolve: &Resolve, element: Option<Type>, read: bool) -> Needs {
        Needs::MEMORY | Needs::REALLOC.when(read && self.any(resolve, element))
    }

    /// Whether one of the types has a list or string in it.
    fn any(&mut self, resolve: &Resolve, types: impl IntoIterator<Item = Type>) -> bool {
        let mut any = false;
        for ty in types {
            any |= self.one(resolve, ty);
        }
        any
    }

    fn one(&mut self, resolve: &Resolve, ty: Type) -> bool {
        let id = match ty {
            Type::String => return true,
            Type::Id(id) => id,
            _ => return false,
        };
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let found = match &resolve.types[id].kind {
            TypeDefKind::List(_) | TypeDefKind::Map(..) => true,
            TypeDefKind::Record(r) => self.any(resolve, r.fields.iter().map(|f| f.ty)),
            TypeDefKind::Tuple(t) => self.any(resolve, t.types.iter().copied()),
            TypeDefKind::Variant(v) => self.any(resolve, v.cases.iter().filter_map(|c| c.ty)),
            TypeDefKind::Result(r) => self.any(resolve, r.ok.into_iter().chain(r.err)),
            TypeDefKind::Option(t) | TypeDefKind::Type(t) | TypeDefKind::FixedLengthList(t, _) => {
                self.one(resolve, *t)
            }
            TypeDefKind::Handle(_)
            | TypeDefKind::Resource
            | TypeDefKind::Flags(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Unknown => false,
        };
        self.known.insert(id, found);
        found
    }
}

fn indirect(signature: &WasmSignature) -> bool {
    signature.retptr || signature.indirect_params
}
