//! Rule `type-kind-changed`.

use super::rule;

rule! {
    /// A type is defined by other means: what was a record is a variant, what was an enum is a type
    /// of numbers. Nothing that was built with the one links with the other, and no source compiles.
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
    /// Define the new type under a name of its own, and functions that use it.
    TYPE_KIND_CHANGED: "type-kind-changed", Error, Change, CHANGED
}
