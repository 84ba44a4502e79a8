//! Rule `import-added`.

use super::rule;

rule! {
    /// An import was added to a world. Guests do not have to use it, and existing ones still work.
    /// A host has to provide it before it can run guests that use it: a minor change.
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
    ///   import store;
    ///   export run;
    /// }
    /// ```
    ///
    /// Add `@since` with the new version.
    IMPORT_ADDED: "import-added", Error, Change, ADDED
}
