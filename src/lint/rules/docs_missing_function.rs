//! Rule `docs-missing-function`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::docs;
use crate::wit::syntax::NodeKind;

rule! {
    /// A function, method or constructor has no documentation. Names and types do not say what an
    /// error means, whether a call blocks, or what happens to existing data. Without documentation,
    /// callers and implementers guess, and guess differently.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   replace: func(key: string, value: list<u8>) -> option<list<u8>>;
    /// }
    /// ```
    ///
    /// Document it with a `///` comment above. The rule checks functions of interfaces, resources
    /// and worlds. Only `///` and `/** … */` are documentation; a `//` comment is only for readers
    /// of the file.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Sets a value and returns the previous one.
    ///   replace: func(key: string, value: list<u8>) -> option<list<u8>>;
    /// }
    /// ```
    ///
    /// This rule is off by default: turn it on with `select` or `levels` in `[lint]`.
    DOCS_MISSING_FUNCTION: "docs-missing-function", Docs, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    for kind in [
        NodeKind::Func,
        NodeKind::Constructor,
        NodeKind::Import,
        NodeKind::Export,
    ] {
        for item in cx.nodes(kind) {
            let in_world = matches!(kind, NodeKind::Import | NodeKind::Export);
            if !in_world || item.child(NodeKind::FuncType).is_some() {
                docs::expect(cx, &DOCS_MISSING_FUNCTION, item);
            }
        }
    }
}
