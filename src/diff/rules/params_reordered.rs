//! Rule `params-reordered`.

use super::rule;

rule! {
    /// The parameters of a function were reordered. Arguments are passed by position, so each call
    /// would pass the wrong ones; linkers compare the names and refuse it.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   set: func(key: string, value: string);
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   set: func(value: string, key: string);
    /// }
    /// ```
    ///
    /// Restore the order.
    PARAMS_REORDERED: "params-reordered", Error, Change, CHANGED
}
