//! Rule `case-removed`.

use super::rule;

rule! {
    /// A case of a variant or enum is gone. The cases are a part of the type: nobody who was built
    /// with the type as it was links with it as it is.
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
    /// Keep the case, and say in its documentation that it does not happen any more.
    CASE_REMOVED: "case-removed", Error, Change, CHANGED
}
