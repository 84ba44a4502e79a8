//! Rule `case-added`.

use super::rule;

rule! {
    /// A variant or enum has a case more. It looks like an addition, but is none: the cases are a
    /// part of the type, and how large a value is depends on them. Nobody who was built with the type
    /// as it was links with it as it is; and source that handles all cases does not handle this one.
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
    /// Give variants of errors a case `other(string)` from the beginning. Or define a second type,
    /// and functions that use it.
    CASE_ADDED: "case-added", Error, Change, CHANGED
}
