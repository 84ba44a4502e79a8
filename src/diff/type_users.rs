//! Which functions use which types, by whatever way.
//!
//! May import: nothing of ours. Deliberately absent: whether it matters.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{Function, Handle, Resolve, Type, TypeDefKind, TypeId, WorldItem};

/// What uses a type directly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum User {
    Type(TypeId),
    /// By its number among all functions.
    Function(usize),
}

pub(super) struct Users {
    users: BTreeMap<TypeId, Vec<User>>,
}

impl Users {
    pub fn new(resolve: &Resolve) -> Users {
        let mut all = Users {
            users: BTreeMap::new(),
        };
        for (id, def) in resolve.types.iter() {
            each_type(&def.kind, &mut |ty| all.add(ty, User::Type(id)));
        }
        let mut count = 0;
        let mut function = |function: &Function| {
            for ty in function.parameter_and_result_types() {
                all.add(&ty, User::Function(count));
            }
            count += 1;
        };
        for (_, interface) in resolve.interfaces.iter() {
            interface.functions.values().for_each(&mut function);
        }
        for (_, world) in resolve.worlds.iter() {
            for item in world.imports.values().chain(world.exports.values()) {
                if let WorldItem::Function(f) = item {
                    function(f);
                }
            }
        }
        all
    }

    fn add(&mut self, ty: &Type, user: User) {
        if let Type::Id(id) = ty {
            self.users.entry(*id).or_default().push(user);
        }
    }

    /// How many functions use a type, itself or by way of others.
    pub fn functions(&self, ty: TypeId) -> usize {
        let mut seen = BTreeSet::from([User::Type(ty)]);
        let mut to_do = vec![ty];
        let mut found = 0;
        while let Some(ty) = to_do.pop() {
            for user in self.users.get(&ty).into_iter().flatten() {
                if !seen.insert(*user) {
                    continue;
                }
                match user {
                    User::Type(id) => to_do.push(*id),
                    User::Function(_) => found += 1,
                }
            }
        }
        found
    }
}

/// Calls `see` with the types that a definition consists of.
fn each_type(kind: &TypeDefKind, see: &mut dyn FnMut(&Type)) {
    match kind {
        TypeDefKind::Record(record) => record.fields.iter().for_each(|f| see(&f.ty)),
        TypeDefKind::Variant(variant) => variant.cases.iter().flat_map(|c| &c.ty).for_each(see),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().for_each(see),
        TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => see(&Type::Id(*id)),
        TypeDefKind::Option(ty)
        | TypeDefKind::List(ty)
        | TypeDefKind::FixedLengthList(ty, _)
        | TypeDefKind::Type(ty) => see(ty),
        TypeDefKind::Map(key, value) => {
            see(key);
            see(value);
        }
        TypeDefKind::Result(result) => {
            result.ok.iter().chain(&result.err).for_each(see);
        }
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => ty.iter().for_each(see),
        _ => {}
    }
}
