//! Rule `world-removed`.

use super::rule;

rule! {
    /// A world was removed from the package. Hosts no longer promise to provide everything that it
    /// imports, and its bindings cannot be generated any more.
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
    /// Mark it as `@deprecated` first, and remove it in the next major version.
    WORLD_REMOVED: "world-removed", Error, Change, REMOVED
}
