//! Rule `field-removed`.

use super::rule;

rule! {
    /// A field of a record is gone. The fields are a part of the type, and values lie in memory as it
    /// says: nobody who was built with the record as it was links with it as it is.
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
    /// Keep the field, and say in its documentation that it means nothing any more.
    FIELD_REMOVED: "field-removed", Error, Change, CHANGED
}
