//! Rule `type-added`.

use super::rule;

rule! {
    /// An interface or world has a type that was not there before. Types are a part of the interface:
    /// an instance that lacks one does not serve where it is asked for. Where the interface is
    /// imported, only hosts have to follow, and that only for guests that use the type; where it is
    /// exported, guests lack it.
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
    /// Say since which version it is there with `@since`.
    TYPE_ADDED: "type-added", Error, Change, ADDED_TYPE
}
