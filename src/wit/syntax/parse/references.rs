//! What refers to other interfaces and worlds: paths, `use`, `include`, imports and exports.
//!
//! May import: `diag` (rank 0) and the parser around it. Deliberately absent: items that define
//! something.

use super::super::codes;
use super::super::lex::TokenKind::{self, *};
use super::super::tree::NodeKind;
use super::items::Body;
use super::{Bad, Parsed, Parser};

impl Parser {
    pub(super) fn top_use(&mut self) -> Parsed {
        self.set_kind(NodeKind::TopUse);
        self.bump();
        let from = self.at;
        self.path()?;
        if self.is(Period) {
            let item = self.stretch(from - 1, self.end_of_use());
            let found = self
                .finding(
                    &codes::SYNTAX,
                    "`use` at the top of a file imports a whole interface, not its types"
                        .to_string(),
                    "",
                )
                .help(format!(
                    "write `{item};` inside the interface or world that needs the types"
                ));
            self.push(found);
            return Err(Bad);
        }
        if self.eat(As) {
            self.name()?;
        }
        self.semicolon()
    }

    /// `use a.{b as c};`
    pub(super) fn use_names(&mut self) -> Parsed {
        self.set_kind(NodeKind::Use);
        self.bump();
        let start = self.at;
        if self.foreign_use() {
            return Ok(());
        }
        self.path()?;
        if let Some(parsed) = self.foreign_names(start) {
            return parsed;
        }
        self.expect(Period)?;
        let in_braces = self.is(LeftBrace) && self.peek(1) == Star && self.peek(2) == RightBrace;
        if self.is(Star) || in_braces {
            let from = self.at;
            self.bump();
            if in_braces {
                self.bump();
                self.bump();
            }
            self.habit(
                from,
                "WIT has no wildcard in `use`",
                "write the names of the types: `.{a, b}`",
            );
            return self.semicolon();
        }
        let names = self.at;
        self.expect(LeftBrace)?;
        self.list(RightBrace, &mut |p| {
            p.node(NodeKind::UseName, |p| {
                p.name()?;
                if p.eat(As) {
                    p.name()?;
                }
                Ok(())
            })
        })?;
        if self.is(At) && self.peek(1) == Integer {
            let path = self.written_between(start, names - 1);
            let names = self.written(names);
            let from = self.at;
            self.bump();
            self.version()?;
            let version = self.written(from);
            self.habit(
                from,
                "the version is written before the names",
                format!("write `{path}{version}.{names}`"),
            );
        }
        self.semicolon()
    }

    pub(super) fn include(&mut self) -> Parsed {
        self.set_kind(NodeKind::Include);
        self.bump();
        let from = self.at;
        self.path()?;
        if !self.eat(With) {
            return self.behind_path(from, NodeKind::Include);
        }
        self.expect(LeftBrace)?;
        self.list(RightBrace, &mut |p| {
            p.node(NodeKind::IncludeName, |p| {
                p.name()?;
                p.expect(As)?;
                p.name()
            })
        })?;
        // As behind an interface in a world.
        if self.is_script {
            self.eat(Semicolon);
        }
        Ok(())
    }

    /// `import a;`, `import a: func();`, `import a: interface { … }`, `import a: b;`
    pub(super) fn extern_item(&mut self, kind: NodeKind) -> Parsed {
        self.set_kind(kind);
        self.bump();
        if self.type_in_world() {
            return Ok(());
        }
        if let Some(parsed) = self.foreign_extern(kind) {
            return parsed;
        }
        let from = self.at;
        if self.peek(1) != Colon {
            self.path()?;
            return self.behind_path(from, kind);
        }
        let accessor = self.peek(3) == LeftParen && self.is_accessor(2);
        match self.peek(2) {
            // `a:b/c`; but `a: b:c/d` has a label.
            // `a::b` is told with the path.
            Colon => {
                self.path()?;
                self.behind_path(from, kind)
            }
            _ if matches!(self.peek(3), Slash | At) => {
                self.path()?;
                self.behind_path(from, kind)
            }
            Func | Async => self.named_func(),
            _ if accessor => self.named_func(),
            Interface => {
                self.name()?;
                self.bump();
                self.node(NodeKind::InlineInterface, |p| {
                    p.bump();
                    p.body(Body::Interface)
                })?;
                // A script has a `;` there as behind all others, WIT has none.
                if self.is_script {
                    self.eat(Semicolon);
                }
                Ok(())
            }
            _ => {
                self.name()?;
                self.bump();
                self.path()?;
                self.semicolon()
            }
        }
    }

