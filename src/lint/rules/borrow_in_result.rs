//! Rule `borrow-in-result`.

use super::rule;
use crate::lint::Context;
use crate::lint::facts::handles::Handles;
use crate::wit::syntax::{NodeKind, TokenKind};

rule! {
    /// A function returns a borrowed handle: `borrow<…>`, or a type that contains one. A borrow is
    /// valid only during the call that it was passed to, so a caller could never use one that is
    /// returned. No tool can build a component with such a function.
    ///
    /// If the function is active, the package does not load ("returns a type which contains a
    /// `borrow<T>` which is not supported"). This rule finds functions behind closed gates, which
    /// would stop the package from loading as soon as their feature is enabled.
    ///
    /// ```wit bad
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// The shared connection.
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
    ///   /// A named connection.
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
    /// Return the resource itself. The caller then owns a new handle, which the callee can create
    /// for the same connection.
    ///
    /// ```wit good
    /// package acme:db@1.0.0;
    ///
    /// /// Access to databases.
    /// interface database {
    ///   /// An open connection.
    ///   resource connection;
    ///
    ///   /// The shared connection.
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
                NodeKind::Constructor => "a constructor".to_string(),
                _ => {
                    let named = function.parent().and_then(|parent| parent.name());
                    format!("function `{}`", named.unwrap_or_default())
                }
            };
            let label = match place.first_token() {
                TokenKind::Borrow => "valid only during the call it is passed to",
                _ => "contains a `borrow`",
            };
            let finding = BORROW_IN_RESULT
                .at(place, format!("{called} returns a borrowed handle"), label)
                .help("return the resource itself, without `borrow`");
            cx.push(finding);
        }
    }
}
