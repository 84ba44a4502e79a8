//! What lies in a part's memory from the beginning: the answers, ready to be read.
//!
//! Lives here: [`Memory`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: handles, which are made when a function is called (`code`).

use std::collections::HashMap;
use std::ops::Range;

use super::abi::{Abi, align_to, cases, discriminant_size};
use super::items::fields;
use super::values::Value;
use super::{Cannot, Fallible};
use crate::surface::{Primitive, Type, TypeKind};

/// Where it begins: nothing lies at null.
const BEGIN: u32 = 16;

/// Up to which size it is searched for bytes that are there.
const SEARCHED: usize = 4096;

/// How much of it there may be.
const MAX: usize = 16 << 20;

/// The memory in the making.
pub(super) struct Memory {
    /// The address of the first byte.
    base: u32,
    bytes: Vec<u8>,
    /// What is there already, by its bytes: answers are alike.
    known: HashMap<(u32, Vec<u8>), u32>,
    /// Where bytes lie that are written to, and so are nobody else's.
    own: Vec<Range<usize>>,
}

/// A handle that is to be written into a value when it is made.
pub(super) struct Hole<'v> {
    pub place: Place,
    pub value: &'v Value,
    pub ty: &'v Type,
}

/// Where a handle goes.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At that offset of the value, wherever that is copied to.
    In(u32),
    /// At that address: in a list.
    At(u32),
}

/// A value in memory.
pub(super) struct Image<'v> {
    pub at: u32,
    pub size: u32,
    pub align: u32,
    pub holes: Vec<Hole<'v>>,
}

impl Memory {
    pub fn new() -> Memory {
        Memory {
            base: 0,
            bytes: vec![0; BEGIN as usize],
            known: HashMap::new(),
            own: Vec::new(),
        }
    }

    /// Memory whose part in the making begins at that address.
    pub fn from(base: u32) -> Memory {
        Memory {
            base,
            bytes: Vec::new(),
            known: HashMap::new(),
            own: Vec::new(),
        }
    }

    /// The address behind it.
    pub fn end(&self) -> u32 {
        self.base + self.bytes.len() as u32
    }

