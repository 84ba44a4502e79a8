//! Rule `type-respelled`.

use super::rule;

rule! {
    /// A function or field has a type of another name, which means the same: two records with the
    /// same fields, for example. Linkers compare what types mean, so components go on to link.
    /// Bindings make a type of each name, so source has to be changed.
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
    /// Leave the type as it is, or make one of the two names an alias of the other in the next major
    /// version.
    TYPE_RESPELLED: "type-respelled", Error, Change, SOURCE_ONLY
}
