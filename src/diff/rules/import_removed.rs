//! Rule `import-removed`.

use super::rule;

rule! {
    /// An import was removed from a world. A host for the new world does not have to provide it, so
    /// guests that use it do not link there.
    ///
    /// ```wit old
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// interface run {
    ///   run: func();
    /// }
    ///
    /// world app {
    ///   import store;
    ///   export run;
    /// }
    /// ```
    ///
    /// ```wit new
    /// package acme:kv;
    ///
    /// interface store {
    ///   get: func(key: string) -> string;
    /// }
    ///
    /// interface run {
    ///   run: func();
    /// }
    ///
    /// world app {
    ///   export run;
    /// }
    /// ```
    ///
    /// Define a second world without the import, and keep this one.
    IMPORT_REMOVED: "import-removed", Error, Change, REMOVED
}
