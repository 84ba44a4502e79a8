//! Rule `ownership-changed`.

use super::rule;

rule! {
    /// A handle was lent, and is given away now, or the other way round: `borrow<r>` and `r` by
    /// itself (which is `own<r>`) are two types. Neither side links with the other, and who goes on
    /// to use a resource that was given away traps.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   resource bucket;
    ///
    ///   flush: func(bucket: borrow<bucket>);
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   resource bucket;
    ///
    ///   flush: func(bucket: bucket);
    /// }
    /// ```
    ///
    /// Add a function with the other kind of handle under a name of its own.
    OWNERSHIP_CHANGED: "ownership-changed", Error, Change, CHANGED
}
