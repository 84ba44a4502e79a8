//! Rule `type-renamed`.

use super::rule;

rule! {
    /// A type was renamed. Its name is part of the interface, and source uses it. That it is the
    /// same type is a guess, made if both have the same definition and similar names.
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
    ///   record entries {
    ///     key: string,
    ///   }
    ///
    ///   all: func() -> list<entries>;
    /// }
    /// ```
    ///
    /// Keep the old name as an alias of the new one: `type entry = entries;`.
    TYPE_RENAMED: "type-renamed", Error, Change, CHANGED
}
