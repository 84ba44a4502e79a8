//! Rule `case-removed`.

use super::rule;

rule! {
    /// A case of a `variant` or `enum` was removed. The cases are part of the type: components
    /// built against the old type do not link with the new one.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   enum error {
    ///     not-found,
    ///     denied,
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
    ///   enum error {
    ///     not-found,
    ///   }
    ///
    ///   get: func() -> result<string, error>;
    /// }
    /// ```
    ///
    /// Keep the case, and document that it no longer occurs.
    CASE_REMOVED: "case-removed", Error, Change, CHANGED
}
