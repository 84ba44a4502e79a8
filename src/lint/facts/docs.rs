//! Comments that are documentation, and what they are on.
//!
//! Not a rule. May import: `wit`. Deliberately absent: what documentation says.
//!
//! wit-parser by itself takes any comment before an item for documentation; witkit, which shows it
//! only those that are, does not.

use super::items;
use crate::lint::{Context, Rule};
use crate::wit::syntax::{Node, NodeKind, Token, Tree, is_doc};

/// Whether there is something in a comment that is documentation by its form.
fn says_something(comment: &str) -> bool {
    comment
        .chars()
        .any(|c| !c.is_whitespace() && !matches!(c, '/' | '*'))
}

/// Whether a thing of this kind keeps the documentation before it.
pub(in crate::lint) fn is_documented(kind: NodeKind) -> bool {
    use NodeKind::*;
    match kind {
        TopUse | Use | Include => false,
        Field | Flag | Case | EnumCase => true,
        _ => kind.is_item(),
    }
}

/// Whether a comment is behind something on its line.
pub(in crate::lint) fn is_behind_something(tree: &Tree, comment: usize) -> bool {
    let mut tokens = tree.tokens()[..comment].iter().enumerate().rev();
    for (token, Token { kind, .. }) in tokens.by_ref() {
        let text = tree.token_text(token);
        match kind {
            _ if text.contains('\n') => return false,
            kind if kind.is_trivia() => {}
            _ => return true,
        }
    }
    false
}

/// The comments before an item that are its own: before its attributes, or lost between them and
/// the item (which is for `docs-on-nothing` to say); not those behind what comes before it.
fn comments(node: Node<'_>) -> Vec<usize> {
    let tree = node.tree();
    let before = node
        .comments_before()
        .filter(|comment| !is_behind_something(tree, *comment));
    let mut comments: Vec<usize> = before.collect();
    if let Some(last) = node.attributes().last() {
        let mut inside = node.tokens();
        let rest = &tree.tokens()[last.tokens().end..inside.end];
        inside.end = last.tokens().end + rest.iter().take_while(|t| t.kind.is_trivia()).count();
        comments.extend(inside.filter(|token| tree.tokens()[*token].kind.is_comment()));
    }
    comments
}

/// Whether an item is documented.
pub(in crate::lint) fn has_docs(node: Node<'_>) -> bool {
    let tree = node.tree();
    comments(node).into_iter().any(|comment| {
        let text = tree.token_text(comment);
        is_doc(text) && says_something(text)
    })
}

/// Reports an item without documentation.
pub(in crate::lint) fn expect(cx: &mut Context<'_>, rule: &'static Rule, item: Node<'_>) {
    if has_docs(item) {
        return;
    }
    let tree = item.tree();
    let finding = rule.at(
        items::place(item),
        format!("{} has no documentation", items::described(item)),
        "undocumented",
    );
    let is_note = |comment: usize| {
        let text = tree.token_text(comment);
        says_something(text) && !text.contains("witkit:")
    };
    let noted = comments(item).into_iter().any(is_note);
    cx.push(match noted {
        true => finding
            .note("the comment above it is not documentation")
            .help("change the `//` of the comment to `///`"),
        false => finding.help("document it with a `///` comment above"),
    });
}
