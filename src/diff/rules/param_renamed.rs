//! Rule `param-renamed`.

use super::rule;

rule! {
    /// A parameter was renamed. Parameter names are part of the function type in a component, so
    /// linkers refuse it although the values are the same. Source still compiles in languages that
    /// pass arguments by position.
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
    ///   get: func(name: string) -> string;
    /// }
    /// ```
    ///
    /// Keep the old name, and explain its meaning in the documentation.
    PARAM_RENAMED: "param-renamed", Error, Change, LINKS_ONLY
}
