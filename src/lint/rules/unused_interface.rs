//! Rule `unused-interface`.

use std::collections::BTreeSet;

use wildmatch::WildMatch;

use super::rule;
use crate::lint::Context;
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// The package has worlds, but none of them needs the interface: no world imports or exports
    /// it, and no interface of a world uses its types. No component of this package will ever have
    /// it.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    ///
    /// /// Administration.
    /// interface admin {
    ///   /// Stops the service.
    ///   stop: func();
    /// }
    ///
    /// /// The interfaces of a service.
    /// world service {
    ///   export store;
    /// }
    /// ```
    ///
    /// Add it to the world that it is meant for.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    ///
    /// /// Administration.
    /// interface admin {
    ///   /// Stops the service.
    ///   stop: func();
    /// }
    ///
    /// /// The interfaces of a service.
    /// world service {
    ///   export admin;
    ///   export store;
    /// }
    /// ```
    ///
    /// An interface that only unused interfaces use is reported together with one of them.
    ///
    /// List interfaces that are meant for worlds of other packages in `public` of `[lint]`; `*`
    /// matches any text. The interfaces that they use count as used. A package without worlds is
    /// not checked.
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
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    ///
    /// /// Administration.
    /// interface admin {
    ///   /// Stops the service.
    ///   stop: func();
    /// }
    ///
    /// /// The interfaces of a service.
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
    let public: Vec<WildMatch> = cx
        .options
        .public
        .iter()
        .map(|p| WildMatch::new(p))
        .collect();
    let interfaces = cx.nodes(NodeKind::Interface);
    let is_public = |node: &Node<'_>| {
        let name = node.name().unwrap_or_default();
        public.iter().any(|p| p.matches(name))
    };
    let mut needed = Needed::default();
    for node in worlds
        .iter()
        .chain(interfaces.iter().filter(|i| is_public(i)))
    {
        needed.add(cx, *node);
    }
    let unneeded: Vec<Node<'_>> = interfaces
        .iter()
        .filter(|i| with_worlds.contains(&package_of(**i)))
        .filter(|i| !is_public(i) && !needed.has(**i))
        .copied()
        .collect();
    // What one of them uses is needed as soon as that is.
    let mut by_others = Needed::default();
    for interface in &unneeded {
        by_others.add(cx, *interface);
    }
    let (uses, used): (Vec<Node<'_>>, Vec<Node<'_>>) =
        unneeded.into_iter().partition(|i| !by_others.has(*i));
    let mut said = BTreeSet::new();
    for interface in uses {
        let (Some(name), Some(place)) = (interface.name(), interface.name_node()) else {
            continue;
        };
        let mut finding = UNUSED_INTERFACE.at(
            place,
            format!("unused interface `{name}`: no world of the package needs it"),
            "not used by any world",
        );
        let mut by_it = Needed::default();
        by_it.add(cx, interface);
        for used in used.iter().filter(|used| by_it.has(**used)) {
            if said.insert(Needed::id(*used)) {
                let place = used.name_node().unwrap_or(*used);
                finding = finding.at(place.locus(), format!("used only by `{name}`"));
            }
        }
        cx.push(finding.help(format!(
            "import or export it in a world, or set `public = [\"{name}\"]` in `[lint]`"
        )));
    }
}

/// What is referred to, directly or through others. Files of the package are told apart by their
/// names; nodes by their numbers.
#[derive(Default)]
struct Needed(BTreeSet<(String, usize)>);

impl Needed {
    fn id(node: Node<'_>) -> (String, usize) {
        (node.tree().name().to_string(), node.index())
    }

    fn has(&self, node: Node<'_>) -> bool {
        self.0.contains(&Needed::id(node))
    }

    /// Adds all that a node refers to.
    fn add<'c>(&mut self, cx: &Context<'c>, node: Node<'c>) {
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            let paths = node.descendants().filter(|n| n.kind() == NodeKind::Path);
            for target in paths.filter_map(|path| cx.target_node(path)) {
                if self.0.insert(Needed::id(target)) {
                    pending.push(target);
                }
            }
        }
    }
}

/// The package in braces that a node is in; none for what its file is part of.
fn package_of(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors()
        .find(|around| around.kind() == NodeKind::NestedPackage)
}
