//! Rule `gate-closed`.

use super::rule;

rule! {
    /// Something was there for all, and is `@unstable` now. To those who do without the feature it is
    /// as if it had been removed.
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
    /// ```wit new also:track-changed
    /// package acme:kv@2.0.0;
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
    /// Mark it as `@deprecated`, and leave it.
    GATE_CLOSED: "gate-closed", Error, Change, REMOVED
}
