//! Rule `flag-renamed`.

use super::rule;

rule! {
    /// A flag has another name. Names are a part of the type, and source uses them. That it is the
    /// same flag is a guess, made by its place and its name.
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
    /// Leave the name as it is.
    FLAG_RENAMED: "flag-renamed", Error, Change, CHANGED
}
