//! Rule `param-type-changed`.

use super::rule;

rule! {
    /// The type of a parameter was changed. Types have to be identical to link, down to the last
    /// field; there is no conversion, not even from a smaller integer to a larger one.
    ///
    /// If the definition of a named type was changed, that is reported once, at the type, and not
    /// for each function that uses it.
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
    /// Add a function with the new type under a different name.
    PARAM_TYPE_CHANGED: "param-type-changed", Error, Change, CHANGED
}
