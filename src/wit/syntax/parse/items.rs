//! Packages, interfaces, worlds and what is in them.
//!
//! May import: `diag` (rank 0) and the parser around it. Deliberately absent: types, and what
//! refers to other items (`references`).

use super::super::codes;
use super::super::lex::TokenKind::*;
use super::super::tree::NodeKind;
use super::{Bad, MAX_DEPTH, Parsed, Parser};
use crate::diag::did_you_mean;

const ATTRIBUTES: [&str; 4] = ["deprecated", "external-id", "since", "unstable"];

/// What items are in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    File,
    /// A package in braces, and how many are around it.
    Package(usize),
    Interface,
    World,
    Resource,
}

impl Parser {
    pub(super) fn file(&mut self) {
        // Nothing that goes wrong inside ends the file.
        let _ = self.node(NodeKind::File, |p| {
            if p.is(Package) && !p.is_nested_package() {
                let before = p.at;
                let parsed = p.node(NodeKind::PackageDecl, |p| {
                    p.bump();
                    p.package_name()?;
                    p.semicolon()
                });
                if parsed.is_err() {
                    p.skip_item(before);
                }
            }
            loop {
                p.items(Body::File);
                if p.is(Eof) {
                    return Ok(());
                }
                p.problem(
                    &codes::SYNTAX,
                    "unmatched `}`".to_string(),
                    "no matching `{`",
                );
                p.bump();
            }
        });
    }

    /// Whether `package a:b@1.0.0` goes on with a brace.
    fn is_nested_package(&self) -> bool {
        let mut ahead = 1;
        loop {
            match self.peek(ahead) {
                LeftBrace => return true,
                Colon | Slash | At | Period | Integer | Minus | Plus | Ident | ExplicitIdent => {}
                kind if kind.is_keyword() && !matches!(kind, Interface | World | Use) => {}
                _ => return false,
            }
            ahead += 1;
        }
    }

    /// `( id ':' )+ id ( '/' id )* ('@' valid-semver)?`
    pub(super) fn package_name(&mut self) -> Parsed {
        self.node(NodeKind::PackageName, |p| {
            if p.is_script && p.peek(1) == Colon {
                return p.script_path();
            }
            p.name()?;
            if !p.is(Colon) {
                return Err(p.unexpected("`:` and the package's own name, as in `acme:kv`"));
            }
            while p.eat(Colon) {
                p.name()?;
            }
            while p.eat(Slash) {
                p.name()?;
            }
            if p.eat(At) {
                p.version()?;
            }
            Ok(())
        })
    }

    /// Items up to the `}` that ends what they are in, or the end of the file.
    fn items(&mut self, body: Body) {
        while !matches!(self.peek(0), RightBrace | Eof) {
            if body != Body::File && self.is_unclosed(body) {
                return;
            }
            let before = self.at;
            // The kind is set when the keyword has been seen.
            let parsed = self.node(NodeKind::Error, |p| p.item(body));
            if parsed.is_err() {
                self.skip_item(before);
            }
            if self.at == before {
                self.bump();
                self.cover_skipped(before);
            }
        }
    }

    /// Whether an item begins here that can only be outside of `body`, whose `}` was forgotten.
    fn is_unclosed(&mut self, body: Body) -> bool {
        self.starts_outer(body) && !self.is_balanced()
    }

    /// Whether the text has as many `}` as `{`.
    fn is_balanced(&mut self) -> bool {
        let significant = &self.significant;
        *self.is_balanced.get_or_insert_with(|| {
            let count = |kind| {
                significant
                    .iter()
                    .filter(|token| token.kind == kind)
                    .count()
            };
            count(LeftBrace) == count(RightBrace)
        })
    }

    fn starts_outer(&self, body: Body) -> bool {
        // `interface: func();` has only forgotten its `%`.
        let outer = |ahead: usize| match self.peek(ahead) {
            Interface | World | Package => {
                !matches!(self.peek(ahead + 1), Colon | Comma) && !matches!(body, Body::Package(_))
            }
            Import | Export | Include => {
                matches!(body, Body::Interface | Body::Resource) && self.peek(ahead + 1) != Colon
                    // In an interface of a world, as `export a: interface { … `.
                    && self.at_line_start()
            }
            _ => false,
        };
        outer(0)
    }

    /// `{` items `}`.
    pub(super) fn body(&mut self, body: Body) -> Parsed {
        let opening = self.token();
        self.expect(LeftBrace)?;
        self.items(body);
        if self.eat(RightBrace) {
            return Ok(());
        }
        self.unclosed(RightBrace, opening);
        Ok(())
    }

