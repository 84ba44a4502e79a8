//! Which tokens of a line have a blank between them, and what fits on a line.
//!
//! May import: the syntax. Deliberately absent: where lines begin (`layout`), writing (`writer`).

use std::ops::Range;

use crate::wit::syntax::{Token, TokenKind, Tree};
use TokenKind::*;

/// How the tokens of a run that is on one line are spaced, where that is not the same everywhere.
#[derive(Clone, Copy)]
pub(super) struct Spacing {
    /// For two kinds of tokens that follow each other, [`TIGHT`] or [`SPACED`]: what is right; both
    /// where that depends on how they stand; and neither where they are not left as they are.
    allowed: &'static [[u8; KINDS]; KINDS],
}

/// No blank is between them.
const TIGHT: u8 = 1;
/// A blank is between them.
const SPACED: u8 = 2;

/// Parameters, fields, functions, types.
pub(super) const LABELS: Spacing = Spacing {
    allowed: &allowed(false, false),
};
/// Names of packages and of what is in them, versions, attributes.
pub(super) const PATHS: Spacing = Spacing {
    allowed: &allowed(true, false),
};
/// Those, and names in braces behind a dot.
pub(super) const NAMES: Spacing = Spacing {
    allowed: &allowed(true, true),
};

/// More than there are kinds of tokens, and a power of two.
const KINDS: usize = 128;

/// What is right between two tokens: the colon of `a: u32` has a blank after it, those of `a:b/c`
/// have none; the braces of `a.{b}` have no blanks inside, those of `with { a as b }` have.
const fn allowed(tight_colons: bool, tight_braces: bool) -> [[u8; KINDS]; KINDS] {
    let mut allowed = [[SPACED; KINDS]; KINDS];
    let mut at = 0;
    while at < KINDS * KINDS {
        let (before, kind) = (at / KINDS, at % KINDS);
        let tight = is_never_before(before)
            || is_never_after(kind)
            || (tight_colons && before == Colon as usize)
            || (tight_braces && (before == LeftBrace as usize || kind == RightBrace as usize));
        if tight {
            allowed[before][kind] = TIGHT;
        } else if before == Integer as usize && is_word(kind) {
            // A word right behind a number, as `2a` in `1.0.0-2a`, is part of a version.
            allowed[before][kind] = TIGHT | SPACED;
        }
        if is_comment(before) || is_comment(kind) || (before == Comma as usize && is_end(kind)) {
            allowed[before][kind] = 0;
        }
        at += 1;
    }
    allowed
}

