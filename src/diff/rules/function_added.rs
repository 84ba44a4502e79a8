//! Rule `function-added`.

use super::rule;

rule! {
    /// A function was added to an interface, or a method to a resource.
    ///
    /// If the interface is imported, existing guests still work, because an instance may have more
    /// functions than required. Hosts have to implement the function before they can run guests
    /// that call it: a minor change. If a world exports the interface, existing guests lack the
    /// function and no longer link: a major change.
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
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Add `@since` with the new version. If guests export the interface, put the function into a
    /// separate interface that they can export as well.
    FUNCTION_ADDED: "function-added", Error, Change, ADDED
}
