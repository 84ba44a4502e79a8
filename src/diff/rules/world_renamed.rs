//! Rule `world-renamed`.

use super::rule;

rule! {
    /// A world was renamed. Components do not contain the name of their world, so they still link.
    /// Bindings and build scripts use the name. That it is the same world is a guess, made if both
    /// have the same contents and similar names.
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
    /// world apps {
    ///   export run;
    /// }
    /// ```
    ///
    /// Keep the old world: `world app { include apps; }`.
    WORLD_RENAMED: "world-renamed", Error, Change, SOURCE_ONLY
}
