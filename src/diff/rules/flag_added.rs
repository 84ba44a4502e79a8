//! Rule `flag-added`.

use super::rule;

rule! {
    /// A flag was added to a `flags` type. This is not a compatible addition: the flags are part of
    /// the type, and linkers refuse a type with other flags even if it has room for the bit. Source
    /// still compiles.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   flags mode {
    ///     read,
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
    /// Define flags for later use from the beginning, or define a second `flags` type and functions
    /// that use it.
    FLAG_ADDED: "flag-added", Error, Change, LINKS_ONLY
}
