//! Rule `interface-renamed`.

use super::rule;

rule! {
    /// An interface is there under another name. Components are linked by the names of interfaces, so
    /// to everyone it is as if one had been removed and another one added. That it is the same is a
    /// guess, made when both have the same in them and the names are similar.
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
