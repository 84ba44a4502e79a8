//! What items and types are called in messages.
//!
//! May import: `wit`. Deliberately absent: whole definitions.

use wit_parser::{Function, FunctionKind, Resolve, Type, TypeDefKind, TypeId};

use crate::wit::types::{definition_text, type_text};

/// The length at which types are cut, in characters.
const WIDTH: usize = 80;

/// A function with its kind: ``method `bucket.get` ``.
pub(super) fn function(resolve: &Resolve, function: &Function) -> String {
    let name = function_name(resolve, function);
    match function.kind {
        FunctionKind::Constructor(_) => {
            format!(
                "the constructor of `{}`",
                name.trim_end_matches(".constructor")
            )
        }
        _ => format!("{} `{name}`", kind(&function.kind)),
    }
}

/// A function's name, with its resource if it has one: `bucket.get`.
pub(super) fn function_name(resolve: &Resolve, function: &Function) -> String {
    let item = function.item_name();
    let resource = function.kind.resource();
    match resource.and_then(|id| resolve.types[id].name.as_deref()) {
        Some(resource) => format!("{resource}.{item}"),
        None => item.to_string(),
    }
}

/// What kind of function it is, whether it is async or not.
pub(super) fn kind(kind: &FunctionKind) -> &'static str {
    use FunctionKind::*;
    match kind {
        Freestanding | AsyncFreestanding => "function",
        Method(_) | AsyncMethod(_) => "method",
        Static(_) | AsyncStatic(_) => "static function",
        Constructor(_) => "constructor",
        Getter | MethodGetter(_) => "getter",
        Setter | MethodSetter(_) => "setter",
        StaticGetter(_) => "static getter",
        StaticSetter(_) => "static setter",
    }
}

/// What kind of type it is.
pub(super) fn type_kind(kind: &TypeDefKind) -> &'static str {
    match kind {
        TypeDefKind::Record(_) => "record",
        TypeDefKind::Variant(_) => "variant",
        TypeDefKind::Enum(_) => "enum",
        TypeDefKind::Flags(_) => "flags",
        TypeDefKind::Resource => "resource",
        _ => "type",
    }
}

/// A type with its kind: ``record `entry` ``.
pub(super) fn type_def(resolve: &Resolve, id: TypeId) -> String {
    let def = &resolve.types[id];
    let name = def.name.as_deref().unwrap_or("?");
    format!("{} `{name}`", type_kind(&def.kind))
}

/// A type as WIT: named ones by their names, all others in full, unless that is too much to read.
pub(super) fn ty(resolve: &Resolve, ty: &Type) -> String {
    type_text(resolve, ty, WIDTH)
}

/// As [`ty`], what a name stands for.
pub(super) fn definition(resolve: &Resolve, id: TypeId) -> String {
    definition_text(resolve, id, WIDTH)
}
