//! Rule `deprecated`.

use super::rule;

rule! {
    /// An item is newly `@deprecated`, or no longer is. This breaks nothing, but users should be
    /// told, which takes a minor version.
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
    /// Document what to use instead.
    DEPRECATED: "deprecated", Warning, Addition, NOTHING
}
