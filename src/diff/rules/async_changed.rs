//! Rule `async-changed`.

use super::rule;

rule! {
    /// A function was changed from sync to `async`, or the other way round. This is part of its
    /// type, so components built against different versions do not link. Bindings for it look
    /// different as well.
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
    /// Add the new function under a different name, or in a new interface.
    ASYNC_CHANGED: "async-changed", Error, Change, CHANGED
}