    fn item(&mut self, body: Body) -> Parsed {
        self.attributes();
        let next = self.peek(0);
        let named_by_keyword = next.is_keyword() && self.peek(1) == Colon;
        let in_file = matches!(body, Body::File | Body::Package(_));
        let in_interface = matches!(body, Body::Interface | Body::World);
        match next {
            Interface if in_file => self.definition(NodeKind::Interface, Body::Interface),
            World if in_file => self.definition(NodeKind::World, Body::World),
            Use if in_file => self.top_use(),
            Package if in_file => self.nested_package(body),
            Import if body == Body::World => self.extern_item(NodeKind::Import),
            Export if body == Body::World => self.extern_item(NodeKind::Export),
            Include if body == Body::World => self.include(),
            Constructor if body == Body::Resource => self.constructor(),
            _ if named_by_keyword && matches!(body, Body::Interface | Body::Resource) => {
                self.func(body)
            }
            Use if in_interface => self.use_names(),
            Type if in_interface => self.type_alias(),
            Record if in_interface => self.braced(NodeKind::Record, &mut Self::field),
            Variant if in_interface => self.braced(NodeKind::Variant, &mut Self::case),
            Enum if in_interface => self.enumeration(),
            Flags if in_interface => self.braced(NodeKind::Flags, &mut Self::flag),
            Resource if in_interface => self.resource(),
            Ident | ExplicitIdent if matches!(body, Body::Interface | Body::Resource) => {
                self.func(body)
            }
            _ => Err(self.not_an_item(body)),
        }
    }

    /// Reports something that is no item in `body`.
    fn not_an_item(&mut self, body: Body) -> Bad {
        let expected = match body {
            Body::File => "`interface`, `world`, `use` or `package`",
            Body::Package(_) => "`interface`, `world` or `use`",
            Body::Interface => "a function, a type or `use`",
            Body::World => "`import`, `export`, `include`, `use` or a type",
            Body::Resource => "a function or `constructor`",
        };
        if self.is(Semicolon) {
            let found = self
                .finding(&codes::SYNTAX, "unexpected `;`".to_string(), "")
                .help("remove the `;`");
            self.push(found);
            return Bad;
        }
        if self.foreign_item(body) {
            return Bad;
        }
        let word = self.text().to_string();
        let help = match (body, self.peek(0)) {
            (Body::World, Ident | ExplicitIdent) if self.peek(1) == Colon => Some(format!(
                "declare the direction: `export {word}: …` or `import {word}: …`"
            )),
            (Body::File, Ident) if word == "default" => {
                Some("remove `default`: WIT no longer has default worlds and interfaces".into())
            }
            (Body::File | Body::Package(_), _) if self.peek(1) == Colon => {
                Some("move the function into an interface or world".to_string())
            }
            (Body::File | Body::Package(_), Type | Record | Variant | Enum | Flags | Resource) => {
                Some("move the type into an interface or world".to_string())
            }
            (_, Ident) => {
                let starts = [
                    "interface",
                    "world",
                    "package",
                    "import",
                    "export",
                    "include",
                    "record",
                    "variant",
                    "resource",
                    "flags",
                    "enum",
                    "type",
                    "use",
                    "constructor",
                ];
                did_you_mean(&word, starts).map(|meant| format!("did you mean `{meant}`?"))
            }
            _ => None,
        };
        if self.is(Unknown) {
            return Bad;
        }
        let mut found = self.finding(
            &codes::SYNTAX,
            format!("expected {expected}, found {}", self.described()),
            format!("expected {expected}"),
        );
        found.help.extend(help);
        self.push(found);
        Bad
    }

    fn attributes(&mut self) {
        while self.is(At) {
            let parsed = self.node(NodeKind::Attribute, Self::attribute);
            if parsed.is_err() {
                // The item it is on is whole.
                while !matches!(
                    self.peek(0),
                    Eof | RightParen | LeftBrace | RightBrace | Semicolon
                ) && !self.starts_item()
                {
                    self.bump();
                }
                self.eat(RightParen);
            }
        }
    }

    fn attribute(&mut self) -> Parsed {
        self.bump();
        let name = self.text().to_string();
        if !ATTRIBUTES.contains(&name.as_str()) {
            let mut found = self.finding(
                &codes::SYNTAX,
                format!("unknown attribute `@{name}`"),
                "unknown attribute",
            );
            found.help.push(match did_you_mean(&name, ATTRIBUTES) {
                Some(meant) => format!("did you mean `@{meant}`?"),
                None => format!("use one of `@{}`", ATTRIBUTES.join("`, `@")),
            });
            self.push(found);
            return Err(Bad);
        }
        self.name()?;
        self.expect(LeftParen)?;
        match name.as_str() {
            "external-id" => self.expect(StringLiteral)?,
            "unstable" => {
                self.word("feature")?;
                self.expect(Equals)?;
                self.name()?;
            }
            _ => {
                self.word("version")?;
                self.expect(Equals)?;
                self.version()?;
            }
        }
        self.expect(RightParen)
    }

