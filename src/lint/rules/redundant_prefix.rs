//! Rule `redundant-prefix`.

use std::collections::BTreeSet;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::items;
use crate::wit::syntax::{KEYWORDS, Node, NodeKind};

rule! {
    /// A name begins with the name of its interface, type or package. Users see both: bindings
    /// generate `store::store-key` or `Store.storeKey`.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The key of a value.
    ///   type store-key = string;
    ///
    ///   /// Removes a value.
    ///   remove: func(key: store-key);
    /// }
    /// ```
    ///
    /// Remove the prefix. The rule checks interfaces and worlds of a package, items of an
    /// interface, methods, fields and cases. It does not report a name if the short one is already
    /// taken or not a valid identifier.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The key of a value.
    ///   type key = string;
    ///
    ///   /// Removes a value.
    ///   remove: func(key: key);
    /// }
    /// ```
    ///
    /// This rule is off by default: it is a matter of taste. Turn it on with `select` or `levels`
    /// in `[lint]`.
    REDUNDANT_PREFIX: "redundant-prefix", Style, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    use NodeKind::*;
    for kind in [
        Interface,
        InlineInterface,
        Resource,
        Record,
        Variant,
        Enum,
        Flags,
    ] {
        for around in cx.nodes(kind) {
            let named = if kind == InlineInterface {
                around.parent()
            } else {
                Some(around)
            };
            if let Some(prefix) = named.and_then(|node| node.name()) {
                within(cx, around, &items::described(around), prefix);
            }
        }
    }
    // The main package is in several files, which know each other's names.
    let mut packages: Vec<Node<'_>> = cx.nodes(NestedPackage);
    packages.extend(cx.nodes(File));
    let main = cx
        .nodes(PackageDecl)
        .first()
        .and_then(|decl| decl.child(PackageName));
    for package in packages {
        let name = match package.kind() {
            NestedPackage => package.child(PackageName),
            _ => main,
        };
        let last = name.and_then(|name| name.children_of(Name).last());
        if let Some(prefix) = last.and_then(|name| name.name()) {
            within(cx, package, &format!("package `{prefix}`"), prefix);
        }
    }
}

/// Looks at the names right inside of something that is called `prefix`.
fn within(cx: &mut Context<'_>, around: Node<'_>, described: &str, prefix: &str) {
    let names = || {
        let named = around.children().filter(|child| {
            use NodeKind::*;
            child.kind().is_type_definition()
                || matches!(
                    child.kind(),
                    Interface | World | Func | Field | Case | EnumCase | Flag
                )
        });
        named.filter_map(|child| Some((child, child.name()?)))
    };
    let taken: BTreeSet<&str> = names().map(|(_, name)| name).collect();
    for (child, name) in names() {
        let Some(rest) = name.strip_prefix(prefix).and_then(|r| r.strip_prefix('-')) else {
            continue;
        };
        let is_name =
            rest.starts_with(|c: char| c.is_ascii_alphabetic()) && !KEYWORDS.contains(&rest);
        if !is_name || taken.contains(rest) {
            continue;
        }
        cx.push(
            REDUNDANT_PREFIX
                .at(
                    items::place(child),
                    format!(
                        "{} repeats the name of {described}",
                        items::described(child)
                    ),
                    format!("redundant `{prefix}-`"),
                )
                .help(format!("rename it to `{rest}`")),
        );
    }
}
