//! Statements of scripts: which of their tokens have a blank between them, and how the arguments of
//! `new` are broken into lines.
//!
//! May import: the syntax and the writer. Deliberately absent: items of WIT (`layout`), and what is on
//! which line between statements.

use std::collections::BTreeSet;
use std::ops::Range;

use super::spacing::{ends_list, is_trailing, significant};
use super::writer::{Before, Empty, Writer};
use crate::wit::syntax::{Node, NodeKind, Token, TokenKind};

/// Writes a `let` or an `export`.
pub(super) fn write<'t>(out: &mut Writer<'t>, node: Node<'t>, before: Before) {
    let mut statement = Statement {
        tokens: node.tree().tokens(),
        glued: BTreeSet::new(),
        out,
    };
    statement.glue(node);
    statement.node(node, before, 0);
}

/// Whether a statement takes several lines.
pub(super) fn is_large<'t>(out: &mut Writer<'t>, node: Node<'t>) -> bool {
    let mut statement = Statement {
        tokens: node.tree().tokens(),
        glued: BTreeSet::new(),
        out,
    };
    statement.glue(node);
    let has_arguments = node.descendants().any(|inner| breakable(inner).is_some());
    let columns = statement.out.columns();
    has_arguments && !statement.fits(node.tokens(), columns)
}

struct Statement<'t, 'w> {
    tokens: &'t [Token],
    /// The tokens that follow the one before without a blank.
    glued: BTreeSet<usize>,
    out: &'w mut Writer<'t>,
}

/// The braces of the arguments of a `new` that has any.
fn breakable(node: Node<'_>) -> Option<Range<usize>> {
    if node.kind() != NodeKind::New || node.children().nth(1).is_none() {
        return None;
    }
    let open = node.own_token(TokenKind::LeftBrace)?;
    Some(open..node.tokens().end - 1)
}

impl<'t> Statement<'t, '_> {
    /// Finds the tokens that follow the one before without a blank.
    fn glue(&mut self, node: Node<'t>) {
        use NodeKind::*;
        for at in node.tokens() {
            let tight = matches!(
                self.tokens[at].kind,
                TokenKind::Comma | TokenKind::Semicolon
            );
            if tight {
                self.glued.insert(at);
            }
        }
        for inner in node.descendants() {
            let tokens = inner.tokens();
            match inner.kind() {
                Access | NamedAccess | Spread => self.glued.extend(tokens),
                PackageName | Path | SpreadArgument | Fill => {
                    self.glued.extend(tokens.start + 1..tokens.end);
                }
                Nested => {
                    self.glued
                        .insert(significant(self.tokens, tokens.start + 1));
                    self.glued.insert(tokens.end - 1);
                }
                NamedArgument => self.glued.extend(inner.own_token(TokenKind::Colon)),
                New if breakable(inner).is_none() => {
                    self.glued.insert(tokens.end - 1);
                }
                _ => {}
            }
        }
    }

    fn before(&self, at: usize) -> Before {
        match self.glued.contains(&at) {
            true => Before::Nothing,
            false => Before::Blank,
        }
    }

    /// Whether tokens fit into so many columns; with a comment they do not.
    fn fits(&self, tokens: Range<usize>, columns: usize) -> bool {
        let mut width = 0;
        for at in tokens.clone() {
            let kind = self.tokens[at].kind;
            if kind.is_comment() {
                return false;
            }
            if kind.is_trivia() || self.is_dropped(at) {
                continue;
            }
            let blank = at > tokens.start && !self.glued.contains(&at);
            width += usize::from(blank) + self.out.width_of(at);
            if width > columns {
                return false;
            }
        }
        true
    }

    /// Whether a token is a comma behind the last of a list.
    fn is_dropped(&self, at: usize) -> bool {
        self.tokens[at].kind == TokenKind::Comma && is_trailing(self.tokens, at)
    }

    /// A node with `behind` columns behind it: on one line if it fits, else with the arguments of each
    /// outermost `new` on lines of their own.
    fn node(&mut self, node: Node<'t>, before: Before, behind: usize) {
        let tokens = node.tokens();
        let columns = match before {
            Before::Line(_) | Before::Closing => self.out.columns(),
            Before::Blank => self.out.columns_left().saturating_sub(1),
            Before::Nothing => self.out.columns_left(),
        };
        let fits = self.fits(tokens.clone(), columns.saturating_sub(behind));
        let mut first = Some(before);
        let mut at = tokens.start;
        while at < tokens.end {
            let opened = match fits {
                true => None,
                false => outermost(node, at),
            };
            if !self.tokens[at].kind.is_trivia() && !self.is_dropped(at) {
                let before = first.take().unwrap_or_else(|| self.before(at));
                self.out.token(at, before);
            }
            at += 1;
            if let Some((new, close)) = opened {
                self.arguments(new, close);
                at = close + 1;
            }
        }
    }

    /// The arguments of a `new`, each on a line of its own, and its `}`.
    fn arguments(&mut self, new: Node<'t>, close: usize) {
        self.out.level += 1;
        let arguments = new
            .children()
            .filter(|child| child.kind() != NodeKind::PackageName);
        for argument in arguments {
            let next = significant(self.tokens, argument.tokens().end);
            let is_comma = self.tokens[next].kind == TokenKind::Comma;
            let is_last =
                !is_comma || ends_list(self.tokens[significant(self.tokens, next + 1)].kind);
            self.node(argument, Before::Line(Empty::No), 1);
            if !is_last {
                self.out.token(next, Before::Nothing);
            } else if argument.kind() != NodeKind::Fill {
                self.out.trailing_comma();
            }
        }
        self.out.token(close, Before::Closing);
        self.out.level -= 1;
    }
}

/// The `new` inside of `node` whose arguments are opened by the token `at`, and the token that closes
/// them.
fn outermost<'t>(node: Node<'t>, at: usize) -> Option<(Node<'t>, usize)> {
    let mut inside = std::iter::once(node).chain(node.descendants());
    inside.find_map(|inner| {
        let braces = breakable(inner)?;
        (braces.start == at).then_some((inner, braces.end))
    })
}
