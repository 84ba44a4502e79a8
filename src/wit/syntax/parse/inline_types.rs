//! What WIT has as an item of its own only, written in the place of a type.
//!
//! Lives here: records, variants and the like among types, alternatives (`u32 | string`), functions
//! as types, and types named by a path, with help that has the item.
//! May import: the parser around it. Deliberately absent: types that WIT has under other names
//! (`foreign_types`).

use super::super::lex::KEYWORDS;
use super::super::lex::TokenKind::*;
use super::super::problems;
use super::super::tree::NodeKind;
use super::{Parsed, Parser};

/// What a type that has to be an item of its own can be called.
struct Named {
    name: Option<String>,
    /// Whether it is all that a `type … =` says.
    is_alias: bool,
    /// Whether it is the type of a parameter.
    is_param: bool,
}

impl Parser {
    /// What the type that begins at the token `from` can be called: as the parameter, the field or
    /// the case that has it, or as the function whose result it is.
    fn named(&self, from: usize) -> Named {
        use NodeKind::{Case, Export, Field, Func, Import, Param, TypeAlias};
        let found = self.innermost(&[Param, Field, Case, Func, Import, Export, TypeAlias]);
        let kind = found.map(|(kind, _)| kind);
        let name = found.and_then(|(_, node)| self.name_in(node));
        let before = from.checked_sub(1).map(|at| self.significant[at].kind);
        let is_whole = self.tree.nodes[self.open as usize].kind == TypeAlias
            && !matches!(before, Some(LessThan | Comma | LeftParen | Unknown));
        Named {
            name: match kind {
                Some(Func | Import | Export) => name.map(|name| format!("{name}-result")),
                _ => name,
            },
            is_alias: is_whole,
            is_param: kind == Some(Param),
        }
    }

    /// `record { … }`, or `{ … }` alone.
    pub(super) fn inline_definition(&mut self, from: usize) -> Parsed {
        let mut keyword = self.text().to_string();
        if self.is(LeftBrace) {
            keyword = "record".to_string();
        } else {
            self.bump();
        }
        let mut named = self.named(from);
        if !self.is(LeftBrace) {
            named.name = Some(problems::as_name(self.text()));
            named.is_alias = false;
            self.bump();
        }
        let braces = self.skip_braces();
        let item = |name: &str| format!("{keyword} {name} {braces}");
        let (help, name) = match (named.name, named.is_alias) {
            (Some(name), true) => (format!("write `{}`, without `type`", item(&name)), name),
            (Some(name), false) => (
                format!(
                    "define it on its own, as `{}`, and use `{name}` here",
                    item(&name)
                ),
                name,
            ),
            (None, _) => (
                format!("define it on its own, as `{}`", item("…")),
                "…".to_string(),
            ),
        };
        let message = format!("`{keyword}` cannot be defined inside another item");
        let define = item(&name);
        self.replace(from, message, help, name, Some(define));
        Ok(())
    }

    /// `func(a: u32) -> u32` as a type.
    pub(super) fn function_as_type(&mut self, from: usize, depth: usize) -> Parsed {
        let is_wit = matches!(self.peek(0), Func | Async);
        let parsed = match is_wit {
            true => self.func_type(),
            // `fn(u32) -> u32`: what it takes has no names.
            false => {
                self.bump();
                self.skip_parens();
                match self.eat(Arrow) || self.eat_arrow() {
                    true => self.ty_at(depth + 1),
                    false => Ok(()),
                }
            }
        };
        let function = match is_wit {
            true => self.in_wit(from),
            false => "func(…)".to_string(),
        };
        self.tell_function(from, &function);
        parsed
    }

    /// `=> u32` behind `(a: u32)`, which is at the token `from`.
    pub(super) fn arrow_type(
        &mut self,
        from: usize,
        depth: usize,
        is_named: bool,
    ) -> Option<Parsed> {
        let params = self.in_wit(from);
        if !self.eat_arrow() {
            return None;
        }
        let result = self.at;
        let parsed = self.ty_at(depth + 1);
        let result = match self.in_wit(result) {
            nothing if matches!(nothing.as_str(), "void" | "unit" | "_") => String::new(),
            result => format!(" -> {result}"),
        };
        let function = match is_named && params.starts_with('(') {
            true => format!("func{params}{result}"),
            false => format!("func(…){result}"),
        };
        self.tell_function(from, &function);
        Some(parsed)
    }

    fn eat_arrow(&mut self) -> bool {
        let found = self.is(Equals) && self.peek(1) == GreaterThan;
        if found {
            self.bump();
            self.bump();
        }
        found
    }

    fn tell_function(&mut self, from: usize, function: &str) {
        let named = self.named(from);
        let name = named.name.unwrap_or("…".to_string());
        let resource = format!("resource {name} {{ call: {function}; }}");
        let used = match named.is_param {
            true => format!("borrow<{name}>"),
            false => name.clone(),
        };
        let help = match named.is_alias {
            true => format!(
                "write `{name}: {function};` for a function, or `{resource}` for something to call"
            ),
            false => format!("define `{resource}`, and use `{used}` here"),
        };
        self.replace(
            from,
            "WIT has no function types",
            help,
            used,
            Some(resource),
        );
    }

