//! Rule `type-changed`.

use super::rule;

rule! {
    /// The definition of a type was changed. This changes all functions that use it, directly or
    /// through other types; they are named in a note, not reported one by one.
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
    /// Define the new type and functions that use it under different names.
    TYPE_CHANGED: "type-changed", Error, Change, CHANGED
}
