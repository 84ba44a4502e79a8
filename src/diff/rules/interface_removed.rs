//! Rule `interface-removed`.

use super::rule;

rule! {
    /// An interface is no longer in the package. Guests that import it do not link, nor do hosts find
    /// it in those that exported it; and no source with its bindings compiles.
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
    /// Mark it as `@deprecated` first, and remove it with the next major version.
    INTERFACE_REMOVED: "interface-removed", Error, Change, REMOVED
}
