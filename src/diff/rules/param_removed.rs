//! Rule `param-removed`.

use super::rule;

rule! {
    /// A parameter of a function was removed. Function types have to be identical to link, and
    /// every call in source has one argument too many.
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
    /// Keep the parameter and ignore it, or add a function under a different name.
    PARAM_REMOVED: "param-removed", Error, Change, CHANGED
}
