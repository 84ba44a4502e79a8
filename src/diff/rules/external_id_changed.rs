//! Rule `external-id-changed`.

use super::rule;

rule! {
    /// The `@external-id` of an import, export, function or type is another one, new, or gone. To
    /// linkers and to source nothing changes: it is a name for whoever is outside of the component
    /// model. But a host that finds what it offers by that name does not find it any more, and a
    /// minor version says so.
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
    /// Keep the name, or make sure that hosts know both.
    EXTERNAL_ID_CHANGED: "external-id-changed", Warning, Addition, NOTHING
}
