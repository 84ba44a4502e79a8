//! Rule `export-added`.

use super::rule;

rule! {
    /// An export was added to a world. Existing guests do not have it and no longer fit the world:
    /// hosts that expect it cannot run them, and source of guests lacks its functions.
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
    ///   export store;
    /// }
    /// ```
    ///
    /// Define a second world that includes this one and adds the export.
    EXPORT_ADDED: "export-added", Error, Change, ADDED
}
