//! Rule `param-type-changed`.

use super::rule;

rule! {
    /// A parameter has another type. Types have to be the same to be linked, to the last field; there
    /// is no conversion, not even from a smaller number to a larger one.
    ///
    /// A type that is changed where it is defined is told there, once, and not at all the functions
    /// that use it.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   remove: func(id: u32);
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   remove: func(id: u64);
    /// }
    /// ```
    ///
    /// Add a function with the new type under a name of its own.
    PARAM_TYPE_CHANGED: "param-type-changed", Error, Change, CHANGED
}