    /// Goes past a `( … )`.
    fn skip_parens(&mut self) {
        let mut depth = 0usize;
        loop {
            match self.peek(0) {
                Eof | Semicolon | LeftBrace | RightBrace => return,
                LeftParen => depth += 1,
                RightParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    /// `u32 | string`, where the first of the types began at the token `from`, and `"a" | "b"`.
    pub(super) fn alternatives(&mut self, from: usize, depth: usize) -> Parsed {
        let mut types = Vec::new();
        let mut literals = Vec::new();
        if self.at > from {
            types.push(self.in_wit(from));
        }
        let mut is_optional = false;
        loop {
            self.eat_text("|");
            let at = self.at;
            let word = self.text().to_string();
            if self.eat(StringLiteral) {
                literals.push(problems::as_name(word.trim_matches('"')));
            } else if matches!(
                word.as_str(),
                "null" | "undefined" | "none" | "nil" | "None"
            ) {
                self.bump();
                is_optional = true;
            } else {
                self.one_type(depth + 1)?;
                types.push(self.in_wit(at));
            }
            if !self.is_text("|") {
                break;
            }
        }
        let named = self.named(from);
        let name = named.name.unwrap_or("…".to_string());
        let (ty, define) = match (types.as_slice(), literals.as_slice()) {
            ([only], []) => (only.clone(), None),
            ([], [_]) if !is_optional => ("string".to_string(), None),
            ([], _) => (
                name.clone(),
                Some(format!("enum {name} {{ {} }}", literals.join(", "))),
            ),
            _ => {
                let all = [types.as_slice(), literals.as_slice()].concat();
                (name.clone(), Some(variant_of(&name, &all)))
            }
        };
        let ty = match is_optional {
            true => format!("option<{ty}>"),
            false => ty,
        };
        let message = match (define.is_some(), literals.is_empty()) {
            (false, false) => "a string is not a WIT type",
            _ => "`|` does not combine types in WIT",
        };
        let help = match &define {
            Some(item) if named.is_alias && !is_optional => format!("write `{item}`"),
            Some(item) => format!("define `{item}`, and use `{ty}` here"),
            None => format!("write `{ty}`"),
        };
        self.replace(from, message, help, ty, define);
        Ok(())
    }

    /// `types.request`, `types::request` and `acme:http/types.{request}`, whose first name is at
    /// the token `from`.
    pub(super) fn path_as_type(&mut self, from: usize) -> bool {
        let is_name = |p: &Self, ahead: usize| matches!(p.peek(ahead), Ident | ExplicitIdent);
        let ahead = match (self.peek(0), self.peek(1), self.peek(2)) {
            (Period, LeftBrace, _) => 2,
            (Period, ..) => 1,
            (Colon, Colon, _) => 2,
            (Colon, _, Slash) => 1,
            _ => return false,
        };
        if self.at != from + 1 || !is_name(self, ahead) || !self.is_adjacent(0) {
            return false;
        }
        loop {
            let kind = self.peek(0);
            let goes_on = kind.is_keyword()
                || matches!(
                    kind,
                    Ident | ExplicitIdent | Integer | Slash | At | Minus | Plus | Colon
                )
                || (kind == Period && self.peek(1) != LeftBrace);
            if !goes_on || !self.is_adjacent(0) {
                break;
            }
            self.bump();
        }
        let mut path = self.stretch(from, self.at);
        let ty = match self.is(Period) && self.eat_names() {
            true => {
                let names = self.stretch(self.at - 2, self.at - 1);
                Some(names)
            }
            false => {
                let split = path
                    .rfind(['.', ':'])
                    .map(|at| (path[..at].to_string(), path[at + 1..].to_string()));
                split.map(|(before, name)| {
                    path = before.trim_end_matches(':').to_string();
                    name
                })
            }
        };
        let Some(ty) = ty else { return false };
        let path = path.replace("::", "/");
        self.replace(
            from,
            "a type is named without the interface that it comes from",
            format!("write `use {path}.{{{ty}}};` above, and `{ty}` here"),
            ty.clone(),
            Some(format!("use {path}.{{{ty}}};")),
        );
        true
    }

    /// `.{name}`
    fn eat_names(&mut self) -> bool {
        let is_one = self.peek(1) == LeftBrace && self.peek(3) == RightBrace;
        if is_one {
            for _ in 0..4 {
                self.bump();
            }
        }
        is_one
    }
}

/// A variant with a case for each of these types.
pub(super) fn variant_of(name: &str, types: &[String]) -> String {
    let case = |ty: &String| {
        let words = ty.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let case = words.join("-");
        match KEYWORDS.contains(&case.as_str()) {
            true => format!("%{case}({ty})"),
            false => format!("{case}({ty})"),
        }
    };
    let cases: Vec<String> = types.iter().map(case).collect();
    format!("variant {name} {{ {} }}", cases.join(", "))
}
