//! What is imported of the host besides what the composition imports.
//!
//! May import: `names`, `surface` (ranks 0 to 2), the sibling modules. Deliberately absent: functions
//! whose types cannot be told from those that are there.

use super::Provided;
use crate::generate::items::Items;
use crate::names::unversioned;
use crate::surface::{Func, Primitive, Type, TypeDef, TypeKind};

/// Functions of the host that the runtime needs besides those that are imported: to do by several what
/// cannot be done at once for what is ours and the host's.
pub(super) fn extra((items, provided): (&Items<'_>, &Provided<'_>)) -> Vec<(&'static str, Func)> {
    let has = |name: &str| items.functions.iter().any(|(known, _)| *known == name);
    let resource = |name: &str| {
        let mut types = items.types.iter();
        types.find_map(|(known, def, _)| match def {
            TypeDef::Resource(resource) if *known == name => Some(resource.clone()),
            _ => None,
        })
    };
    let defined = |name: &str| {
        let mut types = items.types.iter();
        types.find_map(|(known, def, _)| match def {
            TypeDef::Defined(ty) if *known == name => Some(ty.clone()),
            _ => None,
        })
    };
    let ty = |kind| Type::new(None, kind);
    let method = |of: &str, params: Vec<(&str, Type)>, result: Type| {
        let own = ("self", ty(TypeKind::Borrow(resource(of)?)));
        let params = std::iter::once(own).chain(params);
        Some(Func {
            async_: false,
            params: params.map(|(name, ty)| (name.to_string(), ty)).collect(),
            result: Some(result),
        })
    };
    let primitive = |primitive| ty(TypeKind::Primitive(primitive));
    let bytes = || ty(TypeKind::List(primitive(Primitive::U8)));
    let may_fail =
        |ok: Option<Type>| Some(ty(TypeKind::Result(ok, Some(defined("stream-error")?))));
    let mut wanted: Vec<(&'static str, Option<Func>)> = Vec::new();
    match unversioned(provided.name) {
        "wasi:io/poll" if has("poll") => wanted.push((
            "[method]pollable.ready",
            method("pollable", Vec::new(), primitive(Primitive::Bool)),
        )),
        "wasi:io/streams" => {
            let reads = || {
                let length = vec![("len", primitive(Primitive::U64))];
                method("input-stream", length, may_fail(Some(bytes()))?)
            };
            let writes = || {
                method(
                    "output-stream",
                    vec![("contents", bytes())],
                    may_fail(None)?,
                )
            };
            if has("[method]output-stream.splice") {
                let permit = || {
                    let permit = may_fail(Some(primitive(Primitive::U64)))?;
                    method("output-stream", Vec::new(), permit)
                };
                wanted.push(("[method]output-stream.check-write", permit()));
                wanted.push(("[method]output-stream.write", writes()));
                wanted.push(("[method]input-stream.read", reads()));
            }
            if has("[method]output-stream.blocking-splice") {
                let name = "[method]output-stream.blocking-write-and-flush";
                wanted.push((name, writes()));
                wanted.push(("[method]input-stream.blocking-read", reads()));
            }
        }
        _ => {}
    }
    let wanted = wanted.into_iter().filter(|(name, _)| !has(name));
    wanted
        .filter_map(|(name, func)| Some((name, func?)))
        .collect()
}
