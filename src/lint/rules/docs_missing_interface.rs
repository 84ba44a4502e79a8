//! Rule `docs-missing-interface`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::docs;
use crate::wit::syntax::NodeKind;

rule! {
    /// An interface has no documentation. It is what others import and implement, often without
    /// ever seeing the file: bindings show them its documentation instead.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// interface store {
    ///   /// Empties it.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Say above the interface what it is for; above the `import` or `export` if it is written
    /// there. Only `///` and `/** … */` are documentation: a comment with `//` is a note for those
    /// who read the file.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Values under keys, which outlive the component.
    /// interface store {
    ///   /// Empties it.
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
