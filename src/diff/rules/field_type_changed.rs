//! Rule `field-type-changed`.

use super::rule;

rule! {
    /// A field of a record has another type, and the record with it: nobody who was built with the
    /// record as it was links with it as it is.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   record entry {
    ///     key: string,
    ///     ttl: u32,
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
    ///     key: string,
    ///     ttl: u64,
    ///   }
    ///
    ///   all: func() -> list<entry>;
    /// }
    /// ```
    ///
    /// Define a second record, and functions that use it.
    FIELD_TYPE_CHANGED: "field-type-changed", Error, Change, CHANGED
}
