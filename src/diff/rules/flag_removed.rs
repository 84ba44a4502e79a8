//! Rule `flag-removed`.

use super::rule;

rule! {
    /// A flag is gone. The flags are a part of the type: nobody who was built with them as they were
    /// links with them as they are, and source that names the flag does not compile.
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
    /// Keep the flag, and say in its documentation that it means nothing any more.
    FLAG_REMOVED: "flag-removed", Error, Change, CHANGED
}
