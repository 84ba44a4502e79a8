//! Rule `package-unversioned`.

use std::collections::BTreeSet;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::packages::{name_of, named};
use crate::wit::syntax::NodeKind;

rule! {
    /// A package has no version. Components then import its interfaces by names without a version,
    /// so that an old version cannot be told from a new one, and any change breaks every user at
    /// once.
    ///
    /// ```wit bad
    /// package acme:kv;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Add a version, such as `0.1.0` while the package still changes. This changes the full name
    /// of each interface for its users. Nested packages that others here use are reported by
    /// `dep-unversioned`.
    ///
    /// ```wit good
    /// package acme:kv@0.1.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
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
            cx.push(finding.help(format!("add a version: `package {package}@0.1.0`")));
        }
    }
}
