//! Rule `param-added`.

use super::rule;

rule! {
    /// A parameter was added to a function. Function types have to be identical to link, and every
    /// call in source lacks an argument: WIT has no optional parameters.
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
    /// Add a function with more parameters under a different name. A record of options as a
    /// parameter does not help, because its fields are part of the type as well.
    PARAM_ADDED: "param-added", Error, Change, CHANGED
}
