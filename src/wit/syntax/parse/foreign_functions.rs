//! Functions as older tools and other languages write them.
//!
//! Lives here: what stands for `func`, what is between the parts of a function and behind them,
//! with help that has the function in WIT.
//! May import: the parser around it. Deliberately absent: parameters (`foreign_elements`), and
//! functions in the place of a type (`inline_types`).

use std::ops::Range;

use super::super::lex::TokenKind::*;
use super::super::problems;
use super::super::tree::NodeKind;
use super::habits::is_type_keyword;
use super::inline_types::variant_of;
use super::{Bad, Parsed, Parser};

/// Where the parts of a function are, as tokens.
pub(super) struct Parts {
    /// Where its type begins.
    from: usize,
    pub is_async: bool,
    params: Range<usize>,
    result: Range<usize>,
}

/// What is wrong with how a function is written: told when its parameters and result are known.
enum Wrong {
    /// The tokens that are wrong, with what is said of them.
    Word(Range<usize>, String),
    /// `r: constructor()`, `drop: destructor()`
    Constructor(usize),
    Destructor(usize),
    /// Where `throws` is, and the types behind it.
    Throws(Range<usize>, Vec<String>),
}

impl Parser {
    /// The type of a function whose `func` is missing, is another word, or has something behind it
    /// that does not belong there.
    pub(super) fn foreign_function(&mut self, mut parts: Parts) -> Parsed {
        let at = self.at;
        let word = self.text().to_string();
        let with_params = self.peek(1) == LeftParen;
        let stands_for = matches!(
            word.as_str(),
            "function" | "fn" | "fun" | "def" | "method" | "procedure" | "proc" | "sub" | "lambda"
        );
        let mut wrong = None;
        match self.peek(0) {
            LeftParen => {
                wrong = Some(Wrong::Word(
                    at..at + 1,
                    "expected `func`, found `(`".to_string(),
                ))
            }
            Func => {
                self.bump();
                if matches!(self.peek(0), Arrow | Semicolon) {
                    return self.without_params(at, &mut parts);
                }
                wrong = self.behind_func(&mut parts);
            }
            Constructor if with_params => {
                self.bump();
                wrong = Some(Wrong::Constructor(at));
            }
            _ if with_params && is_destructor(&word) => {
                self.bump();
                wrong = Some(Wrong::Destructor(at));
            }
            _ if with_params && stands_for => {
                self.bump();
                wrong = Some(Wrong::Word(
                    at..at + 1,
                    format!("expected `func`, found `{word}`"),
                ));
            }
            _ if self.value_for_func() => return Err(Bad),
            _ => self.expect(Func)?,
        }
        let parsed = self.signature(&mut parts);
        if let Some(wrong) = wrong {
            self.tell(wrong, &parts);
        }
        parsed
    }

    /// `func -> u32` and `func;`; `func` is at the token `at`.
    fn without_params(&mut self, at: usize, parts: &mut Parts) -> Parsed {
        let message = format!("expected `(`, found {}", self.described());
        let has_result = self.eat(Arrow);
        parts.result = self.at..self.at;
        let parsed = match has_result {
            true => self.ty(),
            false => Ok(()),
        };
        parts.result.end = self.at;
        self.tell(Wrong::Word(at..at + 1, message), parts);
        parsed
    }

    /// `constructor new(a: u32)` and `constructor: func(a: u32)`; `constructor` is behind.
    pub(super) fn named_constructor(&mut self) -> Parsed {
        let at = self.at;
        let mut parts = self.parts(at, false);
        if self.eat(Colon) {
            self.eat(Async);
            self.eat(Func);
        } else if self.is(Ident) && self.peek(1) == LeftParen {
            self.bump();
        }
        let end = self.at;
        let parsed = self.signature(&mut parts);
        if end > at {
            let help = format!("write `{}`", self.as_constructor(&parts));
            self.habit_between(at, end, "a constructor has no name", help);
        }
        parsed
    }

