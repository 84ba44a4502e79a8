//! References to interfaces and packages as people write them where WIT has another form.
//!
//! Lives here: recognizing such paths, with help that has the right form.
//! May import: the parser around it. Deliberately absent: what packages there are (`names`).

use super::super::lex::TokenKind::*;
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
        // `store/kv`, without a namespace.
        if self.peek(1) == Slash && is_name(self, 2) {
            self.bump();
            self.path_rest();
            let path = self.stretch(from);
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
                let names_follow = self.is(Period) && self.peek(1) == LeftBrace;
                let ends = matches!(self.peek(0), Semicolon | LeftBrace | RightBrace | Eof);
                if ends || names_follow || (self.at > from && self.at_line_start()) {
                    break;
                }
                self.bump();
            }
            let written = self.stretch(from);
            let parts: Vec<&str> = written.split("::").filter(|p| !p.is_empty()).collect();
            let help = match parts.as_slice() {
                [interface, ty] => format!("write `{interface}.{{{ty}}}`"),
                [space, package, interface] => format!("write `{space}:{package}/{interface}`"),
                [space, package, interface, ty] => {
                    format!("write `{space}:{package}/{interface}.{{{ty}}}`")
                }
                _ => "write `namespace:package/interface`".to_string(),
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
                let rest = self.stretch(rest);
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
                    true => self.stretch(version),
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
    fn path_rest(&mut self) {
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
        let written = self.stretch(from);
        let mut numbers: Vec<&str> = written
            .trim_matches(|c: char| !c.is_ascii_digit())
            .split('.')
            .filter(|part| part.chars().all(|c| c.is_ascii_digit()) && !part.is_empty())
            .collect();
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

    /// The text from the token `from` to the next one.
    fn stretch(&self, from: usize) -> String {
        let end = self.significant[self.at.saturating_sub(1).max(from)].token as usize;
        let start = self.significant[from].token as usize;
        self.tree.text[self.tree.token_range(start).start..self.tree.token_range(end).end]
            .to_string()
    }
}
