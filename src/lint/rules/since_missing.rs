//! Rule `since-missing`.

use std::collections::BTreeSet;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::gates::{described, gate, is_within, place};
use crate::lint::facts::packages::package_around;
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// An item has no gate, although other items of the package have `@since`. Readers cannot tell
    /// which version introduced it.
    ///
    /// The rule follows the check of the WASI repositories: interfaces, worlds and types need
    /// `@since` or `@unstable`, even if the item around them has one. A function without a gate is
    /// as old as its interface, and needs one only if another function beside it has `@since`.
    /// Items inside something `@unstable`, imports, exports, `use` and `include` are not checked.
    ///
    /// ```wit bad
    /// package acme:kv@1.1.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// The name of a value.
    ///   type key = string;
    ///   /// Forgets a value.
    ///   @since(version = 1.0.0)
    ///   remove: func(key: key);
    ///   /// Whether a value exists.
    ///   has: func(key: key) -> bool;
    /// }
    /// ```
    ///
    /// Add `@since` with the version that introduced the item, or `@unstable` if it may still
    /// change.
    ///
    /// ```wit good
    /// package acme:kv@1.1.0;
    ///
    /// /// Storage.
    /// @since(version = 1.0.0)
    /// interface store {
    ///   /// The name of a value.
    ///   @since(version = 1.0.0)
    ///   type key = string;
    ///   /// Forgets a value.
    ///   @since(version = 1.0.0)
    ///   remove: func(key: key);
    ///   /// Whether a value exists.
    ///   @since(version = 1.1.0)
    ///   has: func(key: key) -> bool;
    /// }
    /// ```
    ///
    /// A package without any `@since` is not checked, unless the configuration requires it:
    ///
    /// ```toml
    /// [lint]
    /// since = true
    /// ```
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
    SINCE_MISSING: "since-missing", Correctness, Warning, on, check
}

/// Items that are to have a gate in any case.
const ALWAYS: [NodeKind; 8] = [
    NodeKind::Interface,
    NodeKind::World,
    NodeKind::TypeAlias,
    NodeKind::Record,
    NodeKind::Flags,
    NodeKind::Variant,
    NodeKind::Enum,
    NodeKind::Resource,
];

fn check(cx: &mut Context<'_>) {
    let mut packages = BTreeSet::new();
    // What has functions with `@since` in it, by file and number.
    let mut around = BTreeSet::new();
    for attribute in cx.nodes(NodeKind::Attribute) {
        if attribute.name() != Some("since") {
            continue;
        }
        packages.insert(package_around(cx, attribute));
        let function = attribute.parent().filter(|f| f.kind() == NodeKind::Func);
        around.extend(function.and_then(place_of_functions));
    }
    if packages.is_empty() && !cx.options.since {
        return;
    }
    let always = ALWAYS.into_iter().flat_map(|kind| cx.nodes(kind));
    let functions = cx.nodes(NodeKind::Func).into_iter();
    let like_others =
        functions.filter(|f| place_of_functions(*f).is_some_and(|place| around.contains(&place)));
    for item in always.chain(like_others).collect::<Vec<_>>() {
        // What is inside of something unstable has no version that it came in.
        if gate(item).is_some() || is_within(item, "unstable") {
            continue;
        }
        let package = package_around(cx, item);
        let is_versioned = cx.wit.resolve.packages[package].name.version.is_some();
        if !(packages.contains(&package) || cx.options.since && is_versioned) {
            continue;
        }
        let why = match packages.contains(&package) {
            true if item.kind() == NodeKind::Func => "but other functions beside it have one",
            true => "but other items of the package have one",
            false => "which `since = true` of `[lint]` requires",
        };
        let finding = SINCE_MISSING.at(
            place(item),
            format!("{} has no `@since`, {why}", described(item)),
            "no gate",
        );
        cx.push(finding.help(
            "add `@since(version = …)` with the version that introduced it, or \
             `@unstable(feature = …)`",
        ));
    }
}

/// What a function is in, by its file and number.
fn place_of_functions(function: Node<'_>) -> Option<(&str, usize)> {
    Some((function.tree().name(), function.parent()?.index()))
}
