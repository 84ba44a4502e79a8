//! Rule `param-renamed`.

use super::rule;

rule! {
    /// A parameter has another name. It is a part of the type of the function in a component: linkers
    /// refuse it, though nothing of the value is different. Source goes on to compile in languages
    /// where arguments are given by position.
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
    /// Leave the name as it is, and say in the documentation what it means.
    PARAM_RENAMED: "param-renamed", Error, Change, LINKS_ONLY
}
