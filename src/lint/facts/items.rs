//! What items are called in messages.
//!
//! Not a rule. May import: `wit`. Deliberately absent: what names refer to.

use crate::wit::syntax::{Node, NodeKind};

/// What a node is, in the words of messages.
pub(in crate::lint) fn kind(node: Node<'_>) -> &'static str {
    use NodeKind::*;
    match node.kind() {
        PackageDecl | NestedPackage => "package",
        Interface | InlineInterface => "interface",
        World => "world",
        Import | Export if node.child(FuncType).is_some() => "function",
        Import | Export if node.child(InlineInterface).is_some() => "interface",
        Import => "import",
        Export => "export",
        Func if node.parent().is_some_and(|p| p.kind() == Resource) => "method",
        Func => "function",
        Constructor => "constructor",
        TypeAlias => "type",
        Record => "record",
        Field => "field",
        Flags => "flags type",
        Flag => "flag",
        Variant => "variant",
        Case | EnumCase => "case",
        Enum => "enum",
        Resource => "resource",
        Param => "parameter",
        UseName => "used type",
        _ => "item",
    }
}

/// The node that names an item in the text: its name, path or package name.
pub(in crate::lint) fn name_node(node: Node<'_>) -> Option<Node<'_>> {
    use NodeKind::*;
    match node.kind() {
        Constructor => node.parent()?.name_node(),
        InlineInterface => node.parent()?.name_node(),
        _ => node
            .children()
            .find(|child| matches!(child.kind(), Name | Path | PackageName)),
    }
}

/// An item with its kind and name: ``function `get` ``.
pub(in crate::lint) fn described(node: Node<'_>) -> String {
    let Some(named) = name_node(node) else {
        return kind(node).to_string();
    };
    let name = match named.kind() {
        NodeKind::Name => named.name().unwrap_or_default(),
        _ => named.text(),
    };
    match node.kind() {
        NodeKind::Constructor => format!("the constructor of `{name}`"),
        NodeKind::TopUse | NodeKind::Use => format!("`use {name}`"),
        NodeKind::Include => format!("`include {name}`"),
        _ => format!("{} `{name}`", kind(node)),
    }
}

/// A finding's place for an item: its name, or the whole of what has none.
pub(in crate::lint) fn place(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        NodeKind::Constructor => node,
        _ => name_node(node).unwrap_or(node),
    }
}

/// Whether a world's item is an import or an export, in the word of WIT.
pub(in crate::lint) fn verb(item: Node<'_>) -> &'static str {
    match item.kind() {
        NodeKind::Export => "export",
        _ => "import",
    }
}

/// Names in a sentence: `a`, `b` and `c`.
pub(in crate::lint) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
