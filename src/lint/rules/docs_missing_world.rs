//! Rule `docs-missing-world`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::docs;
use crate::wit::syntax::NodeKind;

rule! {
    /// A world has no documentation. Its imports and exports say what a component needs and gives,
    /// but not which components it is meant for, nor who runs them.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// world app {
    ///   /// Does all of the work.
    ///   export run: func();
    /// }
    /// ```
    ///
    /// Say it above the world. Only `///` and `/** … */` are documentation: a comment with `//` is
    /// a note for those who read the file.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// A job that runs once, on the machine that has the values.
    /// world app {
    ///   /// Does all of the work.
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
