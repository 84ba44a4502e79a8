//! Items as other languages and older tools write them, and what ends an item wrongly.
//!
//! Lives here: recognizing such items where none of WIT's begins, with help that says what to
//! write.
//! May import: the parser around it. Deliberately absent: types and names (`habits`), and paths
//! (`old_references`).

use super::super::lex::TokenKind::*;
use super::foreign_functions::NO_DESTRUCTOR;
use super::habits::is_type_keyword;
use super::items::Body;
use super::{Parsed, Parser};

impl Parser {
    /// Reports comments that begin with `#`, and takes them out of what is parsed.
    pub(super) fn hash_comments(&mut self) {
        let mut kept = Vec::with_capacity(self.significant.len());
        let mut skipping = false;
        for at in 0..self.significant.len() {
            self.at = at;
            let token = self.significant[at];
            if token.kind == Eof || (skipping && self.at_line_start()) {
                skipping = false;
            }
            if !skipping && token.kind == Unknown && self.is_text("#") && self.at_line_start() {
                skipping = true;
                self.bump();
                let is_attribute = self.is_text("[");
                self.at = at;
                let (message, help) = match is_attribute {
                    true => (
                        "WIT has no attributes of this form",
                        format!("remove `{}`", self.rest_of_line(at)),
                    ),
                    false => (
                        "`#` does not begin a comment in WIT",
                        "write `//`".to_string(),
                    ),
                };
                self.habit(at, message, help);
            }
            if !skipping {
                kept.push(token);
            } else if token.kind == Unknown {
                let start = self.tree.token_range(token.token as usize).start;
                self.explained.push(start);
            }
        }
        self.significant = kept;
        self.at = 0;
    }

    /// Reports the next word if it begins an item of another language, or of older WIT.
    pub(super) fn foreign_item(&mut self, body: Body) -> bool {
        let from = self.at;
        let word = self.text().to_string();
        let name = match self.significant.get(self.at + 1) {
            Some(next) if matches!(next.kind, Ident | ExplicitIdent) => {
                self.tree.token_text(next.token as usize).to_string()
            }
            _ => "…".to_string(),
        };
        let in_file = matches!(body, Body::File | Body::Package(_));
        let in_interface = matches!(body, Body::Interface | Body::Resource);
        if self.nested_definition(body) || self.block_of_world(body) || self.item_from(body) {
            return true;
        }
        if self.is_text("~") && body == Body::Resource {
            let end = self.end_of(from);
            let help = format!("remove `{};`", self.stretch(from, end));
            self.skip_to(end);
            self.habit(from, NO_DESTRUCTOR, help);
            return true;
        }
        if is_type_keyword(self.peek(0)) && self.peek(1) == Ident && self.peek(2) == LeftParen {
            self.habit(
                from,
                "a function begins with its name, and its result is last",
                format!("write `{name}: func(…) -> {word};`"),
            );
            return true;
        }
        let help = match (self.peek(0), word.as_str()) {
            (Import, _) if in_interface => format!(
                "write `use {}.{{…}};` to use types of another interface: only worlds import",
                self.rest_of_line(from + 1)
            ),
            (Export, _) if in_interface => {
                "remove `export`: a world exports an interface as a whole".to_string()
            }
            (Import | Export, _) if in_file && matches!(self.peek(1), Interface | World) => {
                format!("remove `{word}`: all interfaces and worlds of a package are public")
            }
            (Import | Export | Include, _) if in_file => {
                let item = self.rest_of_line(from);
                format!("write it in a world: `world … {{ {item}; }}`")
            }
            (Async, _) if in_interface => {
                // `async fn f()`
                let is_word = matches!(name.as_str(), "fn" | "function" | "def");
                let token = self.significant.get(from + 2).filter(|_| is_word);
                let name = token.map_or(name.as_str(), |token| {
                    self.tree.token_text(token.token as usize)
                });
                format!("write `{name}: async func(…);`")
            }
            (Static, _) if in_interface => format!("write `{name}: static func(…);`"),
            (Func, _) if in_interface => format!("write `{name}: func(…);`"),
            (Ident, _) if self.peek(1) == Colon => return false,
            (Ident, "fn" | "function" | "fun" | "def" | "method" | "rpc" | "sub" | "void") => {
                match in_file {
                    true => format!("write `{name}: func(…);` in an interface"),
                    false => format!("write `{name}: func(…);`"),
                }
            }
            (Ident, "struct" | "message" | "data") => format!("write `record {name} {{ … }}`"),
            (Ident, "class" | "object") => format!("write `resource {name} {{ … }}`"),
            (Ident, "union" | "oneof") => {
                format!("write `variant {name} {{ … }}`, with a name for each case: `a(u32)`")
            }
            (Ident, "bitflags" | "bitset") => format!("write `flags {name} {{ … }}`"),
            (Ident, "typedef" | "alias" | "using" | "newtype") => {
                let rest = self.rest_of_line(from + 1);
                match rest.rsplit_once(' ') {
                    // As in C, where the name is last.
                    Some((ty, name)) if !rest.contains('=') => {
                        format!("write `type {name} = {ty};`")
                    }
                    _ => format!("write `type {rest};`"),
                }
            }
            (Ident, "impl") => format!(
                "write the functions inside `resource {name} {{ … }}`: WIT has no implementations"
            ),
            (Ident, "const" | "let" | "var" | "val" | "static") => {
                format!("WIT has no constants: write a function, `{name}: func() -> …;`")
            }
            (Ident, "trait" | "service" | "protocol" | "mod" | "module") if in_file => {
                format!("write `interface {name} {{ … }}`")
            }
            (Ident, "namespace") if in_file => format!("write `package {name}:…;`"),
            (Ident, "pub" | "public" | "private" | "extern" | "protected" | "abstract") => {
                format!("remove `{word}`: everything in an interface is public")
            }
            _ => return false,
        };
        self.bump();
        self.habit(from, format!("`{word}` does not begin an item here"), help);
        true
    }

