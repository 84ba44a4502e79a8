//! Fields, parameters, cases and flags as older tools and other languages write them.
//!
//! Lives here: what stands in the place of a name and its type, values of cases that are not one
//! type in parentheses, and what is between the elements of a list, with help that has the element
//! in WIT.
//! May import: the parser around it. Deliberately absent: the types themselves (`foreign_types`).

use super::super::lex::TokenKind::{self, *};
use super::super::tree::NodeKind;
use super::foreign_types::list_of;
use super::habits::is_type_keyword;
use super::{Bad, Parsed, Parser};

/// A case with a value that is not one type in parentheses.
pub(super) struct OddCase {
    message: &'static str,
    help: String,
    /// The case in WIT.
    pub wit: String,
    define: Option<String>,
}

impl Parser {
    /// What other languages write where a parameter or field is; the caller reads on.
    pub(super) fn foreign_name_and_type(&mut self) -> Option<Parsed> {
        let from = self.at;
        let next = self.peek(1);
        // As WIT has it, and with every field and parameter.
        if next == Colon {
            return None;
        }
        if self.receiver() {
            return Some(Ok(()));
        }
        if self.is_dots() || self.is(Star) {
            return Some(self.rest_parameter());
        }
        if is_type_keyword(self.peek(0)) {
            return self.type_first();
        }
        if !self.is(Ident) {
            return None;
        }
        let word = self.text().to_string();
        let is_modifier = match word.as_str() {
            "pub" | "public" | "const" | "readonly" | "required" | "mut" | "final" | "var"
            | "let" => true,
            _ => next == Ident && self.peek(2) == Colon && !self.is_line_start(1),
        };
        if is_modifier {
            self.bump();
            let message = format!("unexpected `{word}`");
            self.habit(from, message, format!("remove `{word}`"));
            return Some(self.name_and_type());
        }
        let is_optional = next == Unknown && {
            let token = self.significant[self.at + 1].token as usize;
            self.tree.token_text(token) == "?"
        };
        if is_optional && self.peek(2) == Colon {
            return Some(self.renamed_type(
                2,
                "WIT marks the type as optional, not the name",
                |ty| format!("option<{ty}>"),
            ));
        }
        if is_type_keyword(next) && !self.is_line_start(1) {
            let message = format!("missing `:` between `{word}` and its type");
            return Some(self.renamed_type(0, &message, str::to_string));
        }
        if next == Ident && !self.is_line_start(1) && !self.is_line_start(2) {
            let token = self.significant[self.at + 1].token as usize;
            let second = self.tree.token_text(token).to_string();
            let name = self.name();
            let parsed = name.and_then(|()| self.ty());
            let message = format!("missing `:` between `{word}` and `{second}`");
            let help =
                format!("write `{word}: {second}`, or `{second}: {word}` if the type comes first");
            self.replace(from, message, help, format!("{word}: {second}"), None);
            return Some(parsed);
        }
        if matches!(next, Comma | RightParen | RightBrace) {
            return Some(self.name_alone());
        }
        None
    }

    /// A name, `signs` between it and its type, and the type, which `in_wit` has in WIT.
    fn renamed_type(
        &mut self,
        signs: usize,
        message: &str,
        in_wit: impl Fn(&str) -> String,
    ) -> Parsed {
        let from = self.at;
        self.name()?;
        for _ in 0..signs {
            self.bump();
        }
        let name = self.in_wit_between(from, from + 1);
        let inner = self.at;
        let parsed = self.ty();
        let wit = format!("{name}: {}", in_wit(&self.in_wit(inner)));
        self.replace(from, message, format!("write `{wit}`"), wit, None);
        parsed
    }

    /// `u32` and `u32 a`.
    fn type_first(&mut self) -> Option<Parsed> {
        let from = self.at;
        match self.peek(1) {
            Comma | RightParen | LessThan => {
                let parsed = self.ty();
                let ty = self.in_wit(from);
                // `list<u32> a`
                if self.is(Ident) && !self.at_line_start() {
                    let name = self.text().to_string();
                    self.bump();
                    self.name_first(from, &name, &ty);
                    return Some(parsed);
                }
                let help = format!("write `NAME: {ty}`");
                let message = "a parameter needs a name";
                self.replace(from, message, help, format!("…: {ty}"), None);
                Some(parsed)
            }
            Ident if !self.is_line_start(1) => {
                let ty = self.text().to_string();
                self.bump();
                let name = self.text().to_string();
                self.bump();
                self.name_first(from, &name, &ty);
                Some(Ok(()))
            }
            _ => None,
        }
    }

    fn name_first(&mut self, from: usize, name: &str, ty: &str) {
        let wit = format!("{name}: {ty}");
        let help = format!("write `{wit}`");
        self.replace(from, "the name is written before the type", help, wit, None);
    }

