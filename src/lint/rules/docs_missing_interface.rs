//! Rule `docs-missing-interface`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::docs;
use crate::wit::syntax::NodeKind;

rule! {
    /// An interface has no documentation. Others import and implement it, often without ever seeing
    /// the file: they see its documentation in the bindings.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Document its purpose with a `///` comment above the interface, or above the `import` or
    /// `export` if it is an inline interface. Only `///` and `/** … */` are documentation; a `//`
    /// comment is only for readers of the file.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Persistent key-value storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// This rule is off by default: turn it on with `select` or `levels` in `[lint]`.
    DOCS_MISSING_INTERFACE: "docs-missing-interface", Docs, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    for interface in cx.nodes(NodeKind::Interface) {
        docs::expect(cx, &DOCS_MISSING_INTERFACE, interface);
    }
    // The documentation of one that a world has of its own is before the `import` or `export`.
    for interface in cx.nodes(NodeKind::InlineInterface) {
        if let Some(item) = interface.parent() {
            docs::expect(cx, &DOCS_MISSING_INTERFACE, item);
        }
    }
}
