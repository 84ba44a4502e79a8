//! Rule `param-added`.

use super::rule;

rule! {
    /// A function takes a parameter more. Function types have to be the same to be linked, and every
    /// call in source lacks an argument; there are no optional parameters in WIT.
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
    ///   get: func(key: string, default: string) -> string;
    /// }
    /// ```
    ///
    /// Add a function with more parameters under a name of its own. A record with options as the
    /// parameter does not help either: its fields are a part of the type as well.
    PARAM_ADDED: "param-added", Error, Change, CHANGED
}
