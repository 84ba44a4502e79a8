//! Rule `world-added`.

use super::rule;

rule! {
    /// A world was added to the package. This breaks nothing; it is a minor change.
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
    /// }
    ///
    /// world proxy {
    ///   import store;
    /// }
    /// ```
    ///
    /// Add `@since` with the new version.
    WORLD_ADDED: "world-added", Error, Addition, NOTHING
}
