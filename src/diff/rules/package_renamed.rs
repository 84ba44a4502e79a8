//! Rule `package-renamed`.

use super::rule;

rule! {
    /// The two packages have different names. The name of the package is a part of the name of each
    /// of its interfaces, so nothing of the one is linked with the other, whatever the versions are.
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
    /// If it was renamed indeed, allow it: `--allow package-renamed`. What has changed besides is
    /// told as always.
    PACKAGE_RENAMED: "package-renamed", Error, Remark, CHANGED
}
