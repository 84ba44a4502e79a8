//! Rule `flags-reordered`.

use super::rule;

rule! {
    /// Flags are in another order. Each is a bit, by its place, so linkers refuse it. Source that
    /// names the flags compiles as before.
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
    ///     write,
    ///     read,
    ///   }
    ///
    ///   open: func(mode: mode);
    /// }
    /// ```
    ///
    /// Restore the order.
    FLAGS_REORDERED: "flags-reordered", Error, Change, LINKS_ONLY
}
