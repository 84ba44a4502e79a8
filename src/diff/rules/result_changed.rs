//! Rule `result-changed`.

use super::rule;

rule! {
    /// The result type of a function was changed, added or removed. Types have to be identical to
    /// link, and source has to handle a different value.
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
    ///   get: func(key: string) -> option<string>;
    /// }
    /// ```
    ///
    /// Add a function with the new result type under a different name.
    RESULT_CHANGED: "result-changed", Error, Change, CHANGED
}
