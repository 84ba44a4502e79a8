//! Rule `gate-closed`.

use super::rule;

rule! {
    /// A stable item was made `@unstable`. For users without its feature, this is the same as
    /// removing it.
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
    /// Keep it, and mark it as `@deprecated`.
    GATE_CLOSED: "gate-closed", Error, Change, REMOVED
}
