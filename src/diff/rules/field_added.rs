//! Rule `field-added`.

use super::rule;

rule! {
    /// A record has a field more. It looks like an addition, but is none: the fields are a part of
    /// the type, and values lie in memory as it says. Nobody who was built with the record as it was
    /// links with it as it is; and source that makes such a record lacks a field.
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
    /// Define a second record, and functions that use it. What is to grow is better a resource, whose
    /// getters are functions: those can be added.
    FIELD_ADDED: "field-added", Error, Change, CHANGED
}
