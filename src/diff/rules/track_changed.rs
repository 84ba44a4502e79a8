//! Rule `track-changed`.

use super::rule;

rule! {
    /// The version of the package is on another track than before. Linkers match interfaces of one
    /// track (`0.2` of `0.2.6`, `1` of `1.4.0`) and never those of two; so what was built against the
    /// old version is not linked with the new one by name, whatever has changed. That is what a major
    /// step means, and no error.
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
    /// package acme:kv@0.3.0;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// Hosts can go on to offer the old version beside the new one. If nothing has changed that
    /// breaks guests, a minor step would have done.
    TRACK_CHANGED: "track-changed", Note, Remark, LINKS_ONLY
}
