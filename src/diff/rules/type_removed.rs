//! Rule `type-removed`.

use super::rule;

rule! {
    /// A type is no longer in the interface or world. With a resource go its methods. Who uses it
    /// does not compile, and neither links.
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
    /// Mark it as `@deprecated` first, and remove it with the next major version.
    TYPE_REMOVED: "type-removed", Error, Change, REMOVED
}
