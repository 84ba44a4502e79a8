//! Rule `interface-added`.

use super::rule;

rule! {
    /// An interface was added to the package. No component uses it yet, so this breaks nothing; it
    /// is a minor change. If a world imports or exports it, that is a separate finding.
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
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// interface stats {
    ///   count: func() -> u64;
    /// }
    /// ```
    ///
    /// Add `@since` with the new version.
    INTERFACE_ADDED: "interface-added", Error, Addition, NOTHING
}
