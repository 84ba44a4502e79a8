//! WIT as older tools accepted it, and functions and fields as other languages write them.
//!
//! Lives here: recognizing such forms where the grammar fails, with help that says what to write,
//! and reading past them, so that nothing after them is an error because of them.
//! `foreign_types` has the types, `old_items` the items, `old_references` the paths.
//! May import: `diag` (rank 0) and the parser around it. Deliberately absent: accepting anything
//! that wit-parser does not; each form that is recognized here is an error.

use super::super::codes;
use super::super::lex::TokenKind::{self, *};
use super::{Parsed, Parser};

/// The longest stretch of text that is repeated in a message.
const QUOTED: usize = 60;

impl Parser {
    /// Complains about the tokens from `from` to the next one.
    pub(super) fn habit(
        &mut self,
        from: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let last = self.at.saturating_sub(1).max(from);
        for at in from..=last {
            let Some(token) = self.significant.get(at).copied() else {
                continue;
            };
            if token.kind == Unknown {
                let range = self.tree.token_range(token.token as usize);
                self.explained.push(range.start);
            }
        }
        let start = self.significant[from].token as usize;
        let end = self.significant[last].token as usize;
        let range = self.tree.token_range(start).start..self.tree.token_range(end).end;
        let found = codes::SYNTAX
            .report(message)
            .at(self.tree.locus(range), "")
            .help(help);
        self.push(found);
    }

    /// The text from the token `from` to the next one, or `…` if it is long.
    pub(super) fn written(&self, from: usize) -> String {
        self.written_between(from, self.at)
    }

    /// The same of the text from the token `from` to the token `end`.
    pub(super) fn written_between(&self, from: usize, end: usize) -> String {
        if end <= from {
            return "…".to_string();
        }
        let start = self.significant[from].token as usize;
        let end = self.significant[end - 1].token as usize;
        let text =
            &self.tree.text[self.tree.token_range(start).start..self.tree.token_range(end).end];
        match text.len() > QUOTED || text.contains('\n') {
            true => "…".to_string(),
            false => text.to_string(),
        }
    }

