//! Types as other languages and older tools write them.
//!
//! Lives here: recognizing such types where one of WIT is needed, with help that has it in WIT.
//! May import: the parser around it. Deliberately absent: accepting any of them.

use super::super::lex::TokenKind::{self, *};
use super::{Bad, MAX_DEPTH, Parsed, Parser};

impl Parser {
    /// A type that is not written as in WIT, if one is next.
    pub(super) fn foreign_type(&mut self, depth: usize) -> Option<Parsed> {
        let from = self.at;
        match self.peek(0) {
            Unknown if self.is_text("|") => Some(self.alternatives(from, depth)),
            Unknown => self.foreign_sign(from, depth),
            StringLiteral => Some(self.alternatives(from, depth)),
            LeftParen => Some(self.parenthesized(from, depth)),
            LeftBrace => Some(self.inline_definition(from)),
            Record | Variant | Enum | Flags | Resource
                if self.peek(1) == LeftBrace
                    || (self.peek(1) == Ident && self.peek(2) == LeftBrace) =>
            {
                Some(self.inline_definition(from))
            }
            Func | Async => Some(self.function_as_type(from, depth)),
            Period if self.is_dots() => {
                self.eat_dots();
                let inner = self.at;
                let parsed = self.ty_at(depth + 1);
                self.rest(from, inner);
                Some(parsed)
            }
            Ident if self.peek(1) == LessThan => Some(self.foreign_generic(from, depth)),
            Ident if self.peek(1) == LeftParen && is_function(self.text()) => {
                Some(self.function_as_type(from, depth))
            }
            Ident => {
                // What is in kebab case may be defined somewhere.
                if self.significant[self.at].plain {
                    return None;
                }
                let name = self.text().to_string();
                let wit = foreign_name(&name)?;
                self.bump();
                self.instead(from, format!("`{name}` is not a WIT type"), wit);
                Some(Ok(()))
            }
            _ => None,
        }
    }

    /// Reports a type that is another one in WIT.
    fn instead(&mut self, from: usize, message: impl Into<String>, wit: impl Into<String>) {
        let wit = wit.into();
        self.replace(from, message, format!("write `{wit}`"), wit, None);
    }

    /// Whether `...` is next.
    pub(super) fn is_dots(&self) -> bool {
        (0..3).all(|ahead| self.peek(ahead) == Period)
    }

    pub(super) fn eat_dots(&mut self) {
        for _ in 0..3 {
            self.bump();
        }
    }

    /// `...T`, whose type begins at the token `inner`.
    fn rest(&mut self, from: usize, inner: usize) {
        let ty = list_of(&self.in_wit_between(inner, self.at));
        self.instead(
            from,
            "functions take a fixed number of parameters in WIT",
            ty,
        );
    }

    /// `&T`, `?T` and `[T]`.
    fn foreign_sign(&mut self, from: usize, depth: usize) -> Option<Parsed> {
        match self.text() {
            "&" => {
                self.bump();
                self.eat_text("mut");
                if self.eat_text("str") {
                    self.instead(from, "`&str` is not a WIT type", "string");
                    return Some(Ok(()));
                }
                let inner = self.at;
                // `&[u8]` and `&String` are no resources.
                let is_named = matches!(self.peek(0), Ident | ExplicitIdent)
                    && foreign_name(self.text()).is_none();
                let parsed = self.one_type(depth + 1);
                let inner = self.in_wit(inner);
                let message = "WIT has no references";
                match is_named {
                    true => self.replace(
                        from,
                        message,
                        format!(
                            "write `borrow<{inner}>` for a resource, `{inner}` for any other type"
                        ),
                        format!("borrow<{inner}>"),
                        None,
                    ),
                    false => self.instead(from, message, inner),
                }
                Some(parsed)
            }
            "?" => {
                self.bump();
                let inner = self.at;
                let parsed = self.one_type(depth + 1);
                let message = format!("`?{}` is not a WIT type", self.written(inner));
                let wit = format!("option<{}>", self.in_wit(inner));
                self.instead(from, message, wit);
                Some(parsed)
            }
            "[" => {
                self.bump();
                // `[]T`, as in Go.
                let is_empty = self.eat_text("]");
                let inner = self.at;
                let parsed = self.ty_at(depth + 1);
                let mut wit = format!("list<{}>", self.in_wit(inner));
                if parsed.is_ok() && (self.eat(Semicolon) || (!is_empty && self.eat(Comma))) {
                    let of = self.in_wit_between(inner, self.at - 1);
                    if self.is(Integer) {
                        wit = format!("list<{of}, {}>", self.text());
                        self.bump();
                    } else {
                        // `[T, U]`
                        let mut types = vec![of];
                        loop {
                            let ty = self.at;
                            if self.ty_at(depth + 1).is_err() {
                                return Some(Err(Bad));
                            }
                            types.push(self.in_wit(ty));
                            if !self.eat(Comma) {
                                break;
                            }
                        }
                        wit = format!("tuple<{}>", types.join(", "));
                    }
                }
                if !is_empty {
                    self.eat_text("]");
                }
                let message = "`[…]` is not a WIT type";
                self.instead(from, message, wit);
                Some(parsed)
            }
            _ => None,
        }
    }

