//! Rule `version-too-low`.

use super::rule;

rule! {
    /// The version of NEW is too low for the changes since OLD. Versions follow Cargo's rules: in
    /// `1.2.3`, a change that breaks guests requires a new first number, and an addition a new
    /// second one. In `0.2.3`, these are the second and the third number. In `0.0.3`, every change
    /// requires a new third number. Linkers match all versions on one track, so a version that is
    /// too low lets them link what does not fit.
    ///
    /// ```wit old
    /// package acme:kv@0.2.0;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new also:result-changed
    /// package acme:kv@0.2.1;
    ///
    /// interface store {
    ///   get: func(key: string) -> option<string>;
    /// }
    /// ```
    ///
    /// Set the version to the one in the help, or undo the changes that require it. To accept a
    /// change without raising the version, pass its rule to `--ignore`.
    VERSION_TOO_LOW: "version-too-low", Error, Remark, NOTHING
}
