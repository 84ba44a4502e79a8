//! Tokens to a tree.
//!
//! Lives here: [`parse`], the recursive descent through packages, interfaces and worlds;
//! `parse/{items,elements,references,types}.rs` have what is inside those, `parse/scripts.rs` what
//! only scripts have.
//! May import: `diag` (rank 0) and the lexer. Deliberately absent: stopping at an error.
//!
//! After an error, parsing goes on at the next place where an item, or an element of a list, can
//! begin. A node is closed in any case, so a tree is whole whatever the text was.

mod elements;
mod foreign_elements;
mod foreign_functions;
mod foreign_imports;
mod foreign_types;
mod habits;
mod inline_types;
mod items;
mod lists;
mod old_items;
mod old_references;
mod references;
mod scripts;
mod types;

use std::sync::Arc;

use super::codes;
use super::lex::{Lexed, Significant, Token, TokenKind, lex_all};
use super::problems;
use super::tree::{NodeKind, Stored, Tree};
use crate::diag::{Code, Diagnostic};
use habits::Replaced;

/// How deep packages and types may be nested: as for wit-parser, which would refuse more.
const MAX_DEPTH: usize = 100;

/// Parses a text. What is wrong with it is in [`Tree::problems`].
///
/// A text must be shorter than 4 GiB (`Source`s of WIT are refused long before).
///
/// [`Tree`] shows it in use.
pub fn parse(name: impl Into<String>, text: impl Into<Arc<str>>) -> Tree {
    parse_as(name.into(), text.into(), false)
}

/// Parses a script, as [`parse`] does WIT.
///
/// ```
/// use witkit::wit::syntax::{NodeKind, parse_script};
///
/// let tree = parse_script("app.wac", "package a:b; let kv = new acme:kv {};");
/// assert!(tree.problems().is_empty());
/// let statements = tree.root().children().filter(|node| node.kind().is_statement());
/// assert_eq!(statements.last().map(|node| node.kind()), Some(NodeKind::Let));
/// ```
pub fn parse_script(name: impl Into<String>, text: impl Into<Arc<str>>) -> Tree {
    parse_as(name.into(), text.into(), true)
}

fn parse_as(name: String, text: Arc<str>, is_script: bool) -> Tree {
    let Lexed {
        tokens,
        significant,
        has_odd,
    } = lex_all(&text);
    // Most tokens that are not punctuation make a node.
    let nodes = Vec::with_capacity(significant.len());
    let mut parser = Parser {
        significant,
        at: 0,
        open: 0,
        explained: Vec::new(),
        replaced: Vec::new(),
        is_balanced: None,
        is_script,
        tree: Tree {
            name,
            text,
            nodes,
            tokens,
            problems: Vec::new(),
        },
    };
    problems::of_tokens(&mut parser.tree, has_odd);
    if has_odd {
        parser.hash_comments();
    }
    match is_script {
        true => parser.script(),
        false => parser.file(),
    }
    let mut tree = parser.tree;
    let explained = parser.explained;
    if !explained.is_empty() {
        tree.problems.retain(|problem| {
            let is_about = |start: &usize| match problem.labels.first() {
                Some(label) => label.locus.start() == *start,
                None => false,
            };
            problem.code.name != codes::FORBIDDEN_CHARACTER.name || !explained.iter().any(is_about)
        });
    }
    // The file has all tokens, those at its ends included.
    tree.nodes[0].first_token = 0;
    tree.nodes[0].end_token = tree.tokens.len() as u32;
    tree.problems.sort_by_key(|p| match p.labels.first() {
        Some(label) => label.locus.start(),
        None => 0,
    });
    tree
}

/// That an item or element cannot be made sense of; the complaint has been made.
struct Bad;

type Parsed = Result<(), Bad>;

struct Parser {
    tree: Tree,
    /// The tokens that are not trivia; at least one, since the last is the end of the file.
    significant: Vec<Significant>,
    /// The next one, as an index into `significant`.
    at: usize,
    /// The node that is being made.
    open: u32,
    /// Where characters begin that were complained about together with what is around them.
    explained: Vec<usize>,
    /// What was complained about and has another form in WIT, in the order of the text.
    replaced: Vec<Replaced>,
    /// Whether each `{` of the text seems to have its `}`, once it has been looked at.
    is_balanced: Option<bool>,
    /// Whether the text is a script.
    is_script: bool,
}

impl Parser {
    /// The kind of the token `ahead` of the next one.
    fn peek(&self, ahead: usize) -> TokenKind {
        match self.significant.get(self.at + ahead) {
            Some(token) => token.kind,
            None => TokenKind::Eof,
        }
    }

    fn is(&self, kind: TokenKind) -> bool {
        self.peek(0) == kind
    }

