//! Rule `flag-renamed`.

use super::rule;

rule! {
    /// A flag was renamed. Names are part of the type, and source uses them. That it is the same
    /// flag is a guess, based on its position and name.
    ///
    /// ```wit old
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
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   flags mode {
    ///     read,
    ///     writing,
    ///   }
    ///
    ///   open: func(mode: mode);
    /// }
    /// ```
    ///
    /// Keep the old name.
    FLAG_RENAMED: "flag-renamed", Error, Change, CHANGED
}
