//! The functions of an interface that use each of its types.
//!
//! May import: `surface` (rank 3). Deliberately absent: types of other interfaces.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::surface::wit::readable;
use crate::surface::{Instance, Item, Type, TypeKind};

/// The functions, by the names of the types that they use, directly or within others.
pub(super) fn users(instance: &Instance) -> BTreeMap<String, Vec<String>> {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, item) in &instance.exports {
        let Item::Func(func) = item else { continue };
        let params = func.params.iter().map(|(_, ty)| ty);
        for used in names(params.chain(&func.result)) {
            let users = users.entry(used).or_default();
            users.push(readable(&name.full_name()));
        }
    }
    users
}

/// The names of all types within these.
fn names<'a>(types: impl Iterator<Item = &'a Type>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // Structure is shared, and a small graph may be a huge tree.
    let mut seen: HashSet<*const TypeKind> = HashSet::new();
    let mut pending: Vec<&Type> = types.collect();
    while let Some(ty) = pending.pop() {
        names.extend(ty.name().map(str::to_string));
        if !seen.insert(ty.kind()) {
            continue;
        }
        match ty.kind() {
            TypeKind::Record(fields) => pending.extend(fields.iter().map(|(_, ty)| ty)),
            TypeKind::Variant(cases) => pending.extend(cases.iter().flat_map(|(_, ty)| ty)),
            TypeKind::Tuple(types) => pending.extend(types),
            TypeKind::List(ty) | TypeKind::FixedLengthList(ty, _) | TypeKind::Option(ty) => {
                pending.push(ty);
            }
            TypeKind::Map(key, value) => pending.extend([key, value]),
            TypeKind::Result(ok, error) => pending.extend(ok.iter().chain(error)),
            TypeKind::Future(ty) | TypeKind::Stream(ty) => pending.extend(ty),
            TypeKind::Own(resource) | TypeKind::Borrow(resource) => {
                names.insert(resource.name.clone());
            }
            TypeKind::Primitive(_) | TypeKind::Flags(_) | TypeKind::Enum(_) => {}
        }
    }
    names
}
