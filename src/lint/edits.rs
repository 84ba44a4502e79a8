//! Edits that several rules make.
//!
//! Lives here: removing items and elements of lists with what belongs to them.
//! May import: `diag`, `wit`. Deliberately absent: deciding whether an edit is safe.

use std::ops::Range;

use crate::diag::{Edit, Fix};
use crate::wit::syntax::{Node, TokenKind, Tree, is_doc};

/// A fix of one edit.
pub(super) fn fix(message: impl Into<String>, safe: bool, edit: Edit) -> Fix {
    Fix {
        message: message.into(),
        safe,
        edits: vec![edit],
    }
}

/// Replaces a part of a text.
pub(super) fn replace(tree: &Tree, range: Range<usize>, text: impl Into<String>) -> Edit {
    Edit {
        file: tree.name().to_string(),
        range: (range.start, range.end),
        text: text.into(),
    }
}

/// Removes an item, and leaves the comments around it where they are.
///
/// None if a comment is inside it, or if it has documentation, which would be lost or document the
/// next item.
pub(super) fn remove_item(node: Node<'_>) -> Option<Edit> {
    let tree = node.tree();
    let documented = node
        .comments_before()
        .any(|comment| is_doc(tree.token_text(comment)));
    if documented || has_comment(tree, node.tokens()) {
        return None;
    }
    Some(remove(tree, node.range()))
}

/// Removes an element of a list with its comma, and leaves the comments around it where they are.
///
/// None if a comment is inside it, or before its comma.
pub(super) fn remove_element(node: Node<'_>) -> Option<Edit> {
    let tree = node.tree();
    let mut range = node.range();
    let mut tokens = node.tokens();
    let next = next_token(tree, tokens.end);
    if tree.tokens()[next].kind == TokenKind::Comma {
        tokens.end = next + 1;
        range.end = tree.token_range(next).end;
    } else if let Some(comma) = last_token(tree, tokens.start)
        && tree.tokens()[comma].kind == TokenKind::Comma
        && !has_comment(tree, comma..tokens.start)
        && whole_lines(tree.text(), range.clone()) == range
    {
        tokens.start = comma;
        range.start = tree.token_range(comma).start;
    }
    (!has_comment(tree, tokens)).then(|| remove(tree, range))
}

fn has_comment(tree: &Tree, mut tokens: Range<usize>) -> bool {
    tokens.any(|token| tree.tokens()[token].kind.is_comment())
}

/// Removes a part of a text: with its lines if there is nothing else on them, else with the blanks
/// behind it if there are some before it as well.
fn remove(tree: &Tree, range: Range<usize>) -> Edit {
    let text = tree.text();
    let lines = whole_lines(text, range.clone());
    if lines != range {
        return replace(tree, lines, "");
    }
    let rest = &text[range.end..];
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    let end = match text[..range.start].ends_with([' ', '\n', '{']) {
        true => range.end + blanks,
        false => range.end,
    };
    replace(tree, range.start..end, "")
}

/// The range with the rest of its lines, if there is nothing but blanks on them; and with one of
/// the empty lines around it, if there is one on either side.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at + 1);
    let alone =
        text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    if !alone {
        return range;
    }
    let before = &text[..start];
    let empty_before = before.is_empty()
        || before.trim_end_matches([' ', '\t']).ends_with("\n\n")
        || before.ends_with("\n\r\n")
        || before.trim_end().ends_with('{');
    let rest = &text[end..];
    let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
    if empty_before && line > 0 && rest[..line].trim().is_empty() {
        return start..end + line;
    }
    start..end
}

/// The first token from `token` on that is not trivia.
fn next_token(tree: &Tree, mut token: usize) -> usize {
    while tree.tokens()[token].kind.is_trivia() {
        token += 1;
    }
    token
}

/// The last token before `token` that is not trivia.
fn last_token(tree: &Tree, token: usize) -> Option<usize> {
    (0..token)
        .rev()
        .find(|t| !tree.tokens()[*t].kind.is_trivia())
}
