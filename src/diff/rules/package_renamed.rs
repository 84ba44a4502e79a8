//! Rule `package-renamed`.

use super::rule;

rule! {
    /// The two packages have different names. The package name is part of the full name of each
    /// interface, so nothing of one package links with the other, whatever the versions are.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:storage;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    /// ```
    ///
    /// If the package was renamed on purpose, pass `--ignore package-renamed`. All other changes are
    /// still reported.
    PACKAGE_RENAMED: "package-renamed", Error, Remark, CHANGED
}
