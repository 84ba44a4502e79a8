//! WIT as older tools accepted it, and as people of other languages write it.
//!
//! Lives here: complaining about such forms with help that says what to write, and reading past
//! them, so that nothing after them is an error because of them. `foreign_types` and
//! `inline_types` have the types, `foreign_functions` the functions, `foreign_elements` fields,
//! parameters and cases, `old_items` the items, `old_references` the paths.
//! May import: `diag` (rank 0) and the parser around it. Deliberately absent: accepting anything
//! that wit-parser does not; each form that is recognized here is an error.

use std::ops::Range;

use super::super::codes;
use super::super::lex::TokenKind::{self, *};
use super::super::problems;
use super::super::tree::{NodeKind, Stored};
use super::Parser;

/// The longest stretch of text that is repeated in a message.
const QUOTED: usize = 60;

/// A stretch of the text that is something else in WIT, as a complaint about it says.
pub(super) struct Replaced {
    /// Its first token, and the one behind its last.
    from: usize,
    end: usize,
    /// What it is in WIT, and the items that have to be defined for it.
    wit: String,
    defines: Vec<String>,
    /// The position of the complaint.
    problem: usize,
}

impl Parser {
    /// Reports the tokens from `from` to the next one.
    pub(super) fn habit(
        &mut self,
        from: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.habit_between(from, self.at, message, help);
    }

