//! Rule `external-id-changed`.

use super::rule;

rule! {
    /// The `@external-id` of an import, export, function or type was changed, added or removed.
    /// Linkers and source are not affected, because it is a name for use outside the component
    /// model. A host that looks up what it provides by that name no longer finds it, which takes a
    /// minor version.
    ///
    /// ```wit old
    /// package acme:kv@1.0.0;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// world app {
    ///   @external-id("kv-store")
    ///   import store;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv@1.1.0;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// world app {
    ///   @external-id("key-value")
    ///   import store;
    /// }
    /// ```
    ///
    /// Keep the old id, or make sure that hosts know both.
    EXTERNAL_ID_CHANGED: "external-id-changed", Warning, Addition, NOTHING
}
