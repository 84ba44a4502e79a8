//! How values look to core code: sizes, alignments and flat values of the canonical ABI.
//!
//! Lives here: [`Abi`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: values and code.

use std::collections::HashMap;
use std::rc::Rc;

use wasm_encoder::ValType;

use super::homes::Homes;
use super::{Cannot, Fallible};
use crate::surface::{Func, Primitive, Type, TypeKind};

/// The most flat values that are parameters, or arguments of `task.return`; more go by memory.
pub(super) const MAX_FLAT: usize = 16;

/// The largest value that is laid out: no interface comes near, and answers lie in memory.
const MAX_SIZE: u32 = 1 << 20;

/// What core code has to know of a type.
#[derive(Clone)]
pub(super) struct Layout {
    pub size: u32,
    pub align: u32,
    /// Its flat values, unless they are more than [`MAX_FLAT`].
    pub flat: Option<Rc<[ValType]>>,
    /// Whether it has strings or lists, which lie elsewhere in memory.
    pub points: bool,
    /// Whether it has handles that whoever receives it has to drop.
    pub has_handles: bool,
}

/// Layouts, each computed once.
pub(super) struct Abi<'a> {
    homes: &'a Homes,
    known: HashMap<*const TypeKind, Layout>,
}

impl<'a> Abi<'a> {
    pub fn new(homes: &'a Homes) -> Abi<'a> {
        Abi {
            homes,
            known: HashMap::new(),
        }
    }

    /// The layout of a type.
    pub fn layout(&mut self, ty: &Type) -> Fallible<Layout> {
        let key = std::ptr::from_ref(ty.kind());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let layout = self.compute(ty.kind())?;
        if layout.size > MAX_SIZE {
            return Err(Cannot::new("it has a type whose values are too large"));
        }
        self.known.insert(key, layout.clone());
        Ok(layout)
    }

    /// The flat values of all parameters; none if they go by memory.
    pub fn flat_params(&mut self, func: &Func) -> Fallible<Option<Vec<ValType>>> {
        let mut flat = Vec::new();
        for (_, ty) in &func.params {
            match self.layout(ty)?.flat {
                Some(more) => flat.extend_from_slice(&more),
                None => return Ok(None),
            }
        }
        Ok((flat.len() <= MAX_FLAT).then_some(flat))
    }

    /// The place of each parameter where they go by memory: as fields of a record.
    pub fn offsets<'t>(&mut self, types: impl Iterator<Item = &'t Type>) -> Fallible<Vec<u32>> {
        let mut at = 0;
        let mut offsets = Vec::new();
        for ty in types {
            let layout = self.layout(ty)?;
            at = align_to(at, layout.align);
            offsets.push(at);
            at += layout.size;
        }
        Ok(offsets)
    }

    /// The place of a variant's payloads.
    pub fn payload_offset(&mut self, cases: &[Option<&Type>]) -> Fallible<u32> {
        let mut align = 1;
        for ty in cases.iter().flatten() {
            align = align.max(self.layout(ty)?.align);
        }
        Ok(align_to(discriminant_size(cases.len()), align))
    }

    fn compute(&mut self, kind: &TypeKind) -> Fallible<Layout> {
        let scalar = |size: u32, ty: ValType| Layout {
            size,
            align: size,
            flat: Some(Rc::new([ty])),
            points: false,
            has_handles: false,
        };
        let pointer = |has_handles| Layout {
            size: 8,
            align: 4,
            flat: Some(Rc::new([ValType::I32, ValType::I32])),
            points: true,
            has_handles,
        };
        let handle = |has_handles| Layout {
            has_handles,
            ..scalar(4, ValType::I32)
        };
        Ok(match kind {
            TypeKind::Primitive(primitive) => match primitive {
                Primitive::Bool | Primitive::S8 | Primitive::U8 => scalar(1, ValType::I32),
                Primitive::S16 | Primitive::U16 => scalar(2, ValType::I32),
                Primitive::S32 | Primitive::U32 | Primitive::Char => scalar(4, ValType::I32),
                Primitive::S64 | Primitive::U64 => scalar(8, ValType::I64),
                Primitive::F32 => scalar(4, ValType::F32),
                Primitive::F64 => scalar(8, ValType::F64),
                Primitive::String => pointer(false),
                Primitive::ErrorContext => handle(true),
            },
            TypeKind::Own(_) | TypeKind::Future(_) | TypeKind::Stream(_) => handle(true),
            // What a part lends to itself is no handle, but what it stands for.
            TypeKind::Borrow(resource) => handle(!self.homes.is_here(resource)),
            TypeKind::List(element) => pointer(self.layout(element)?.has_handles),
            TypeKind::Map(key, value) => {
                let (key, value) = (self.layout(key)?, self.layout(value)?);
                pointer(key.has_handles || value.has_handles)
            }
            TypeKind::Record(fields) => self.record(fields.iter().map(|(_, ty)| ty))?,
            TypeKind::Tuple(types) => self.record(types.iter())?,
            TypeKind::FixedLengthList(element, length) => self.record(std::iter::repeat_n(
                element,
                (*length).min(MAX_SIZE) as usize,
            ))?,
            TypeKind::Flags(names) => match names.len() {
                0..=8 => scalar(1, ValType::I32),
                9..=16 => scalar(2, ValType::I32),
                // The validator allows 32.
                _ => scalar(4, ValType::I32),
            },
            TypeKind::Enum(_)
            | TypeKind::Variant(_)
            | TypeKind::Option(_)
            | TypeKind::Result(..) => self.variant(&cases(kind))?,
        })
    }

