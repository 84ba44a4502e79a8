//! Rule `import-changed`.

use super::rule;

rule! {
    /// A world imports a different item under the same name: for example, an interface instead of a
    /// function, or an interface on another semver track. Versions on one track, such as `0.2.0`
    /// and `0.2.6`, link with each other; versions on different tracks never do.
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
    ///   import log: func();
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
    ///   import log: interface {
    ///     log: func();
    ///   }
    /// }
    /// ```
    ///
    /// Import both until the next major version.
    IMPORT_CHANGED: "import-changed", Error, Change, CHANGED
}
