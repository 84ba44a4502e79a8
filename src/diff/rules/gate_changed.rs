//! Rule `gate-changed`.

use super::rule;

rule! {
    /// The gate of something says another version or feature than before, or has come or gone, while
    /// the item is as stable as it was. Who chooses items by version or feature may get others.
    /// All items of an interface or world are one finding.
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
    /// Leave `@since` as it was when the item came.
    GATE_CHANGED: "gate-changed", Note, Change, NOTHING
}
