//! Rule `export-changed`.

use super::rule;

rule! {
    /// A world exports something else under the same name: a function where there was an interface,
    /// or an interface in a version on another track.
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
    ///   export log: func();
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
    ///   export log: interface {
    ///     log: func();
    ///   }
    /// }
    /// ```
    ///
    /// Export both until the next major version.
    EXPORT_CHANGED: "export-changed", Error, Change, CHANGED
}
