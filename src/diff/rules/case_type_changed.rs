//! Rule `case-type-changed`.

use super::rule;

rule! {
    /// A case of a variant has another type, or one where it had none, or the other way round: nobody
    /// who was built with the variant as it was links with it as it is.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   variant error {
    ///     other(string),
    ///   }
    ///
    ///   get: func() -> result<string, error>;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   variant error {
    ///     other(u32),
    ///   }
    ///
    ///   get: func() -> result<string, error>;
    /// }
    /// ```
    ///
    /// Define a second variant, and functions that use it.
    CASE_TYPE_CHANGED: "case-type-changed", Error, Change, CHANGED
}
