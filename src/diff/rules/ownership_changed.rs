//! Rule `ownership-changed`.

use super::rule;

rule! {
    /// A handle was changed from borrowed to owned, or the other way round: `borrow<r>` and `r` on
    /// its own (which is `own<r>`) are different types. Components built against different versions
    /// do not link, and using a resource after giving it away traps.
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
    /// Add a function with the other kind of handle under a different name.
    OWNERSHIP_CHANGED: "ownership-changed", Error, Change, CHANGED
}
