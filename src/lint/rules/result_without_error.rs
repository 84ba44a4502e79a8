//! Rule `result-without-error`.

use wit_parser::TypeDefKind;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::type_names::{Seen, TypeNames};
use crate::wit::syntax::{Node, NodeKind, TokenKind};

rule! {
    /// A function can fail without an error value: it returns `result` or `result<t>`. Callers
    /// cannot handle one failure differently from another or report the reason, and adding an error
    /// type later is a breaking change.
    ///
    /// This rule is off by default: sometimes there is only one way to fail, or the reason must not
    /// be revealed for security.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Writes a value.
    ///   put: func(key: string, value: string) -> result;
    /// }
    /// ```
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// The result of an operation.
    ///   type outcome = result<string>;
    ///
    ///   /// Reads a value.
    ///   get: func(key: string) -> outcome;
    /// }
    /// ```
    ///
    /// Add an error type: an `enum`, even with a single case for now, or at least a `string`.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Why an operation failed.
    ///   enum error {
    ///     full,
    ///   }
    ///
    ///   /// Writes a value.
    ///   put: func(key: string, value: string) -> result<_, error>;
    /// }
    /// ```
    RESULT_WITHOUT_ERROR: "result-without-error", Portability, Warning, off, check
}

fn check(cx: &mut Context<'_>) {
    let names = TypeNames::new(cx.wit);
    for kind in [NodeKind::FuncType, NodeKind::Constructor] {
        for function in cx.nodes(kind) {
            // The types of parameters are children of theirs.
            let Some(result) = function.type_child() else {
                continue;
            };
            let without = match names.see(result) {
                Some(Seen::Written(TokenKind::ResultKeyword)) => !has_error(result),
                Some(Seen::Named(TypeDefKind::Result(result), _)) => result.err.is_none(),
                _ => false,
            };
            if without {
                let called = match kind {
                    NodeKind::Constructor => "a constructor".to_string(),
                    _ => {
                        let named = function.parent().and_then(|parent| parent.name());
                        format!("function `{}`", named.unwrap_or_default())
                    }
                };
                let finding = RESULT_WITHOUT_ERROR
                    .at(
                        result,
                        format!("{called} returns a `result` without an error type"),
                        "no error type",
                    )
                    .help("add an error type: `result<t, error>` or `result<_, error>`");
                cx.push(finding);
            }
        }
    }
}

/// Whether a `result` as it is written has a type for its error.
fn has_error(result: Node<'_>) -> bool {
    result.own_token(TokenKind::Comma).is_some()
}
