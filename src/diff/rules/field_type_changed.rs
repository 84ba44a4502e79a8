//! Rule `field-type-changed`.

use super::rule;

rule! {
    /// The type of a field of a record was changed, and the record with it: components built
    /// against the old record do not link with the new one.
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
    /// Define a second record and functions that use it.
    FIELD_TYPE_CHANGED: "field-type-changed", Error, Change, CHANGED
}
