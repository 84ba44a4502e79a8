//! Rule `docs-changed`.

use super::rule;

rule! {
    /// Documentation was changed. A patch version is enough.
    ///
    /// ```wit old
    /// package acme:kv@1.0.0;
    ///
    /// interface store {
    ///   /// Gets it.
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv@1.0.1;
    ///
    /// interface store {
    ///   /// The value of a key.
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// All changes in an interface or world are reported in one finding. To hide it, pass `--ignore
    /// docs-changed`.
    DOCS_CHANGED: "docs-changed", Note, Change, NOTHING
}
