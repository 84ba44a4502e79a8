//! Scripts of wac: statements between items of WIT.
//!
//! Lives here: the `package` with its `targets`, `import`, `let` and `export` statements, and
//! expressions. May import: `diag` (rank 0) and the parser around it.
//! Deliberately absent: what names refer to (`compose`), and the words `let`, `new` and `targets` as
//! tokens: they are words of the language only where a statement or an expression begins.

use super::super::codes;
use super::super::lex::TokenKind::*;
use super::super::tree::NodeKind;
use super::items::Body;
use super::{Bad, MAX_DEPTH, Parsed, Parser};
use crate::diag::did_you_mean;

const STATEMENTS: [&str; 9] = [
    "import",
    "let",
    "export",
    "interface",
    "world",
    "type",
    "record",
    "variant",
    "package",
];

impl Parser {
    /// The whole text.
    pub(super) fn script(&mut self) {
        // Nothing that goes wrong inside ends the file.
        let _ = self.node(NodeKind::File, |p| {
            p.script_package();
            while !p.is(Eof) {
                let before = p.at;
                // The kind is set when the keyword has been seen.
                if p.node(NodeKind::Error, Self::statement).is_err() {
                    p.skip_item(before);
                }
                if p.at == before {
                    if p.is(RightBrace) {
                        p.problem(
                            &codes::SYNTAX,
                            "unmatched `}`".to_string(),
                            "no matching `{`",
                        );
                    }
                    p.bump();
                }
            }
            Ok(())
        });
    }

    /// `package a:b@1.0.0 targets c:d/e;`
    fn script_package(&mut self) {
        if !self.is(Package) {
            let found = self
                .finding(
                    &codes::SYNTAX,
                    format!("expected `package`, found {}", self.described()),
                    "expected `package`",
                )
                .help("begin the script with its name: `package example:composition;`");
            return self.push(found);
        }
        let before = self.at;
        let parsed = self.node(NodeKind::PackageDecl, |p| {
            p.bump();
            p.package_name()?;
            if p.is_text("targets") {
                p.node(NodeKind::Targets, |p| {
                    p.bump();
                    p.package_path()
                })?;
            }
            p.semicolon()
        });
        if parsed.is_err() {
            self.skip_item(before);
        }
    }

    fn statement(&mut self) -> Parsed {
        match self.peek(0) {
            Import => self.script_import(),
            Export => self.script_export(),
            Ident if self.starts_let() => self.let_statement(),
            Interface => self.definition(NodeKind::Interface, Body::Interface),
            World => self.definition(NodeKind::World, Body::World),
            Type => self.type_alias(),
            Record => self.braced(NodeKind::Record, &mut Self::field),
            Variant => self.braced(NodeKind::Variant, &mut Self::case),
            Enum => self.enumeration(),
            Flags => self.braced(NodeKind::Flags, &mut Self::flag),
            RightBrace => Err(Bad),
            _ => Err(self.not_a_statement()),
        }
    }

    fn not_a_statement(&mut self) -> Bad {
        let help = match self.peek(0) {
            Package => Some("a script has one `package`, at its beginning".to_string()),
            Use => Some("use the types inside the interface that needs them".to_string()),
            Resource => Some("define the resource in an interface".to_string()),
            Semicolon => Some("remove the `;`".to_string()),
            Ident if self.peek(1) == Equals => {
                let name = self.text();
                Some(format!("define a name with `let`: `let {name} = …;`"))
            }
            Ident if self.is_text("new") => Some("give it a name: `let a = new …;`".to_string()),
            Ident => did_you_mean(self.text(), STATEMENTS).map(|s| format!("did you mean `{s}`?")),
            _ => None,
        };
        if self.is(Unknown) {
            return Bad;
        }
        let expected = "`import`, `let`, `export`, `interface`, `world` or a type";
        let mut found = self.finding(
            &codes::SYNTAX,
            format!("expected {expected}, found {}", self.described()),
            "expected a statement",
        );
        found.help.extend(help);
        self.push(found);
        Bad
    }

