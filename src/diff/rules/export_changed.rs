//! Rule `export-changed`.

use super::rule;

rule! {
    /// A world exports a different item under the same name: for example, an interface instead of a
    /// function, or an interface on another semver track.
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