    /// `(T, U)`, `()` and `(a: T)`, which older tools took as the results of a function.
    fn parenthesized(&mut self, from: usize, depth: usize) -> Parsed {
        if depth >= MAX_DEPTH {
            return Err(Bad);
        }
        let is_result = from > 0 && self.significant[from - 1].kind == Arrow;
        self.bump();
        let is_named = self.peek(1) == Colon;
        let mut types = Vec::new();
        let _ = self.list(RightParen, &mut |p| {
            if p.peek(1) == Colon {
                p.bump();
                p.bump();
            }
            let start = p.at;
            p.ty_at(depth + 1)?;
            types.push(p.in_wit(start));
            Ok(())
        });
        if let Some(parsed) = self.arrow_type(from, depth, is_named || types.is_empty()) {
            return parsed;
        }
        let inner = types.join(", ");
        let (message, help, wit) = match types.len() {
            0 if is_result => (
                "a function without a result has no `->`",
                "remove `-> ()`".to_string(),
                "_".to_string(),
            ),
            0 => (
                "`()` is not a WIT type",
                "write `_` in `result<_, E>`, and omit it anywhere else".to_string(),
                "_".to_string(),
            ),
            1 => (
                "a type cannot be in parentheses",
                format!("write `{inner}`"),
                inner,
            ),
            _ => {
                let wit = format!("tuple<{inner}>");
                match is_named {
                    true => (
                        "a function has one result, without a name",
                        format!("write `{wit}`, or define a record with these fields"),
                        wit,
                    ),
                    false => (
                        "parentheses do not make a tuple in WIT",
                        format!("write `{wit}`"),
                        wit,
                    ),
                }
            }
        };
        self.replace(from, message, help, wit, None);
        Ok(())
    }

    /// `Vec<T>`, `expected<T, E>`, `pair<T>`.
    fn foreign_generic(&mut self, from: usize, depth: usize) -> Parsed {
        let name = self.text().to_string();
        self.bump();
        self.bump();
        let mut types = Vec::new();
        self.list(GreaterThan, &mut |p| {
            let start = p.at;
            if !p.eat(Underscore) {
                p.ty_at(depth + 1)?;
            }
            let mut text = p.in_wit(start);
            // What older tools called so is nothing in a `result`.
            if matches!(text.as_str(), "unit" | "void") {
                text = "_".to_string();
            }
            types.push(text);
            Ok(())
        })?;
        let all = types.join(", ");
        let first = types.first().map_or("…", String::as_str);
        let message = format!("`{name}<…>` is not a WIT type");
        let wit = match name.to_ascii_lowercase().as_str() {
            "vec" | "list" | "array" | "vector" | "slice" | "seq" | "sequence" | "set"
            | "hashset" | "iterable" | "readonlyarray" => format!("list<{first}>"),
            "option" | "optional" | "maybe" | "nullable" => format!("option<{first}>"),
            "result" | "expected" | "either" => match types.as_slice() {
                [ok, error] if ok == "_" && error == "_" => "result".to_string(),
                [ok] if ok == "_" => "result".to_string(),
                [ok, error] if error == "_" => format!("result<{ok}>"),
                _ => format!("result<{all}>"),
            },
            "tuple" => format!("tuple<{all}>"),
            "map" | "hashmap" | "dict" | "dictionary" | "btreemap" | "record" => {
                format!("map<{all}>")
            }
            "promise" | "task" | "awaitable" => {
                let help =
                    format!("write `{first}`, and `async func` if the function is asynchronous");
                let wit = first.to_string();
                self.replace(from, message, help, wit, None);
                return Ok(());
            }
            "handle" => {
                let help = format!("write `borrow<{first}>`, or `own<{first}>` to pass ownership");
                let wit = format!("borrow<{first}>");
                self.replace(from, message, help, wit, None);
                return Ok(());
            }
            "box" | "rc" | "arc" | "ref" => first.to_string(),
            "stream" | "future" | "own" | "borrow" => {
                format!("{}<{all}>", name.to_ascii_lowercase())
            }
            _ => {
                let help = format!(
                    "define a type for `{name}<{all}>`: only built-in types have parameters"
                );
                self.replace(from, message, help, format!("{name}<{all}>"), None);
                return Ok(());
            }
        };
        self.instead(from, message, wit);
        Ok(())
    }

