//! Rule `interface-renamed`.

use super::rule;

rule! {
    /// An interface was renamed. Components are linked by the names of interfaces, so this is the
    /// same as removing one and adding another. That it is the same interface is a guess, made if
    /// both have the same contents and similar names.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface stores {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Keep the old interface, marked as `@deprecated`, until the next major version.
    INTERFACE_RENAMED: "interface-renamed", Error, Change, CHANGED
}
