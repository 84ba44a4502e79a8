//! Lists of elements, and how they go on after a bad one.
//!
//! May import: `diag` (rank 0) and the parser around it. Deliberately absent: the elements.

use super::super::codes;
use super::super::lex::TokenKind;
use super::{Bad, Parsed, Parser};

impl Parser {
    /// Elements with commas between them up to `end`, which is taken, too. After a bad element
    /// the next one is looked for.
    pub(super) fn list(
        &mut self,
        end: TokenKind,
        element: &mut dyn FnMut(&mut Self) -> Parsed,
    ) -> Parsed {
        // The token before is the one that opened the list.
        let opening = self.significant[self.at.saturating_sub(1)].token as usize;
        // Whether a `;` between elements was complained about.
        let mut separated = false;
        while !self.eat(end) {
            if self.is(TokenKind::Eof) || self.starts_item() {
                return Err(self.unclosed(end, opening));
            }
            let before = self.at;
            let found = element(self).is_ok();
            if found {
                self.foreign_value(end);
            }
            if found && self.foreign_separator(end, !separated) {
                separated = true;
                continue;
            }
            if found && self.eat(TokenKind::Comma) {
                continue;
            }
            if found && self.eat(end) {
                return Ok(());
            }
            let is_next = self.is(TokenKind::Ident) && self.peek(1) == TokenKind::Colon;
            if found && is_next && !self.at_line_start() {
                let found = format!(
                    "expected `,` or {}, found {}",
                    end.describe(),
                    self.described()
                );
                self.habit(self.at, found, "separate them with `,`");
                continue;
            }
            if found && self.starts_element() {
                let expected = format!("`,` or {}", end.describe());
                self.unexpected(&expected);
                continue;
            }
            if found {
                let expected = format!("`,` or {}", end.describe());
                self.unexpected(&expected);
            }
            self.skip_element(end, before)?;
        }
        Ok(())
    }

    /// Reports that what the token `opening` opened is not closed.
    pub(super) fn unclosed(&mut self, end: TokenKind, opening: usize) -> Bad {
        let (end, opened) = (end.describe(), self.tree.token_text(opening).to_string());
        let found = self.finding(
            &codes::SYNTAX,
            format!("expected {end}, found {}", self.described()),
            format!("expected {end}"),
        );
        let range = self.tree.token_range(opening);
        let opening = self.tree.locus(range);
        self.push(found.at(opening, format!("to close this `{opened}`")));
        Bad
    }

    /// Whether a comma was forgotten, and the next line has the next element.
    fn starts_element(&self) -> bool {
        self.at_line_start()
            && matches!(self.peek(0), TokenKind::Ident | TokenKind::ExplicitIdent)
            && matches!(
                self.peek(1),
                TokenKind::Comma | TokenKind::Colon | TokenKind::LeftParen | TokenKind::RightBrace
            )
            // That is an item: the list was not closed.
            && !(self.peek(1) == TokenKind::Colon
                && matches!(self.peek(2), TokenKind::Func | TokenKind::Async | TokenKind::Static))
    }

    /// Skips what is left of a bad element, with the comma behind it; fails if the list's end is
    /// not in sight either. `before` is where the element began.
    fn skip_element(&mut self, end: TokenKind, before: usize) -> Parsed {
        use TokenKind::*;
        let mut depth = 0usize;
        let mut skipped: Option<usize> = None;
        loop {
            match self.peek(0) {
                Eof => return Err(Bad),
                kind if depth == 0 && kind == end => break,
                Comma if depth == 0 => break,
                Semicolon | RightBrace | LeftBrace if depth == 0 => return Err(Bad),
                LeftParen | LessThan => depth += 1,
                RightParen | GreaterThan => depth = depth.saturating_sub(1),
                _ if self.starts_item() => return Err(Bad),
                _ => {}
            }
            skipped.get_or_insert(self.at);
            self.bump();
        }
        if skipped.is_some() || self.at > before {
            self.eat(Comma);
            return Ok(());
        }
        // A comma, and nothing before it.
        if self.eat(Comma) { Ok(()) } else { Err(Bad) }
    }
}
