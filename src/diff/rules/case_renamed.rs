//! Rule `case-renamed`.

use super::rule;

rule! {
    /// A case of a variant or enum has another name. Names are a part of the type, and source uses
    /// them. That it is the same case is a guess, made by its type, its place and its name.
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
    /// Leave the name as it is.
    CASE_RENAMED: "case-renamed", Error, Change, CHANGED
}
