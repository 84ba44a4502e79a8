//! Rule `type-changed`.

use super::rule;

rule! {
    /// A name stands for another type than before. All functions that use it, by whatever way, have
    /// another type with that; they are counted, not listed.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   type id = u32;
    ///
    ///   get: func(id: id) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   type id = u64;
    ///
    ///   get: func(id: id) -> string;
    /// }
    /// ```
    ///
    /// Define the new type under a name of its own, and functions that use it.
    TYPE_CHANGED: "type-changed", Error, Change, CHANGED
}
