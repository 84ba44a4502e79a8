//! The built-ins that a module may import beside the functions of its world.
//!
//! Lives here: [`of_the_root`], [`of_the_environment`],
//! [`of_an_item`]. May import: nothing of ours (rank 4).
//! Deliberately absent: finding the interface that a built-in is of (`names`).

use wasmparser::{FuncType, ValType};
use wit_parser::{Function, InterfaceId, Resolve, Type, TypeDefKind, WorldId, WorldItem, WorldKey};

use super::names::{Mangling, Side};
use super::needs::{Contents, Needs};
use crate::componentize::module::func_type;

const I32: ValType = ValType::I32;
const I64: ValType = ValType::I64;

/// A built-in: the type it has, and what it takes of the module.
pub(super) struct BuiltIn {
    pub ty: FuncType,
    pub needs: Needs,
}

fn built_in(params: &[ValType], results: &[ValType], needs: Needs) -> BuiltIn {
    let ty = FuncType::new(params.iter().copied(), results.iter().copied());
    BuiltIn { ty, needs }
}

/// The built-in of that name that belongs to no item; only the legacy naming has such.
pub(super) fn of_the_root(name: &str) -> Option<BuiltIn> {
    let (params, results, needs): (&[ValType], &[ValType], Needs) = match name {
        "[backpressure-inc]" | "[backpressure-dec]" => (&[], &[], Needs::NOTHING),
        "[waitable-set-new]" | "[thread-index]" | "[thread-suspend]" | "[thread-yield]" => {
            (&[], &[I32], Needs::NOTHING)
        }
        "[waitable-set-drop]"
        | "[subtask-drop]"
        | "[error-context-drop]"
        | "[thread-resume-later]" => (&[I32], &[], Needs::NOTHING),
        "[waitable-join]" => (&[I32, I32], &[], Needs::NOTHING),
        "[subtask-cancel]"
        | "[async-lower][subtask-cancel]"
        | "[thread-suspend-then-resume]"
        | "[thread-yield-then-resume]"
        | "[thread-suspend-then-promote]"
        | "[thread-yield-then-promote]" => (&[I32], &[I32], Needs::NOTHING),
        "[error-context-new-utf8]"
        | "[error-context-new-utf16]"
        | "[error-context-new-latin1+utf16]" => (&[I32, I32], &[I32], Needs::MEMORY),
        "[error-context-debug-message-utf8]"
        | "[error-context-debug-message-utf16]"
        | "[error-context-debug-message-latin1+utf16]" => {
            (&[I32, I32], &[], Needs::MEMORY | Needs::REALLOC)
        }
        "[thread-new-indirect-v0]" => (&[I32, I32], &[I32], Needs::TABLE),
        "[waitable-set-wait]"
        | "[waitable-set-wait-i32]"
        | "[waitable-set-poll]"
        | "[waitable-set-poll-i32]" => (&[I32, I32], &[I32], Needs::WIDE_MEMORY),
        "[waitable-set-wait-i64]" | "[waitable-set-poll-i64]" => {
            (&[I32, I64], &[I32], Needs::WIDE_MEMORY)
        }
        _ => {
            if let Some(ty) = context_slot(name, "[context-get-") {
                return Some(built_in(&[], &[ty], Needs::NOTHING));
            }
            let ty = context_slot(name, "[context-set-")?;
            return Some(built_in(&[ty], &[], Needs::NOTHING));
        }
    };
    Some(built_in(params, results, needs))
}

/// The functions by which LLVM's code reaches its stack and thread-local storage, which are
/// imported from `env`; their type depends on that of addresses, as `actual` has it. What is no
/// address, is expected to be one of 32 bits.
pub(super) fn of_the_environment(name: &str, actual: &FuncType) -> Option<BuiltIn> {
    match name {
        "__wasm_get_stack_pointer" | "__wasm_get_tls_base" => {
            let ty = address(*actual.results().first()?);
            Some(built_in(&[], &[ty], Needs::NOTHING))
        }
        "__wasm_set_stack_pointer" | "__wasm_set_tls_base" => {
            let ty = address(*actual.params().first()?);
            Some(built_in(&[ty], &[], Needs::NOTHING))
        }
        _ => None,
    }
}

fn address(ty: ValType) -> ValType {
    match ty {
        I64 => I64,
        _ => I32,
    }
}

/// The type of a slot: `1]`, `i32-1]` or `i64-1]` after the `prefix`.
fn context_slot(name: &str, prefix: &str) -> Option<ValType> {
    let slot = name.strip_prefix(prefix)?.strip_suffix(']')?;
    let (ty, slot) = match slot.split_once('-') {
        Some(("i64", slot)) => (I64, slot),
        Some(("i32", slot)) => (I32, slot),
        _ => (I32, slot),
    };
    slot.parse::<u32>().ok().map(|_| ty)
}

/// Where built-ins of an item are looked for.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub resolve: &'a Resolve,
    pub world: WorldId,
    /// None for the world itself.
    pub interface: Option<InterfaceId>,
    pub side: Side,
    pub mangling: Mangling,
}

