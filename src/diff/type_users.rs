//! Which functions use which types, directly or through other types.
//!
//! May import: `display`. Deliberately absent: whether it matters.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{Function, Handle, Resolve, Type, TypeDefKind, TypeId, WorldItem};

use super::display;

/// What uses a type directly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum User {
    Type(TypeId),
    /// By its number among all functions.
    Function(usize),
}

pub(super) struct Users {
    users: BTreeMap<TypeId, Vec<User>>,
    /// The names of all functions, by their numbers.
    names: Vec<String>,
}

impl Users {
    pub fn new(resolve: &Resolve) -> Users {
        let mut all = Users {
            users: BTreeMap::new(),
            names: Vec::new(),
        };
        for (id, def) in resolve.types.iter() {
            each_type(&def.kind, &mut |ty| all.add(ty, User::Type(id)));
        }
        let mut function = |function: &Function| {
            let number = all.names.len();
            for ty in function.parameter_and_result_types() {
                all.add(&ty, User::Function(number));
            }
            all.names.push(display::function_name(resolve, function));
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

    /// Which functions use a type, itself or through others, in words; none if there are none.
    pub fn told(&self, ty: TypeId) -> Option<String> {
        /// So many are named; of more, their number.
        const NAMED: usize = 3;
        let functions = self.functions(ty);
        let named: Vec<_> = functions.iter().take(NAMED).collect();
        let named = named.iter().map(|name| format!("`{name}`"));
        let named = named.collect::<Vec<_>>().join(", ");
        match functions.len() {
            0 => None,
            1 => Some(format!("used by function {named}")),
            many if many > NAMED => Some(format!(
                "used by {many} functions: {named} and {} more",
                many - NAMED
            )),
            many => Some(format!("used by {many} functions: {named}")),
        }
    }

    /// The names of the functions that use a type, itself or through others, in their order.
    fn functions(&self, ty: TypeId) -> Vec<&str> {
        let mut seen = BTreeSet::from([User::Type(ty)]);
        let mut to_do = vec![ty];
        while let Some(ty) = to_do.pop() {
            for user in self.users.get(&ty).into_iter().flatten() {
                if seen.insert(*user)
                    && let User::Type(id) = user
                {
                    to_do.push(*id);
                }
            }
        }
        let names = seen.into_iter().filter_map(|user| match user {
            User::Function(number) => self.names.get(number).map(String::as_str),
            User::Type(_) => None,
        });
        names.collect()
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
