//! Rule `interface-removed`.

use super::rule;

rule! {
    /// An interface was removed from the package. Guests that import it do not link, hosts do not
    /// find it in guests that exported it, and source that uses its bindings does not compile.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// interface stats {
    ///   count: func() -> u64;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Mark it as `@deprecated` first, and remove it in the next major version.
    INTERFACE_REMOVED: "interface-removed", Error, Change, REMOVED
}
