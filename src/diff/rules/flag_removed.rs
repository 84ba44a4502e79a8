//! Rule `flag-removed`.

use super::rule;

rule! {
    /// A flag was removed. The flags are part of the type: components built against the old type do
    /// not link with the new one, and source that names the flag does not compile.
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
    ///   }
    ///
    ///   open: func(mode: mode);
    /// }
    /// ```
    ///
    /// Keep the flag, and document that it is no longer used.
    FLAG_REMOVED: "flag-removed", Error, Change, CHANGED
}
