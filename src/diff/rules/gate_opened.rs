//! Rule `gate-opened`.

use super::rule;

rule! {
    /// Something was `@unstable`, and is there for all now. To those who did without the feature it
    /// is as if it had been added. What has changed of it meanwhile is not counted: it was free to.
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
    /// Say since which version it is there with `@since`.
    GATE_OPENED: "gate-opened", Error, Addition, ADDED
}
