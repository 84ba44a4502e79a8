//! Rule `docs-missing-world`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::docs;
use crate::wit::syntax::NodeKind;

rule! {
    /// A world has no documentation. Its imports and exports show what a component needs and
    /// provides, but not what kind of component it is meant for, or which hosts run it.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// world app {
    ///   /// Runs the application.
    ///   export run: func();
    /// }
    /// ```
    ///
    /// Document it with a `///` comment above. Only `///` and `/** … */` are documentation; a `//`
    /// comment is only for readers of the file.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// A job that runs once, next to the storage.
    /// world app {
    ///   /// Runs the application.
    ///   export run: func();
    /// }
    /// ```
    ///
    /// This rule is off by default: turn it on with `select` or `levels` in `[lint]`.
    DOCS_MISSING_WORLD: "docs-missing-world", Docs, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    for world in cx.nodes(NodeKind::World) {
        docs::expect(cx, &DOCS_MISSING_WORLD, world);
    }
}
