//! Rule `docs-missing-type`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::docs;

rule! {
    /// A type has no documentation. Its fields do not say which values are valid, what unit they
    /// have, or how long a resource lives.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   type age = u64;
    ///
    ///   /// Removes older values.
    ///   expire: func(older: age);
    /// }
    /// ```
    ///
    /// Document it with a `///` comment above. Fields and cases are not checked, because their
    /// names are often enough. Only `///` and `/** … */` are documentation; a `//` comment is only
    /// for readers of the file.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The time since a value was written, in milliseconds.
    ///   type age = u64;
    ///
    ///   /// Removes older values.
    ///   expire: func(older: age);
    /// }
    /// ```
    ///
    /// This rule is off by default: turn it on with `select` or `levels` in `[lint]`.
    DOCS_MISSING_TYPE: "docs-missing-type", Docs, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    for definition in cx.type_definitions() {
        docs::expect(cx, &DOCS_MISSING_TYPE, definition);
    }
}
