//! Rule `cases-reordered`.

use super::rule;

rule! {
    /// The cases of a `variant` or `enum` were reordered. A value stores the number of its case, so
    /// linkers refuse the new type. Source that names the cases still compiles.
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
    /// Restore the order. Adding cases, even at the end, changes the type as well.
    CASES_REORDERED: "cases-reordered", Error, Change, LINKS_ONLY
}
