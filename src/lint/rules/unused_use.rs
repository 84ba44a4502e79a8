//! Rule `unused-use`.

use super::rule;
use crate::lint::{Context, edits};
use crate::wit::syntax::NodeKind;

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
    /// Remove the name; `--fix` does it. A `use` whose only purpose is that others can use the
    /// type from here is a deliberate re-export, and can be allowed as one.
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
        let called = name.children_of(NodeKind::Name).last();
        let text = called.and_then(|n| n.name()).unwrap_or_default();
        let finding = UNUSED_USE.at(name, format!("`{text}` is used nowhere here"), "not needed");
        let siblings: Vec<_> = used.children_of(NodeKind::UseName).collect();
        let fix = match siblings.as_slice() {
            [_] => edits::fix("remove the `use`", true, edits::remove_item(used)),
            _ => edits::fix(
                format!("remove `{text}`"),
                true,
                edits::remove_element(name),
            ),
        };
        cx.push(finding.fix(fix));
    }
}
