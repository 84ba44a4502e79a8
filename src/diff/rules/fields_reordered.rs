//! Rule `fields-reordered`.

use super::rule;

rule! {
    /// The fields of a record were reordered. Their order determines the memory layout, so linkers
    /// refuse the new type. Source that names the fields still compiles.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   record entry {
    ///     key: string,
    ///     ttl: u64,
    ///   }
    ///
    ///   all: func() -> list<entry>;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   record entry {
    ///     ttl: u64,
    ///     key: string,
    ///   }
    ///
    ///   all: func() -> list<entry>;
    /// }
    /// ```
    ///
    /// Restore the order.
    FIELDS_REORDERED: "fields-reordered", Error, Change, LINKS_ONLY
}
