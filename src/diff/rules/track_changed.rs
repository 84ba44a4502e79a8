//! Rule `track-changed`.

use super::rule;

rule! {
    /// The version of the package moved to another semver track. Linkers match interfaces on one
    /// track (`0.2` for `0.2.6`, `1` for `1.4.0`), and never those on different tracks: components
    /// built against the old version do not link with the new one, even if nothing else was
    /// changed. This is what a major version means, and not an error.
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
    /// Hosts can provide the old version next to the new one. If no change breaks guests, a minor
    /// version is enough.
    TRACK_CHANGED: "track-changed", Note, Remark, LINKS_ONLY
}
