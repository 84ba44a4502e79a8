//! Rule `docs-changed`.

use super::rule;

rule! {
    /// The documentation of something has changed. Nobody has to do anything: a patch.
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
    /// All docs of an interface or world are one finding. `--allow docs-changed` does not tell it.
    DOCS_CHANGED: "docs-changed", Note, Change, NOTHING
}