    /// What is between `func` and its parameters and does not belong there.
    fn behind_func(&mut self, parts: &mut Parts) -> Option<Wrong> {
        let at = self.at;
        if self.is(LessThan) {
            self.type_parameters("functions");
            return None;
        }
        if self.peek(1) != LeftParen || !matches!(self.peek(0), Async | Ident) {
            return None;
        }
        let message = format!("expected `(`, found `{}`", self.text());
        parts.is_async |= self.is(Async);
        self.bump();
        Some(Wrong::Word(at..at + 1, message))
    }

    /// `<T>` behind a name.
    pub(super) fn type_parameters(&mut self, what: &str) {
        let from = self.at;
        while !matches!(
            self.peek(0),
            GreaterThan | LeftParen | LeftBrace | RightBrace | Semicolon | Eof
        ) {
            self.bump();
        }
        self.eat(GreaterThan);
        let written = self.written(from);
        self.habit(
            from,
            format!("{what} have no type parameters in WIT"),
            format!("remove `{written}`, and define a type for each use"),
        );
    }

    pub(super) fn parts(&self, from: usize, is_async: bool) -> Parts {
        Parts {
            from,
            is_async,
            params: self.at..self.at,
            result: self.at..self.at,
        }
    }

    /// The parameters and the result of a function, and what other languages write around these.
    pub(super) fn signature(&mut self, parts: &mut Parts) -> Parsed {
        parts.params.start = self.at;
        self.params()?;
        parts.params.end = self.at;
        // As many functions end: nothing more is looked at.
        if self.is(Semicolon) {
            return Ok(());
        }
        let before = self.behind_function(parts);
        let is_right = self.eat(Arrow);
        let arrow = match is_right {
            true => None,
            false => self.foreign_arrow(),
        };
        parts.result = self.at..self.at;
        let parsed = match is_right || arrow.is_some() {
            true => self.ty(),
            false => Ok(()),
        };
        parts.result.end = self.at;
        let after = match parsed.is_ok() && before.is_none() && !self.is(Semicolon) {
            true => self.behind_function(parts),
            false => None,
        };
        for wrong in [arrow, before, after].into_iter().flatten() {
            self.tell(wrong, parts);
        }
        parsed
    }

    /// `:`, `=>` or nothing in the place of `->`.
    fn foreign_arrow(&mut self) -> Option<Wrong> {
        let at = self.at;
        let found = match self.peek(0) {
            Colon => {
                self.bump();
                "expected `->`, found `:`".to_string()
            }
            Equals if self.peek(1) == GreaterThan => {
                self.bump();
                self.bump();
                "expected `->`, found `=>`".to_string()
            }
            kind if !self.at_line_start() && is_type_keyword(kind) => {
                format!("expected `->` or `;`, found `{}`", self.text())
            }
            _ => return None,
        };
        Some(Wrong::Word(at..self.at.max(at + 1), found))
    }

    /// `async`, `throws` or `throws e`, if it is next.
    fn behind_function(&mut self, parts: &mut Parts) -> Option<Wrong> {
        let from = self.at;
        if self.at_line_start() {
            return None;
        }
        if self.eat(Async) {
            parts.is_async = true;
            return Some(Wrong::Word(
                from..from + 1,
                "`async` is written before `func`".to_string(),
            ));
        }
        if !matches!(self.text(), "throws" | "raises" | "throw" | "rethrows") {
            return None;
        }
        self.bump();
        let mut types = Vec::new();
        let closed = self.eat(LeftParen);
        while !self.at_line_start() && (is_type_keyword(self.peek(0)) || self.is(Ident)) {
            let ty = self.at;
            if self.ty().is_err() {
                break;
            }
            types.push(self.in_wit(ty));
            // Of a function among parameters, the comma is theirs.
            if !self.is(Comma) || (!closed && self.is_inside(NodeKind::Params)) {
                break;
            }
            self.bump();
        }
        if closed {
            self.eat(RightParen);
        }
        // The types are told with the whole.
        self.take_replaced(from);
        Some(Wrong::Throws(from..self.at, types))
    }

