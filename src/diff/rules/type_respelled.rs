//! Rule `type-respelled`.

use super::rule;

rule! {
    /// A function or field uses a type of a different name with the same meaning, for example
    /// another record with the same fields. Linkers compare the meaning of types, so components
    /// still link. Bindings define a type for each name, so source has to be changed.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   record key {
    ///     name: string,
    ///   }
    ///
    ///   record label {
    ///     name: string,
    ///   }
    ///
    ///   get: func(key: key) -> label;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   record key {
    ///     name: string,
    ///   }
    ///
    ///   record label {
    ///     name: string,
    ///   }
    ///
    ///   get: func(key: label) -> label;
    /// }
    /// ```
    ///
    /// Keep the old type, or make one name an alias of the other in the next major version.
    TYPE_RESPELLED: "type-respelled", Error, Change, SOURCE_ONLY
}
