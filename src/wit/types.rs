//! Types as WIT on one line.
//!
//! Lives here: how a type is written where it is used, for all who show signatures or compare them.
//! May import: nothing of ours. Deliberately absent: definitions of several lines, which
//! `wit::format` has.

use wit_parser::{Handle, Resolve, Type, TypeDefKind, TypeId};

/// The length, in bytes, from which on nothing more is written out.
const LIMIT: usize = 1000;

/// A type as WIT: named ones by their names, all others in full, cut at `width` characters.
pub(crate) fn type_text(resolve: &Resolve, ty: &Type, width: usize) -> String {
    let mut text = String::new();
    write(resolve, ty, &mut text);
    cut(text, width)
}

/// As [`type_text`], what a name stands for.
pub(crate) fn definition_text(resolve: &Resolve, id: TypeId, width: usize) -> String {
    let mut text = String::new();
    kind_text(resolve, id, &mut text);
    cut(text, width)
}

fn cut(mut text: String, width: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(width) {
        text.truncate(at);
        text.push('…');
    }
    text
}

fn write(resolve: &Resolve, ty: &Type, out: &mut String) {
    // It will be cut; a small text can stand for an endless one.
    if out.len() > LIMIT {
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
        other => out.push_str(other.as_str()),
    }
}