    /// What other languages put behind a type that begins at the token `from`: `T[]`, `T?`, `T...`.
    pub(super) fn behind_type(&mut self, from: usize) {
        if self.path_as_type(from) {
            return;
        }
        loop {
            let inner = self.in_wit(from);
            let written = self.written(from);
            let (message, wit) = match (self.peek(0), self.text()) {
                (Unknown, "?") => {
                    self.bump();
                    (
                        format!("`{written}?` is not a WIT type"),
                        format!("option<{inner}>"),
                    )
                }
                (Unknown, "[") => {
                    self.bump();
                    let mut wit = format!("list<{inner}>");
                    if self.is(Integer) {
                        wit = format!("list<{inner}, {}>", self.text());
                        self.bump();
                    }
                    self.eat_text("]");
                    (format!("`{written}[]` is not a WIT type"), wit)
                }
                (Period, _) if self.is_dots() => {
                    self.eat_dots();
                    let message = "functions take a fixed number of parameters in WIT";
                    (message.to_string(), list_of(&inner))
                }
                _ => return,
            };
            self.instead(from, message, wit);
        }
    }

    /// `result<>`, `result<_>`, `stream<_>` and the like; the `<` is behind.
    pub(super) fn empty_generic(&mut self, kind: TokenKind) -> bool {
        let from = self.at.saturating_sub(2);
        let keyword = self.tree.token_text(self.significant[from].token as usize);
        let keyword = keyword.to_string();
        let alone = matches!(kind, ResultKeyword | Future | Stream);
        let is_empty = match (self.peek(0), self.peek(1)) {
            (GreaterThan, _) => kind != Tuple,
            (Underscore, GreaterThan) => true,
            (Underscore, Comma) => kind != ResultKeyword || self.peek(2) == Underscore,
            _ => false,
        };
        if !is_empty {
            return false;
        }
        while !matches!(
            self.peek(0),
            GreaterThan | Semicolon | RightBrace | RightParen | Eof
        ) {
            self.bump();
        }
        self.eat(GreaterThan);
        let written = self.written(from);
        let message = format!("`{written}` is not a WIT type");
        match alone {
            true => self.instead(from, message, keyword),
            false => self.habit(
                from,
                message,
                format!("write `{keyword}<…>` with its element type"),
            ),
        }
        true
    }

    /// `list u8`, `list[u8]`, `option(u8)`, and `list` alone; the keyword is behind.
    pub(super) fn bare_generic(&mut self, depth: usize) -> Parsed {
        let from = self.at.saturating_sub(1);
        let keyword = self.tree.token_text(self.significant[from].token as usize);
        let keyword = keyword.to_string();
        let message = format!("missing element type of `{keyword}`");
        let opened = self.is_text("[") || self.is(LeftParen);
        if opened {
            self.bump();
        }
        let inner = self.at;
        let starts = matches!(self.peek(0), Ident | ExplicitIdent) || self.peek(0).is_keyword();
        if !starts || (self.at_line_start() && !opened) {
            self.habit(from, message, format!("write `{keyword}<…>`"));
            return Ok(());
        }
        self.ty_at(depth + 1)?;
        while opened && self.eat(Comma) {
            self.ty_at(depth + 1)?;
        }
        let inner = self.in_wit(inner);
        if opened && !self.eat(RightParen) {
            self.eat_text("]");
        }
        self.instead(from, message, format!("{keyword}<{inner}>"));
        Ok(())
    }
}

/// A list of a type, unless it is a list already.
pub(super) fn list_of(ty: &str) -> String {
    match ty.starts_with("list<") {
        true => ty.to_string(),
        false => format!("list<{ty}>"),
    }
}

/// Whether a word stands before the parameters of a function type.
fn is_function(word: &str) -> bool {
    matches!(
        word,
        "fn" | "Fn"
            | "FnMut"
            | "FnOnce"
            | "function"
            | "Function"
            | "callback"
            | "closure"
            | "lambda"
    )
}

/// What a type of another language that is not in kebab case is in WIT.
fn foreign_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "String" | "Str" | "Text" => "string",
        "Boolean" | "Bool" => "bool",
        "Int" | "Int32" | "Integer" => "s32",
        "Int8" => "s8",
        "Int16" => "s16",
        "Int64" | "Long" | "BigInt" => "s64",
        "UInt8" | "Byte" | "uint8_t" => "u8",
        "UInt16" | "uint16_t" => "u16",
        "UInt32" | "uint32_t" | "size_t" => "u32",
        "UInt64" | "uint64_t" => "u64",
        "int8_t" => "s8",
        "int16_t" => "s16",
        "int32_t" => "s32",
        "int64_t" => "s64",
        "Float" | "Float32" => "f32",
        "Double" | "Float64" | "Number" => "f64",
        "Char" => "char",
        "Bytes" | "Uint8Array" | "ArrayBuffer" => "list<u8>",
        _ => return None,
    })
}
