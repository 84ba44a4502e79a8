//! References to interfaces and packages as people write them where WIT has another form.
//!
//! Lives here: recognizing such paths, with help that has the right form.
//! May import: the parser around it. Deliberately absent: what packages there are (`names`).

use super::super::lex::TokenKind::*;
use super::super::tree::NodeKind;
use super::{Bad, Parsed, Parser};

impl Parser {
    /// A path to an interface that is not written as in WIT, if one is next. It is read to its
    /// end, so that what is behind it is understood.
    pub(super) fn foreign_path(&mut self) -> Option<Parsed> {
        let from = self.at;
        if self.is(StringLiteral) {
            let text = self.text().trim_matches('"').to_string();
            self.bump();
            self.habit(from, "a path is not a string", format!("write `{text}`"));
            return Some(Ok(()));
        }
        let is_name = |p: &Self, ahead: usize| {
            let kind = p.peek(ahead);
            matches!(kind, Ident | ExplicitIdent) || kind.is_keyword()
        };
        if !is_name(self, 0) {
            return None;
        }
        // As WIT has it: a name alone, or `acme:store/kv`.
        let next = self.peek(1);
        if !matches!(next, Slash | Colon) || (next == Colon && self.peek(3) == Slash) {
            return None;
        }
        let name = self.text().to_string();
        let is_use = self.is_inside(NodeKind::Use);
        // `store/kv`, without a namespace.
        if self.peek(1) == Slash && is_name(self, 2) {
            self.bump();
            self.path_rest();
            let path = self.stretch(from, self.at);
            // `use kv/key;`
            if let Some((interface, ty)) = path.split_once('/')
                && is_use
                && matches!(self.peek(0), Semicolon | As | Comma)
            {
                let message = "`/` does not separate an interface and its types";
                self.habit(from, message, format!("write `use {interface}.{{{ty}}};`"));
                return Some(Err(Bad));
            }
            // `acme/store/kv`: all is there, with the wrong sign between.
            let (message, help) = match path.matches('/').count() {
                2 => (
                    format!("namespace `{name}` is followed by `/`"),
                    format!("write `{}`", path.replacen('/', ":", 1)),
                ),
                _ => (
                    format!("missing namespace of package `{name}`"),
                    format!("write `namespace:{path}`, with the namespace of the package"),
                ),
            };
            self.habit(from, message, help);
            return Some(Ok(()));
        }
        if self.peek(1) != Colon {
            return None;
        }
        // `foo::bar`
        if self.peek(2) == Colon {
            loop {
                // `kv::{key}`
                if self.is(LeftBrace) && self.at > from && is_use {
                    self.skip_braces();
                    break;
                }
                let names_follow = self.is(Period) && self.peek(1) == LeftBrace;
                let ends = matches!(self.peek(0), Semicolon | LeftBrace | RightBrace | As | Eof);
                if ends || names_follow || (self.at > from && self.at_line_start()) {
                    break;
                }
                self.bump();
            }
            let written = self.stretch(from, self.at);
            let parts: Vec<&str> = written.split("::").filter(|p| !p.is_empty()).collect();
            let (path, ty) = match (parts.as_slice(), is_use) {
                ([interface, ty], true) => (interface.to_string(), Some(ty)),
                ([package, interface], false) => (format!("namespace:{package}/{interface}"), None),
                ([space, package, interface], _) => {
                    (format!("{space}:{package}/{interface}"), None)
                }
                ([space, package, interface, ty], _) => {
                    (format!("{space}:{package}/{interface}"), Some(ty))
                }
                _ => ("namespace:package/interface".to_string(), None),
            };
            let help = match ty {
                Some(ty) => format!("write `{path}.{{{}}}`", ty.trim_matches(['{', '}'])),
                None => format!("write `{path}`"),
            };
            self.habit(from, "`::` does not separate names in WIT", help);
            return Some(Err(Bad));
        }
        if !is_name(self, 2) {
            return None;
        }
        let package = {
            let token = self.significant[self.at + 2].token as usize;
            format!("{name}:{}", self.tree.token_text(token))
        };
        match self.peek(3) {
            // `acme:store.kv@1.2.0`
            Period if is_name(self, 4) => {
                for _ in 0..4 {
                    self.bump();
                }
                let rest = self.at;
                self.path_rest();
                let rest = self.stretch(rest, self.at);
                self.habit(
                    from,
                    "a `/` separates a package and its interface",
                    format!("write `{package}/{rest}`"),
                );
                Some(Ok(()))
            }
            // `acme:store@1.2.0/kv`, and `acme:store@1.2.0` alone, whatever follows.
            At | Semicolon | As | With | Period => {
                for _ in 0..3 {
                    self.bump();
                }
                let version = self.at;
                self.path_rest();
                let version = match self.at > version {
                    true => self.stretch(version, self.at),
                    false => String::new(),
                };
                match version.split_once('/') {
                    Some((version, interface)) => self.habit(
                        from,
                        "the version is written last",
                        format!("write `{package}/{interface}{version}`"),
                    ),
                    None => self.habit(
                        from,
                        format!("`{package}` is a package, not an interface or a world"),
                        format!("write `{package}/…{version}`, with the name of one in it"),
                    ),
                }
                Some(Ok(()))
            }
            _ => None,
        }
    }

    /// What is left of a path: names, slashes and a version, with no blank between them.
    pub(super) fn path_rest(&mut self) {
        loop {
            let kind = self.peek(0);
            let goes_on = matches!(
                kind,
                Ident | ExplicitIdent | Integer | Slash | At | Minus | Plus
            ) || kind.is_keyword()
                || (kind == Period && self.peek(1) != LeftBrace);
            if !goes_on || !self.is_adjacent(0) {
                return;
            }
            self.bump();
        }
    }

    /// A version that is not one of three numbers: `@^1.2.0`, `@v1.2.0`, `@1.2`. `from` is where
    /// it begins.
    pub(super) fn foreign_version(&mut self, from: usize) -> bool {
        let third = self.peek(0) == Integer && self.peek(1) == Period && self.peek(2) == Integer;
        if third && self.peek(3) == Period && self.peek(4) == Integer {
            return false;
        }
        let starts = matches!(
            self.peek(0),
            Unknown | Ident | Integer | Equals | Star | StringLiteral
        ) || matches!(self.peek(0), GreaterThan | LessThan);
        if !starts {
            return false;
        }
        self.bump();
        while self.is_adjacent(0)
            && (matches!(
                self.peek(0),
                Integer | Ident | Equals | Star | Unknown | Minus | Plus | StringLiteral
            ) || (self.is(Period) && matches!(self.peek(1), Integer | Ident | Star)))
        {
            self.bump();
        }
        let written = self.stretch(from, self.at);
        let mut numbers: Vec<&str> = written
            .trim_matches(|c: char| !c.is_ascii_digit())
            .split('.')
            .filter(|part| part.chars().all(|c| c.is_ascii_digit()) && !part.is_empty())
            .collect();
        // `*`, `latest`: no version is meant.
        if numbers.is_empty() {
            numbers.push("1");
        }
        while numbers.len() < 3 {
            numbers.push("0");
        }
        numbers.truncate(3);
        self.habit(
            from,
            format!("`{written}` is not a version of three numbers"),
            format!("write the exact version, as `{}`", numbers.join(".")),
        );
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