    fn tell(&mut self, wrong: Wrong, parts: &Parts) {
        match wrong {
            Wrong::Word(at, message) => {
                let wit = self.in_parts(parts, None);
                self.habit_between(at.start, at.end, message, format!("write `{wit}`"));
            }
            Wrong::Constructor(at) => {
                let wit = self.as_constructor(parts);
                let help = match self.is_inside(NodeKind::Resource) {
                    true => format!("write `{wit}`"),
                    false => format!("write `{wit}` inside `resource … {{ … }}`"),
                };
                self.habit_between(at, at + 1, "a constructor has no name", help);
            }
            Wrong::Destructor(at) => {
                let kinds = [NodeKind::Func];
                let name = self
                    .innermost(&kinds)
                    .and_then(|(_, node)| self.name_in(node));
                let word = self.written_between(at, at + 1);
                let written = match name {
                    Some(name) => format!("{name}: {word}"),
                    None => word,
                };
                self.habit_between(at, at + 1, NO_DESTRUCTOR, format!("remove `{written}(…);`"));
            }
            Wrong::Throws(range, types) => self.tell_throws(range, &types, parts),
        }
    }

    fn tell_throws(&mut self, range: Range<usize>, types: &[String], parts: &Parts) {
        let (ok, name) = match self.head() {
            Head::Constructor => {
                let kinds = [NodeKind::Resource];
                let name = self
                    .innermost(&kinds)
                    .and_then(|(_, node)| self.name_in(node));
                (name.clone(), name)
            }
            head => {
                let result = &parts.result;
                let ok =
                    (!result.is_empty()).then(|| self.in_wit_between(result.start, result.end));
                (ok, head.name())
            }
        };
        let name = name.unwrap_or("…".to_string());
        let error = match types {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(format!("{name}-error")),
        };
        let result = match (ok, &error) {
            (None, None) => "result".to_string(),
            (Some(ok), None) => format!("result<{ok}>"),
            (None, Some(error)) => format!("result<_, {error}>"),
            (Some(ok), Some(error)) => format!("result<{ok}, {error}>"),
        };
        let mut help = format!("write `{}`", self.in_parts(parts, Some(&result)));
        if let (Some(error), true) = (error, types.len() > 1) {
            help = format!("{help}, and define `{}`", variant_of(&error, types));
        }
        let word = self.written_between(range.start, range.start + 1);
        let message = format!("functions have no `{word}` in WIT: a `result` has the error");
        self.habit_between(range.start, range.end, message, help);
    }

    /// A function as a constructor in WIT, which returns its resource without saying so.
    fn as_constructor(&self, parts: &Parts) -> String {
        let result = match parts.result.is_empty() {
            true => String::new(),
            false => self.in_wit_between(parts.result.start, parts.result.end),
        };
        let params = self.params_in_wit(parts);
        match result.starts_with("result<") {
            true => format!("constructor{params} -> {result};"),
            false => format!("constructor{params};"),
        }
    }

    fn params_in_wit(&self, parts: &Parts) -> String {
        if parts.params.is_empty() {
            return "()".to_string();
        }
        let params = self.in_wit_between(parts.params.start, parts.params.end);
        match params.starts_with('(') {
            true => params,
            false => "(…)".to_string(),
        }
    }

    /// A function in WIT, with its name; with another result if one is given.
    fn in_parts(&self, parts: &Parts, result: Option<&str>) -> String {
        let ty = &parts.result;
        let params = self.params_in_wit(parts);
        let result = match result {
            Some(result) => format!(" -> {result}"),
            None if ty.is_empty() => String::new(),
            None => format!(" -> {}", self.in_wit_between(ty.start, ty.end)),
        };
        let before = parts
            .from
            .checked_sub(1)
            .map(|at| self.significant[at].kind);
        let words = match (before == Some(Static), parts.is_async) {
            (true, true) => "static async func",
            (true, false) => "static func",
            (false, true) => "async func",
            (false, false) => "func",
        };
        match self.head() {
            Head::Constructor => format!("constructor{params}{result}"),
            Head::Name(name) => format!("{name}: {words}{params}{result}"),
            Head::Type => format!("{words}{params}{result}"),
        }
    }

