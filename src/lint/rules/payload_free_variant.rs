//! Rule `payload-free-variant`.

use super::rule;
use crate::lint::{Context, edits};
use crate::wit::syntax::{NodeKind, TokenKind};

rule! {
    /// No case of a `variant` has a value, which makes it an `enum` in all but name. For an `enum`,
    /// bindings generate a plain enumeration that can be compared, printed and used as a key. A
    /// `variant` becomes a union, a class hierarchy or a tagged object.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Why an operation failed.
    ///   variant error {
    ///     missing,
    ///     full,
    ///   }
    ///
    ///   /// Forgets a value.
    ///   remove: func(key: string) -> result<_, error>;
    /// }
    /// ```
    ///
    /// Change it to an `enum`; `--unsafe-fixes` does this. The fix is unsafe because the two are
    /// different types: components that were built with the `variant` have to be rebuilt. Keep the
    /// `variant` if cases will get values before the version is published.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Why an operation failed.
    ///   enum error {
    ///     missing,
    ///     full,
    ///   }
    ///
    ///   /// Forgets a value.
    ///   remove: func(key: string) -> result<_, error>;
    /// }
    /// ```
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Why an operation failed.
    ///   variant error {
    ///     missing,
    ///     other(string),
    ///   }
    ///
    ///   /// Forgets a value.
    ///   remove: func(key: string) -> result<_, error>;
    /// }
    /// ```
    PAYLOAD_FREE_VARIANT: "payload-free-variant", Portability, Note, on, check
}

fn check(cx: &mut Context<'_>) {
    for variant in cx.nodes(NodeKind::Variant) {
        let mut cases = variant.children_of(NodeKind::Case).peekable();
        if cases.peek().is_none() || cases.any(|case| case.type_child().is_some()) {
            continue;
        }
        let name = variant.name().unwrap_or_default();
        let finding = PAYLOAD_FREE_VARIANT.at(
            variant.name_node().unwrap_or(variant),
            format!("no case of variant `{name}` has a value"),
            "could be an `enum`",
        );
        let Some(keyword) = variant.own_token(TokenKind::Variant) else {
            continue;
        };
        let tree = variant.tree();
        let edit = edits::replace(tree, tree.token_range(keyword), "enum");
        cx.push(finding.fix(edits::fix(
            format!("change `{name}` to an `enum`"),
            false,
            edit,
        )));
    }
}
