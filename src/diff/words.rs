//! What items and types are called in messages.
//!
//! May import: nothing of ours. Deliberately absent: whole definitions.

use wit_parser::{Function, FunctionKind, Handle, Resolve, Type, TypeDefKind, TypeId};

/// The length at which types are cut, in characters.
const WIDTH: usize = 80;

/// A function with its kind: ``method `bucket.get` ``.
pub(super) fn function(resolve: &Resolve, function: &Function) -> String {
    let item = function.item_name();
    let resource = function.kind.resource();
    let name = match resource.and_then(|id| resolve.types[id].name.as_deref()) {
        Some(resource) => format!("{resource}.{item}"),
        None => item.to_string(),
    };
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
    let mut text = String::new();
    write(resolve, ty, &mut text);
    cut(text)
}

/// As [`ty`], what a name stands for.
pub(super) fn definition(resolve: &Resolve, id: TypeId) -> String {
    let mut text = String::new();
    kind_text(resolve, id, &mut text);
    cut(text)
}

fn cut(mut text: String) -> String {
    if let Some((at, _)) = text.char_indices().nth(WIDTH) {
        text.truncate(at);
        text.push('…');
    }
    text
}

fn write(resolve: &Resolve, ty: &Type, out: &mut String) {
    // Cut anyhow; a small text can stand for an endless one.
    if out.len() > 4 * WIDTH {
        return;
    }
    let name = match ty {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::Id(id) => match &resolve.types[*id].name {
            Some(name) => name,
            None => return kind_text(resolve, *id, out),
        },
    };
    out.push_str(name);
}

fn kind_text(resolve: &Resolve, id: TypeId, out: &mut String) {
    let mut generic = |name: &str, types: &[Option<&Type>]| {
        out.push_str(name);
        let last = types.iter().rposition(Option::is_some);
        let Some(last) = last else { return };
        out.push('<');
        for (at, ty) in types[..=last].iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            match ty {
                Some(ty) => write(resolve, ty, out),
                None => out.push('_'),
            }
        }
        out.push('>');
    };
    match &resolve.types[id].kind {
        TypeDefKind::Handle(Handle::Own(id)) => write(resolve, &Type::Id(*id), out),
        TypeDefKind::Handle(Handle::Borrow(id)) => generic("borrow", &[Some(&Type::Id(*id))]),
        TypeDefKind::Tuple(tuple) => {
            let types: Vec<Option<&Type>> = tuple.types.iter().map(Some).collect();
            generic("tuple", &types);
        }
        TypeDefKind::Option(ty) => generic("option", &[Some(ty)]),
        TypeDefKind::Result(result) => {
            generic("result", &[result.ok.as_ref(), result.err.as_ref()]);
        }
        TypeDefKind::List(ty) => generic("list", &[Some(ty)]),
        TypeDefKind::Map(key, value) => generic("map", &[Some(key), Some(value)]),
        TypeDefKind::FixedLengthList(ty, len) => {
            out.push_str("list<");
            write(resolve, ty, out);
            out.push_str(&format!(", {len}>"));
        }
        TypeDefKind::Future(ty) => generic("future", &[ty.as_ref()]),
        TypeDefKind::Stream(ty) => generic("stream", &[ty.as_ref()]),
        TypeDefKind::Type(ty) => write(resolve, ty, out),
        other => out.push_str(type_kind(other)),
    }
}