    /// `let` and a name.
    pub(super) fn starts_let(&self) -> bool {
        let next = self.peek(1);
        self.is_text("let") && (matches!(next, Ident | ExplicitIdent) || next.is_keyword())
    }

    /// `func(…)`, `async func(…)`
    pub(super) fn starts_function(&self) -> bool {
        matches!(self.peek(0), Func | Async)
    }

    /// The name of a function type in the place of one.
    pub(super) fn names_function(&self) -> bool {
        matches!(self.peek(0), Ident | ExplicitIdent) && self.peek(1) == Semicolon
    }

    /// `a:b@1.0.0` or `a:b/c@1.0.0`, in which a keyword is a name as any other.
    pub(super) fn script_path(&mut self) -> Parsed {
        self.part_of_path()?;
        while self.eat(Colon) {
            self.part_of_path()?;
        }
        while self.eat(Slash) {
            self.part_of_path()?;
        }
        match self.eat(At) {
            true => self.version(),
            false => Ok(()),
        }
    }

    fn part_of_path(&mut self) -> Parsed {
        let kind = self.peek(0);
        match kind.is_keyword() && kind != Underscore {
            true => self.leaf(NodeKind::Name),
            false => self.name(),
        }
    }

    /// A name, or a string for names that are none in WIT.
    fn extern_name(&mut self) -> Parsed {
        self.node(NodeKind::ExternName, |p| match p.is(StringLiteral) {
            true => p.leaf(NodeKind::Quoted),
            false => p.name(),
        })
    }

    /// `a:b/c@1.0.0`
    fn package_path(&mut self) -> Parsed {
        if self.peek(1) != Colon {
            return Err(self.unexpected("a path, as in `acme:kv/store`"));
        }
        self.path()
    }

    fn script_import(&mut self) -> Parsed {
        self.set_kind(NodeKind::ScriptImport);
        self.bump();
        self.name()?;
        if self.eat(As) {
            self.extern_name()?;
        }
        if self.is(Slash) || (self.is(Colon) && self.peek(2) == Slash) {
            let found = self
                .finding(
                    &codes::SYNTAX,
                    "an import of a script needs a name of its own".to_string(),
                    "",
                )
                .help("give it a name: `import store: acme:kv/store;`");
            self.push(found);
            return Err(Bad);
        }
        self.expect(Colon)?;
        match self.peek(0) {
            Func | Async => self.func_type()?,
            Interface => {
                self.node(NodeKind::InlineInterface, |p| {
                    p.bump();
                    p.body(Body::Interface)
                })?;
            }
            _ => self.path()?,
        }
        self.semicolon()
    }

    fn let_statement(&mut self) -> Parsed {
        self.set_kind(NodeKind::Let);
        self.bump();
        self.name()?;
        self.expect(Equals)?;
        self.expr(0)?;
        self.semicolon()
    }

    fn script_export(&mut self) -> Parsed {
        self.set_kind(NodeKind::ScriptExport);
        self.bump();
        self.expr(0)?;
        if self.is_ellipsis() {
            self.node(NodeKind::Spread, |p| {
                p.ellipsis();
                Ok(())
            })?;
            if self.is(As) {
                self.problem(
                    &codes::SYNTAX,
                    "several exports cannot have one name".to_string(),
                    "`...` exports each item under its own name",
                );
                return Err(Bad);
            }
        } else if self.eat(As) {
            self.extern_name()?;
        }
        self.semicolon()
    }

    /// Whether `...` is next.
    fn is_ellipsis(&self) -> bool {
        let dots = (0..3).all(|ahead| self.peek(ahead) == Period);
        dots && self.is_adjacent(1) && self.is_adjacent(2)
    }

    fn ellipsis(&mut self) {
        for _ in 0..3 {
            self.bump();
        }
    }

    fn expr(&mut self, depth: usize) -> Parsed {
        if depth >= MAX_DEPTH {
            self.problem(
                &codes::NESTING,
                format!("expressions are nested more than {MAX_DEPTH} levels deep"),
                "too deep",
            );
            return Err(Bad);
        }
        self.node(NodeKind::Expr, |p| {
            p.primary(depth)?;
            p.postfixes()
        })
    }