const fn is_one_of(kind: usize, list: &[TokenKind]) -> bool {
    let mut at = 0;
    while at < list.len() {
        if kind == list[at] as usize {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether there is never a blank after it.
const fn is_never_before(kind: usize) -> bool {
    is_one_of(kind, &[LeftParen, LessThan, Slash, Period, Plus, Minus, At])
}

/// Whether there is never a blank before it.
const fn is_never_after(kind: usize) -> bool {
    is_one_of(
        kind,
        &[
            LeftParen,
            RightParen,
            LessThan,
            GreaterThan,
            Comma,
            Semicolon,
            Colon,
            Slash,
            Period,
            Plus,
            Minus,
            At,
        ],
    )
}

const fn is_word(kind: usize) -> bool {
    is_one_of(kind, &[Ident, Integer]) || kind > Arrow as usize
}

const fn is_comment(kind: usize) -> bool {
    is_one_of(kind, &[LineComment, BlockComment])
}

const fn is_end(kind: usize) -> bool {
    is_one_of(kind, &[RightParen, GreaterThan, RightBrace])
}

impl Spacing {
    /// Whether token `at` follows `before`, the one before it that is written, without a blank.
    pub(super) fn glues(self, tokens: &[Token], before: usize, at: usize) -> bool {
        let (first, second) = (tokens[before].kind, tokens[at].kind);
        // Of a trailing comma or a comment it is never asked.
        match self.allowed[first as usize][second as usize] {
            TIGHT => true,
            SPACED => false,
            _ => at - before == 1,
        }
    }
}

/// Whether a token of this kind ends a list.
pub(super) fn ends_list(kind: TokenKind) -> bool {
    is_end(kind as usize)
}

/// Whether there is no blank between `before` and a comment on the same line.
pub(super) fn opens(before: TokenKind) -> bool {
    matches!(before, LeftParen | LessThan)
}

/// Whether there is no blank between a comment and `kind` on the same line.
pub(super) fn follows_closely(kind: TokenKind) -> bool {
    is_never_after(kind as usize)
}

/// How a run of tokens can be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// On one line, as it stands.
    Verbatim,
    /// On one line.
    Flat,
    /// On several lines: it is too long for one, but stands as it would on one.
    Long,
    /// On several lines: it is too long for one, or a comment in it begins or ends a line.
    Broken,
}

impl Shape {
    /// Whether it has several lines, if it can be broken.
    pub(super) fn is_broken(self) -> bool {
        matches!(self, Shape::Long | Shape::Broken)
    }
}

/// How `run`, which begins and ends with a token that is not trivia, can be written in `columns`.
pub(super) fn shape(tree: &Tree, run: Range<usize>, spacing: Spacing, columns: usize) -> Shape {
    if is_canonical(tree, run.clone(), spacing) {
        return shape_as_it_is(tree, run, columns);
    }
    match fits(tree, run, spacing, columns) {
        true => Shape::Flat,
        false => Shape::Broken,
    }
}

/// The same for a run that is known to have the right blanks.
pub(super) fn shape_as_it_is(tree: &Tree, run: Range<usize>, columns: usize) -> Shape {
    // Names and signs are ASCII, so bytes are columns.
    match bytes(tree.tokens(), run).len() <= columns {
        true => Shape::Verbatim,
        false => Shape::Long,
    }
}

/// Whether a run has the blanks already that it is to have, and neither comments nor trailing
/// commas. Nearly all runs of a formatted text do, so this is where the time goes.
fn is_canonical(tree: &Tree, run: Range<usize>, spacing: Spacing) -> bool {
    let text = tree.text().as_bytes();
    let mut rest = tree.tokens()[run].iter();
    let mut before = rest.next().map_or(Eof, |token| token.kind);
    while let Some(token) = rest.next() {
        let (kind, found) = if token.kind == Whitespace {
            // INVARIANT: a run does not end with a blank.
            let Some(next) = rest.next() else {
                return false;
            };
            if next.start - token.start != 1 || text[token.start as usize] != b' ' {
                return false;
            }
            (next.kind, SPACED)
        } else {
            (token.kind, TIGHT)
        };
        if spacing.allowed[before as usize][kind as usize] & found == 0 {
            return false;
        }
        before = kind;
    }
    true
}

/// The bytes of a run.
pub(super) fn bytes(tokens: &[Token], run: Range<usize>) -> Range<usize> {
    tokens[run.start].start as usize..tokens[run.end].start as usize
}

/// Whether a run fits on a line of `columns`.
fn fits(tree: &Tree, run: Range<usize>, spacing: Spacing, columns: usize) -> bool {
    let tokens = tree.tokens();
    let mut width = 0;
    // The last token that counts, and what there was since.
    let mut before: Option<usize> = None;
    let mut line_break = false;
    let mut comment = false;
    for at in run {
        let kind = tokens[at].kind;
        match kind {
            Whitespace => {
                line_break |= tree.token_text(at).contains('\n');
                continue;
            }
            LineComment => return false,
            BlockComment => {
                let text = tree.token_text(at);
                if line_break || text.contains('\n') {
                    return false;
                }
                let close = !comment && before.is_some_and(|b| opens(tokens[b].kind));
                width += text.chars().count() + usize::from(!close);
                comment = true;
                continue;
            }
            Comma if is_trailing(tokens, at) => continue,
            _ if comment => {
                if line_break {
                    return false;
                }
                width += usize::from(!follows_closely(kind));
            }
            _ => {
                if let Some(before) = before {
                    width += usize::from(!spacing.glues(tokens, before, at));
                }
            }
        }
        width += tree.token_range(at).len();
        if width > columns {
            return false;
        }
        (before, line_break, comment) = (Some(at), false, false);
    }
    true
}

/// Whether the comma `at` is the last token of a list that counts.
pub(super) fn is_trailing(tokens: &[Token], at: usize) -> bool {
    ends_list(tokens[significant(tokens, at + 1)].kind)
}

/// The first token from `at` on that is not trivia.
pub(super) fn significant(tokens: &[Token], mut at: usize) -> usize {
    // INVARIANT: the last token is the end of the file, which is no trivia.
    while tokens[at].kind.is_trivia() {
        at += 1;
    }
    at
}
