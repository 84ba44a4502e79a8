//! Rule `function-renamed`.

use super::rule;

rule! {
    /// A function was renamed. Components are linked by name, so this is the same as removing one
    /// function and adding another. That it is the same function is a guess, made if the types are
    /// equal and the names similar.
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
    /// Keep the old name next to the new one, marked as `@deprecated`, until the next major
    /// version.
    FUNCTION_RENAMED: "function-renamed", Error, Change, CHANGED
}
