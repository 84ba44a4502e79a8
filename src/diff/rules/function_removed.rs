//! Rule `function-removed`.

use super::rule;

rule! {
    /// A function, or a method of a resource, is no longer there. Who calls it neither links nor
    /// compiles: guests if the interface is imported, hosts if it is exported; and bindings for those
    /// who implement it do not know it any more.
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
    /// Mark it as `@deprecated` first, and remove it with the next major version.
    FUNCTION_REMOVED: "function-removed", Error, Change, REMOVED
}
