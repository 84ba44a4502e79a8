//! Rule `field-renamed`.

use super::rule;

rule! {
    /// A field of a record was renamed. Names are part of the type, and source uses them. That it
    /// is the same field is a guess, based on its type, position and name.
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
    /// Keep the old name.
    FIELD_RENAMED: "field-renamed", Error, Change, CHANGED
}
