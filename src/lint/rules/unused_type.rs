//! Rule `unused-type`.

use super::rule;
use crate::lint::Context;
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// A type is defined, but no function and no other type uses it. It is left over, or its use
    /// was forgotten.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Why a value is not available.
    ///   enum failure {
    ///     /// The key does not exist.
    ///     missing,
    ///   }
    ///
    ///   /// The value of a key.
    ///   get: func(key: string) -> option<list<u8>>;
    /// }
    /// ```
    ///
    /// Use it or remove it.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Why a value is not available.
    ///   enum failure {
    ///     /// The key does not exist.
    ///     missing,
    ///   }
    ///
    ///   /// The value of a key.
    ///   get: func(key: string) -> result<list<u8>, failure>;
    /// }
    /// ```
    ///
    /// Resources are not reported, because they can be useful on their own. Interfaces with nothing
    /// but types are not checked: other interfaces use their types.
    UNUSED_TYPE: "unused-type", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    for ty in cx.type_definitions() {
        if ty.kind() == NodeKind::Resource || !cx.references(ty).is_empty() || is_for_others(ty) {
            continue;
        }
        let (Some(name), Some(place)) = (ty.name(), ty.name_node()) else {
            continue;
        };
        cx.push(
            UNUSED_TYPE
                .at(place, format!("unused type `{name}`"), "never used")
                .help("remove it or use it"),
        );
    }
}

/// Whether what a type is in has types only.
fn is_for_others(ty: Node<'_>) -> bool {
    let Some(around) = ty.parent() else {
        return false;
    };
    let does_something = |node: Node<'_>| {
        matches!(
            node.kind(),
            NodeKind::Func | NodeKind::Import | NodeKind::Export | NodeKind::Include
        ) || node.kind() == NodeKind::Resource
    };
    around.kind() != NodeKind::World && !around.children().any(does_something)
}
