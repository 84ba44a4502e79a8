//! Rule `gate-changed`.

use super::rule;

rule! {
    /// The gate of an item was added, removed, or names a different version or feature, while the
    /// stability of the item is the same. Tools that select items by version or feature may select
    /// different ones. All changes in an interface or world are reported in one finding.
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
    /// package acme:kv@1.0.1;
    ///
    /// @since(version = 1.0.0)
    /// interface store {
    ///   @since(version = 1.0.0)
    ///   get: func(key: string) -> string;
    ///   @since(version = 1.0.1)
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Keep the `@since` that the item was introduced with.
    GATE_CHANGED: "gate-changed", Note, Change, NOTHING
}
