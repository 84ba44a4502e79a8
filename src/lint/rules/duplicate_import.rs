//! Rule `duplicate-import`.

use std::collections::BTreeMap;

use super::rule;
use crate::lint::facts::items;
use crate::lint::facts::worlds::Worlds;
use crate::lint::{Context, edits};
use crate::wit::syntax::Node;

rule! {
    /// A world imports (or exports) an interface that a world it includes imports (or exports)
    /// already. The second time means nothing, but looks as if it did: whoever removes it believes
    /// that the import is gone.
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
    /// /// What all of our components may do.
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
    ///   /// Does all of the work.
    ///   export run: func();
    /// }
    /// ```
    ///
    /// Remove it; `--fix` does it.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Empties it.
    ///   clear: func();
    /// }
    ///
    /// /// What all of our components may do.
    /// world base {
    ///   import store;
    /// }
    ///
    /// /// An application.
    /// world app {
    ///   include base;
    ///
    ///   /// Does all of the work.
    ///   export run: func();
    /// }
    /// ```
    ///
    /// Two includes that bring the same are fine, and so is naming an interface that is brought only
    /// because another one needs its types, or only with a feature. Under a label (`import
    /// cache: store;`) an interface is another import.
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
    /// /// What all of our components may do.
    /// world base {
    ///   import store;
    /// }
    ///
    /// /// A service.
    /// world service {
    ///   import store;
    ///
    ///   /// Does some of the work.
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
                    brought.entry(*item).or_insert(include);
                }
            }
        }
        for (item, node) in contents.externs {
            if let Some(include) = brought.get(&item) {
                report(cx, node, *include, item.is_export);
            }
        }
    }
}

fn report(cx: &mut Context<'_>, item: Node<'_>, include: Node<'_>, is_export: bool) {
    // That is not what the include brings.
    if item.attribute("external-id").is_some() {
        return;
    }
    let place = items::place(item);
    let verb = if is_export { "exported" } else { "imported" };
    // What is said of it, and its gates, would be gone.
    let safe = item.attributes().next().is_none() && item.comments_before().next().is_none();
    let by = items::place(include);
    cx.push(
        DUPLICATE_IMPORT
            .at(
                place,
                format!("`{}` is {verb} twice", place.text()),
                "means nothing",
            )
            .at(by.locus(), format!("`{}` brings it already", by.text()))
            .help("remove it")
            .fix(edits::fix(
                format!("remove the {}", items::kind(item)),
                safe,
                edits::remove_item(item),
            )),
    );
}
