//! Rule `world-imports-what-it-exports`.

use std::collections::{BTreeMap, BTreeSet};

use super::rule;
use crate::lint::Context;
use crate::lint::facts::items;
use crate::lint::facts::worlds::Worlds;
use crate::wit::syntax::Node;

rule! {
    /// A world imports and exports the same interface. That is how middleware is made: it answers
    /// calls, and passes them on to another component behind it. It is only a remark, because
    /// otherwise it is a mistake that is easy to make: components of such a world cannot run by
    /// themselves, and calls to the import never arrive at the component's own export.
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
    /// /// Keeps values for others.
    /// world provider {
    ///   import store;
    ///   export store;
    /// }
    /// ```
    ///
    /// Remove the import if it is not for middleware. If it is, leave it, and tell this tool so with
    /// `// witkit: allow(world-imports-what-it-exports)` before the world.
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
    /// /// Keeps values for others.
    /// world provider {
    ///   export store;
    /// }
    ///
    /// /// Counts calls.
    /// // witkit: allow(world-imports-what-it-exports): middleware
    /// world counter {
    ///   import store;
    ///   export store;
    /// }
    /// ```
    WORLD_IMPORTS_WHAT_IT_EXPORTS: "world-imports-what-it-exports", Correctness, Note, on, check
}

fn check(cx: &mut Context<'_>) {
    let mut worlds = Worlds::new(cx.wit, false);
    for (world, package) in worlds.own(cx) {
        let contents = worlds.contents(world, package);
        // Where an interface is first imported and exported.
        let mut places: BTreeMap<_, [Option<Node<'_>>; 2]> = BTreeMap::new();
        let mut add = |interface, is_export, node| {
            places.entry(interface).or_default()[usize::from(is_export)].get_or_insert(node);
        };
        for (item, node) in contents.externs {
            add(item.interface, item.is_export, node);
        }
        // A world that is both is spoken of at that world, not at those that include it.
        let mut known = BTreeSet::new();
        for (included, include) in contents.includes {
            let mut imported = BTreeSet::new();
            for item in worlds.brought(included).iter() {
                add(item.interface, item.is_export, include);
                // Imports come before exports of the same interface.
                if !item.is_export {
                    imported.insert(item.interface);
                } else if imported.contains(&item.interface) {
                    known.insert(item.interface);
                }
            }
        }
        for (interface, places) in places {
            if let [Some(import), Some(export)] = places
                && !known.contains(&interface)
            {
                let resolve = &cx.wit.resolve;
                let name = match &resolve.interfaces[interface] {
                    known if known.package == Some(package) => known.name.clone(),
                    _ => resolve.id_of(interface),
                };
                report(cx, world, &name.unwrap_or_default(), import, export);
            }
        }
    }
}

fn report(cx: &mut Context<'_>, world: Node<'_>, name: &str, import: Node<'_>, export: Node<'_>) {
    let message = format!(
        "{} imports and exports `{name}`, as middleware does",
        items::described(world)
    );
    cx.push(
        WORLD_IMPORTS_WHAT_IT_EXPORTS
            .at(items::place(import), message, "imported here")
            .at(items::place(export).locus(), "exported here")
            .help("remove the import unless calls are to be passed on to another component"),
    );
}