    fn primary(&mut self, depth: usize) -> Parsed {
        let kind = self.peek(0);
        let names = |kind| matches!(kind, Ident | ExplicitIdent);
        if self.is_text("new") && (names(self.peek(1)) || self.peek(1).is_keyword()) {
            return self.node(NodeKind::New, |p| p.new_instance(depth));
        }
        match kind {
            LeftParen => self.node(NodeKind::Nested, |p| {
                p.bump();
                p.expr(depth + 1)?;
                p.expect(RightParen)
            }),
            Ident | ExplicitIdent => self.node(NodeKind::Local, Self::name),
            _ if kind.is_keyword() && kind != Underscore => self.node(NodeKind::Local, Self::name),
            _ => Err(self.unexpected("`new`, a name or `(`")),
        }
    }

    /// `.a` and `["a"]`, any number of them.
    fn postfixes(&mut self) -> Parsed {
        loop {
            if self.is(Period) && !self.is_ellipsis() {
                self.node(NodeKind::Access, |p| {
                    p.bump();
                    match p.is(StringLiteral) {
                        true => {
                            let name = p.text().to_string();
                            let found = p
                                .finding(
                                    &codes::SYNTAX,
                                    format!("expected a name, found {name}"),
                                    "",
                                )
                                .help(format!("write `[{name}]`"));
                            p.push(found);
                            Err(Bad)
                        }
                        false => p.name(),
                    }
                })?;
            } else if self.is_text("[") {
                self.node(NodeKind::NamedAccess, |p| {
                    p.bracket("[")?;
                    if !p.is(StringLiteral) {
                        return Err(p.unexpected("the name of an export as a string"));
                    }
                    p.leaf(NodeKind::Quoted)?;
                    p.bracket("]")
                })?;
            } else {
                return Ok(());
            }
        }
    }

    /// A bracket, which is no token of WIT.
    fn bracket(&mut self, text: &str) -> Parsed {
        if !self.is_text(text) {
            return Err(self.unexpected(&format!("`{text}`")));
        }
        let start = self.tree.token_range(self.token()).start;
        self.explained.push(start);
        self.bump();
        Ok(())
    }

    /// `new a:b@1.0.0 { … }`
    fn new_instance(&mut self, depth: usize) -> Parsed {
        self.bump();
        self.package_name()?;
        if !self.is(LeftBrace) {
            let found = self
                .finding(
                    &codes::SYNTAX,
                    format!("expected `{{`, found {}", self.described()),
                    "expected arguments",
                )
                .help("write `{}` for none, or `{ ... }` to import them all");
            self.push(found);
            return Err(Bad);
        }
        self.bump();
        self.list(RightBrace, &mut |p| p.argument(depth))
    }

    fn argument(&mut self, depth: usize) -> Parsed {
        if self.is_ellipsis() {
            let bare = matches!(self.peek(3), Comma | RightBrace | Eof);
            return self.node(NodeKind::Error, |p| {
                p.ellipsis();
                if bare {
                    p.set_kind(NodeKind::Fill);
                    return Ok(());
                }
                p.set_kind(NodeKind::SpreadArgument);
                p.name()
            });
        }
        self.node(NodeKind::InferredArgument, |p| {
            if p.is(StringLiteral) || p.peek(1) == Colon {
                p.set_kind(NodeKind::NamedArgument);
                p.extern_name()?;
                p.expect(Colon)?;
                return p.expr(depth + 1);
            }
            p.name()?;
            if matches!(p.peek(0), Period) || p.is_text("[") {
                let found = p
                    .finding(
                        &codes::SYNTAX,
                        "an argument that is an expression needs a name".to_string(),
                        "",
                    )
                    .help("name the import that it is for: `store: a.store`");
                p.push(found);
                return Err(Bad);
            }
            Ok(())
        })
    }
}
