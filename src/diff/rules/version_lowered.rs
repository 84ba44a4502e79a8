//! Rule `version-lowered`.

use super::rule;

rule! {
    /// The version of NEW is lower than that of OLD. The arguments are probably in the wrong order:
    /// OLD comes first.
    ///
    /// ```wit old
    /// package acme:kv@0.2.6;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv@0.2.5;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Swap the arguments, or set the version of NEW to one after that of OLD.
    VERSION_LOWERED: "version-lowered", Error, Remark, NOTHING
}