    /// What the function that is being read begins with.
    fn head(&self) -> Head {
        use NodeKind::{Case, Constructor, Export, Field, Import, Param, TypeAlias};
        let kinds = [
            NodeKind::Func,
            Import,
            Export,
            Constructor,
            Param,
            Field,
            Case,
            TypeAlias,
        ];
        match self.innermost(&kinds) {
            Some((Constructor, _)) => Head::Constructor,
            Some((NodeKind::Func | Import | Export, node)) => {
                self.name_in(node).map_or(Head::Type, Head::Name)
            }
            _ => Head::Type,
        }
    }

    /// `{ … }` behind a function; `from` is where the function begins.
    pub(super) fn function_body(&mut self, from: usize) {
        let at = self.at;
        let function = self.in_wit_between(from, at);
        self.skip_braces();
        self.eat(Semicolon);
        self.habit(
            at,
            "functions have no body in WIT",
            match function.as_str() {
                "…" => "end it with `;`".to_string(),
                _ => format!("write `{function};`"),
            },
        );
    }

    /// Whether a function begins here, without the colon behind its name.
    pub(super) fn lacks_colon(&self) -> bool {
        match (self.peek(1), self.peek(2)) {
            (Func | LeftParen, _) => true,
            (Async, next) => matches!(next, Func | LeftParen),
            (LessThan, Ident) => matches!(self.peek(3), GreaterThan) && self.peek(4) == LeftParen,
            _ => false,
        }
    }

    /// `f(a: u32) -> u32;` and `f func();` where a function begins; the name is next.
    pub(super) fn missing_colon(&mut self) -> Parsed {
        let from = self.at;
        let name = self.text().to_string();
        self.name()?;
        if self.is(LessThan) {
            self.type_parameters("functions");
        }
        let at = self.at;
        let message = match self.is(LeftParen) {
            true => "expected `: func`, found `(`".to_string(),
            false => format!("expected `:`, found `{}`", self.text()),
        };
        let is_async = self.eat(Async);
        self.eat(Func);
        let mut parts = self.parts(at, is_async);
        let parsed = self.node(NodeKind::FuncType, |p| p.signature(&mut parts));
        if is_destructor(&name) {
            let written = self.written(from);
            self.habit_between(from, at, NO_DESTRUCTOR, format!("remove `{written};`"));
            return parsed;
        }
        let kinds = [NodeKind::Resource];
        let resource = self
            .innermost(&kinds)
            .and_then(|(_, node)| self.name_in(node));
        let plain = problems::as_name(&name);
        let is_constructor = resource.is_some_and(|resource| resource == plain || plain == "new");
        let help = match is_constructor {
            true => format!("write `{}`", self.as_constructor(&parts)),
            false => {
                let keyword = match self.innermost(&[NodeKind::Import, NodeKind::Export]) {
                    Some((NodeKind::Import, _)) => "import ",
                    Some(_) => "export ",
                    None => "",
                };
                format!("write `{keyword}{};`", self.in_parts(&parts, None))
            }
        };
        self.habit_between(at, at + 1, message, help);
        parsed
    }

    /// `a: u32;` where a function is needed.
    fn value_for_func(&mut self) -> bool {
        let is_type = match self.peek(0) {
            ErrorContext | Map | Future | Stream => true,
            Ident => matches!(self.peek(1), Semicolon | LessThan | Unknown),
            kind => is_type_keyword(kind),
        };
        if !is_type {
            return false;
        }
        let from = self.at;
        if self.ty().is_err() {
            return true;
        }
        let ty = self.in_wit(from);
        let name = self.head().name().unwrap_or("…".to_string());
        let help = format!(
            "write `{name}: func() -> {ty};` for a function, or `type {name} = {ty};` for a type"
        );
        let message = format!("expected `func`, found the type `{}`", self.written(from));
        self.replace(from, message, help, ty, None);
        true
    }
}

/// What a function begins with.
enum Head {
    Constructor,
    /// Its name.
    Name(String),
    /// It stands for a type.
    Type,
}

impl Head {
    fn name(self) -> Option<String> {
        match self {
            Head::Name(name) => Some(name),
            Head::Constructor | Head::Type => None,
        }
    }
}

/// What is said of a function that ends a resource.
pub(super) const NO_DESTRUCTOR: &str = "a resource is dropped without a function of its own";

fn is_destructor(word: &str) -> bool {
    matches!(word, "destructor" | "dtor" | "finalizer" | "__del__")
}
