//! Rule `docs-missing-package`.

use std::collections::BTreeMap;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::docs;
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// A package has no documentation. Registries and documentation tools show it first: what the
    /// package is for, and where to begin.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// Document the package with a `///` comment before `package`, in exactly one of its files;
    /// documentation in several of them is an error. Only `///` and `/** … */` are documentation;
    /// other comments, such as a license at the top of a file, are only for readers of the file.
    ///
    /// ```wit good
    /// /// A key-value store.
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    /// ```
    ///
    /// This rule is off by default: turn it on with `select` or `levels` in `[lint]`.
    DOCS_MISSING_PACKAGE: "docs-missing-package", Docs, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    // A package may say its name in each of its files.
    let mut packages: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
    for kind in [NodeKind::PackageDecl, NodeKind::NestedPackage] {
        for package in cx.nodes(kind) {
            if let Some(name) = package.child(NodeKind::PackageName) {
                packages.entry(name.text()).or_default().push(package);
            }
        }
    }
    for places in packages.into_values() {
        if !places.iter().any(|package| docs::has_docs(*package)) {
            docs::expect(cx, &DOCS_MISSING_PACKAGE, places[0]);
        }
    }
}
