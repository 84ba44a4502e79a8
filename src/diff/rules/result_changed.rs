//! Rule `result-changed`.

use super::rule;

rule! {
    /// A function returns something else, or something where it returned nothing, or the other way
    /// round. Types have to be the same to be linked, and source has to handle another value.
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
    /// Add a function that returns the new type under a name of its own.
    RESULT_CHANGED: "result-changed", Error, Change, CHANGED
}
