//! Rule `gate-opened`.

use super::rule;

rule! {
    /// An `@unstable` item was made stable. For users without its feature, this is the same as
    /// adding it. Other changes of the item since then do not count, because it was free to change.
    ///
    /// ```wit old
    /// package acme:kv@1.0.0;
    ///
    /// @since(version = 1.0.0)
    /// interface store {
    ///   @since(version = 1.0.0)
    ///   get: func(key: string) -> string;
    ///   @unstable(feature = clearing)
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
    ///   @since(version = 1.1.0)
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Add `@since` with the new version.
    GATE_OPENED: "gate-opened", Error, Addition, ADDED
}
