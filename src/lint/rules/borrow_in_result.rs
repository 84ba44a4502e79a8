//! Rule `borrow-in-result`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::handles::Handles;
use crate::wit::syntax::{NodeKind, TokenKind};

rule! {
    /// A function's result holds a borrowed handle: `borrow<…>`, or a type that has one somewhere
    /// in it. A borrow lasts as long as the call that it was passed to, so there is no moment at
    /// which a caller could use one that is returned. No tool makes a component of such a function.
    ///
    /// Where the function is part of the package, the package does not load ("returns a type which
    /// contains a `borrow<T>` which is not supported"). This rule finds the ones that are gated
    /// off, and would stop the package from loading on the day their feature is switched on.
    ///
    /// ```wit bad
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// The connection that everybody shares.
    ///   @unstable(feature = sharing)
    ///   shared: func() -> option<borrow<connection>>;
    /// }
    /// ```
    ///
    /// ```wit bad
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// A connection and what it is for.
    ///   record entry {
    ///     name: string,
    ///     connection: borrow<connection>,
    ///   }
    ///
    ///   /// Closes the connections.
    ///   close: func(entries: list<entry>);
    ///
    ///   /// All connections.
    ///   @unstable(feature = sharing)
    ///   entries: func() -> list<entry>;
    /// }
    /// ```
    ///
    /// Return the resource itself: the caller then owns a handle of its own, which the callee can
    /// make for the same connection.
    ///
    /// ```wit good
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// The connection that everybody shares.
    ///   @unstable(feature = sharing)
    ///   shared: func() -> option<connection>;
    /// }
    /// ```
    BORROW_IN_RESULT: "borrow-in-result", Correctness, Error, on, check
}

fn check(cx: &mut Context<'_>) {
    let borrows = Handles::borrowed(cx.wit);
    for kind in [NodeKind::FuncType, NodeKind::Constructor] {
        for function in cx.nodes(kind) {
            // The types of parameters are children of theirs.
            let Some(result) = function.type_child() else {
                continue;
            };
            let Some(place) = borrows.first_in(result) else {
                continue;
            };
            let called = match kind {
                NodeKind::Constructor => "the result of a constructor".to_string(),
                _ => {
                    let named = function.parent().and_then(|parent| parent.name());
                    format!("the result of function `{}`", named.unwrap_or_default())
                }
            };
            let label = match place.first_token() {
                TokenKind::Borrow => "only lasts for the call it is passed to",
                _ => "has a `borrow` in it",
            };
            let finding = BORROW_IN_RESULT
                .at(place, format!("{called} holds a borrowed handle"), label)
                .help("return the resource itself, without `borrow`");
            cx.push(finding);
        }
    }
}
