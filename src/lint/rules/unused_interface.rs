//! Rule `unused-interface`.

use std::collections::BTreeSet;

use wildmatch::WildMatch;

use super::rule;
use crate::lint::Context;
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// The package has worlds, but none of them needs the interface: no world imports or exports it,
    /// and none that one needs uses its types. No component of this package will ever have it.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Empties it.
    ///   clear: func();
    /// }
    ///
    /// /// Control.
    /// interface admin {
    ///   /// Ends the service.
    ///   stop: func();
    /// }
    ///
    /// /// What a service has.
    /// world service {
    ///   export store;
    /// }
    /// ```
    ///
    /// Add it to the world that it was made for.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Empties it.
    ///   clear: func();
    /// }
    ///
    /// /// Control.
    /// interface admin {
    ///   /// Ends the service.
    ///   stop: func();
    /// }
    ///
    /// /// What a service has.
    /// world service {
    ///   export admin;
    ///   export store;
    /// }
    /// ```
    ///
    /// Interfaces that are there for the worlds of other packages are named in `witkit.toml`; `*`
    /// stands for any text. A package without worlds is all for others.
    ///
    /// ```toml
    /// [lint]
    /// public = ["admin"]
    /// ```
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Empties it.
    ///   clear: func();
    /// }
    ///
    /// /// Control.
    /// interface admin {
    ///   /// Ends the service.
    ///   stop: func();
    /// }
    ///
    /// /// What a service has.
    /// world service {
    ///   export store;
    /// }
    /// ```
    UNUSED_INTERFACE: "unused-interface", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let worlds = cx.nodes(NodeKind::World);
    // A file may hold several packages; one without worlds is all for others.
    let with_worlds: Vec<_> = worlds.iter().map(|world| package_of(*world)).collect();
    // Files of the package are told apart by their names; nodes by their numbers.
    let id = |node: Node<'_>| (node.tree().name().to_string(), node.index());
    let mut reached = BTreeSet::new();
    let mut pending = worlds;
    while let Some(node) = pending.pop() {
        let paths = node.descendants().filter(|n| n.kind() == NodeKind::Path);
        for path in paths {
            let Some(target) = cx.target_node(path) else {
                continue;
            };
            if reached.insert(id(target)) {
                pending.push(target);
            }
        }
    }
    let public: Vec<WildMatch> = cx
        .options
        .public
        .iter()
        .map(|p| WildMatch::new(p))
        .collect();
    for interface in cx.nodes(NodeKind::Interface) {
        let (Some(name), Some(place)) = (interface.name(), interface.name_node()) else {
            continue;
        };
        if !with_worlds.contains(&package_of(interface)) {
            continue;
        }
        if reached.contains(&id(interface)) || public.iter().any(|p| p.matches(name)) {
            continue;
        }
        cx.push(
            UNUSED_INTERFACE
                .at(
                    place,
                    format!("no world of the package needs interface `{name}`"),
                    "in no world",
                )
                .help(format!(
                    "import or export it in a world, or set `public = [\"{name}\"]` in [lint]"
                )),
        );
    }
}

/// The package in braces that a node is in; none for what its file is part of.
fn package_of(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors()
        .find(|around| around.kind() == NodeKind::NestedPackage)
}
