//! Rule `function-kind-changed`.

use super::rule;

rule! {
    /// The kind of a function was changed, for example from a method to a static function. The kind
    /// is part of the function's name in a component, and changes what the function is called on.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   resource bucket {
    ///     size: func() -> u64;
    ///   }
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   resource bucket {
    ///     size: static func() -> u64;
    ///   }
    /// }
    /// ```
    ///
    /// Add the new function under a different name, and keep the old one.
    FUNCTION_KIND_CHANGED: "function-kind-changed", Error, Change, CHANGED
}
