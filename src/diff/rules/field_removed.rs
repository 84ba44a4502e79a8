//! Rule `field-removed`.

use super::rule;

rule! {
    /// A field of a record was removed. The fields are part of the type and determine its memory
    /// layout: components built against the old record do not link with the new one.
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
    ///     key: string,
    ///   }
    ///
    ///   all: func() -> list<entry>;
    /// }
    /// ```
    ///
    /// Keep the field, and document that it is no longer used.
    FIELD_REMOVED: "field-removed", Error, Change, CHANGED
}
