//! Rule `package-unversioned`.

use std::collections::BTreeSet;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::packages::{name_of, named};
use crate::wit::syntax::NodeKind;

rule! {
    /// A package has no version. Components that import its interfaces then name them without
    /// one, and there is no telling an old one from a new one: any change breaks everyone at once.
    ///
    /// ```wit bad
    /// package acme:kv;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Empties it.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Give it one, such as `0.1.0` while it still changes. For those who use it, the name of each
    /// interface changes with that. A nested package that others here use is the matter of
    /// `dep-unversioned`.
    ///
    /// ```wit good
    /// package acme:kv@0.1.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Empties it.
    ///   clear: func();
    /// }
    /// ```
    PACKAGE_UNVERSIONED: "package-unversioned", Versions, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let named: BTreeSet<_> = named(cx).iter().map(|named| named.package).collect();
    // A package may be declared in each of its files; one finding is enough.
    let mut reported = BTreeSet::new();
    for kind in [NodeKind::PackageDecl, NodeKind::NestedPackage] {
        for declaration in cx.nodes(kind) {
            let Some(name) = declaration.child(NodeKind::PackageName) else {
                continue;
            };
            let Some(package) = name_of(name).filter(|name| name.version.is_none()) else {
                continue;
            };
            let id = cx.wit.resolve.package_names.get(&package).copied();
            let is_dependency = id.is_some_and(|id| id != cx.wit.main && named.contains(&id));
            if is_dependency || !reported.insert(package.to_string()) {
                continue;
            }
            let finding = PACKAGE_UNVERSIONED.at(
                name,
                format!("package `{package}` has no version"),
                "no version",
            );
            cx.push(finding.help(format!("for example `package {package}@0.1.0`")));
        }
    }
}
