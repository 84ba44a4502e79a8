//! Rule `world-added`.

use super::rule;

rule! {
    /// A package has a world that was not there before. Nothing breaks by it; it is more than was
    /// there, and so a minor step.
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
    /// Say since which version it is there with `@since`.
    WORLD_ADDED: "world-added", Error, Addition, NOTHING
}