    /// An interface or a world inside of another one.
    fn nested_definition(&mut self, body: Body) -> bool {
        let from = self.at;
        let is_inside = matches!(body, Body::Interface | Body::Resource | Body::World);
        let is_named = matches!(self.peek(1), Ident | ExplicitIdent);
        if !is_inside || !matches!(self.peek(0), Interface | World) || !is_named {
            return false;
        }
        let keyword = self.text().to_string();
        self.bump();
        let name = self.in_wit_between(self.at, self.at + 1);
        self.bump();
        let braces = match self.is(LeftBrace) {
            true => self.braces(),
            false => "{ … }".to_string(),
        };
        let around = match body {
            Body::World => "a world",
            Body::Resource => "a resource",
            _ => "an interface",
        };
        let help = match (body, self.significant[from].kind) {
            (Body::World, Interface) => {
                let item = format!("{name}: interface {braces}");
                format!("write `import {item}` or `export {item}`")
            }
            _ => format!("move `{keyword} {name} {{ … }}` out of the braces around it"),
        };
        self.habit(
            from,
            format!("`{keyword} {name}` cannot be defined inside {around}"),
            help,
        );
        true
    }

    /// `imports: { … }` and `exports { … }` in a world.
    fn block_of_world(&mut self, body: Body) -> bool {
        let keyword = match self.text() {
            "imports" | "requires" => "import",
            "exports" | "provides" => "export",
            _ => return false,
        };
        let behind = 1 + usize::from(self.peek(1) == Colon);
        if body != Body::World || self.peek(behind) != LeftBrace {
            return false;
        }
        let from = self.at;
        for _ in 0..behind {
            self.bump();
        }
        self.tell_block(from, keyword);
        true
    }

