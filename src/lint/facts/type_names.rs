//! What the types in a text are, by what the package means.
//!
//! Lives here: [`TypeNames`]. May import: `wit`. Deliberately absent: items that are gated off;
//! they are in the text, but the package does not know them, and rules say nothing about what they
//! do not know.

use std::collections::BTreeMap;

use wit_parser::{InterfaceId, Type, TypeDef, TypeDefKind, TypeId, WorldId, WorldItem, WorldKey};

use crate::diag::Locus;
use crate::wit::Wit;
use crate::wit::syntax::{Node, NodeKind, TokenKind};

#[derive(Clone, Copy)]
enum Scope {
    Interface(InterfaceId),
    World(WorldId),
}

/// Finds the types that names in the text mean.
pub(in crate::lint) struct TypeNames<'w> {
    wit: &'w Wit,
    /// What names are looked up in, by file and place of its own name.
    scopes: BTreeMap<(String, usize), Scope>,
}

/// A type, once looked at through the names that stand for it.
pub(in crate::lint) enum Seen<'w> {
    /// As it is written at the place that was asked about.
    Written(TokenKind),
    /// A word of the language that a name stands for.
    Word(Type, &'w TypeDef),
    /// What a name stands for.
    Named(&'w TypeDefKind, &'w TypeDef),
}

impl<'w> TypeNames<'w> {
    pub fn new(wit: &'w Wit) -> TypeNames<'w> {
        let mut scopes = BTreeMap::new();
        let mut add = |span, scope| {
            if let Some(Locus::Text { file, range }) = wit.locus(span) {
                scopes.insert((file, range.start), scope);
            }
        };
        for (id, interface) in wit.resolve.interfaces.iter() {
            add(interface.span, Scope::Interface(id));
        }
        for (id, world) in wit.resolve.worlds.iter() {
            add(world.span, Scope::World(id));
        }
        TypeNames { wit, scopes }
    }

    /// The type that a type's name means.
    pub fn named(&self, name: Node<'_>) -> Option<TypeId> {
        let around = name.ancestors().find(|node| {
            matches!(
                node.kind(),
                NodeKind::Interface | NodeKind::World | NodeKind::InlineInterface
            )
        })?;
        // An inline interface has the name that it is imported or exported by.
        let named = match around.kind() {
            NodeKind::InlineInterface => around.parent()?,
            _ => around,
        };
        let place = named.name_node()?.range().start;
        let text = name.name()?;
        match *self.scopes.get(&(name.tree().name().to_string(), place))? {
            Scope::Interface(id) => self.wit.resolve.interfaces[id].types.get(text).copied(),
            Scope::World(id) => {
                let key = WorldKey::Name(text.to_string());
                match self.wit.resolve.worlds[id].imports.get(&key)? {
                    WorldItem::Type { id, .. } => Some(*id),
                    _ => None,
                }
            }
        }
    }

    /// What a type is, looked at through names that stand for other types.
    pub fn see(&self, node: Node<'_>) -> Option<Seen<'w>> {
        if node.kind() != NodeKind::TypeName {
            return Some(Seen::Written(node.first_token()));
        }
        let types = &self.wit.resolve.types;
        let mut named = &types[self.named(node)?];
        // Names cannot stand for each other in a circle; wit-parser refuses that.
        loop {
            let next = match &named.kind {
                TypeDefKind::Type(Type::Id(id)) => &types[*id],
                TypeDefKind::Type(word) => return Some(Seen::Word(*word, named)),
                kind => return Some(Seen::Named(kind, named)),
            };
            named = next;
        }
    }

    /// Where a type is defined, for a label.
    pub fn place(&self, of: &TypeDef) -> Option<Locus> {
        self.wit.locus(of.span)
    }
}
