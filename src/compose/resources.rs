//! Which resources an item mentions.
//!
//! Lives here: [`resources_in`]. May import: `surface` (rank 3). Deliberately absent: whether two of
//! them are the same (`identity`).

use std::collections::BTreeSet;

use crate::surface::{Item, Origin, Type, TypeDef, TypeKind};

/// The resources that an item mentions anywhere, by name, with where they are introduced.
pub(crate) fn resources_in(item: &Item) -> BTreeSet<(String, Origin)> {
    let mut items = vec![item];
    let mut todo: Vec<&Type> = Vec::new();
    let mut found = BTreeSet::new();
    while let Some(item) = items.pop() {
        match item {
            Item::Instance(instance) => items.extend(instance.exports.iter().map(|(_, i)| i)),
            Item::Func(func) => {
                todo.extend(func.params.iter().map(|(_, ty)| ty).chain(&func.result));
            }
            Item::Type(TypeDef::Resource(resource)) => {
                found.insert((resource.name.clone(), resource.origin.clone()));
            }
            Item::Type(TypeDef::Defined(ty)) | Item::Value(ty) => todo.push(ty),
            Item::Type(_) | Item::Module(_) | Item::Component(_) => {}
        }
    }
    // Structure is shared, and looked at once.
    let mut seen: BTreeSet<*const TypeKind> = BTreeSet::new();
    while let Some(ty) = todo.pop() {
        if !seen.insert(std::ptr::from_ref(ty.kind())) {
            continue;
        }
        match ty.kind() {
            TypeKind::Own(resource) | TypeKind::Borrow(resource) => {
                found.insert((resource.name.clone(), resource.origin.clone()));
            }
            TypeKind::Record(fields) => todo.extend(fields.iter().map(|(_, ty)| ty)),
            TypeKind::Variant(cases) => todo.extend(cases.iter().filter_map(|(_, ty)| ty.as_ref())),
            TypeKind::Tuple(types) => todo.extend(types),
            TypeKind::List(ty) | TypeKind::FixedLengthList(ty, _) | TypeKind::Option(ty) => {
                todo.push(ty);
            }
            TypeKind::Map(key, value) => todo.extend([key, value]),
            TypeKind::Result(ok, error) => todo.extend(ok.iter().chain(error)),
            TypeKind::Future(ty) | TypeKind::Stream(ty) => todo.extend(ty),
            TypeKind::Primitive(_) | TypeKind::Flags(_) | TypeKind::Enum(_) => {}
        }
    }
    found
}
