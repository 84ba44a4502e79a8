//! Rule `type-added`.

use super::rule;

rule! {
    /// A type was added to an interface or world. Types are part of the interface, so an instance
    /// without the type does not satisfy it. If the interface is imported, hosts have to provide
    /// the type, but only for guests that use it. If it is exported, existing guests lack it.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   type key = string;
    ///
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Add `@since` with the new version.
    TYPE_ADDED: "type-added", Error, Change, ADDED_TYPE
}
