//! Rule `function-renamed`.

use super::rule;

rule! {
    /// A function is there under another name. Components are linked by name, so to everyone it is as
    /// if one function had been removed and another one added. That it is the same is a guess, made
    /// when the types are the same and the names similar.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get-keys: func() -> list<string>;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   list-keys: func() -> list<string>;
    /// }
    /// ```
    ///
    /// Keep the old name beside the new one, marked as `@deprecated`, until the next major version.
    FUNCTION_RENAMED: "function-renamed", Error, Change, CHANGED
}
