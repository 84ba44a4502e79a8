//! Rule `function-kind-changed`.

use super::rule;

rule! {
    /// What was a method is a static function now, or the like. The kind is a part of the name in a
    /// component, and what it is called on is another thing.
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
    /// Give the new function another name, and keep the old one.
    FUNCTION_KIND_CHANGED: "function-kind-changed", Error, Change, CHANGED
}
