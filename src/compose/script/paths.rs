//! What the paths of a script stand for, and paths that lead into an interface or world:
//! `acme:kv/store/get`.
//!
//! Lives here: [`Imported`], and [`Inner`] with finding it. May import: `wasm`, `surface`, `wit` (ranks 1 and 2).
//! Deliberately absent: paths that end at an interface or world (`wit_text`).

use super::packages::{Key, WitPackage};
use super::write::Types;
use crate::surface::{Item, Side, TypeDef, read_item};
use crate::wasm::decode;
use crate::wit::Wit;
use crate::wit::syntax::{Node, NodeKind};

/// What an import is.
pub(super) enum Imported<'t> {
    /// Something of this type.
    As(Node<'t>),
    /// A type that is equal to it.
    Type,
    /// Something of an interface or world.
    Inner { inner: Inner<'t>, written: String },
    /// An instance of the interface `id`, which is `path` in the text; `written` is the name of the
    /// import.
    Interface {
        id: String,
        path: String,
        written: String,
    },
    /// A component of the world, of this package or another.
    World {
        key: Option<Key>,
        name: String,
        written: String,
    },
}

/// What a path into an interface or world stands for.
pub(super) enum Inner<'t> {
    /// Something of this type in the script.
    Node(Node<'t>),
    /// Something whose type is this text.
    Text(String),
    /// A type, which this text defines.
    Definition(String),
}

/// The names in a path behind its package: of `a:b/c/d`, `c` and `d`.
pub(super) fn segments(path: Node<'_>) -> Vec<&str> {
    let text = path.tree().text();
    let start = path.range().start;
    path.children_of(NodeKind::Name)
        .filter(|name| text[start..name.range().start].contains('/'))
        .filter_map(Node::name)
        .collect()
}

/// Whether a path leads into what is in a package.
pub(super) fn is_inner(path: Node<'_>) -> bool {
    segments(path).len() > 1
}

/// What is in a package at a path; a type is called `name`. Fails with what is wrong.
pub(super) fn in_package<'t>(
    key: &Key,
    package: &WitPackage,
    segments: &[&str],
    name: &str,
) -> Result<Inner<'t>, String> {
    let [first, inner @ ..] = segments else {
        return Err(format!("`{}` is a package", key.text()));
    };
    let mut item = item(&package.wit, first)?;
    let mut path = format!("{}/{first}", key.text());
    let mut last = *first;
    for segment in inner {
        let found = match &item {
            Item::Instance(instance) => instance.get(segment).cloned(),
            Item::Component(surface) => {
                let mut exports = surface.exports.iter();
                let found = exports.find(|(name, _)| name.name == *segment);
                found.map(|(_, item)| item.clone())
            }
            _ => None,
        };
        item = found.ok_or_else(|| match &item {
            Item::Instance(_) => format!("interface `{path}` has no `{segment}`"),
            Item::Component(_) => format!("world `{path}` does not export `{segment}`"),
            other => format!("`{path}` is a {}, and has no `{segment}`", other.sort()),
        })?;
        path = format!("{path}/{segment}");
        last = segment;
    }
    let types = Types::around(std::iter::empty());
    let written = match &item {
        Item::Type(TypeDef::Defined(_)) => types.definition(name, &item).map(Inner::Definition),
        _ => types.import(&item, last).map(Inner::Text),
    };
    written.map_err(|what| format!("cannot import `{path}` by itself: it has {what}"))
}

/// An interface or world of a package, as an instance or component of that type.
fn item(wit: &Wit, name: &str) -> Result<Item, String> {
    let bytes = wit_component::encode(&wit.resolve, wit.main, false)
        .map_err(|error| error.root_cause().to_string())?;
    item_of(&bytes, name)
}

pub(super) fn item_of(bytes: &[u8], name: &str) -> Result<Item, String> {
    let decoded = decode::decode(bytes).map_err(|broken| broken.message)?;
    let item = read_item(decoded.types(), decoded.component(), Side::Export, name);
    if let Some(Item::Type(TypeDef::Component(wrapper))) = item
        && let Some((_, item)) = wrapper.exports.into_iter().next()
    {
        return Ok(item);
    }
    Err(format!("`{name}` has no binary form"))
}

/// What an interface of the script has of that name.
pub(super) fn in_script<'t>(interface: Node<'t>, segments: &[&str]) -> Result<Inner<'t>, String> {
    let name = interface.name().unwrap_or_default();
    let [segment] = segments else {
        return Err(format!("`{name}` has no `{}`", segments.join("/")));
    };
    let mut items = interface.children();
    let item = items.find(|item| item.name() == Some(segment));
    let Some(item) = item.filter(|_| interface.kind() == NodeKind::Interface) else {
        return Err(format!("`{name}` has no `{segment}`"));
    };
    match item.child(NodeKind::FuncType) {
        Some(func) => Ok(Inner::Node(func)),
        None => Err(format!(
            "cannot import `{segment}` of `{name}` by itself: it is not a function with a type of its own"
        )),
    }
}

/// `acme:kv/store@0.1.0`
pub(super) fn real_path((package, version): &(String, Option<String>), name: &str) -> String {
    match version {
        Some(version) => format!("{package}/{name}@{version}"),
        None => format!("{package}/{name}"),
    }
}