    /// Reports the tokens from `from` to the token `end`.
    pub(super) fn habit_between(
        &mut self,
        from: usize,
        end: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let last = end.saturating_sub(1).max(from);
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

    /// Reports the tokens from `from` to the next one, which are `wit` in WIT. What was
    /// said in this way of stretches within becomes part of it; `define` is an item that `wit` needs.
    pub(super) fn replace(
        &mut self,
        from: usize,
        message: impl Into<String>,
        help: impl Into<String>,
        wit: impl Into<String>,
        define: Option<String>,
    ) {
        let mut defines = self.take_replaced(from);
        let needed: Vec<String> = defines
            .iter()
            .map(|item| format!("define `{item}`"))
            .collect();
        self.habit(from, message, help);
        if let Some(found) = self.tree.problems.last_mut() {
            found.help.extend(needed);
        }
        defines.extend(define);
        self.replaced.push(Replaced {
            from,
            end: self.at,
            wit: wit.into(),
            defines,
            problem: self.tree.problems.len() - 1,
        });
    }

    /// Takes note that the last complaint is about the next token, which is `wit` in WIT.
    pub(super) fn note_replaced(&mut self, wit: String) {
        self.replaced.push(Replaced {
            from: self.at,
            end: self.at + 1,
            wit,
            defines: Vec::new(),
            problem: self.tree.problems.len() - 1,
        });
    }

    /// A name that is written as a string, if one is next.
    pub(super) fn quoted_name(&mut self) -> bool {
        let name = problems::as_name(self.text().trim_matches('"'));
        if !self.is(StringLiteral) || problems::of_name(&name).is_some() {
            return false;
        }
        let found = self.finding(&codes::SYNTAX, "a name is not a string".to_string(), "");
        self.push(found.help(format!("write `{name}`")));
        self.note_replaced(name);
        true
    }

    /// Takes back what was complained about with [`Parser::replace`] from the token `from` on.
    pub(super) fn take_replaced(&mut self, from: usize) -> Vec<String> {
        let first = self.replaced.partition_point(|inner| inner.from < from);
        let inner = self.replaced.split_off(first);
        for gone in inner.iter().rev() {
            self.tree.problems.remove(gone.problem);
        }
        inner.into_iter().flat_map(|inner| inner.defines).collect()
    }

    /// The text from the token `from` to the next one as it is in WIT, or `…` if it is long.
    pub(super) fn in_wit(&self, from: usize) -> String {
        self.in_wit_between(from, self.at)
    }

    /// The same of the text from the token `from` to the token `end`.
    pub(super) fn in_wit_between(&self, from: usize, end: usize) -> String {
        if end <= from {
            return "…".to_string();
        }
        let first = self.replaced.partition_point(|inner| inner.from < from);
        let mut text = String::new();
        let mut copied = self.bytes_of(from).start;
        for inner in self.replaced[first..]
            .iter()
            .filter(|inner| inner.end <= end)
        {
            text.push_str(&self.tree.text[copied..self.bytes_of(inner.from).start]);
            text.push_str(&inner.wit);
            copied = self.bytes_of(inner.end - 1).end;
        }
        text.push_str(&self.tree.text[copied..self.bytes_of(end - 1).end]);
        shortened(text)
    }

    /// Where the token `at` is in the text.
    fn bytes_of(&self, at: usize) -> Range<usize> {
        self.tree.token_range(self.significant[at].token as usize)
    }

    /// The text from the token `from` to the next one, or `…` if it is long.
    pub(super) fn written(&self, from: usize) -> String {
        self.written_between(from, self.at)
    }

    /// The same of the text from the token `from` to the token `end`.
    pub(super) fn written_between(&self, from: usize, end: usize) -> String {
        shortened(self.stretch(from, end))
    }

    /// The text from the token `from` to the token `end`, however long.
    pub(super) fn stretch(&self, from: usize, end: usize) -> String {
        match end > from {
            true => {
                self.tree.text[self.bytes_of(from).start..self.bytes_of(end - 1).end].to_string()
            }
            false => String::new(),
        }
    }

    /// The token behind an item, or what is like one, that begins at the token `from`.
    pub(super) fn end_of(&self, from: usize) -> usize {
        let mut depth = 0usize;
        for (at, token) in self.significant.iter().enumerate().skip(from) {
            match token.kind {
                Eof | Semicolon | LeftBrace | RightBrace => return at,
                Comma | RightParen | GreaterThan if depth == 0 => return at,
                LeftParen | LessThan => depth += 1,
                RightParen | GreaterThan => depth -= 1,
                _ if depth == 0 && at > from && self.starts_line(at) => return at,
                _ => {}
            }
        }
        self.significant.len() - 1
    }

    /// The innermost node of one of these kinds that is being read, and its kind.
    pub(super) fn innermost(&self, kinds: &[NodeKind]) -> Option<(NodeKind, usize)> {
        let mut node = self.open as usize;
        loop {
            let Stored { kind, parent, .. } = self.tree.nodes[node];
            if kinds.contains(&kind) {
                return Some((kind, node));
            }
            if node == 0 {
                return None;
            }
            node = parent as usize;
        }
    }

    pub(super) fn is_inside(&self, kind: NodeKind) -> bool {
        self.innermost(&[kind]).is_some()
    }

    /// The name of a node that is being read, in kebab case.
    pub(super) fn name_in(&self, node: usize) -> Option<String> {
        let mut child = node + 1;
        while let Some(stored) = self.tree.nodes.get(child) {
            if stored.kind == NodeKind::Name {
                let name = self.tree.token_text(stored.first_token as usize);
                return Some(problems::as_name(name));
            }
            child = (stored.end as usize).max(child + 1);
        }
        None
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

    /// Goes past a `{ … }`; returns its text, or `{ … }` if that is long.
    pub(super) fn skip_braces(&mut self) -> String {
        let text = self.braces();
        let end = self.end_of_braces();
        self.skip_to(end);
        text
    }

    /// The text of the `{ … }` that is next, or `{ … }` if it is long or empty.
    pub(super) fn braces(&self) -> String {
        match self.written_between(self.at, self.end_of_braces()) {
            text if text.ends_with('}') && self.peek(1) != RightBrace => text,
            _ => "{ … }".to_string(),
        }
    }

    /// The token behind the `{ … }` that is next.
    fn end_of_braces(&self) -> usize {
        let mut depth = 0usize;
        for (at, token) in self.significant.iter().enumerate().skip(self.at) {
            match token.kind {
                Eof => return at,
                LeftBrace => depth += 1,
                RightBrace => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        self.significant.len() - 1
    }
}

/// A text on one line, or `…` if it is too long for a message.
fn shortened(text: String) -> String {
    let is_lines = text.contains('\n');
    // What is behind a comment would become part of it.
    if text.is_empty() || text.len() > 2 * QUOTED || (is_lines && text.contains("//")) {
        return "…".to_string();
    }
    let text = match is_lines {
        true => text.split_whitespace().collect::<Vec<&str>>().join(" "),
        false => text,
    };
    match text.len() > QUOTED {
        true => "…".to_string(),
        false => text,
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