    /// Reports a block of imports or exports, whose `{` is next.
    pub(super) fn tell_block(&mut self, from: usize, keyword: &str) {
        let first = self.at + 1;
        let end = self.end_of(first);
        let item = match end > first {
            true => self.in_wit_between(first, end),
            false => "…".to_string(),
        };
        let message = "each import and export of a world is a separate item";
        let help = format!("write `{keyword} {item};`, and so on");
        self.habit(from, message, help);
    }

    /// The text from the token `from` to the end of its line, or to what ends or opens an item.
    fn rest_of_line(&self, from: usize) -> String {
        let text = |at: usize| self.tree.token_range(self.significant[at].token as usize);
        let ends = |at: usize| {
            let kind = self.significant[at].kind;
            let starts_line = at > from && self.is_line_start(at - self.at);
            matches!(kind, Semicolon | LeftBrace | RightBrace | Eof) || starts_line
        };
        let end = (from..self.significant.len()).find(|at| ends(*at));
        match end.filter(|end| *end > from) {
            Some(end) => self.tree.text[text(from).start..text(end - 1).end].to_string(),
            None => "…".to_string(),
        }
    }

    /// `export t: u32;`, `import r: record { … }`: a type where a world names a function or an
    /// interface.
    pub(super) fn type_in_world(&mut self) -> bool {
        if self.peek(1) != Colon {
            return false;
        }
        let kind = self.peek(2);
        let defines = matches!(kind, Record | Variant | Enum | Flags | Resource);
        let defines = defines && self.peek(3) == LeftBrace;
        let names = is_type_keyword(kind) && matches!(self.peek(3), Semicolon | LessThan);
        if !defines && !names {
            return false;
        }
        let from = self.at;
        let name = self.text().to_string();
        self.bump();
        self.bump();
        let keyword = self.text().to_string();
        let ty = self.at;
        let mut depth = 0usize;
        loop {
            match self.peek(0) {
                Eof => break,
                RightBrace if depth == 0 => break,
                LeftBrace => depth += 1,
                RightBrace => depth -= 1,
                Semicolon if depth == 0 => break,
                _ => {}
            }
            self.bump();
            if depth == 0 && self.at_line_start() {
                break;
            }
        }
        let help = match defines {
            true => format!("define the type in the world: `{keyword} {name} {{ … }}`"),
            false => {
                let ty = self.written(ty);
                format!("define the type in the world: `type {name} = {ty};`")
            }
        };
        self.habit(
            from,
            "a world imports and exports functions and interfaces, not types",
            help,
        );
        self.eat(Semicolon);
        true
    }

    /// What is between the name of a definition and its `{`: `extends j`, `<T>`, `: base`, and `=`
    /// or `:`. Whether it is the last of these, behind which a `;` is no surprise.
    pub(super) fn behind_name(&mut self) -> bool {
        let from = self.at;
        match self.peek(0) {
            LeftBrace | Semicolon => return false,
            Equals | Colon if self.peek(1) == LeftBrace => {
                let sign = self.described();
                self.bump();
                let item = self.definition_in_wit(from, &self.braces());
                self.habit(
                    from,
                    format!("expected `{{`, found {sign}"),
                    format!("write `{item}`"),
                );
                return true;
            }
            LessThan => {
                self.type_parameters("definitions");
                return false;
            }
            Ident if matches!(self.text(), "extends" | "implements" | "inherits") => {}
            Colon => {}
            _ => return false,
        }
        let ends = |at: &usize| {
            let kind = self.significant[*at].kind;
            matches!(kind, LeftBrace | RightBrace | Semicolon | Equals | Eof)
                || (*at > from && self.starts_line(*at))
        };
        let Some(end) = (from..self.significant.len()).find(ends) else {
            return false;
        };
        // A `:` may be anything else.
        if self.is(Colon) && (self.significant[end].kind != LeftBrace || end > from + 2) {
            return false;
        }
        self.skip_to(end);
        let written = self.written(from);
        let keyword = from.checked_sub(2).map(|at| self.significant[at].kind);
        let (message, help) = match keyword {
            Some(Enum | Flags | Variant) => (
                "enums, flags and variants have no underlying type in WIT",
                format!("remove `{written}`"),
            ),
            _ => (
                "interfaces and types do not extend others in WIT",
                format!(
                    "remove `{written}`: take types of another interface with `use`, and repeat its \
                     functions here"
                ),
            ),
        };
        self.habit(from, message, help);
        false
    }