    fn named_func(&mut self) -> Parsed {
        let from = self.at;
        self.name()?;
        self.bump();
        self.func_type()?;
        self.end_of_function(from)
    }

    /// Whether the token `ahead` is `get` or `set`, which are words only before a parenthesis.
    pub(super) fn is_accessor(&self, ahead: usize) -> bool {
        match self.significant.get(self.at + ahead) {
            Some(found) if found.kind == TokenKind::Ident => {
                matches!(self.tree.token_text(found.token as usize), "get" | "set")
            }
            _ => false,
        }
    }

    /// `id`, `a:b/c@1.0.0`, and the nested forms of it.
    pub(super) fn path(&mut self) -> Parsed {
        self.node(NodeKind::Path, |p| {
            if let Some(parsed) = p.foreign_path() {
                return parsed;
            }
            p.old_path();
            if p.is_script && p.peek(1) == Colon {
                return p.script_path();
            }
            p.name()?;
            if !p.is(Colon) {
                return Ok(());
            }
            while p.eat(Colon) {
                p.name()?;
            }
            if !p.is(Slash) {
                return Err(p.unexpected("`/` and the name of an interface or a world"));
            }
            // `acme:store/kv/{key}` is told by what reads the names.
            while p.is(Slash) && p.peek(1) != LeftBrace {
                p.bump();
                p.name()?;
            }
            if p.eat(At) {
                p.version()?;
            }
            Ok(())
        })
    }

    /// `1.0.0-rc.1+build`.
    pub(super) fn version(&mut self) -> Parsed {
        use TokenKind::{Ident, Integer, Minus, Period, Plus};
        let start = self.token();
        if self.foreign_version(self.at) {
            return Ok(());
        }
        self.node(NodeKind::Version, |p| {
            for part in 0..3 {
                if part > 0 {
                    p.expect(Period)?;
                }
                if !p.eat(Integer) {
                    return Err(p.unexpected("a version like `1.0.0`"));
                }
            }
            for sign in [Minus, Plus] {
                if !p.eat(sign) {
                    continue;
                }
                // As in wit-parser, any words, numbers and dots; but a dot before anything else
                // is the one of `use a:b/c@1.0.0-rc.{…}`. A word may be a keyword, but not one with a
                // blank before it, as in `use a:b/c@1.0.0-rc as d`.
                let is_word = |p: &Self, ahead| {
                    let kind = p.peek(ahead);
                    p.is_adjacent(ahead)
                        && (matches!(kind, Ident | Integer | Minus) || kind.is_keyword())
                };
                while is_word(p, 0) || (p.is(Period) && is_word(p, 1)) {
                    p.bump();
                }
            }
            Ok(())
        })?;
        let first = self.tree.token_range(start).start;
        let end = self.significant[self.at - 1].token as usize;
        let range = first..self.tree.token_range(end).end;
        if let Err(error) = semver::Version::parse(&self.tree.text[range.clone()]) {
            let found = codes::SYNTAX
                .report(format!(
                    "`{}` is not a version: {error}",
                    &self.tree.text[range.clone()]
                ))
                .at(self.tree.locus(range), "");
            self.push(found);
        }
        Ok(())
    }
}
