//! Rule `import-changed`.

use super::rule;

rule! {
    /// A world imports something else under the same name: a function where there was an interface,
    /// or an interface in a version on another track. Versions on one track, such as `0.2.0` and
    /// `0.2.6`, are linked with each other; those of two tracks never are.
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