    pub(super) fn is_text(&self, text: &str) -> bool {
        self.text() == text
    }

    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        let found = self.is_text(text);
        if found {
            self.bump();
        }
        found
    }

    /// Goes past a `{ … }`.
    pub(super) fn skip_braces(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.peek(0) {
                Eof => return,
                LeftBrace => depth += 1,
                RightBrace => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    /// `extends j` and `<T>` between the name of a definition and its `{`.
    pub(super) fn behind_name(&mut self) {
        let from = self.at;
        let word = self.text().to_string();
        let is_generic = match (self.peek(0), word.as_str()) {
            (LessThan, _) => true,
            (Ident, "extends" | "implements" | "inherits") => false,
            _ => return,
        };
        while !matches!(
            self.peek(0),
            LeftBrace | RightBrace | Semicolon | Equals | Eof
        ) && (self.at == from || !self.at_line_start())
        {
            self.bump();
        }
        let written = self.written(from);
        let (message, help) = match is_generic {
            true => (
                "definitions have no type parameters in WIT",
                format!("remove `{written}`, and define a type for each use"),
            ),
            false => (
                "interfaces and types do not extend others in WIT",
                format!(
                    "remove `{written}`: take types of another interface with `use`, and repeat its \
                     functions here"
                ),
            ),
        };
        self.habit(from, message, help);
    }

    /// `a: u32;` where a function is needed.
    pub(super) fn value_for_func(&mut self) -> bool {
        let kind = self.peek(0);
        if !is_type_keyword(kind) && kind != ErrorContext {
            return false;
        }
        let from = self.at;
        if self.ty().is_err() {
            return true;
        }
        let ty = self.written(from);
        let before = from.checked_sub(2).map(|at| self.significant[at].token);
        let name = before.map_or("…", |name| self.tree.token_text(name as usize));
        let help = format!(
            "write `{name}: func() -> {ty};` for a function, or `type {name} = {ty};` for a type"
        );
        self.habit(
            from,
            format!("expected `func`, found the type `{ty}`"),
            help,
        );
        true
    }

    /// What stands for `func`, or behind it: `function(…)`, `fn(…)`, `(…)`, `func name(…)`.
    pub(super) fn foreign_func(&mut self) -> bool {
        // As WIT has it: nothing is copied on this way, which is that of every function.
        if self.is(Func) {
            return false;
        }
        let from = self.at;
        if self.is(LeftParen) {
            self.habit(from, "expected `func`, found `(`", "write `func(…)`");
            return true;
        }
        let word = self.text().to_string();
        let stands_for = matches!(
            word.as_str(),
            "function" | "fn" | "fun" | "def" | "method" | "procedure" | "proc" | "sub" | "lambda"
        );
        if !stands_for || self.peek(1) != LeftParen {
            return false;
        }
        self.bump();
        self.habit(
            from,
            format!("expected `func`, found `{word}`"),
            "write `func`",
        );
        true
    }

    /// What is between `func` and its parameters and does not belong there.
    pub(super) fn behind_func(&mut self) {
        let from = self.at;
        if self.peek(1) != LeftParen {
            return;
        }
        let word = self.text().to_string();
        if self.eat(Async) {
            self.habit(from, "expected `(`, found `async`", "write `async func(…)`");
        } else if self.eat(Ident) {
            self.habit(
                from,
                format!("expected `(`, found `{word}`"),
                format!("remove `{word}`: the name of a function is before the `:`"),
            );
        }
    }

    /// `:`, `=>` or nothing in the place of `->`.
    pub(super) fn foreign_arrow(&mut self) -> bool {
        let from = self.at;
        let found = match self.peek(0) {
            Colon => {
                self.bump();
                "`:`"
            }
            Equals if self.peek(1) == GreaterThan => {
                self.bump();
                self.bump();
                "`=>`"
            }
            kind if !self.at_line_start() && is_type_keyword(kind) => {
                let found = format!("expected `->` or `;`, found `{}`", self.text());
                self.habit(from, found, "write `->` before the result");
                return true;
            }
            _ => return false,
        };
        self.habit(
            from,
            format!("expected `->`, found {found}"),
            "write `->` before the result",
        );
        true
    }

    /// What other languages write where a parameter or field is; the caller reads on.
    pub(super) fn foreign_name_and_type(&mut self) -> Option<Parsed> {
        let from = self.at;
        let next = self.peek(1);
        // As WIT has it, and with every field and parameter.
        if next == Colon {
            return None;
        }
        let word = self.text().to_string();
        if is_type_keyword(self.peek(0)) && matches!(next, Comma | RightParen | LessThan) {
            let parsed = self.ty();
            let ty = self.written(from);
            self.habit(
                from,
                "a parameter needs a name",
                format!("write `NAME: {ty}`"),
            );
            return Some(parsed);
        }
        if is_type_keyword(self.peek(0)) && next == Ident && !self.is_line_start(1) {
            self.bump();
            let name = self.text().to_string();
            self.bump();
            self.habit(
                from,
                "the name is written before the type",
                format!("write `{name}: {word}`"),
            );
            return Some(Ok(()));
        }
        if !self.is(Ident) {
            return None;
        }
        if matches!(
            word.as_str(),
            "pub" | "public" | "const" | "readonly" | "required"
        ) && next != Colon
        {
            self.bump();
            self.habit(
                from,
                format!("`{word}` has no meaning in WIT"),
                format!("remove `{word}`"),
            );
            return Some(self.name_and_type());
        }
        let is_optional = next == Unknown && {
            let token = self.significant[self.at + 1].token as usize;
            self.tree.token_text(token) == "?"
        };
        if is_optional && self.peek(2) == Colon {
            self.bump();
            self.bump();
            self.bump();
            let inner = self.at;
            let parsed = self.ty();
            let ty = self.written(inner);
            self.habit(
                from,
                "WIT marks the type as optional, not the name",
                format!("write `{word}: option<{ty}>`"),
            );
            return Some(parsed);
        }
        if is_type_keyword(next) && !self.is_line_start(1) {
            self.bump();
            let inner = self.at;
            let parsed = self.ty();
            let ty = self.written(inner);
            self.habit(
                from,
                format!("missing `:` between `{word}` and its type"),
                format!("write `{word}: {ty}`"),
            );
            return Some(parsed);
        }
        None
    }

    /// `= 1` behind an element of a list.
    pub(super) fn foreign_value(&mut self, end: TokenKind) {
        if !self.is(Equals) {
            return;
        }
        let from = self.at;
        self.bump();
        while !matches!(
            self.peek(0),
            Comma | Semicolon | RightBrace | RightParen | Eof
        ) && self.peek(0) != end
            && !self.at_line_start()
        {
            self.bump();
        }
        let value = self.written(from);
        let message = match end {
            RightParen => "parameters have no default values in WIT",
            _ => "cases and fields have no values in WIT",
        };
        self.habit(from, message, format!("remove `{value}`"));
    }

    /// A `;` that separates the elements of a list. `is_first` is whether to complain.
    pub(super) fn foreign_separator(&mut self, end: TokenKind, is_first: bool) -> bool {
        if !self.is(Semicolon) {
            return false;
        }
        let ends = self.peek(1) == end;
        let goes_on = matches!(self.peek(1), Ident | ExplicitIdent)
            && (matches!(self.peek(2), Colon | Comma | Semicolon | LeftParen)
                || self.peek(2) == end)
            && !(self.peek(2) == Colon && matches!(self.peek(3), Func | Async | Static));
        if !ends && !goes_on {
            return false;
        }
        let from = self.at;
        self.bump();
        if is_first {
            self.habit(
                from,
                format!("expected `,` or {}, found `;`", end.describe()),
                "separate them with `,`",
            );
        }
        true
    }

    /// `self.a` and `pkg.a`, as older tools wrote an interface of the same package.
    pub(super) fn old_path(&mut self) {
        let from = self.at;
        let is_old = self.is(Ident) && matches!(self.text(), "self" | "pkg");
        let plain = matches!(self.peek(2), Ident | ExplicitIdent);
        if !is_old || self.peek(1) != Period || !plain {
            return;
        }
        self.bump();
        self.bump();
        let old = self.written(from);
        let name = self.text().to_string();
        self.habit(
            from,
            format!("`{old}` does not name this package in WIT"),
            format!("write `{name}`: items of the same package need no prefix"),
        );
    }
}

/// Whether a type that needs no definition begins with a keyword.
pub(super) fn is_type_keyword(kind: TokenKind) -> bool {
    matches!(
        kind,
        U8 | U16
            | U32
            | U64
            | S8
            | S16
            | S32
            | S64
            | F32
            | F64
            | Char
            | Bool
            | StringKeyword
            | OptionKeyword
            | ResultKeyword
            | List
            | Tuple
            | Own
            | Borrow
    )
}
