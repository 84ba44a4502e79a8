//! Which types hold borrowed handles.
//!
//! Lives here: [`Borrows`]. May import: `wit`. Deliberately absent: where that is forbidden.

use wit_parser::{Handle, Resolve, Type, TypeDefKind};

use super::type_names::TypeNames;
use crate::wit::Wit;
use crate::wit::syntax::{Node, NodeKind, TokenKind};

/// Which types of a package have a `borrow` in them, at any depth.
pub(in crate::lint) struct Borrows<'w> {
    names: TypeNames<'w>,
    held: Vec<bool>,
}

impl<'w> Borrows<'w> {
    pub fn new(wit: &'w Wit) -> Borrows<'w> {
        let mut held = Vec::with_capacity(wit.resolve.types.len());
        // A type comes after those that it is made of, but for handles.
        for (_, ty) in wit.resolve.types.iter() {
            held.push(kind_holds(&wit.resolve, &held, &ty.kind));
        }
        Borrows {
            names: TypeNames::new(wit),
            held,
        }
    }

    /// The innermost place in a written type, itself included, that has a `borrow`: the `borrow`
    /// itself, or the name of a type that has one.
    pub fn first_in<'t>(&self, ty: Node<'t>) -> Option<Node<'t>> {
        std::iter::once(ty)
            .chain(ty.descendants())
            .find(|node| match node.kind() {
                NodeKind::TypeGeneric => node.first_token() == TokenKind::Borrow,
                // The resource of a `borrow<r>` or `own<r>` is not a value of its own.
                NodeKind::TypeName => self
                    .names
                    .named(*node)
                    .is_some_and(|id| self.held.get(id.index()).copied().unwrap_or(false)),
                _ => false,
            })
    }
}

fn kind_holds(resolve: &Resolve, held: &[bool], kind: &TypeDefKind) -> bool {
    let holds = |ty: &Type| match ty {
        Type::Id(id) => match &resolve.types[*id].kind {
            TypeDefKind::Handle(handle) => matches!(handle, Handle::Borrow(_)),
            _ => held.get(id.index()).copied().unwrap_or(false),
        },
        _ => false,
    };
    match kind {
        TypeDefKind::Handle(handle) => matches!(handle, Handle::Borrow(_)),
        TypeDefKind::Record(record) => record.fields.iter().any(|field| holds(&field.ty)),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().any(holds),
        TypeDefKind::Variant(variant) => variant
            .cases
            .iter()
            .filter_map(|case| case.ty.as_ref())
            .any(holds),
        TypeDefKind::Result(result) => result.ok.iter().chain(&result.err).any(holds),
        TypeDefKind::Map(key, value) => holds(key) || holds(value),
        TypeDefKind::Type(ty)
        | TypeDefKind::Option(ty)
        | TypeDefKind::List(ty)
        | TypeDefKind::FixedLengthList(ty, _) => holds(ty),
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => ty.as_ref().is_some_and(holds),
        TypeDefKind::Resource
        | TypeDefKind::Flags(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Unknown => false,
    }
}
