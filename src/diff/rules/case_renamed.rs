//! Rule `case-renamed`.

use super::rule;

rule! {
    /// A case of a `variant` or `enum` was renamed. Names are part of the type, and source uses
    /// them. That it is the same case is a guess, based on its type, position and name.
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
    ///     denied-access,
    ///   }
    ///
    ///   get: func() -> result<string, error>;
    /// }
    /// ```
    ///
    /// Keep the old name.
    CASE_RENAMED: "case-renamed", Error, Change, CHANGED
}
