//! Rule `export-removed`.

use super::rule;

rule! {
    /// An export was removed from a world. Existing guests still link, but hosts that call the
    /// export do not find it in new guests. Source of guests implements functions that the bindings
    /// no longer have.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// interface run {
    ///   run: func();
    /// }
    ///
    /// world app {
    ///   export run;
    ///   export store;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// interface run {
    ///   run: func();
    /// }
    ///
    /// world app {
    ///   export run;
    /// }
    /// ```
    ///
    /// Define a second world without the export, and keep this one.
    EXPORT_REMOVED: "export-removed", Error, Change, REMOVED
}
