//! Items as other languages and older tools write them, and what ends an item wrongly.
//!
//! Lives here: recognizing such items where none of WIT's begins, with help that says what to
//! write.
//! May import: the parser around it. Deliberately absent: types and names (`habits`), and paths
//! (`old_references`).

use super::super::lex::TokenKind::*;
use super::Parser;
use super::habits::is_type_keyword;
use super::items::Body;

impl Parser {
    /// Complains about comments that begin with `#`, and takes them out of what is parsed.
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

    /// Complains about the next word if it begins an item of another language, or of older WIT.
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
            (Import | Export | Include, _) if in_file => {
                let item = self.rest_of_line(from);
                format!("write it in a world: `world … {{ {item}; }}`")
            }
            (Async, _) if in_interface => format!("write `{name}: async func(…);`"),
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

    /// What stands where a `;` belongs: a `,`, or the body of a function.
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
