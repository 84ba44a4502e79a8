//! Imports and `use` as other languages write them.
//!
//! Lives here: `import a from "b"`, names in braces before or behind the wrong sign, several paths
//! in one item, with help that has the item in WIT.
//! May import: the parser around it. Deliberately absent: the paths themselves (`old_references`).

use super::super::lex::TokenKind::{self, *};
use super::super::problems;
use super::super::tree::NodeKind;
use super::items::Body;
use super::{Bad, Parsed, Parser};

/// `a`, `{a, b}` or `* as a` from somewhere.
struct Clause {
    /// What is in the braces.
    names: Option<String>,
    /// The name without braces.
    name: String,
    /// Where it is from.
    source: String,
    /// The token behind it.
    end: usize,
}

impl Clause {
    /// The interface that is meant.
    fn path(&self) -> String {
        let source = self.source.as_str();
        let (package, version) = match source.split_once('@') {
            Some((package, version)) => (package, format!("@{version}")),
            None => (source, String::new()),
        };
        if package.contains(':') && package.contains('/') {
            return source.to_string();
        }
        if package.contains(':') {
            let interface = if self.names.is_some() {
                "…"
            } else {
                &self.name
            };
            return format!("{package}/{interface}{version}");
        }
        // A file, as other languages have it.
        match &self.names {
            None => self.name.clone(),
            Some(_) => {
                let file = source.rsplit('/').next().unwrap_or(source);
                let stem = file.split('.').next().unwrap_or(file);
                match problems::as_name(stem) {
                    name if name.is_empty() => "…".to_string(),
                    name => name,
                }
            }
        }
    }
}

impl Parser {
    /// What is from somewhere, if it begins at the token `at`.
    fn clause(&self, at: usize) -> Option<Clause> {
        let kind = |at: usize| self.significant.get(at).map(|token| token.kind);
        let (mut names, mut name) = (None, String::new());
        let mut end = at;
        if kind(at) == Some(LeftBrace) {
            let ends = |at: &usize| matches!(kind(*at), Some(RightBrace | Semicolon | Eof) | None);
            end = (at..).find(ends)?;
            names = Some(self.stretch(at + 1, end));
        } else {
            if kind(at) == Some(Star) && kind(at + 1) == Some(As) {
                end = at + 2;
            }
            let is_name = matches!(kind(end)?, Ident | ExplicitIdent);
            if !is_name || kind(end + 1) != Some(TokenKind::From) {
                return None;
            }
            name = self.in_wit_between(end, end + 1);
        }
        if kind(end + 1) != Some(TokenKind::From) {
            return None;
        }
        let start = end + 2;
        let end = self.end_of(start).max(start + 1);
        let source = self.stretch(start, end);
        Some(Clause {
            names,
            name,
            source: source.trim_matches(['"', '\'']).to_string(),
            end,
        })
    }

    /// `import a from "b"` where no import can be: in a file or an interface.
    pub(super) fn item_from(&mut self, body: Body) -> bool {
        let at = self.at;
        if self.is(TokenKind::From) {
            return self.python_import();
        }
        if !matches!(self.peek(0), Import | Export | Use) {
            return false;
        }
        let Some(from) = self.clause(at + 1) else {
            return false;
        };
        let path = from.path();
        let names = from.names.as_deref().unwrap_or("…").trim();
        let help = match body {
            Body::File | Body::Package(_) => {
                format!("write `import {path};` in a world, as `world … {{ import {path}; }}`")
            }
            _ => format!("write `use {path}.{{{names}}};`"),
        };
        self.tell_from(at, from.end, help);
        true
    }

    /// `from a import b`, as in Python.
    fn python_import(&mut self) -> bool {
        let at = self.at;
        let end = self.end_of(at);
        let Some(import) = (at..end).find(|at| self.significant[*at].kind == Import) else {
            return false;
        };
        let clause = Clause {
            names: Some(self.stretch(import + 1, end)),
            name: String::new(),
            source: self.stretch(at + 1, import),
            end,
        };
        let names = clause.names.as_deref().unwrap_or_default();
        let help = format!("write `use {}.{{{names}}};`", clause.path());
        self.tell_from(at, end, help);
        true
    }

