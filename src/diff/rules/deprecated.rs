//! Rule `deprecated`.

use super::rule;

rule! {
    /// Something is `@deprecated`, which it was not before, or is so no longer. Nothing breaks; but
    /// users are to be told, and a minor version is what does so.
    ///
    /// ```wit old
    /// package acme:kv@1.0.0;
    ///
    /// @since(version = 1.0.0)
    /// interface store {
    ///   @since(version = 1.0.0)
    ///   get: func(key: string) -> string;
    ///   @since(version = 1.0.0)
    ///   clear: func();
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv@1.1.0;
    ///
    /// @since(version = 1.0.0)
    /// interface store {
    ///   @since(version = 1.0.0)
    ///   get: func(key: string) -> string;
    ///   @since(version = 1.0.0)
    ///   @deprecated(version = 1.1.0)
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Say in the documentation what is to be used in its place.
    DEPRECATED: "deprecated", Warning, Addition, NOTHING
}
