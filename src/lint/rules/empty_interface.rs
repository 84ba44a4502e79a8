//! Rule `empty-interface`.

use super::rule;
use crate::lint::Context;
use crate::wit::syntax::NodeKind;

rule! {
    /// An interface has no types and no functions. Importing or exporting it has no effect, but
    /// bindings are generated for it all the same.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    /// }
    /// ```
    ///
    /// Add its types and functions, or remove the interface until they are known.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    EMPTY_INTERFACE: "empty-interface", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    for kind in [NodeKind::Interface, NodeKind::InlineInterface] {
        for interface in cx.nodes(kind) {
            let empty = interface
                .children()
                .all(|child| matches!(child.kind(), NodeKind::Attribute | NodeKind::Name));
            if !empty {
                continue;
            }
            // An inline interface has the name that it is imported or exported by.
            let named = match kind {
                NodeKind::Interface => Some(interface),
                _ => interface.parent(),
            };
            let name = named.and_then(|node| node.name()).unwrap_or_default();
            let place = named.and_then(|node| node.name_node()).unwrap_or(interface);
            cx.push(EMPTY_INTERFACE.at(
                place,
                format!("interface `{name}` is empty"),
                "no types or functions",
            ));
        }
    }
}
