//! Rule `async-changed`.

use super::rule;

rule! {
    /// A function was sync, and is `async`, or the other way round. That is a part of its type in a
    /// component, so neither side links with the other; and bindings for it look different.
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
    ///   get: async func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Add an async function under a name of its own, or put it into a new interface.
    ASYNC_CHANGED: "async-changed", Error, Change, CHANGED
}