    /// `self`, `&self` and `&mut self`.
    fn receiver(&mut self) -> bool {
        let text = |ahead: usize| {
            let token = self.significant.get(self.at + ahead);
            token.map_or("", |token| self.tree.token_text(token.token as usize))
        };
        let mut ahead = usize::from(text(0) == "&");
        ahead += usize::from(text(ahead) == "mut");
        let is_param = self.tree.nodes[self.open as usize].kind == NodeKind::Param;
        let ends = matches!(self.peek(ahead + 1), Comma | RightParen);
        if !matches!(text(ahead), "self" | "this") || !is_param || !ends {
            return false;
        }
        let from = self.at;
        for _ in 0..=ahead {
            self.bump();
        }
        let receiver = self.written_between(self.at - 1, self.at);
        // Of all that is before it, the function's name, as `a: static func(`.
        let is_head = |at: &usize| {
            let kind = self.significant[*at].kind;
            matches!(
                kind,
                Ident | ExplicitIdent | Colon | Static | Async | Func | LeftParen
            )
        };
        let start = (0..from).rev().take_while(is_head).last().unwrap_or(from);
        let params = self.at + usize::from(self.is(Comma));
        let end = self.end_of(start);
        let function = format!("{}{}", self.stretch(start, from), self.stretch(params, end));
        let help = match self.is_inside(NodeKind::Resource) {
            true => format!("write `{function}`"),
            false => format!(
                "write `{receiver}: borrow<…>`, with the name of the resource, or put the function \
                 into `resource … {{ … }}`"
            ),
        };
        self.habit(from, "a method has no parameter for its resource", help);
        true
    }

    /// `...a: u32` and `*a: u32`.
    fn rest_parameter(&mut self) -> Parsed {
        let from = self.at;
        match self.is_dots() {
            true => self.eat_dots(),
            false => self.bump(),
        }
        let name = self.at;
        self.name()?;
        let name = self.in_wit(name);
        self.expect(Colon)?;
        let ty = self.at;
        let parsed = self.ty();
        let wit = format!("{name}: {}", list_of(&self.in_wit(ty)));
        let message = "functions take a fixed number of parameters in WIT";
        self.replace(from, message, format!("write `{wit}`"), wit, None);
        parsed
    }

    /// `a` without a type.
    fn name_alone(&mut self) -> Parsed {
        let from = self.at;
        let is_param = self.tree.nodes[self.open as usize].kind == NodeKind::Param;
        if is_param {
            let name = self.text().to_string();
            self.name()?;
            let help =
                format!("write `{name}: …`, with its type, or `…: {name}` if that is its type");
            self.habit(from, "a parameter has a name and a type", help);
            return Ok(());
        }
        // A record that has nothing else.
        let is_first = from > 0 && self.significant[from - 1].kind == LeftBrace;
        let is_name = |at: &usize| {
            let kind = self.significant[*at].kind;
            matches!(kind, Ident | ExplicitIdent | Comma)
        };
        let end = (from..self.significant.len()).find(|at| !is_name(at));
        let end = end.filter(|end| is_first && self.significant[*end].kind == RightBrace);
        if let Some(end) = end.filter(|end| *end > from + 1) {
            let record = self.innermost(&[NodeKind::Record]);
            let name = record.and_then(|(_, node)| self.name_in(node));
            let name = name.unwrap_or("…".to_string());
            self.skip_to(end);
            let names = self.in_wit(from);
            let names = names.trim_end_matches(',');
            let help = format!(
                "write `enum {name} {{ {names} }}` for one of them, `flags {name} {{ {names} }}` \
                 for any of them, or the type of each behind its name, as `: u32`"
            );
            self.habit(from, "the fields of a record have types", help);
            return Ok(());
        }
        let name = self.text().to_string();
        self.name()?;
        let help = format!("write `{name}: …`, with its type");
        self.habit(from, format!("field `{name}` has no type"), help);
        Ok(())
    }

    /// What a case has behind its name, which is at the token `from`.
    pub(super) fn case_value(&mut self, from: usize) -> Result<Option<OddCase>, Bad> {
        let name = |p: &Self| p.in_wit_between(from, from + 1);
        let message = "the type of a case is in parentheses";
        let ty = self.at + 1;
        match self.peek(0) {
            LeftParen => return self.case_types(from),
            // `a: u32`
            Colon => {
                self.bump();
                self.ty()?;
            }
            // `a<u32>`
            LessThan => {
                self.bump();
                self.ty()?;
                let ty = self.in_wit(ty);
                self.expect(GreaterThan)?;
                return Ok(Some(OddCase::one(message, &name(self), &ty)));
            }
            LeftBrace => {
                let is_empty = self.peek(1) == RightBrace;
                let fields = self.skip_braces();
                let name = name(self);
                if is_empty {
                    let message = "a case without a value has no braces";
                    return Ok(Some(OddCase::plain(message, name)));
                }
                let kinds = [NodeKind::Variant, NodeKind::Enum];
                let around = self
                    .innermost(&kinds)
                    .and_then(|(_, node)| self.name_in(node));
                let record = match around {
                    Some(around) => format!("{around}-{name}"),
                    None => name.clone(),
                };
                let define = format!("record {record} {fields}");
                return Ok(Some(OddCase {
                    message: "a case has one type, and no fields",
                    help: format!("write `{name}({record})`, and define `{define}`"),
                    wit: format!("{name}({record})"),
                    define: Some(define),
                }));
            }
            // `a u32`
            kind if is_type_keyword(kind) && !self.at_line_start() => {
                self.ty()?;
                let ty = self.in_wit(ty - 1);
                return Ok(Some(OddCase::one(message, &name(self), &ty)));
            }
            _ => return Ok(None),
        }
        let ty = self.in_wit(ty);
        Ok(Some(OddCase::one(message, &name(self), &ty)))
    }

