//! Rule `flags-reordered`.

use super::rule;

rule! {
    /// The flags of a type were reordered. The position of a flag determines its bit, so linkers
    /// refuse the new type. Source that names the flags still compiles.
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
