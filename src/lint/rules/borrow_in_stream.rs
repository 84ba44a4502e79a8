//! Rule `borrow-in-stream`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::handles::Handles;
use crate::wit::syntax::{NodeKind, TokenKind};

rule! {
    /// A `stream` or `future` carries borrowed handles: `borrow<…>`, or a type that contains one. A
    /// borrow is valid only during the call that it was passed to, but the elements of a stream or
    /// future can arrive after that call. The WIT loads, but no component can be built from it:
    /// validators refuse it ("payload cannot contain a `borrow` type").
    ///
    /// ```wit bad
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// Closes idle connections.
    ///   tidy: async func(connections: stream<borrow<connection>>);
    /// }
    /// ```
    ///
    /// Pass the resources themselves, or pass a list, which is complete when the call begins.
    ///
    /// ```wit good
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// Closes idle connections.
    ///   tidy: async func(connections: list<borrow<connection>>);
    /// }
    /// ```
    BORROW_IN_STREAM: "borrow-in-stream", Correctness, Error, on, check
}

fn check(cx: &mut Context<'_>) {
    let borrows = Handles::borrowed(cx.wit);
    for carrier in cx.nodes(NodeKind::TypeGeneric) {
        let word = match carrier.first_token() {
            TokenKind::Stream => "stream",
            TokenKind::Future => "future",
            _ => continue,
        };
        let Some(place) = carrier.type_child().and_then(|ty| borrows.first_in(ty)) else {
            continue;
        };
        let label = match place.first_token() {
            TokenKind::Borrow => "valid only during the call it is passed to",
            _ => "contains a `borrow`",
        };
        let finding = BORROW_IN_STREAM
            .at(place, format!("a `{word}` carries borrowed handles"), label)
            .help("pass the resource itself, without `borrow`, or pass a list");
        cx.push(finding);
    }
}
