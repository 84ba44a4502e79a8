//! Rule `cases-reordered`.

use super::rule;

rule! {
    /// The cases of a variant or enum are in another order. A value is the number of its case, so
    /// linkers refuse it. Source that names the cases compiles as before.
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
    ///     denied,
    ///     not-found,
    ///   }
    ///
    ///   get: func() -> result<string, error>;
    /// }
    /// ```
    ///
    /// Restore the order; new cases would go to the end, but are a change of the type as well.
    CASES_REORDERED: "cases-reordered", Error, Change, LINKS_ONLY
}