    /// Whether nothing is between the token `ahead` of the next one and the one before it.
    fn is_adjacent(&self, ahead: usize) -> bool {
        let at = self.at + ahead;
        match (
            self.significant.get(at.wrapping_sub(1)),
            self.significant.get(at),
        ) {
            (Some(before), Some(token)) => before.token + 1 == token.token,
            _ => false,
        }
    }

    /// The number of the next token.
    fn token(&self) -> usize {
        self.significant[self.at].token as usize
    }

    /// Goes past a token; never past the end of the file.
    fn bump(&mut self) {
        if self.at + 1 < self.significant.len() {
            self.at += 1;
        }
    }

    /// Goes on to the token `end`; never past the end of the file, wherever `end` is.
    fn skip_to(&mut self, end: usize) {
        // INVARIANT: the end of the file is a token.
        self.at = self.at.max(end.min(self.significant.len() - 1));
    }

    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.is(kind);
        if found {
            self.bump();
        }
        found
    }

    /// The text of the next token.
    fn text(&self) -> &str {
        self.tree.token_text(self.token())
    }

    /// Whether the next token is the first of its line.
    fn at_line_start(&self) -> bool {
        self.is_line_start(0)
    }

    /// Whether the token `ahead` of the next one is the first of its line.
    fn is_line_start(&self, ahead: usize) -> bool {
        self.starts_line(self.at + ahead)
    }

    /// The same of the token `at`.
    fn starts_line(&self, at: usize) -> bool {
        let Some(found) = self.significant.get(at) else {
            return true;
        };
        let token = found.token as usize;
        let Some(Token { kind, .. }) = token.checked_sub(1).map(|t| self.tree.tokens[t]) else {
            return true;
        };
        match kind {
            TokenKind::Whitespace => self.tree.token_text(token - 1).contains('\n'),
            _ => false,
        }
    }

    /// Makes a node of what `inside` parses.
    fn node(&mut self, kind: NodeKind, inside: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        let id = self.tree.nodes.len() as u32;
        let first_token = self.significant[self.at].token;
        self.tree.nodes.push(Stored {
            kind,
            parent: self.open,
            end: id + 1,
            first_token,
            end_token: first_token,
        });
        let around = std::mem::replace(&mut self.open, id);
        let before = self.at;
        let parsed = inside(self);
        self.open = around;
        let end = self.tree.nodes.len() as u32;
        self.tree.nodes[id as usize].end = end;
        let end_token = match self.at.checked_sub(1) {
            Some(last) => self.significant[last].token + 1,
            None => 0,
        };
        if self.at > before {
            self.tree.nodes[id as usize].end_token = end_token;
        } else if self.tree.nodes[around as usize].first_token < first_token {
            // It has no tokens, nor has what is in it: they are where the parent ends so far, since
            // blanks that follow are not in it.
            for empty in &mut self.tree.nodes[id as usize..end as usize] {
                (empty.first_token, empty.end_token) = (end_token, end_token);
            }
        }
        parsed
    }

    /// Makes a node of the next token alone.
    fn leaf(&mut self, kind: NodeKind) -> Parsed {
        let token = self.significant[self.at].token;
        self.tree.nodes.push(Stored {
            kind,
            parent: self.open,
            end: self.tree.nodes.len() as u32 + 1,
            first_token: token,
            end_token: token + 1,
        });
        self.bump();
        Ok(())
    }

    /// Changes what the open node is, when it is known only now.
    fn set_kind(&mut self, kind: NodeKind) {
        let open = self.open as usize;
        self.tree.nodes[open].kind = kind;
    }

    /// A complaint about the next token.
    fn problem(&mut self, code: &'static Code, message: String, label: impl Into<String>) {
        let found = self.finding(code, message, label);
        self.push(found);
    }

    fn finding(
        &self,
        code: &'static Code,
        message: String,
        label: impl Into<String>,
    ) -> Diagnostic {
        let range = self.tree.token_range(self.token());
        code.report(message).at(self.tree.locus(range), label)
    }

    fn push(&mut self, problem: Diagnostic) {
        self.tree.problems.push(problem);
    }

    /// Reports that `expected` is not what comes next.
    fn unexpected(&mut self, expected: &str) -> Bad {
        let found = self.peek(0);
        // What the character is was said when the tokens were looked at.
        if found != TokenKind::Unknown {
            self.problem(
                &codes::SYNTAX,
                format!("expected {expected}, found {}", self.described()),
                format!("expected {expected}"),
            );
        }
        Bad
    }

    /// The next token, for messages.
    fn described(&self) -> String {
        self.described_at(self.at)
    }

    /// The token `at`, for messages.
    fn described_at(&self, at: usize) -> String {
        let token = self.significant[at];
        match token.kind {
            TokenKind::Ident | TokenKind::ExplicitIdent | TokenKind::Integer => {
                format!("`{}`", self.tree.token_text(token.token as usize))
            }
            other => other.describe().to_string(),
        }
    }

    fn expect(&mut self, kind: TokenKind) -> Parsed {
        if self.eat(kind) {
            return Ok(());
        }
        Err(self.unexpected(kind.describe()))
    }

    /// A `;`. If all that is wrong is that it is missing at the end of a line, parsing goes on.
    fn semicolon(&mut self) -> Parsed {
        if self.eat(TokenKind::Semicolon) {
            return Ok(());
        }
        if self.wrong_end() {
            return Ok(());
        }
        let ends =
            self.at_line_start() || matches!(self.peek(0), TokenKind::RightBrace | TokenKind::Eof);
        if !ends || self.at == 0 {
            return Err(self.unexpected("`;`"));
        }
        let before = self.significant[self.at - 1].token as usize;
        let end = self.tree.token_range(before).end;
        let what = match self.at_line_start() {
            true => "end of line".to_string(),
            false => self.described(),
        };
        let found = codes::SYNTAX
            .report(format!("expected `;`, found {what}"))
            .at(self.tree.locus(end..end), "missing `;`")
            .help("add `;`");
        self.push(found);
        Ok(())
    }

    /// A name. A keyword in its place is taken for one, after a complaint.
    fn name(&mut self) -> Parsed {
        let kind = self.peek(0);
        match kind {
            TokenKind::Ident | TokenKind::ExplicitIdent => self.kebab_case(),
            _ if self.is_script && kind.is_word_of_scripts() => {}
            _ if kind.is_keyword() && kind != TokenKind::Underscore => {
                let keyword = self.text().to_string();
                let found = self
                    .finding(
                        &codes::RESERVED_NAME,
                        format!("`{keyword}` is a reserved keyword"),
                        "reserved keyword",
                    )
                    .help(format!("escape it: `%{keyword}`"));
                self.push(found);
            }
            _ => match self.quoted_name() {
                true => {}
                false => return Err(self.unexpected("a name")),
            },
        }
        self.leaf(NodeKind::Name)
    }

    /// Reports the name that is next if it is not in kebab case.
    fn kebab_case(&mut self) {
        if self.significant[self.at].plain {
            return;
        }
        let name = self.text().trim_start_matches('%').to_string();
        let Some((message, kebab)) = problems::of_name(&name) else {
            return;
        };
        let mut found = self.finding(&codes::INVALID_NAME, message, "expected kebab case");
        found.help.extend(
            kebab
                .as_ref()
                .map(|kebab| format!("use kebab case: `{kebab}`")),
        );
        self.push(found);
        if let Some(kebab) = kebab {
            self.note_replaced(kebab);
        }
    }

    /// Whether an item seems to begin here, at the start of a line.
    fn starts_item(&self) -> bool {
        use TokenKind::*;
        let seems = match self.peek(0) {
            Interface | World | Package | Type | Record | Variant | Enum | Flags | Resource
            | Use | Include | Import | Export => {
                matches!(self.peek(1), Ident | ExplicitIdent) || self.peek(1).is_keyword()
            }
            At => true,
            Constructor => self.peek(1) == LeftParen,
            Ident if self.is_script && self.starts_let() => true,
            _ => self.peek(1) == Colon && matches!(self.peek(2), Func | Async | Static),
        };
        seems && self.at_line_start()
    }

    /// Skips the rest of a bad item, so that the next one, or the end of what they are in, is
    /// next. `before` is where the item began.
    fn skip_item(&mut self, before: usize) {
        use TokenKind::*;
        let mut depth = 0usize;
        let start = self.at;
        loop {
            match self.peek(0) {
                Eof => break,
                RightBrace if depth == 0 => break,
                // A whole body was skipped, or names in braces, with what belongs to them.
                RightBrace if depth == 1 && self.peek(1) == From => depth = 0,
                RightBrace if depth == 1 => {
                    self.bump();
                    self.eat(Semicolon);
                    break;
                }
                RightBrace => depth -= 1,
                LeftBrace => depth += 1,
                Semicolon if depth == 0 => {
                    self.bump();
                    break;
                }
                _ if depth == 0 && self.at > before && self.starts_item() => break,
                _ => {}
            }
            self.bump();
        }
        if self.at > start {
            self.cover_skipped(start);
        }
    }

    /// Makes an error node of what was skipped, so that it can be told from what was understood.
    fn cover_skipped(&mut self, start: usize) {
        let id = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Stored {
            kind: NodeKind::Error,
            parent: self.open,
            end: id + 1,
            first_token: self.significant[start].token,
            end_token: self.significant[self.at - 1].token + 1,
        });
    }
}
