//! Rule `type-kind-changed`.

use super::rule;

rule! {
    /// The kind of a type was changed, for example from a record to a variant, or from an enum to
    /// an alias of an integer. Components built against different versions do not link, and source
    /// does not compile.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   enum mode {
    ///     read,
    ///     write,
    ///   }
    ///
    ///   open: func(mode: mode);
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   flags mode {
    ///     read,
    ///     write,
    ///   }
    ///
    ///   open: func(mode: mode);
    /// }
    /// ```
    ///
    /// Define the new type and functions that use it under different names.
    TYPE_KIND_CHANGED: "type-kind-changed", Error, Change, CHANGED
}
