//! Rule `world-removed`.

use super::rule;

rule! {
    /// A world is no longer in the package. Nobody promises any more that there are hosts which have
    /// all that it imports, and its bindings cannot be made again.
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
    ///
    /// world proxy {
    ///   import store;
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
    /// Mark it as `@deprecated` first, and remove it with the next major version.
    WORLD_REMOVED: "world-removed", Error, Change, REMOVED
}
