//! Rule `flag-added`.

use super::rule;

rule! {
    /// Flags have one more. It looks like an addition, but is none: the flags are a part of the type,
    /// and linkers refuse other ones, even if there is room for the bit. Source compiles as before.
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
    /// Define the flags that are to come from the beginning, or second ones, and functions that use
    /// them.
    FLAG_ADDED: "flag-added", Error, Change, LINKS_ONLY
}
