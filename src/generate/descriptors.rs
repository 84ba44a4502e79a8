//! The table that tells the runtime of traced parts what values look like.
//!
//! Its form is described in `guests/trace/src/table.rs`, which reads it.
//!
//! Lives here: [`Table`]. May import: `surface` (rank 3), the sibling modules.
//! Deliberately absent: layouts, which the runtime computes from the types.

use std::collections::HashMap;

use super::types::Types;
use super::{Fallible, kind};
use crate::surface::{Func, Primitive, ResourceRef, Type, TypeKind};

/// No type.
const NONE: u32 = u32::MAX;

/// Cases that WAVE would take for something else.
const KEYWORDS: &[&str] = &["true", "false", "inf", "nan", "some", "none", "ok", "err"];

/// A table in the making.
pub(super) struct Table<'t> {
    types: &'t Types,
    words: Vec<u32>,
    texts: Vec<u8>,
    /// The words that say where a text lies.
    places: Vec<usize>,
    known: HashMap<*const TypeKind, u32>,
    /// The resources of handles, by the indices of their types.
    resources: Vec<u32>,
}

impl<'t> Table<'t> {
    /// The table of those functions, under the names that lines have for them; `prefix` begins
    /// each line.
    pub fn new(types: &'t Types, prefix: &str, functions: &[(&str, &Func)]) -> Fallible<Table<'t>> {
        let mut table = Table {
            types,
            words: Vec::new(),
            texts: Vec::new(),
            places: Vec::new(),
            known: HashMap::new(),
            resources: Vec::new(),
        };
        table.text(prefix);
        table.words.push(functions.len() as u32);
        let first = table.words.len();
        table.words.resize(first + functions.len(), 0);
        for (position, (name, func)) in functions.iter().enumerate() {
            let mut params = Vec::new();
            for (_, ty) in &func.params {
                params.push(table.ty(ty).map_err(|c| c.of(name))?);
            }
            let result = table.optional(func.result.as_ref())?;
            table.words[first + position] = table.words.len() as u32;
            table.text(name);
            table.words.extend([result, params.len() as u32]);
            table.words.extend(params);
        }
        Ok(table)
    }

    /// The types of the resources, by the positions that the runtime has for them.
    pub fn resources(&self) -> &[u32] {
        &self.resources
    }

    /// The bytes of the whole.
    pub fn bytes(mut self) -> Vec<u8> {
        let texts_at = 4 * self.words.len() as u32;
        for place in self.places {
            self.words[place] += texts_at;
        }
        let words = self.words.iter().flat_map(|word| word.to_le_bytes());
        let mut bytes: Vec<u8> = words.collect();
        bytes.extend(self.texts);
        bytes
    }

    fn text(&mut self, text: &str) {
        self.places.push(self.words.len());
        self.words
            .extend([self.texts.len() as u32, text.len() as u32]);
        self.texts.extend(text.as_bytes());
    }

    fn optional(&mut self, ty: Option<&Type>) -> Fallible<u32> {
        ty.map_or(Ok(NONE), |ty| self.ty(ty))
    }

    /// The position of a type, which is written after those that it is made of.
    fn ty(&mut self, ty: &Type) -> Fallible<u32> {
        let key = std::ptr::from_ref(ty.kind());
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let at = self.write(ty.kind())?;
        self.known.insert(key, at);
        Ok(at)
    }

    fn write(&mut self, kind: &TypeKind) -> Fallible<u32> {
        Ok(match kind {
            TypeKind::Primitive(primitive) => self.node(&[number(*primitive)]),
            TypeKind::List(element) => {
                let element = self.ty(element)?;
                self.node(&[kind::LIST, element])
            }
            TypeKind::FixedLengthList(element, length) => {
                let element = self.ty(element)?;
                self.node(&[kind::FIXED_LIST, element, *length])
            }
            TypeKind::Map(key, value) => {
                let (key, value) = (self.ty(key)?, self.ty(value)?);
                let element = self.node(&[kind::TUPLE, 2, key, value]);
                self.node(&[kind::MAP, element])
            }
            TypeKind::Record(fields) => {
                let mut all = Vec::new();
                for (name, ty) in fields {
                    all.push((name.clone(), self.ty(ty)?));
                }
                self.named(kind::RECORD, &all)
            }
            TypeKind::Tuple(types) => {
                let mut all = vec![kind::TUPLE, types.len() as u32];
                for ty in types {
                    all.push(self.ty(ty)?);
                }
                self.node(&all)
            }
            TypeKind::Variant(cases) => {
                let mut all = Vec::new();
                for (name, ty) in cases {
                    all.push((escaped(name), self.optional(ty.as_ref())?));
                }
                self.named(kind::VARIANT, &all)
            }
            TypeKind::Enum(names) => {
                let all: Vec<_> = names.iter().map(|name| (escaped(name), NONE)).collect();
                self.named(kind::VARIANT, &all)
            }
            TypeKind::Option(ty) => {
                let some = self.ty(ty)?;
                self.named(
                    kind::VARIANT,
                    &[("none".to_string(), NONE), ("some".to_string(), some)],
                )
            }
            TypeKind::Result(ok, error) => {
                let (ok, error) = (self.optional(ok.as_ref())?, self.optional(error.as_ref())?);
                self.named(
                    kind::VARIANT,
                    &[("ok".to_string(), ok), ("err".to_string(), error)],
                )
            }
            TypeKind::Flags(names) => {
                let at = self.node(&[kind::FLAGS, names.len() as u32]);
                for name in names {
                    self.text(name);
                }
                at
            }
            TypeKind::Own(resource) => self.handle(kind::OWN, resource)?,
            TypeKind::Borrow(resource) => self.handle(kind::BORROW, resource)?,
            TypeKind::Stream(_) => self.node(&[kind::STREAM]),
            TypeKind::Future(_) => self.node(&[kind::FUTURE]),
        })
    }

    fn node(&mut self, words: &[u32]) -> u32 {
        let at = self.words.len() as u32;
        self.words.extend(words);
        at
    }

    fn named(&mut self, kind: u32, all: &[(String, u32)]) -> u32 {
        let at = self.node(&[kind, all.len() as u32]);
        for (name, ty) in all {
            self.text(name);
            self.words.push(*ty);
        }
        at
    }

    fn handle(&mut self, kind: u32, resource: &ResourceRef) -> Fallible<u32> {
        let index = self.types.resource(resource)?;
        let known = self.resources.iter().position(|known| *known == index);
        let position = known.unwrap_or_else(|| {
            self.resources.push(index);
            self.resources.len() - 1
        });
        let at = self.node(&[kind]);
        self.text(&resource.name);
        self.words.push(position as u32);
        Ok(at)
    }
}

/// A case as WAVE writes it.
pub(super) fn escaped(case: &str) -> String {
    match KEYWORDS.contains(&case) {
        true => format!("%{case}"),
        false => case.to_string(),
    }
}

fn number(primitive: Primitive) -> u32 {
    match primitive {
        Primitive::Bool => kind::BOOL,
        Primitive::S8 => kind::S8,
        Primitive::U8 => kind::U8,
        Primitive::S16 => kind::S16,
        Primitive::U16 => kind::U16,
        Primitive::S32 => kind::S32,
        Primitive::U32 => kind::U32,
        Primitive::S64 => kind::S64,
        Primitive::U64 => kind::U64,
        Primitive::F32 => kind::F32,
        Primitive::F64 => kind::F64,
        Primitive::Char => kind::CHAR,
        Primitive::String => kind::STRING,
        Primitive::ErrorContext => kind::ERROR_CONTEXT,
    }
}
