//! Rule `handle-in-map`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::handles::Handles;
use crate::wit::syntax::{NodeKind, TokenKind};

rule! {
    /// The values of a `map` contain handles (resources, streams, futures or error contexts), at
    /// any depth. If a key appears twice, bindings drop one of the values, but a handle must not be
    /// dropped silently. The WIT loads, but no component can be built from it: validators refuse it
    /// ("map value type cannot contain a handle").
    ///
    /// ```wit bad
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// The open connections, by name.
    ///   connections: func() -> map<string, connection>;
    /// }
    /// ```
    ///
    /// Use a list of pairs, in which a key can appear twice.
    ///
    /// ```wit good
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// The open connections, by name.
    ///   connections: func() -> list<tuple<string, connection>>;
    /// }
    /// ```
    HANDLE_IN_MAP: "handle-in-map", Correctness, Error, on, check
}

fn check(cx: &mut Context<'_>) {
    let handles = Handles::all(cx.wit);
    let mut found = Vec::new();
    for map in cx.nodes(NodeKind::TypeGeneric) {
        if map.first_token() != TokenKind::Map {
            continue;
        }
        let value = map.children().filter(|node| node.kind().is_type()).nth(1);
        let Some(place) = value.and_then(|value| handles.first_in(value)) else {
            continue;
        };
        // Of a map in a map, the inner one says it.
        let place_in = (place.tree().name(), place.index());
        if found.contains(&place_in) {
            continue;
        }
        found.push(place_in);
        let label = match place.kind() {
            NodeKind::TypeName => "contains a handle",
            _ => "a handle",
        };
        let finding = HANDLE_IN_MAP
            .at(place, "the values of a `map` contain handles", label)
            .help("use a list of pairs, for example `list<tuple<string, connection>>`");
        cx.push(finding);
    }
}
