//! Rule `import-added`.

use super::rule;

rule! {
    /// A world imports something more. Guests do not have to use it, and go on as before. A host has
    /// to offer it before it can run guests that do: a minor step of the package.
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
    /// Say since which version it is there with `@since`.
    IMPORT_ADDED: "import-added", Error, Change, ADDED
}