/// A stream or future built-in: its name, whether it may be asynchronous, its parameters (of 32
/// bits, all of them), and whether it reads (`Some(true)`) or writes.
const PAYLOAD: &[(&str, bool, usize, Result32, Option<bool>)] = &[
    ("[future-new-", false, 0, Result32::Long, None),
    ("[future-write-", true, 2, Result32::Yes, Some(false)),
    ("[future-read-", true, 2, Result32::Yes, Some(true)),
    ("[future-cancel-write-", true, 1, Result32::Yes, None),
    ("[future-forward-", false, 2, Result32::No, None),
    ("[future-cancel-read-", true, 1, Result32::Yes, None),
    ("[future-drop-writable-", false, 1, Result32::No, None),
    ("[future-drop-readable-", false, 1, Result32::No, None),
    ("[stream-new-", false, 0, Result32::Long, None),
    ("[stream-write-", true, 3, Result32::Yes, Some(false)),
    ("[stream-read-", true, 3, Result32::Yes, Some(true)),
    ("[stream-cancel-write-", true, 1, Result32::Yes, None),
    ("[stream-forward-", false, 2, Result32::No, None),
    ("[stream-cancel-read-", true, 1, Result32::Yes, None),
    ("[stream-drop-writable-", false, 1, Result32::No, None),
    ("[stream-drop-readable-", false, 1, Result32::No, None),
];

#[derive(Clone, Copy)]
enum Result32 {
    No,
    Yes,
    /// Both ends in one number of 64 bits.
    Long,
}

/// The built-in of that name for a resource, function, stream or future of `scope`.
pub(super) fn of_an_item(
    name: &str,
    scope: &Scope<'_>,
    contents: &mut Contents,
) -> Option<BuiltIn> {
    let resource = |operation| {
        let resource = scope.mangling.resource(name, operation)?;
        scope.has_resource(&resource).then_some(())
    };
    if resource("drop").is_some() {
        return Some(built_in(&[I32], &[], Needs::NOTHING));
    }
    if scope.side == Side::Export && (resource("new").is_some() || resource("rep").is_some()) {
        return Some(built_in(&[I32], &[I32], Needs::NOTHING));
    }
    if scope.mangling == Mangling::Standard {
        return None;
    }
    if scope.side == Side::Export {
        if let Some(func) = name.strip_prefix("[task-return]") {
            let func = scope.function(func)?;
            // Only the validator looks at this type.
            let (_, _, signature) =
                func.task_return_import(scope.resolve, None, wit_parser::Mangling::Legacy);
            return Some(BuiltIn {
                ty: func_type(&signature),
                needs: contents.task_return(scope.resolve, func),
            });
        }
        if name == "[task-cancel]" {
            return Some(built_in(&[], &[], Needs::NOTHING));
        }
    }
    payload(name, scope, contents)
}

fn payload(name: &str, scope: &Scope<'_>, contents: &mut Contents) -> Option<BuiltIn> {
    let (is_async, name) = match name.strip_prefix("[async-lower]") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    let (prefix, _, params, result, reads) =
        *PAYLOAD.iter().find(|(prefix, may_be_async, ..)| {
            name.starts_with(prefix) && (*may_be_async || !is_async)
        })?;
    let (which, func) = name.strip_prefix(prefix)?.split_once(']')?;
    let element = if which == "unit" {
        None
    } else {
        let index = which.parse::<u32>().ok()? as usize;
        let func = scope.function(func)?;
        let id = *func.find_futures_and_streams(scope.resolve).get(index)?;
        match &scope.resolve.types[id].kind {
            TypeDefKind::Future(element) | TypeDefKind::Stream(element) => *element,
            _ => None::<Type>,
        }
    };
    let needs = reads.map_or(Needs::NOTHING, |read| {
        contents.payload(scope.resolve, element, read)
    });
    let results: &[ValType] = match result {
        Result32::No => &[],
        Result32::Yes => &[I32],
        Result32::Long => &[I64],
    };
    Some(built_in(&[I32; 3][..params], results, needs))
}

impl<'a> Scope<'a> {
    /// Whether it defines a resource of that name; one that is only `use`d does not count.
    pub fn has_resource(&self, name: &str) -> bool {
        let id = match self.interface {
            Some(id) => self.resolve.interfaces[id].types.get(name),
            None => {
                let key = WorldKey::Name(name.to_string());
                match self.resolve.worlds[self.world].imports.get(&key) {
                    Some(WorldItem::Type { id, .. }) => Some(id),
                    _ => None,
                }
            }
        };
        id.is_some_and(|id| matches!(self.resolve.types[*id].kind, TypeDefKind::Resource))
    }

    /// The function of that name.
    pub fn function(&self, name: &str) -> Option<&'a Function> {
        if let Some(id) = self.interface {
            return self.resolve.interfaces[id].functions.get(name);
        }
        let world = &self.resolve.worlds[self.world];
        let key = WorldKey::Name(name.to_string());
        let item = match self.side {
            Side::Import => world.imports.get(&key),
            Side::Export => world.exports.get(&key),
        };
        match item {
            Some(WorldItem::Function(func)) => Some(func),
            _ => None,
        }
    }
}
