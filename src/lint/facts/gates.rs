//! Gates: what `@since`, `@unstable` and `@deprecated` say of an item, and what items are called.
//!
//! Not a rule, but what those about gates need. May import: `wit`. Deliberately absent: which
//! items a gate leaves out of a package; wit-parser does that.

use semver::Version;

use crate::lint::Context;
pub(in crate::lint) use crate::wit::gates::described;
use crate::wit::syntax::{Node, NodeKind};

/// When an item is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Gate<'t> {
    /// From a version on.
    Since(Version),
    /// With a feature.
    Unstable(&'t str),
}

/// The attributes of an item. They come first in it: what follows need not be looked at, and of an
/// interface that would be all of its functions.
fn attributes(item: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    item.children()
        .take_while(|child| child.kind() == NodeKind::Attribute)
}

/// The attribute of a name that an item has.
pub(in crate::lint) fn attribute<'t>(item: Node<'t>, name: &str) -> Option<Node<'t>> {
    attributes(item).find(|attribute| attribute.name() == Some(name))
}

/// The gate that an item has itself, and its attribute.
pub(in crate::lint) fn gate(item: Node<'_>) -> Option<(Gate<'_>, Node<'_>)> {
    attributes(item).find_map(|attribute| {
        let gate = match attribute.name()? {
            "since" => Gate::Since(version(attribute)?),
            "unstable" => Gate::Unstable(feature(attribute)?),
            _ => return None,
        };
        Some((gate, attribute))
    })
}

/// The version that `@since` or `@deprecated` names.
pub(in crate::lint) fn version(attribute: Node<'_>) -> Option<Version> {
    Version::parse(attribute.child(NodeKind::Version)?.text()).ok()
}

/// The feature that `@unstable` names.
fn feature(attribute: Node<'_>) -> Option<&str> {
    attribute.children_of(NodeKind::Name).nth(1)?.name()
}

/// The innermost item that a node is part of: itself, if it is one.
pub(in crate::lint) fn item_of(node: Node<'_>) -> Option<Node<'_>> {
    node.with_ancestors().find(|node| node.kind().is_item())
}

/// Whether one of the nodes around an item, or itself, has an attribute of a name.
pub(in crate::lint) fn is_within(node: Node<'_>, name: &str) -> bool {
    node.with_ancestors()
        .any(|around| attribute(around, name).is_some())
}

/// The smallest node that stands for an item: its name, its path, or itself.
pub(in crate::lint) fn place(item: Node<'_>) -> Node<'_> {
    item.name_node()
        .or_else(|| item.child(NodeKind::Path))
        .or_else(|| item.child(NodeKind::Params))
        .unwrap_or(item)
}

/// A reference to something.
pub(in crate::lint) struct Used<'w> {
    /// The reference itself.
    pub node: Node<'w>,
    /// The item that it is in.
    pub item: Node<'w>,
    /// What it refers to.
    pub target: Node<'w>,
    /// The item that has what it refers to.
    pub definition: Node<'w>,
}

/// All references in the package's own files, if any file has an attribute of this name at all.
/// What a `use` at the top of a file names matters where the name is used.
pub(in crate::lint) fn uses_of_gated<'w>(cx: &Context<'w>, gate: &str) -> Vec<Used<'w>> {
    let any = cx.wit.files().iter().any(|file| {
        let mut nodes = file.tree.nodes();
        nodes.any(|node| node.kind() == NodeKind::Attribute && node.name() == Some(gate))
    });
    if !any {
        return Vec::new();
    }
    let mut found = Vec::new();
    for kind in [NodeKind::TypeName, NodeKind::UseName, NodeKind::Path] {
        for node in cx.nodes(kind) {
            let Some(target) = cx.target_node(node) else {
                continue;
            };
            if let (Some(item), Some(definition)) = (item_of(node), item_of(target))
                && item.kind() != NodeKind::TopUse
            {
                found.push(Used {
                    node,
                    item,
                    target,
                    definition,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wit::syntax::parse;

    #[test]
    fn items_are_called_by_kind_and_name() {
        let text = "package a:b@1.0.0;\n\
            interface i { use t.{u}; resource r { constructor(); f: func(); } type x = u8; }\n\
            world w { import a:b/i@1.0.0; export run: func(); include v; }";
        let tree = parse("x.wit", text);
        let called: Vec<String> = tree
            .nodes()
            .filter(|node| node.kind().is_item() && node.kind() != NodeKind::PackageDecl)
            .map(described)
            .collect();
        assert_eq!(
            called,
            [
                "interface `i`",
                "the `use` of `t`",
                "resource `r`",
                "the constructor of `r`",
                "function `r.f`",
                "type `x`",
                "world `w`",
                "the import of `a:b/i@1.0.0`",
                "the export `run`",
                "the `include` of `v`",
            ]
        );
    }
}
