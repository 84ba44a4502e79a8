//! Writing tokens, and the comments between them.
//!
//! May import: the syntax. Deliberately absent: what goes on which line (`layout`).
//!
//! Comments are written on the way from one token to the next, so none is lost and none passes a
//! token. A line break of the author before or after a comment is kept.

use std::ops::Range;

use super::Style;
use super::spacing::{self, Spacing};
use crate::wit::syntax::{Token, TokenKind, Tree};

/// What comes before a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// A blank.
    Blank,
    /// A new line.
    Line(Empty),
    /// A new line, one level further out than the comments above it.
    Closing,
}

/// Whether there is an empty line before one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// There is none.
    No,
    /// There is one if the author had one.
    Kept,
    /// There is one.
    Yes,
}

pub(super) struct Writer<'t> {
    tree: &'t Tree,
    text: &'t str,
    tokens: &'t [Token],
    style: Style,
    line_break: &'static str,
    /// That, and as many blanks as were needed so far.
    line_start: String,
    out: String,
    /// The first token that is not written yet.
    next: usize,
    /// The last token that was written, if it was no comment.
    last: Option<usize>,
    /// Levels of indentation of a new line.
    pub(super) level: usize,
}

impl<'t> Writer<'t> {
    pub(super) fn new(tree: &'t Tree, style: Style) -> Writer<'t> {
        let text: &str = tree.text();
        let windows = text
            .split_once('\n')
            .is_some_and(|(l, _)| l.ends_with('\r'));
        let line_break = if windows { "\r\n" } else { "\n" };
        Writer {
            tree,
            text,
            tokens: tree.tokens(),
            style,
            line_break,
            line_start: line_break.to_string(),
            out: String::with_capacity(text.len() + text.len() / 16 + 64),
            next: 0,
            last: None,
            level: 0,
        }
    }

    /// Writes what comes before `run` and then the run as it stands, if it is `verbatim`, or
    /// token by token on one line.
    pub(super) fn run(
        &mut self,
        run: Range<usize>,
        before: Before,
        spacing: Spacing,
        verbatim: bool,
    ) {
        if verbatim {
            self.gap(run.start, before);
            self.out
                .push_str(&self.text[spacing::bytes(self.tokens, run.clone())]);
            self.next = run.end;
            self.last = Some(run.end - 1);
            return;
        }
        let mut first = Some(before);
        for at in run {
            let kind = self.tokens[at].kind;
            let skipped = kind == TokenKind::Comma && spacing::is_trailing(self.tokens, at);
            if !kind.is_trivia() && !skipped {
                let before = first.take();
                self.token(at, before.unwrap_or_else(|| self.usual(at, spacing)));
            }
        }
    }

    /// What comes before the token `at` if it is on the same line as the one before.
    pub(super) fn usual(&self, at: usize, spacing: Spacing) -> Before {
        match self.last {
            Some(last) if !spacing.glues(self.tokens, last, at) => Before::Blank,
            _ => Before::Nothing,
        }
    }

    /// Writes what comes before a token, and the token.
    pub(super) fn token(&mut self, at: usize, before: Before) {
        self.gap(at, before);
        self.out.push_str(self.tree.token_text(at));
        self.next = at + 1;
        self.last = Some(at);
    }

    /// Writes a trailing comma. The author's, if there is one, is skipped by what comes next.
    pub(super) fn trailing_comma(&mut self) {
        self.out.push(',');
    }

    /// The first token that is not written yet.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// How many columns a token has.
    pub(super) fn width_of(&self, at: usize) -> usize {
        self.tree.token_text(at).chars().count()
    }

    /// How many columns are left of the current line.
    pub(super) fn columns_left(&self) -> usize {
        let start = self.out.rfind('\n').map_or(0, |at| at + 1);
        let used = self.out[start..].chars().count();
        self.style.width.saturating_sub(used)
    }

    /// How many columns there are on a new line.
    pub(super) fn columns(&self) -> usize {
        let indent = self.level.saturating_mul(self.style.indent);
        self.style.width.saturating_sub(indent)
    }

    /// Whether there is a comment before token `at` that is not at the end of the line of the
    /// token before it, once written.
    pub(super) fn is_commented(&self, at: usize) -> bool {
        if self.is_blank(at) {
            return false;
        }
        let mut line_break = self.next == 0;
        let mut comment = false;
        for token in self.next..at {
            match self.tokens[token].kind {
                TokenKind::Whitespace => line_break |= self.line_breaks(token) > 0,
                kind if kind.is_comment() => {
                    if line_break {
                        return true;
                    }
                    comment = true;
                    line_break |= kind == TokenKind::LineComment;
                }
                _ => {}
            }
        }
        // It goes with what follows it on the line.
        comment && !line_break
    }

    /// Whether there is a comment between two tokens.
    pub(super) fn has_comment(&self, between: Range<usize>) -> bool {
        let mut tokens = self.tokens[between].iter();
        tokens.any(|token| token.kind.is_comment())
    }

    /// What remains, and the text.
    pub(super) fn finish(mut self) -> String {
        let end = self.tokens.len() - 1;
        // As if something around the file ended here.
        if self.has_comment(self.next..end) {
            self.comments(end, Before::Closing);
        }
        if !self.out.is_empty() {
            self.out.push_str(self.line_break);
        }
        self.out
    }

    /// Goes from the last token to token `at`.
    fn gap(&mut self, at: usize, before: Before) {
        if !self.is_blank(at) && self.has_comment(self.next..at) {
            if let Some((level, empty)) = self.comments(at, before) {
                self.line(level, empty);
            }
            return;
        }
        match before {
            Before::Nothing => {}
            Before::Blank => self.out.push(' '),
            Before::Line(Empty::No) => self.line(self.level, false),
            Before::Line(Empty::Yes) => self.line(self.level, true),
            Before::Line(Empty::Kept) => {
                let empty = (self.next..at).any(|token| self.line_breaks(token) > 1);
                self.line(self.level, empty);
            }
            Before::Closing => self.line(self.level.saturating_sub(1), false),
        }
    }

    /// Whether there is at most a blank before token `at`, as there nearly always is.
    fn is_blank(&self, at: usize) -> bool {
        match at - self.next {
            0 => true,
            1 => self.tokens[self.next].kind == TokenKind::Whitespace,
            _ => false,
        }
    }

    /// Writes the comments before token `at`, and the blank behind them if that is what is behind
    /// them; otherwise the level of the line that begins there, and whether an empty one is first.
    fn comments(&mut self, at: usize, before: Before) -> Option<(usize, bool)> {
        let own_line = matches!(before, Before::Line(_) | Before::Closing);
        // Inside an item a line goes on further in.
        let level = if own_line { self.level } else { self.level + 1 };
        let mut first = match before {
            Before::Line(empty) => Some(empty),
            Before::Closing if self.opened() => Some(Empty::No),
            Before::Closing => Some(Empty::Kept),
            Before::Nothing | Before::Blank => None,
        };
        let mut empty = |breaks: usize| match first.take() {
            Some(Empty::No) => false,
            Some(Empty::Yes) => true,
            Some(Empty::Kept) | None => own_line && breaks > 1,
        };
        // With nothing that ends a line, they go before the token and on its line; or on one of
        // their own, if they are all there is in braces.
        let leading = (matches!(before, Before::Line(_))
            || (before == Before::Closing && self.opened()))
            && (self.next..at).all(|token| {
                self.tokens[token].kind != TokenKind::LineComment && self.line_breaks(token) == 0
            });
        let mut on_new_line = false;
        let mut breaks = usize::from(leading);
        let mut last = self.last.map(|last| self.tokens[last].kind);
        for token in self.next..at {
            let kind = self.tokens[token].kind;
            if !kind.is_comment() {
                breaks = breaks.max(self.line_breaks(token));
                continue;
            }
            if breaks > 0 || self.out.is_empty() {
                let empty = empty(breaks);
                self.line(level, empty);
                on_new_line = true;
            } else if kind == TokenKind::LineComment || !last.is_some_and(spacing::opens) {
                self.out.push(' ');
            }
            self.comment(token);
            breaks = usize::from(kind == TokenKind::LineComment);
            last = None;
        }
        let ends_line = match before {
            Before::Closing => return Some((self.level.saturating_sub(1), false)),
            Before::Line(_) => breaks > 0 || !on_new_line,
            Before::Nothing | Before::Blank => breaks > 0,
        };
        if ends_line {
            let is_comma = self.tokens[at].kind == TokenKind::Comma;
            let level = if is_comma { self.level } else { level };
            return Some((level, empty(breaks)));
        }
        let close = before == Before::Nothing && spacing::follows_closely(self.tokens[at].kind);
        if !close {
            self.out.push(' ');
        }
        None
    }

    /// Whether the last token opened something, so that no empty line follows it.
    fn opened(&self) -> bool {
        use TokenKind::{LeftBrace, LeftParen, LessThan};
        match self.last {
            Some(last) => matches!(self.tokens[last].kind, LeftBrace | LeftParen | LessThan),
            None => true,
        }
    }

    /// How many line breaks a token has that is a blank, up to 2; 0 if it is something else.
    fn line_breaks(&self, token: usize) -> usize {
        if self.tokens[token].kind != TokenKind::Whitespace {
            return 0;
        }
        let mut breaks = 0;
        for byte in &self.text.as_bytes()[spacing::bytes(self.tokens, token..token + 1)] {
            if *byte == b'\n' {
                breaks += 1;
                if breaks == 2 {
                    break;
                }
            }
        }
        breaks
    }

    /// Begins a line.
    fn line(&mut self, level: usize, empty: bool) {
        if self.out.is_empty() {
            return;
        }
        if empty {
            self.out.push_str(self.line_break);
        }
        let end = self.line_break.len() + level * self.style.indent;
        while self.line_start.len() < end {
            self.line_start.push(' ');
        }
        self.out.push_str(&self.line_start[..end]);
    }

    /// Writes a comment.
    fn comment(&mut self, token: usize) {
        let text = self.tree.token_text(token);
        if self.tokens[token].kind == TokenKind::LineComment {
            self.out.push_str(text.trim_end());
            return;
        }
        let mixed = match self.line_break {
            "\n" => text.contains('\r'),
            _ => text.contains('\n'),
        };
        // A carriage return that belongs to no line break stays, and then so does all.
        if !mixed || text.contains("\r\r") {
            self.out.push_str(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.out.push_str(self.line_break);
            }
            self.out.push_str(line.strip_suffix('\r').unwrap_or(line));
        }
    }
}
