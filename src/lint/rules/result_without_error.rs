//! Rule `result-without-error`.

use wit_parser::TypeDefKind;

use super::rule;
use crate::lint::Context;
use crate::lint::facts::type_names::{Seen, TypeNames};
use crate::wit::syntax::{Node, NodeKind, TokenKind};

rule! {
    /// A function's result can fail without saying why: `result`, or `result<t>`. The caller can
    /// neither handle one failure differently from another nor tell anybody, and reasons cannot be
    /// added later without breaking everyone.
    ///
    /// Off by default: sometimes there is only one way to fail, or it is a matter of safety not to
    /// tell which one it was.
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
    ///   /// What became of it.
    ///   type outcome = result<string>;
    ///
    ///   /// Reads a value.
    ///   get: func(key: string) -> outcome;
    /// }
    /// ```
    ///
    /// Give it an error. An enum with a single case for now is one, a `string` is the least.
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   /// Why it did not work.
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
                        format!("{called} can fail without saying why"),
                        "no error",
                    )
                    .help("add an error: `result<t, error>` or `result<_, error>`");
                cx.push(finding);
            }
        }
    }
}

/// Whether a `result` as it is written has a type for its error.
fn has_error(result: Node<'_>) -> bool {
    result.own_token(TokenKind::Comma).is_some()
}
