//! Rule `unused-use`.

use super::rule;
use crate::lint::{Context, edits};
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// A type is imported with `use`, but nothing in the interface or world uses it. It looks like
    /// a dependency and is one: importing the interface also imports the interface of the type.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Stored types.
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
    /// Remove the name; `--unsafe-fixes` does this. The fix is unsafe because the name is a type of
    /// the interface which others may use, and removing it breaks them. A `use` whose only purpose
    /// is such a re-export is deliberate: allow it with a comment, as below. An interface with
    /// nothing but `use` is taken for a re-export and not reported.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Stored types.
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
    /// /// Stored types.
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
        let finding = UNUSED_USE.at(name, format!("unused import `{text}`"), "never used");
        // A `use` without any used name goes as a whole.
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
