//! Rule `since-mismatch`.

use super::rule;

rule! {
    /// Something is new, and its `@since` does not say so: it names the version of OLD or one before,
    /// in which it was not there, or one after that of NEW. Who chooses items by version gets
    /// something that is not there, or misses what is.
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
    /// Write the version in which it comes.
    SINCE_MISMATCH: "since-mismatch", Warning, Remark, NOTHING
}