    fn record<'t>(&mut self, types: impl Iterator<Item = &'t Type>) -> Fallible<Layout> {
        let (mut size, mut align) = (0u32, 1);
        let mut flat = Some(Vec::new());
        let (mut points, mut has_handles) = (false, false);
        for ty in types {
            let field = self.layout(ty)?;
            size = align_to(size, field.align) + field.size;
            if size > MAX_SIZE {
                return Err(Cannot::new("it has a type whose values are too large"));
            }
            align = align.max(field.align);
            flat = match (flat, field.flat) {
                (Some(mut flat), Some(more)) if flat.len() + more.len() <= MAX_FLAT => {
                    flat.extend_from_slice(&more);
                    Some(flat)
                }
                _ => None,
            };
            points |= field.points;
            has_handles |= field.has_handles;
        }
        Ok(Layout {
            size: align_to(size, align),
            align,
            flat: flat.map(Into::into),
            points,
            has_handles,
        })
    }

    fn variant(&mut self, cases: &[Option<&Type>]) -> Fallible<Layout> {
        let discriminant = discriminant_size(cases.len());
        let (mut size, mut align) = (0, discriminant);
        let mut flat = Some(vec![ValType::I32]);
        let (mut points, mut has_handles) = (false, false);
        for ty in cases.iter().flatten() {
            let payload = self.layout(ty)?;
            size = size.max(payload.size);
            align = align.max(payload.align);
            points |= payload.points;
            has_handles |= payload.has_handles;
            flat = match (flat, payload.flat) {
                (Some(flat), Some(more)) if more.len() < MAX_FLAT => Some(joined(flat, &more)),
                _ => None,
            };
        }
        Ok(Layout {
            size: align_to(align_to(discriminant, align) + size, align),
            align,
            flat: flat.map(Into::into),
            points,
            has_handles,
        })
    }
}

/// The flat values of a variant, after its discriminant joined with those of another case.
fn joined(mut flat: Vec<ValType>, payload: &[ValType]) -> Vec<ValType> {
    for (at, ty) in payload.iter().enumerate() {
        match flat.get_mut(at + 1) {
            None => flat.push(*ty),
            Some(known) if known == ty => {}
            Some(known) => {
                let small = |ty: ValType| matches!(ty, ValType::I32 | ValType::F32);
                *known = match small(*known) && small(*ty) {
                    true => ValType::I32,
                    false => ValType::I64,
                };
            }
        }
    }
    flat
}

/// The payloads of what the canonical ABI takes for a variant; empty for everything else.
pub(super) fn cases(kind: &TypeKind) -> Vec<Option<&Type>> {
    match kind {
        TypeKind::Variant(cases) => cases.iter().map(|(_, ty)| ty.as_ref()).collect(),
        TypeKind::Enum(names) => vec![None; names.len()],
        TypeKind::Option(ty) => vec![None, Some(ty)],
        TypeKind::Result(ok, error) => vec![ok.as_ref(), error.as_ref()],
        _ => Vec::new(),
    }
}

/// How many bytes tell the cases of a variant apart.
pub(super) fn discriminant_size(cases: usize) -> u32 {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

pub(super) fn align_to(at: u32, align: u32) -> u32 {
    at.next_multiple_of(align)
}