    /// A definition whose name is before the token `at`, with what it has.
    fn definition_in_wit(&self, at: usize, has: &str) -> String {
        format!("{} {has}", self.in_wit_between(at.saturating_sub(2), at))
    }

    /// `enum g = a, b;` and `flags f = a | b;`, whose name is behind. Whether it is one.
    pub(super) fn listed_behind_sign(&mut self) -> bool {
        let from = self.at;
        if !self.is(Equals) || self.peek(1) == LeftBrace {
            return false;
        }
        self.bump();
        let mut elements = Vec::new();
        let mut element = self.at;
        loop {
            let ends = matches!(self.peek(0), Semicolon | LeftBrace | RightBrace | Eof);
            let separates = self.is(Comma) || self.is_text("|");
            if (ends || separates) && self.at > element {
                elements.push(self.stretch(element, self.at));
            }
            if ends {
                break;
            }
            self.bump();
            if separates {
                element = self.at;
            }
        }
        let keyword = from.checked_sub(2).map(|at| self.significant[at].kind);
        let help = match keyword {
            Some(Enum | Flags | Variant) => {
                let has = format!("{{ {} }}", elements.join(", "));
                format!("write `{}`", self.definition_in_wit(from, &has))
            }
            _ => {
                let name = self.in_wit_between(from - 1, from);
                format!("write `type {name} = {};`", elements.join(", "))
            }
        };
        self.habit(from, "expected `{`, found `=`", help);
        self.eat(Semicolon);
        true
    }

    /// What is behind the name of a `type` that is not `=`.
    pub(super) fn foreign_alias(&mut self) -> Parsed {
        let at = self.at;
        // `type a { … }`, `type a struct { … }`
        let is_word = matches!(self.peek(0), Record | Variant | Enum | Flags | Resource)
            || (self.is(Ident) && matches!(self.text(), "struct" | "interface" | "object"));
        if self.is(LeftBrace) || (is_word && self.peek(1) == LeftBrace) {
            let name = self.in_wit_between(at - 1, at);
            let keyword = match self.peek(0) {
                LeftBrace | Ident => "record".to_string(),
                _ => self.text().to_string(),
            };
            if is_word {
                self.bump();
            }
            let braces = self.skip_braces();
            self.eat(Semicolon);
            let message = format!("expected `=`, found {}", self.described_at(at));
            self.habit_between(
                at,
                at + 1,
                message,
                format!("write `{keyword} {name} {braces}`"),
            );
            return Ok(());
        }
        let is_type = self.is(Colon)
            || (!self.at_line_start()
                && (is_type_keyword(self.peek(0))
                    || matches!(self.peek(0), Ident | ExplicitIdent)));
        if !is_type {
            return Err(self.unexpected("`=`"));
        }
        let message = format!("expected `=`, found {}", self.described());
        self.eat(Colon);
        let ty = self.at;
        self.ty()?;
        let ty = self.in_wit(ty);
        let name = self.in_wit_between(at - 1, at);
        self.habit_between(at, at + 1, message, format!("write `type {name} = {ty};`"));
        self.semicolon()
    }

    /// What stands where a `;` belongs: a `,`.
    pub(super) fn wrong_end(&mut self) -> bool {
        let from = self.at;
        match self.peek(0) {
            Comma => {
                self.bump();
                self.habit(from, "expected `;`, found `,`", "end it with `;`");
                true
            }
            _ => false,
        }
    }
}
