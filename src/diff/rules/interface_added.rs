//! Rule `interface-added`.

use super::rule;

rule! {
    /// A package has an interface that was not there before. Nobody knows it yet, so nothing breaks;
    /// it is more than was there, and so a minor step. Where a world imports or exports it, that is
    /// told of the world.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
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
    /// interface stats {
    ///   count: func() -> u64;
    /// }
    /// ```
    ///
    /// Say since which version it is there with `@since`.
    INTERFACE_ADDED: "interface-added", Error, Addition, NOTHING
}
