//! Rule `field-renamed`.

use super::rule;

rule! {
    /// A field of a record has another name. Names are a part of the type, and source uses them. That
    /// it is the same field is a guess, made by its type, its place and its name.
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
    ///     time-to-live: u64,
    ///   }
    ///
    ///   all: func() -> list<entry>;
    /// }
    /// ```
    ///
    /// Leave the name as it is.
    FIELD_RENAMED: "field-renamed", Error, Change, CHANGED
}