    fn tell_from(&mut self, at: usize, end: usize, help: String) {
        self.skip_to(end);
        self.habit(
            at,
            "WIT names an interface by its path, without `from`",
            help,
        );
        self.eat(Semicolon);
    }

    /// An import or export, whose keyword is behind, that does not begin as in WIT.
    pub(super) fn foreign_extern(&mut self, kind: NodeKind) -> Option<Parsed> {
        let at = self.at;
        // As WIT has it, and with nearly every import and export.
        if matches!(self.peek(1), Semicolon | Colon) {
            return None;
        }
        let keyword = match kind {
            NodeKind::Import => "import",
            _ => "export",
        };
        if let Some(from) = self.clause(at) {
            let path = from.path();
            let whole = format!("write `{keyword} {path};`");
            let help = match &from.names {
                Some(names) => {
                    format!("{whole}, and `use {path}.{{{}}};` for types", names.trim())
                }
                None => whole,
            };
            self.tell_from(at, from.end, help);
            return Some(Ok(()));
        }
        if self.is(LeftBrace) {
            self.tell_block(at.saturating_sub(1), keyword);
            self.skip_braces();
            self.eat(Semicolon);
            return Some(Ok(()));
        }
        if matches!(self.peek(0), Ident | ExplicitIdent) && self.lacks_colon() {
            let parsed = self.missing_colon();
            return Some(parsed.and_then(|()| self.end_of_function(at)));
        }
        let is_name = matches!(self.peek(1), Ident | ExplicitIdent);
        let is_func = self.is(Func) || matches!(self.text(), "fn" | "function" | "async");
        if is_func && is_name && self.peek(2) == LeftParen {
            self.bump();
            let parsed = self.missing_colon();
            return Some(parsed.and_then(|()| self.end_of_function(at + 1)));
        }
        if self.is(Interface) && is_name {
            self.bump();
            let name = self.in_wit_between(self.at, self.at + 1);
            let message = "`interface` is not written before the name of an interface";
            let help = match self.peek(1) {
                LeftBrace => {
                    self.bump();
                    let braces = self.skip_braces();
                    format!("write `{keyword} {name}: interface {braces}`")
                }
                _ => {
                    if self.path().is_err() {
                        return Some(Err(Bad));
                    }
                    let path = self.stretch(at + 1, self.at);
                    format!("write `{keyword} {path};`")
                }
            };
            self.habit(at, message, help);
            self.eat(Semicolon);
            return Some(Ok(()));
        }
        None
    }

    /// What is behind the path of an import or export, which begins at the token `from`, and does
    /// not belong there.
    pub(super) fn behind_path(&mut self, from: usize, kind: NodeKind) -> Parsed {
        if self.eat(Semicolon) {
            return Ok(());
        }
        let at = self.at;
        let keyword = match kind {
            NodeKind::Import => "import",
            NodeKind::Export => "export",
            _ => "include",
        };
        let path = self.stretch(from, at);
        let as_a_whole = "interfaces are imported and exported as a whole";
        match (self.peek(0), self.peek(1)) {
            (As, _) if kind != NodeKind::Include => {
                self.bump();
                let name = self.at;
                self.name()?;
                let name = self.in_wit(name);
                let message = "the label of an import or export is written before its path";
                self.habit(at, message, format!("write `{keyword} {name}: {path};`"));
            }
            (As, _) => {
                self.bump();
                self.name()?;
                let written = self.written(at);
                self.habit(
                    at,
                    "worlds are included without a name",
                    format!("remove `{written}`"),
                );
            }
            (LeftBrace, _) if kind != NodeKind::Include => {
                let braces = self.skip_braces();
                match path.contains(['/', ':']) {
                    true => self.habit(at, as_a_whole, format!("write `{keyword} {path};`")),
                    false => {
                        let help = format!("write `{keyword} {path}: interface {braces}`");
                        self.habit(at, "expected `;`, found `{`", help);
                    }
                }
                self.eat(Semicolon);
                return Ok(());
            }
            (Period, LeftBrace) => {
                self.bump();
                let names = self.skip_braces();
                let help =
                    format!("write `{keyword} {path};`, and `use {path}.{names};` for types");
                self.habit(at, as_a_whole, help);
            }
            (Period, Ident | ExplicitIdent) => {
                self.bump();
                let name = self.at;
                self.name()?;
                let name = self.in_wit(name);
                let help =
                    format!("write `{keyword} {path};`, and `use {path}.{{{name}}};` for a type");
                self.habit(at, as_a_whole, help);
            }
            (Comma, _) if !self.is_line_start(1) => {
                let mut items = format!("{keyword} {path};");
                while self.eat(Comma) {
                    let next = self.at;
                    self.path()?;
                    items = format!("{items} {keyword} {};", self.stretch(next, self.at));
                }
                self.habit(at, "expected `;`, found `,`", format!("write `{items}`"));
            }
            _ => {}
        }
        self.semicolon()
    }

