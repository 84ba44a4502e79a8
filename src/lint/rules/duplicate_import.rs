//! Rule `duplicate-import`.

use std::collections::BTreeMap;

use wit_parser::{WorldId, WorldItem, WorldKey};

use super::rule;
use crate::lint::facts::items;
use crate::lint::facts::worlds::{Extern, Worlds};
use crate::lint::{Context, edits};
use crate::wit::Wit;
use crate::wit::syntax::Node;

rule! {
    /// A world imports (or exports) an interface that a world it includes already imports (or
    /// exports). The second declaration has no effect, but does not look like it: removing it does
    /// not remove the import.
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
    /// /// The imports of all our components.
    /// world base {
    ///   import store;
    /// }
    ///
    /// /// An application.
    /// world app {
    ///   include base;
    ///
    ///   import store;
    ///
    ///   /// Runs the application.
    ///   export run: func();
    /// }
    /// ```
    ///
    /// Remove the second declaration; `--fix` does this.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Removes all values.
    ///   clear: func();
    /// }
    ///
    /// /// The imports of all our components.
    /// world base {
    ///   import store;
    /// }
    ///
    /// /// An application.
    /// world app {
    ///   include base;
    ///
    ///   /// Runs the application.
    ///   export run: func();
    /// }
    /// ```
    ///
    /// These are not reported: two includes with the same import, and naming an interface that is
    /// otherwise imported only because another one uses its types, or only with a feature. An
    /// import under a label (`import cache: store;`) is a different import.
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
    /// /// The imports of all our components.
    /// world base {
    ///   import store;
    /// }
    ///
    /// /// A service.
    /// world service {
    ///   import store;
    ///
    ///   /// Runs the service.
    ///   export serve: func();
    /// }
    ///
    /// /// An application.
    /// world app {
    ///   include base;
    ///   include service;
    /// }
    /// ```
    DUPLICATE_IMPORT: "duplicate-import", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let mut worlds = Worlds::new(cx.wit, true);
    for (world, package) in worlds.own(cx) {
        let contents = worlds.contents(world, package);
        if contents.externs.is_empty() {
            continue;
        }
        let mut brought = BTreeMap::new();
        for (included, include) in contents.includes {
            if include.attribute("unstable").is_none() {
                for item in worlds.brought(included).iter() {
                    brought.entry(*item).or_insert((included, include));
                }
            }
        }
        for (item, node) in contents.externs {
            if let Some((included, include)) = brought.get(&item) {
                // What is said of it there would be said here.
                let alike = !is_documented(cx.wit, *included, item);
                report(cx, node, *include, item.is_export, alike);
            }
        }
    }
}

/// Whether a world has documentation at what it imports or exports.
fn is_documented(wit: &Wit, world: WorldId, item: Extern) -> bool {
    let world = &wit.resolve.worlds[world];
    let items = match item.is_export {
        true => &world.exports,
        false => &world.imports,
    };
    match items.get(&WorldKey::Interface(item.interface)) {
        Some(WorldItem::Interface { docs, .. }) => docs.contents.is_some(),
        _ => false,
    }
}

fn report(cx: &mut Context<'_>, item: Node<'_>, include: Node<'_>, is_export: bool, alike: bool) {
    // That is not what the include brings.
    if item.attribute("external-id").is_some() {
        return;
    }
    let place = items::place(item);
    let noun = if is_export { "export" } else { "import" };
    // Its gates would be gone.
    let safe = alike && item.attributes().next().is_none();
    let by = items::place(include);
    let finding = DUPLICATE_IMPORT
        .at(
            place,
            format!("duplicate {noun} of `{}`", place.text()),
            "no effect",
        )
        .at(by.locus(), format!("already {noun}ed by `{}`", by.text()))
        .help(format!("remove the {noun}"));
    cx.push(match edits::remove_item(item) {
        Some(edit) => {
            let message = format!("remove the {}", items::kind(item));
            finding.fix(edits::fix(message, safe, edit))
        }
        None => finding,
    });
}
