//! Rule `field-added`.

use super::rule;

rule! {
    /// A field was added to a record. This is not a compatible addition: the fields are part of the
    /// type and determine its memory layout. Components built against the old record do not link
    /// with the new one, and source that creates such a record lacks a field.
    ///
    /// ```wit old
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
    /// Define a second record and functions that use it. If a type is expected to grow, use a
    /// resource with getter functions: those can be added.
    FIELD_ADDED: "field-added", Error, Change, CHANGED
}
