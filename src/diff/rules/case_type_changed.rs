//! Rule `case-type-changed`.

use super::rule;

rule! {
    /// The type of a case of a `variant` was changed, added or removed. Components built against
    /// the old variant do not link with the new one.
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
    /// Define a second variant and functions that use it.
    CASE_TYPE_CHANGED: "case-type-changed", Error, Change, CHANGED
}
