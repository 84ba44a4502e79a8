//! Rule `export-added`.

use super::rule;

rule! {
    /// A world exports something more. No guest there is has it, so none is one of that world any
    /// more: a host that asks for it does not run them, and source lacks the functions.
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
    /// Make a second world with the export that includes this one.
    EXPORT_ADDED: "export-added", Error, Change, ADDED
}
