//! Rule `since-mismatch`.

use super::rule;

rule! {
    /// A new item has a wrong `@since`: the version of OLD or an earlier one, which do not have the
    /// item, or a version later than that of NEW. Tools that select items by version then expect a
    /// missing item, or miss an existing one.
    ///
    /// ```wit old
    /// package acme:kv@1.0.0;
    ///
    /// @since(version = 1.0.0)
    /// interface store {
    ///   @since(version = 1.0.0)
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new also:function-added
    /// package acme:kv@1.1.0;
    ///
    /// @since(version = 1.0.0)
    /// interface store {
    ///   @since(version = 1.0.0)
    ///   get: func(key: string) -> string;
    ///   @since(version = 1.0.0)
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Change `@since` to the version that introduces the item.
    SINCE_MISMATCH: "since-mismatch", Warning, Remark, NOTHING
}
