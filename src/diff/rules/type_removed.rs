//! Rule `type-removed`.

use super::rule;

rule! {
    /// A type was removed from an interface or world, and a resource with all of its methods. Its
    /// users neither compile nor link.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   type key = string;
    ///
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Mark it as `@deprecated` first, and remove it in the next major version.
    TYPE_REMOVED: "type-removed", Error, Change, REMOVED
}
