//! Rule `unused-use`.

use super::rule;
use crate::lint::{Context, edits};
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// A type is brought in by `use`, but nothing needs it there. Readers take it for a dependency,
    /// and the component gets one: whoever imports the interface imports the other one along.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// What is stored.
    /// interface types {
    ///   /// The name of a value.
    ///   type key = string;
    ///   /// A value.
    ///   type value = list<u8>;
    /// }
    ///
    /// /// Storage.
    /// interface store {
    ///   use types.{key, value};
    ///
    ///   /// Forgets a value.
    ///   remove: func(key: key);
    /// }
    /// ```
    ///
    /// Remove the name; `--unsafe-fixes` does it. It is unsafe because the type is one of the
    /// interface: others may use it from there, and for them it is a break. A `use` whose only
    /// purpose is that they can is a deliberate re-export, and can be allowed as one; an interface
    /// with nothing but `use` is taken for one.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// What is stored.
    /// interface types {
    ///   /// The name of a value.
    ///   type key = string;
    ///   /// A value.
    ///   type value = list<u8>;
    /// }
    ///
    /// /// Storage.
    /// interface store {
    ///   use types.{key};
    ///
    ///   /// Forgets a value.
    ///   remove: func(key: key);
    /// }
    /// ```
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// What is stored.
    /// interface types {
    ///   /// The name of a value.
    ///   type key = string;
    /// }
    ///
    /// /// Storage.
    /// interface store {
    ///   // witkit: allow(unused-use) so that users of `store` need no other interface
    ///   use types.{key};
    ///
    ///   /// Forgets all values.
    ///   clear: func();
    /// }
    /// ```
    UNUSED_USE: "unused-use", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    for name in cx.nodes(NodeKind::UseName) {
        if !cx.references(name).is_empty() {
            continue;
        }
        let Some(used) = name.parent() else {
            continue;
        };
        if used.parent().is_some_and(only_gives_on) {
            continue;
        }
        let called = name.children_of(NodeKind::Name).last();
        let text = called.and_then(|n| n.name()).unwrap_or_default();
        let finding = UNUSED_USE.at(name, format!("`{text}` is used nowhere here"), "not needed");
        // Without any name, there is nothing to bring in.
        let mut siblings = used.children_of(NodeKind::UseName);
        let (message, edit) = match siblings.any(|name| !cx.references(name).is_empty()) {
            false => ("remove the `use`".to_string(), edits::remove_item(used)),
            true => (format!("remove `{text}`"), edits::remove_element(name)),
        };
        // The name is a type of the interface or world, which others may use from there.
        cx.push(match edit {
            Some(edit) => finding.fix(edits::fix(message, false, edit)),
            None => finding,
        });
    }
}

/// Whether an interface or world has nothing but `use`: it is there to give types on.
fn only_gives_on(body: Node<'_>) -> bool {
    let is_other = |kind: NodeKind| kind.is_item() && kind != NodeKind::Use;
    !body.children().any(|child| is_other(child.kind()))
}