    /// The words of 32 bits at that address.
    pub fn words<const N: usize>(&self, at: u32) -> [u32; N] {
        let bytes = self.bytes.get((at - self.base) as usize..);
        let mut words = bytes.unwrap_or_default().chunks_exact(4);
        std::array::from_fn(|_| {
            let word = words.next().and_then(|word| word.try_into().ok());
            u32::from_le_bytes(word.unwrap_or_default())
        })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The address of those bytes.
    pub fn place(&mut self, align: u32, bytes: Vec<u8>) -> Fallible<u32> {
        if let Some(known) = self.known.get(&(align, bytes.clone())) {
            return Ok(*known);
        }
        let at = match self.begun(align, &bytes) {
            None => self.put(align, &bytes)?,
            Some(at) => {
                let there = (self.bytes.len() - at).min(bytes.len());
                self.bytes.extend_from_slice(&bytes[there..]);
                self.base + at as u32
            }
        };
        self.known.insert((align, bytes), at);
        Ok(at)
    }

    /// Where those bytes lie in others, or begin at the end of all: answers of a part are often an
    /// error and zeros, and so begin alike.
    fn begun(&self, align: u32, bytes: &[u8]) -> Option<usize> {
        // Calls of a trace are many, and not alike.
        if self.base > 0 || self.bytes.len() > SEARCHED {
            return None;
        }
        let mut places = (BEGIN as usize..self.bytes.len()).step_by(align as usize);
        places.find(|at| {
            let there = (self.bytes.len() - at).min(bytes.len());
            let is_own = |own: &Range<usize>| own.start < at + there && *at < own.end;
            self.bytes[*at..at + there] == bytes[..there] && !self.own.iter().any(is_own)
        })
    }

    /// The address of those bytes, which nothing else has.
    pub fn append(&mut self, align: u32, bytes: &[u8]) -> Fallible<u32> {
        let at = self.put(align, bytes)?;
        let start = (at - self.base) as usize;
        self.own.push(start..start + bytes.len());
        Ok(at)
    }

    fn put(&mut self, align: u32, bytes: &[u8]) -> Fallible<u32> {
        if self.bytes.len() + bytes.len() > MAX {
            return Err(Cannot::new("its answers are too large"));
        }
        let at = align_to(self.end(), align);
        self.bytes.resize((at - self.base) as usize, 0);
        self.bytes.extend_from_slice(bytes);
        Ok(at)
    }

    /// Has a value lie in memory; what is to be made each time has its own place.
    pub fn image<'v>(
        &mut self,
        abi: &mut Abi<'_>,
        value: &'v Value,
        ty: &'v Type,
    ) -> Fallible<Image<'v>> {
        let layout = abi.layout(ty)?;
        let mut bytes = vec![0; layout.size as usize];
        let mut holes = Vec::new();
        self.write(abi, value, ty, 0, &mut bytes, &mut holes)?;
        let at = match holes.is_empty() {
            true => self.place(layout.align, bytes)?,
            false => self.append(layout.align, &bytes)?,
        };
        Ok(Image {
            at,
            size: layout.size,
            align: layout.align,
            holes,
        })
    }

    /// Where a text lies, and how long it is.
    pub fn text(&mut self, text: &str) -> Fallible<(u32, u32)> {
        match text {
            "" => Ok((0, 0)),
            text => Ok((self.place(1, text.into())?, text.len() as u32)),
        }
    }

    fn write<'v>(
        &mut self,
        abi: &mut Abi<'_>,
        value: &'v Value,
        ty: &'v Type,
        at: u32,
        bytes: &mut [u8],
        holes: &mut Vec<Hole<'v>>,
    ) -> Fallible<()> {
        let mut put = |at: u32, value: &[u8]| {
            if let Some(place) = bytes.get_mut(at as usize..at as usize + value.len()) {
                place.copy_from_slice(value);
            }
        };
        match (value, ty.kind()) {
            (Value::Bits(bits), TypeKind::Primitive(_)) => {
                let size = abi.layout(ty)?.size as usize;
                put(at, &bits.to_le_bytes()[..size]);
            }
            (Value::Text(text), _) => {
                let (start, length) = self.text(text)?;
                put(at, &start.to_le_bytes());
                put(at + 4, &length.to_le_bytes());
            }
            (Value::Flags(bits), _) => {
                let size = abi.layout(ty)?.size as usize;
                put(at, &bits.to_le_bytes()[..size]);
            }
            (Value::List(values), TypeKind::List(element)) if !values.is_empty() => {
                let start = self.list(abi, values, &[element], holes)?;
                put(at, &start.to_le_bytes());
                put(at + 4, &(values.len() as u32).to_le_bytes());
            }
            (Value::List(values), TypeKind::Map(key, value)) if !values.is_empty() => {
                let start = self.list(abi, values, &[key, value], holes)?;
                put(at, &start.to_le_bytes());
                put(at + 4, &(values.len() as u32).to_le_bytes());
            }
            // Empty: the length is 0, and nobody looks at the address.
            (Value::List(_), _) => {}
            (Value::Fields(values), kind) => {
                let types = fields(kind);
                let offsets = abi.offsets(types.iter().copied())?;
                for ((value, ty), offset) in values.iter().zip(types).zip(offsets) {
                    self.write(abi, value, ty, at + offset, bytes, holes)?;
                }
            }
            (Value::Case(case, payload), kind) => {
                let cases = cases(kind);
                let size = discriminant_size(cases.len()) as usize;
                put(at, &(*case as u32).to_le_bytes()[..size]);
                if let (Some(payload), Some(Some(ty))) = (payload, cases.get(*case)) {
                    let offset = abi.payload_offset(&cases)?;
                    self.write(abi, payload, ty, at + offset, bytes, holes)?;
                }
            }
            (value, _) => holes.push(Hole {
                place: Place::In(at),
                value,
                ty,
            }),
        }
        Ok(())
    }

    /// Where the elements of a list of those types lie: of a map, keys and values.
    fn list<'v>(
        &mut self,
        abi: &mut Abi<'_>,
        values: &'v [Value],
        types: &[&'v Type],
        holes: &mut Vec<Hole<'v>>,
    ) -> Fallible<u32> {
        let offsets = abi.offsets(types.iter().copied())?;
        let (mut size, mut align) = (0, 1);
        for (ty, offset) in types.iter().zip(&offsets) {
            let layout = abi.layout(ty)?;
            size = offset + layout.size;
            align = align.max(layout.align);
        }
        let size = align_to(size, align);
        if size as usize * values.len() > MAX {
            return Err(Cannot::new("its answers are too large"));
        }
        let mut bytes = vec![0; size as usize * values.len()];
        let mut own = Vec::new();
        for (element, value) in (0..).zip(values) {
            let fields = match (types, value) {
                ([_, _], Value::Fields(fields)) => fields.as_slice(),
                _ => std::slice::from_ref(value),
            };
            for ((value, ty), offset) in fields.iter().zip(types).zip(&offsets) {
                let at = element * size + offset;
                self.write(abi, value, ty, at, &mut bytes, &mut own)?;
            }
        }
        if own.is_empty() {
            return self.place(align, bytes);
        }
        let start = self.append(align, &bytes)?;
        holes.extend(own.into_iter().map(|hole| Hole {
            place: match hole.place {
                Place::In(offset) => Place::At(start + offset),
                at => at,
            },
            ..hole
        }));
        Ok(start)
    }
}

/// The flat value of a primitive type, by its bits.
pub(super) fn constant(primitive: Primitive, bits: u64) -> wasm_encoder::Instruction<'static> {
    use wasm_encoder::Instruction;
    match primitive {
        Primitive::S64 | Primitive::U64 => Instruction::I64Const(bits as i64),
        Primitive::F32 => Instruction::F32Const(f32::from_bits(bits as u32).into()),
        Primitive::F64 => Instruction::F64Const(f64::from_bits(bits).into()),
        Primitive::S8 => Instruction::I32Const(i32::from(bits as i8)),
        Primitive::S16 => Instruction::I32Const(i32::from(bits as i16)),
        _ => Instruction::I32Const(bits as u32 as i32),
    }
}
