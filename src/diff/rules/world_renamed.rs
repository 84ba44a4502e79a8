//! Rule `world-renamed`.

use super::rule;

rule! {
    /// A world is there under another name. Components do not have the name of their world in them,
    /// so they go on to link. Bindings are made by that name, and build scripts have it. That it is
    /// the same world is a guess, made when both have the same in them and the names are similar.
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
