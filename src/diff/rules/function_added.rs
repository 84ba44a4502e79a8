//! Rule `function-added`.

use super::rule;

rule! {
    /// An interface has a function, or a resource a method, that was not there before.
    ///
    /// Where the interface is imported, guests go on as before: an instance may have more than is
    /// asked for. Hosts have to implement it before they can run guests that call it, which is a
    /// minor step. Where a world exports the interface, every guest there is lacks the function, and
    /// does not link any more: a major step.
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
    /// Say since which version it is there with `@since`. Where guests export the interface, put the
    /// function into an interface of its own, which they can export as well.
    FUNCTION_ADDED: "function-added", Error, Change, ADDED
}
