//! Rule `version-lowered`.

use super::rule;

rule! {
    /// The new package has a lower version than the old one. Probably the two were given in the wrong
    /// order: OLD comes first.
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
    /// Turn them round, or give NEW a version after that of OLD.
    VERSION_LOWERED: "version-lowered", Error, Remark, NOTHING
}
