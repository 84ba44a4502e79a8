//! Rule `function-removed`.

use super::rule;

rule! {
    /// A function or method was removed. Its callers neither link nor compile: guests if the
    /// interface is imported, hosts if it is exported. Bindings for implementers no longer have it
    /// either.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    ///   clear: func();
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
    FUNCTION_REMOVED: "function-removed", Error, Change, REMOVED
}
