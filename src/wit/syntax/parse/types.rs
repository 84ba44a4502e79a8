//! Types, functions and parameters.
//!
//! May import: `diag` (rank 0) and the parser around it. Deliberately absent: items.

use super::super::codes;
use super::super::lex::TokenKind::*;
use super::super::tree::NodeKind;
use super::{Bad, MAX_DEPTH, Parsed, Parser};

impl Parser {
    /// `async func(a: b) -> c`, `get(…)`, `set(…)`.
    pub(super) fn func_type(&mut self) -> Parsed {
        self.node(NodeKind::FuncType, |p| {
            let from = p.at;
            if p.is_accessor(0) {
                p.bump();
                return p.signature(&mut p.parts(from, false));
            }
            let is_async = p.eat(Async);
            let mut parts = p.parts(from, is_async);
            if p.is(Func) && p.peek(1) == LeftParen {
                p.bump();
                return p.signature(&mut parts);
            }
            p.foreign_function(parts)
        })
    }

    /// `(a: b, c: d)`
    pub(super) fn params(&mut self) -> Parsed {
        self.node(NodeKind::Params, |p| {
            p.expect(LeftParen)?;
            p.list(RightParen, &mut |p| {
                p.node(NodeKind::Param, Self::name_and_type)
            })
        })
    }

    pub(super) fn ty(&mut self) -> Parsed {
        self.ty_at(0)
    }

    pub(super) fn ty_at(&mut self, depth: usize) -> Parsed {
        if depth >= MAX_DEPTH {
            self.problem(
                &codes::NESTING,
                format!("types are nested more than {MAX_DEPTH} levels deep"),
                "too deep",
            );
            return Err(Bad);
        }
        let from = self.at;
        self.one_type(depth)?;
        match self.is(Unknown) && self.is_text("|") {
            true => self.alternatives(from, depth),
            false => Ok(()),
        }
    }

    /// A type, but not several with `|` between them.
    pub(super) fn one_type(&mut self, depth: usize) -> Parsed {
        let from = self.at;
        match self.foreign_type(depth) {
            Some(parsed) => parsed?,
            None => self.own_type(depth)?,
        }
        // As most types end: nothing more is looked at.
        if !matches!(self.peek(0), Comma | Semicolon | RightParen | GreaterThan) {
            self.behind_type(from);
        }
        Ok(())
    }

    /// A type as WIT has it.
    fn own_type(&mut self, depth: usize) -> Parsed {
        match self.peek(0) {
            U8 | U16 | U32 | U64 | S8 | S16 | S32 | S64 | F32 | F64 | Char | Bool
            | StringKeyword | ErrorContext => self.leaf(NodeKind::TypePrimitive),
            Ident | ExplicitIdent => self.node(NodeKind::TypeName, Self::name),
            OptionKeyword | List | Map | Tuple | Own | Borrow => {
                self.node(NodeKind::TypeGeneric, |p| p.generic(depth, true))
            }
            ResultKeyword | Future | Stream => {
                self.node(NodeKind::TypeGeneric, |p| p.generic(depth, false))
            }
            _ => Err(self.unexpected("a type")),
        }
    }

    /// What is between `<` and `>`, which only some types need.
    fn generic(&mut self, depth: usize, needed: bool) -> Parsed {
        let kind = self.peek(0);
        self.bump();
        if !self.is(LessThan) {
            if needed {
                return self.bare_generic(depth);
            }
            return Ok(());
        }
        self.bump();
        if self.empty_generic(kind) {
            return Ok(());
        }
        match kind {
            Tuple => return self.list(GreaterThan, &mut |p| p.ty_at(depth + 1)),
            Own | Borrow => self.node(NodeKind::TypeName, Self::name)?,
            ResultKeyword if self.eat(Underscore) => {
                self.expect(Comma)?;
                self.ty_at(depth + 1)?;
            }
            Map => {
                self.ty_at(depth + 1)?;
                self.expect(Comma)?;
                self.ty_at(depth + 1)?;
            }
            _ => {
                self.ty_at(depth + 1)?;
                if kind == ResultKeyword && self.eat(Comma) {
                    if self.is(Underscore) {
                        let from = self.at;
                        self.bump();
                        let help = "omit it: `result<T>`";
                        self.habit(
                            from,
                            "`_` is allowed only as the first type of `result`",
                            help,
                        );
                        return self.expect(GreaterThan);
                    }
                    self.ty_at(depth + 1)?;
                } else if kind == List && self.eat(Comma) {
                    self.length()?;
                }
            }
        }
        self.expect(GreaterThan)
    }

    /// The length of a list of fixed length.
    fn length(&mut self) -> Parsed {
        if !self.is(Integer) {
            return Err(self.unexpected("a list length"));
        }
        match self.text().parse::<u32>() {
            Ok(length) if length > 0 => {}
            _ => self.problem(
                &codes::SYNTAX,
                format!("invalid list length {}", self.text()),
                format!("must be from 1 to {}", u32::MAX),
            ),
        }
        self.bump();
        Ok(())
    }
}
