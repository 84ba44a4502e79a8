//! Rule `export-removed`.

use super::rule;

rule! {
    /// A world does not export something any more. Guests that have it link as before; hosts that
    /// call it do not find it in new guests. Source of guests implements what bindings do not know
    /// any more.
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
    /// Make a second world without the export, and keep this one.
    EXPORT_REMOVED: "export-removed", Error, Change, REMOVED
}