    fn word(&mut self, word: &str) -> Parsed {
        if self.text() == word {
            self.bump();
            return Ok(());
        }
        Err(self.unexpected(&format!("`{word}`")))
    }

    /// `interface a { … }` or `world a { … }`.
    pub(super) fn definition(&mut self, kind: NodeKind, body: Body) -> Parsed {
        self.set_kind(kind);
        self.bump();
        self.name()?;
        let has_sign = self.behind_name();
        self.body(body)?;
        if has_sign {
            self.eat(Semicolon);
        }
        Ok(())
    }

    fn nested_package(&mut self, body: Body) -> Parsed {
        self.set_kind(NodeKind::NestedPackage);
        let depth = match body {
            Body::Package(depth) => depth + 1,
            _ => 0,
        };
        if !self.is_nested_package() {
            let found = self
                .finding(
                    &codes::SYNTAX,
                    "misplaced `package` declaration".to_string(),
                    "must be the first item",
                )
                .help("use braces for several packages in one file: `package a:b { … }`");
            self.push(found);
            return Err(Bad);
        }
        if depth >= MAX_DEPTH {
            self.problem(
                &codes::NESTING,
                format!("packages are nested more than {MAX_DEPTH} levels deep"),
                "too deep",
            );
            return Err(Bad);
        }
        self.bump();
        self.package_name()?;
        self.body(Body::Package(depth))
    }

    /// A function of an interface or a resource.
    fn func(&mut self, body: Body) -> Parsed {
        self.set_kind(NodeKind::Func);
        let from = self.at;
        if self.peek(1) != Colon {
            if !self.lacks_colon() {
                return Err(self.not_an_item(body));
            }
            self.missing_colon()?;
            return self.end_of_function(from);
        }
        self.name()?;
        self.bump();
        if self.is(Static) {
            if body != Body::Resource {
                self.problem(
                    &codes::SYNTAX,
                    "only a function of a resource can be `static`".to_string(),
                    "remove this",
                );
            }
            self.bump();
        }
        if self.is_script && self.names_function() {
            self.node(NodeKind::TypeName, Self::name)?;
            return self.semicolon();
        }
        self.func_type()?;
        self.end_of_function(from)
    }

    /// What ends a function that begins at the token `from`: a `;`.
    pub(super) fn end_of_function(&mut self, from: usize) -> Parsed {
        match self.is(LeftBrace) {
            true => {
                self.function_body(from);
                Ok(())
            }
            false => self.semicolon(),
        }
    }

    fn resource(&mut self) -> Parsed {
        self.set_kind(NodeKind::Resource);
        self.bump();
        self.name()?;
        let has_sign = self.behind_name();
        if self.is(LeftBrace) {
            self.body(Body::Resource)?;
            if has_sign {
                self.eat(Semicolon);
            }
            return Ok(());
        }
        self.semicolon()
    }

    fn constructor(&mut self) -> Parsed {
        self.set_kind(NodeKind::Constructor);
        let from = self.at;
        self.bump();
        self.named_constructor()?;
        self.end_of_function(from)
    }

    pub(super) fn type_alias(&mut self) -> Parsed {
        self.set_kind(NodeKind::TypeAlias);
        self.bump();
        self.name()?;
        if !self.eat(Equals) {
            return self.foreign_alias();
        }
        match self.is_script && self.starts_function() {
            true => self.func_type()?,
            false => self.ty()?,
        }
        self.semicolon()
    }

    /// `record a { … }` and its like.
    pub(super) fn braced(
        &mut self,
        kind: NodeKind,
        element: &mut dyn FnMut(&mut Self) -> Parsed,
    ) -> Parsed {
        self.set_kind(kind);
        self.bump();
        self.name()?;
        if self.is(LeftBrace) {
            self.bump();
            return self.list(RightBrace, element);
        }
        if self.listed_behind_sign() {
            return Ok(());
        }
        let has_sign = self.behind_name();
        self.expect(LeftBrace)?;
        self.list(RightBrace, element)?;
        if has_sign {
            self.eat(Semicolon);
        }
        Ok(())
    }
}
