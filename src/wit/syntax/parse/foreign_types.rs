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
            Unknown => self.foreign_sign(from, depth),
            LeftParen => Some(self.parenthesized(from, depth)),
            Record | Variant | Enum | Flags | Resource if self.peek(1) == LeftBrace => {
                let keyword = self.text().to_string();
                self.bump();
                self.skip_braces();
                let help = match self.name_before(from) {
                    Some((name, Equals)) => {
                        format!("write `{keyword} {name} {{ … }}`, without `type`")
                    }
                    Some((name, _)) => format!(
                        "define it on its own, as `{keyword} {name} {{ … }}`, and use `{name}` here"
                    ),
                    None => format!("define it on its own, as `{keyword} … {{ … }}`"),
                };
                self.habit(
                    from,
                    format!("`{keyword}` cannot be defined inside another item"),
                    help,
                );
                Some(Ok(()))
            }
            Ident if self.peek(1) == LessThan => Some(self.foreign_generic(from, depth)),
            Ident => {
                let name = self.text().to_string();
                // What is in kebab case may be defined somewhere.
                if self.significant[self.at].plain {
                    return None;
                }
                let wit = foreign_name(&name)?;
                self.bump();
                self.habit(
                    from,
                    format!("`{name}` is not a WIT type"),
                    format!("write `{wit}`"),
                );
                Some(Ok(()))
            }
            _ => None,
        }
    }

    /// What a type that begins at the token `from` can be called, and the sign between them: as the
    /// parameter or the field that has the type, or as the function whose result it is.
    fn name_before(&self, from: usize) -> Option<(String, TokenKind)> {
        let token = |at: usize| self.significant.get(at);
        let name = |at: usize| {
            let token = token(at).filter(|t| matches!(t.kind, Ident | ExplicitIdent))?;
            Some(self.tree.token_text(token.token as usize).to_string())
        };
        let sign = token(from.checked_sub(1)?)?.kind;
        if matches!(sign, Colon | Equals) {
            return Some((name(from.checked_sub(2)?)?, sign));
        }
        let kind = |at: usize| token(at).map(|token| token.kind);
        // What is in braces is another type.
        let mut depth = 0usize;
        let mut before = (2..from).rev();
        let func = before.find(|at| {
            match kind(*at) {
                Some(RightBrace) => depth += 1,
                Some(LeftBrace) if depth > 0 => depth -= 1,
                Some(Func | Semicolon | LeftBrace) => return depth == 0,
                _ => {}
            }
            false
        });
        let func = func.filter(|at| kind(*at) == Some(Func))?;
        // `f: func(…) -> record { … }`, and `f: async func(…)`.
        let colon = (func - 2..func).rev().find(|at| kind(*at) == Some(Colon))?;
        Some((format!("{}-result", name(colon.checked_sub(1)?)?), sign))
    }

    /// `&T`, `?T` and `[T]`.
    fn foreign_sign(&mut self, from: usize, depth: usize) -> Option<Parsed> {
        match self.text() {
            "&" => {
                self.bump();
                self.eat_text("mut");
                if self.eat_text("str") {
                    self.habit(from, "`&str` is not a WIT type", "write `string`");
                    return Some(Ok(()));
                }
                let inner = self.at;
                let parsed = self.ty_at(depth + 1);
                let inner = self.written(inner);
                self.habit(
                    from,
                    "WIT has no references",
                    format!("write `borrow<{inner}>` for a resource, `{inner}` for any other type"),
                );
                Some(parsed)
            }
            "?" => {
                self.bump();
                let inner = self.at;
                let parsed = self.ty_at(depth + 1);
                let inner = self.written(inner);
                self.habit(
                    from,
                    format!("`?{inner}` is not a WIT type"),
                    format!("write `option<{inner}>`"),
                );
                Some(parsed)
            }
            "[" => {
                self.bump();
                let inner = self.at;
                let parsed = self.ty_at(depth + 1);
                let mut wit = self.written(inner);
                if parsed.is_ok() && (self.eat(Semicolon) || self.eat(Comma)) {
                    wit = format!("{wit}, {}", self.text());
                    self.eat(Integer);
                }
                self.eat_text("]");
                self.habit(
                    from,
                    "`[` and `]` do not make a type in WIT",
                    format!("write `list<{wit}>`"),
                );
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
        let before = self.tree.problems.len();
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
            types.push(p.written(start));
            Ok(())
        });
        let inner = types.join(", ");
        // If the inside is wrong as well, that is to be fixed in its own way.
        let inner = match self.tree.problems.len() > before {
            true => "…",
            false => inner.as_str(),
        };
        let (message, help) = match types.len() {
            0 if is_result => (
                "a function without a result has no `->`",
                "remove `-> ()`".to_string(),
            ),
            0 => (
                "`()` is not a WIT type",
                "write `_` in `result<_, E>`, and leave it out anywhere else".to_string(),
            ),
            1 => (
                "a type is not put in parentheses",
                format!("write `{inner}`"),
            ),
            _ if is_named => (
                "a function has one result, without a name",
                format!("write `tuple<{inner}>`, or define a record with these fields"),
            ),
            _ => (
                "parentheses do not make a tuple in WIT",
                format!("write `tuple<{inner}>`"),
            ),
        };
        self.habit(from, message, help);
        Ok(())
    }

    /// `Vec<T>`, `expected<T, E>`, `pair<T>`.
    fn foreign_generic(&mut self, from: usize, depth: usize) -> Parsed {
        let name = self.text().to_string();
        self.bump();
        self.bump();
        let mut types = Vec::new();
        let known = self.tree.problems.len();
        self.list(GreaterThan, &mut |p| {
            let start = p.at;
            if !p.eat(Underscore) {
                p.ty_at(depth + 1)?;
            }
            let mut text = p.written(start);
            // What older tools called so is nothing in a `result`.
            if matches!(text.as_str(), "unit" | "()" | "void") {
                text = "_".to_string();
            }
            types.push(in_wit(&text));
            Ok(())
        })?;
        // What is written for the whole says what to write for its parts as well.
        self.tree.problems.truncate(known);
        let all = types.join(", ");
        let first = types.first().map_or("…", String::as_str);
        let help = match name.to_ascii_lowercase().as_str() {
            "vec" | "list" | "array" | "vector" | "slice" | "seq" | "sequence" | "set"
            | "hashset" | "iterable" | "readonlyarray" => format!("write `list<{first}>`"),
            "option" | "optional" | "maybe" | "nullable" => format!("write `option<{first}>`"),
            "result" | "expected" | "either" => match types.as_slice() {
                [ok, error] if ok == "_" && error == "_" => "write `result`".to_string(),
                [ok, error] if error == "_" => format!("write `result<{ok}>`"),
                _ => format!("write `result<{all}>`"),
            },
            "tuple" | "pair" if name != "pair" => format!("write `tuple<{all}>`"),
            "map" | "hashmap" | "dict" | "dictionary" | "btreemap" => {
                format!("write `map<{all}>`")
            }
            "promise" | "task" | "awaitable" => {
                format!("write `{first}`, and `async func` if the function is asynchronous")
            }
            "handle" => format!("write `borrow<{first}>`, or `own<{first}>` to pass ownership"),
            "box" | "rc" | "arc" | "ref" => format!("write `{first}`"),
            "stream" | "future" | "own" | "borrow" => {
                format!("write `{}<{all}>`", name.to_ascii_lowercase())
            }
            _ => format!("only WIT's own types have parameters: define a type for `{name}<{all}>`"),
        };
        self.habit(from, format!("`{name}<…>` is not a WIT type"), help);
        Ok(())
    }

    /// What other languages put behind a type: `T[]` and `T?`.
    pub(super) fn type_suffix(&mut self, from: usize) {
        while self.is(Unknown) {
            let inner = self.written(from);
            let (message, help) = match self.text() {
                "?" => {
                    self.bump();
                    (
                        format!("`{inner}?` is not a WIT type"),
                        format!("write `option<{inner}>`"),
                    )
                }
                "[" => {
                    self.bump();
                    let mut help = format!("write `list<{inner}>`");
                    if self.is(Integer) {
                        help = format!("write `list<{inner}, {}>`", self.text());
                        self.bump();
                    }
                    self.eat_text("]");
                    (format!("`{inner}[]` is not a WIT type"), help)
                }
                _ => return,
            };
            self.habit(from, message, help);
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
        let help = match alone {
            true => format!("write `{keyword}`"),
            false => format!("write `{keyword}<…>`, with the type it is of"),
        };
        self.habit(from, format!("`{written}` is not a WIT type"), help);
        true
    }

    /// `list u8`, `list[u8]`, `option(u8)`, and `list` alone; the keyword is behind.
    pub(super) fn bare_generic(&mut self, depth: usize) -> Parsed {
        let from = self.at.saturating_sub(1);
        let keyword = self.tree.token_text(self.significant[from].token as usize);
        let keyword = keyword.to_string();
        let message = format!("`{keyword}` needs the type it is of between `<` and `>`");
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
        let inner = self.written(inner);
        if opened && !self.eat(RightParen) {
            self.eat_text("]");
        }
        self.habit(from, message, format!("write `{keyword}<{inner}>`"));
        Ok(())
    }
}

/// What a type of another language that is not in kebab case is in WIT.
/// What stands for a type of another language, as far as that is easily told; else itself.
fn in_wit(ty: &str) -> String {
    if let Some(name) = foreign_name(ty) {
        return name.to_string();
    }
    let Some((generic, inner)) = ty.strip_suffix('>').and_then(|ty| ty.split_once('<')) else {
        return ty.to_string();
    };
    match generic {
        "Vec" | "List" | "Array" => format!("list<{}>", in_wit(inner)),
        "Option" | "Optional" => format!("option<{}>", in_wit(inner)),
        _ => ty.to_string(),
    }
}

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
