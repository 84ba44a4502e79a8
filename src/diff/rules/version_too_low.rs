//! Rule `version-too-low`.

use super::rule;

rule! {
    /// The step from the old version to the new one is smaller than what has changed takes. Versions
    /// are read as Cargo reads them: in `1.2.3`, what breaks guests takes the first number, and what
    /// is added the second; in `0.2.3` that is the second and the third; `0.0.3` has but one. Who
    /// trusts the version gets what he did not ask for: linkers match all versions of one track.
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
    /// Raise the version to the one that is named, or undo the changes that take it. What is meant
    /// can be allowed by its rule with `--allow`; then it does not count.
    VERSION_TOO_LOW: "version-too-low", Error, Remark, NOTHING
}
