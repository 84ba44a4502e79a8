//! Rule `case-added`.

use super::rule;

rule! {
    /// A case was added to a `variant` or `enum`. This is not a compatible addition: the cases are
    /// part of the type and determine the size of its values. Components built against the old type
    /// do not link with the new one, and source that handles all cases does not handle the new one.
    ///
    /// ```wit old
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
    /// ```wit new
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
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   variant error {
    ///     not-found,
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
    ///     not-found,
    ///     other(string),
    ///   }
    ///
    ///   get: func() -> result<string, error>;
    /// }
    /// ```
    ///
    /// Give error variants a case `other(string)` from the beginning, or define a second type and
    /// functions that use it.
    CASE_ADDED: "case-added", Error, Change, CHANGED
}
