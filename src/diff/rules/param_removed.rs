//! Rule `param-removed`.

use super::rule;

rule! {
    /// A function does not take a parameter any more. Function types have to be the same to be
    /// linked, and every call in source has an argument too many.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string, default: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Keep the parameter, and ignore it, or add a function under a name of its own.
    PARAM_REMOVED: "param-removed", Error, Change, CHANGED
}
