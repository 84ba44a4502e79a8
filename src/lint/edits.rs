//! Edits that several rules make.
//!
//! Lives here: removing items and elements of lists with what belongs to them.
//! May import: `diag`, `wit`. Deliberately absent: deciding whether an edit is safe.

use std::ops::Range;

use crate::diag::{Edit, Fix};
use crate::wit::syntax::{Node, TokenKind, Tree};

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

/// Removes an item, with the comments right above it and the one behind it.
pub(super) fn remove_item(node: Node<'_>) -> Edit {
    let tree = node.tree();
    let range = with_comments(node, node.range());
    replace(tree, whole_lines(tree.text(), range), "")
}

/// Removes an element of a list with its comma; if it has a line of its own, with its comments.
pub(super) fn remove_element(node: Node<'_>) -> Edit {
    let tree = node.tree();
    let text = tree.text();
    let mut range = node.range();
    let tokens = node.tokens();
    let next = next_token(tree, tokens.end);
    let has_comma = tree.tokens()[next].kind == TokenKind::Comma;
    if has_comma {
        range.end = tree.token_range(next).end;
    }
    let range_with_comments = with_comments(node, range.clone());
    let lines = whole_lines(text, range_with_comments.clone());
    if lines != range_with_comments {
        return replace(tree, lines, "");
    }
    if has_comma {
        let rest = &text[range.end..];
        range.end += rest.len() - rest.trim_start_matches(' ').len();
    } else if let Some(comma) = last_token(tree, tokens.start)
        && tree.tokens()[comma].kind == TokenKind::Comma
    {
        range.start = tree.token_range(comma).start;
    }
    replace(tree, range, "")
}

/// The range with the comments on the lines right above it, and the one behind it.
fn with_comments(node: Node<'_>, range: Range<usize>) -> Range<usize> {
    let tree = node.tree();
    let text = tree.text();
    let mut start = range.start;
    let comments: Vec<usize> = node.comments_before().collect();
    for comment in comments.into_iter().rev() {
        let comment = tree.token_range(comment);
        let between = &text[comment.end..start];
        let line = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
        let alone = text[line..comment.start].trim().is_empty();
        if between.matches('\n').count() > 1 || !alone {
            break;
        }
        start = comment.start;
    }
    let mut end = range.end;
    let line = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let behind = text[end..line].trim();
    let is_comment = behind.starts_with("//")
        || (behind.starts_with("/*") && behind.find("*/") == Some(behind.len() - 2));
    if is_comment {
        end = line - (text[end..line].len() - text[end..line].trim_end().len());
    }
    start..end
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
