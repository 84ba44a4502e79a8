//! Rule `empty-world`.

use super::rule;
use crate::lint::Context;
use crate::wit::syntax::NodeKind;

rule! {
    /// A world is empty. Every component fits it, so it guarantees nothing to hosts or components,
    /// and a component that is built for it cannot do anything.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// An application.
    /// world app {
    /// }
    /// ```
    ///
    /// Add its imports and exports, or remove the world until they are known.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// An application.
    /// world app {
    ///   /// Runs the application.
    ///   export run: func();
    /// }
    /// ```
    EMPTY_WORLD: "empty-world", Correctness, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    for world in cx.nodes(NodeKind::World) {
        let empty = world
            .children()
            .all(|child| matches!(child.kind(), NodeKind::Attribute | NodeKind::Name));
        if !empty {
            continue;
        }
        let name = world.name().unwrap_or_default();
        cx.push(EMPTY_WORLD.at(
            world.name_node().unwrap_or(world),
            format!("world `{name}` is empty"),
            "no imports or exports",
        ));
    }
}
