//! Rule `dep-unversioned`.

use std::collections::BTreeSet;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::packages::named;

rule! {
    /// The package depends on a package without a version. That package can change at any time
    /// without anything here showing it, and components built against different states of it cannot
    /// be told apart.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// A store as a service.
    /// world service {
    ///   import acme:log/sink;
    /// }
    ///
    /// package acme:log {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// Writes a message.
    ///     write: func(message: string);
    ///   }
    /// }
    /// ```
    ///
    /// Use a released version. If there is none, ask its authors for one, or keep a copy with a
    /// version of your own.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// A store as a service.
    /// world service {
    ///   import acme:log/sink@0.1.0;
    /// }
    ///
    /// package acme:log@0.1.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// Writes a message.
    ///     write: func(message: string);
    ///   }
    /// }
    /// ```
    DEP_UNVERSIONED: "dep-unversioned", Versions, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let mut reported = BTreeSet::new();
    for named in named(cx) {
        let name = &cx.wit.resolve.packages[named.package].name;
        // The main package is the matter of `package-unversioned`.
        let others = name.version.is_none() && named.package != cx.wit.main;
        if !others || !reported.insert(named.package) {
            continue;
        }
        let finding = DEP_UNVERSIONED.at(
            named.path,
            format!("dependency `{name}` has no version"),
            "first used here",
        );
        cx.push(finding.help("use a released version"));
    }
}