    /// A `use` in an interface or world that does not begin with a path; `use` is behind.
    pub(super) fn foreign_use(&mut self) -> bool {
        let at = self.at;
        let Some(from) = self.clause(at) else {
            return false;
        };
        let names = from.names.clone().unwrap_or(from.name.clone());
        // `use key from kv`, where the name is that of a type.
        let from = Clause {
            names: Some(names),
            ..from
        };
        let names = from.names.as_deref().unwrap_or_default().trim();
        let help = format!("write `use {}.{{{names}}};`", from.path());
        self.tell_from(at, from.end, help);
        true
    }

    /// The token behind a `use` whose names are next.
    pub(super) fn end_of_use(&self) -> usize {
        let mut braces = 0usize;
        for (at, token) in self.significant.iter().enumerate().skip(self.at) {
            match token.kind {
                Eof | Semicolon => return at,
                LeftBrace => braces += 1,
                RightBrace if braces == 0 => return at,
                RightBrace => braces -= 1,
                _ if braces == 0 && self.starts_line(at) => return at,
                _ => {}
            }
        }
        self.at
    }

    /// What is between the path of a `use`, which begins at the token `from`, and the names, if it
    /// is not `.{`.
    pub(super) fn foreign_names(&mut self, from: usize) -> Option<Parsed> {
        if self.is(Period) && matches!(self.peek(1), LeftBrace | Star) {
            return None;
        }
        let at = self.at;
        let path = self.stretch(from, at);
        let signs = match (self.peek(0), self.peek(1)) {
            (Semicolon | As, _) => {
                let end = self.end_of(at);
                self.skip_to(end);
                let mut help = format!("write `use {path}.{{…}};`, with the names of types in it");
                if self.is_inside(NodeKind::World) {
                    help = format!("{help}, or `import {path};`");
                }
                self.habit_between(
                    from,
                    at,
                    "`use` needs the names of the types to import",
                    help,
                );
                return Some(self.semicolon());
            }
            (Colon, Colon) => 2,
            (Slash | Period, _) => 1,
            (LeftBrace, _) => 0,
            _ => return None,
        };
        let sign = match signs {
            0 => "expected `.`, found `{`".to_string(),
            1 if self.is(Period) => "expected `{`, found a name".to_string(),
            _ => format!("expected `.`, found `{}`", self.stretch(at, at + signs)),
        };
        for _ in 0..signs {
            self.bump();
        }
        let start = self.at;
        let end = match self.is(LeftBrace) {
            true => {
                self.skip_braces();
                self.at
            }
            false => self.end_of_use(),
        };
        self.skip_to(end);
        let names = self.stretch(start, end);
        let names = names.trim_start_matches('{').trim_end_matches('}').trim();
        // `use kv.a, kv.b;`
        let names = names.replace(&format!("{path}."), "");
        self.habit_between(at, end, sign, format!("write `use {path}.{{{names}}};`"));
        Some(self.semicolon())
    }
}
