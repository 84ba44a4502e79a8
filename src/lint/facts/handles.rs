//! Which types hold handles.
//!
//! Lives here: [`Handles`]. May import: `wit`. Deliberately absent: where they are forbidden.

use wit_parser::{Handle, Resolve, Type, TypeDefKind};

use super::type_names::TypeNames;
use crate::wit::Wit;
use crate::wit::syntax::{Node, NodeKind, TokenKind};

/// Which handles are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Borrowed ones.
    Borrowed,
    /// All: resources, streams, futures and error contexts.
    All,
}

/// Which types of a package have handles in them, at any depth.
pub(in crate::lint) struct Handles<'w> {
    names: TypeNames<'w>,
    which: Which,
    held: Vec<bool>,
}

impl<'w> Handles<'w> {
    /// Those with a `borrow` in them.
    pub fn borrowed(wit: &'w Wit) -> Handles<'w> {
        Handles::new(wit, Which::Borrowed)
    }

    /// Those with any handle in them.
    pub fn all(wit: &'w Wit) -> Handles<'w> {
        Handles::new(wit, Which::All)
    }

    fn new(wit: &'w Wit, which: Which) -> Handles<'w> {
        let mut held = Vec::with_capacity(wit.resolve.types.len());
        // A type comes after those that it is made of, but for handles.
        for (_, ty) in wit.resolve.types.iter() {
            held.push(kind_holds(&wit.resolve, which, &held, &ty.kind));
        }
        Handles {
            names: TypeNames::new(wit),
            which,
            held,
        }
    }

    /// The first place in a written type, itself included, that has a handle: the handle itself,
    /// or the name of a type that has one.
    pub fn first_in<'t>(&self, ty: Node<'t>) -> Option<Node<'t>> {
        let is_handle = |token: TokenKind| match self.which {
            Which::Borrowed => token == TokenKind::Borrow,
            Which::All => matches!(
                token,
                TokenKind::Borrow
                    | TokenKind::Own
                    | TokenKind::Stream
                    | TokenKind::Future
                    | TokenKind::ErrorContext
            ),
        };
        std::iter::once(ty)
            .chain(ty.descendants())
            .find(|node| match node.kind() {
                NodeKind::TypeGeneric | NodeKind::TypePrimitive => is_handle(node.first_token()),
                // The resource of a `borrow<r>` or `own<r>` is not a value of its own.
                NodeKind::TypeName => self
                    .names
                    .named(*node)
                    .is_some_and(|id| self.held.get(id.index()).copied().unwrap_or(false)),
                _ => false,
            })
    }
}

fn kind_holds(resolve: &Resolve, which: Which, held: &[bool], kind: &TypeDefKind) -> bool {
    let all = which == Which::All;
    let holds = |ty: &Type| match ty {
        Type::Id(id) => match &resolve.types[*id].kind {
            TypeDefKind::Handle(handle) => all || matches!(handle, Handle::Borrow(_)),
            _ => held.get(id.index()).copied().unwrap_or(false),
        },
        Type::ErrorContext => all,
        _ => false,
    };
    match kind {
        TypeDefKind::Handle(handle) => all || matches!(handle, Handle::Borrow(_)),
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
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => all || ty.as_ref().is_some_and(holds),
        TypeDefKind::Resource => all,
        TypeDefKind::Flags(_) | TypeDefKind::Enum(_) | TypeDefKind::Unknown => false,
    }
}