    /// `(u32)`, and `()`, `(u32, string)`, `(a: u32)`.
    fn case_types(&mut self, from: usize) -> Result<Option<OddCase>, Bad> {
        self.bump();
        let mut is_named = false;
        let mut types: Vec<(usize, usize)> = Vec::new();
        while !self.eat(RightParen) {
            if self.peek(1) == Colon {
                is_named = true;
                self.bump();
                self.bump();
            }
            let ty = self.at;
            self.ty()?;
            // As WIT has it.
            if types.is_empty() && !is_named && self.eat(RightParen) {
                return Ok(None);
            }
            types.push((ty, self.at));
            if !self.eat(Comma) {
                self.expect(RightParen)?;
                break;
            }
        }
        let name = self.in_wit_between(from, from + 1);
        let types: Vec<String> = types
            .iter()
            .map(|(start, end)| self.in_wit_between(*start, *end))
            .collect();
        Ok(Some(match types.as_slice() {
            [] => OddCase::plain("a case without a value has no parentheses", name),
            [one] => OddCase::one("a case has one type, without a name", &name, one),
            all => {
                let tuple = format!("tuple<{}>", all.join(", "));
                OddCase::one("a case has one type", &name, &tuple)
            }
        }))
    }

    /// The enum that is open, as a variant; `odd` has those of its cases that have values, by node.
    pub(super) fn as_variant(&self, odd: &[(usize, String)]) -> String {
        let first = self.open as usize + 1;
        let cases = (first..self.tree.nodes.len()).filter_map(|node| {
            let case = self.tree.nodes[node];
            if case.kind != NodeKind::EnumCase {
                return None;
            }
            let known = odd.iter().find(|(known, _)| *known == node);
            let name = || self.name_in(node);
            known.map(|(_, case)| case.clone()).or_else(name)
        });
        let cases: Vec<String> = cases.collect();
        let name = self.name_in(self.open as usize).unwrap_or_default();
        match cases.len() > 8 {
            true => format!("variant {name} {{ … }}"),
            false => format!("variant {name} {{ {} }}", cases.join(", ")),
        }
    }

    /// Reports a case.
    pub(super) fn odd_case(&mut self, from: usize, case: OddCase) {
        self.replace(from, case.message, case.help, case.wit, case.define);
    }

    /// `= 1` behind an element of a list.
    pub(super) fn foreign_value(&mut self, end: TokenKind) {
        if !self.is(Equals) {
            return;
        }
        let from = self.at;
        self.bump();
        while !matches!(
            self.peek(0),
            Comma | Semicolon | RightBrace | RightParen | Eof
        ) && self.peek(0) != end
            && !self.at_line_start()
        {
            self.bump();
        }
        let value = self.written(from);
        let message = match end {
            RightParen => "parameters have no default values in WIT",
            _ => "cases and fields have no values in WIT",
        };
        self.habit(from, message, format!("remove `{value}`"));
    }

    /// A `;` that separates the elements of a list. `is_first` is whether to complain.
    pub(super) fn foreign_separator(&mut self, end: TokenKind, is_first: bool) -> bool {
        if !self.is(Semicolon) {
            return false;
        }
        let ends = self.peek(1) == end;
        let goes_on = matches!(self.peek(1), Ident | ExplicitIdent)
            && (matches!(self.peek(2), Colon | Comma | Semicolon | LeftParen)
                || self.peek(2) == end)
            && !(self.peek(2) == Colon && matches!(self.peek(3), Func | Async | Static));
        if !ends && !goes_on {
            return false;
        }
        let from = self.at;
        self.bump();
        if is_first {
            self.habit(
                from,
                format!("expected `,` or {}, found `;`", end.describe()),
                "separate them with `,`",
            );
        }
        true
    }
}

impl OddCase {
    fn plain(message: &'static str, name: String) -> OddCase {
        OddCase {
            message,
            help: format!("write `{name}`"),
            wit: name,
            define: None,
        }
    }

    fn one(message: &'static str, name: &str, ty: &str) -> OddCase {
        OddCase::plain(message, format!("{name}({ty})"))
    }
}
