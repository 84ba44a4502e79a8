//! Calls as they lie in memory, where the runtime finds them: patterns of arguments, results, and
//! the handles in these.
//!
//! The form is described in `guests/replay/src/calls.rs`, which reads it.
//!
//! Lives here: [`lay_out`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: reading calls (`read`).

use std::collections::{BTreeMap, BTreeSet};

use super::Replay;
use super::read::FIRST;
use crate::generate::Fallible;
use crate::generate::abi::{Abi, cases};
use crate::generate::homes::Key;
use crate::generate::items::fields;
use crate::generate::memory::{Memory, Place};
use crate::generate::values::Value;
use crate::surface::{Primitive, Type, TypeKind};

/// What the runtime knows patterns by.
mod pattern {
    pub const ANY: u32 = 0;
    pub const BITS: u32 = 1;
    pub const TEXT: u32 = 2;
    pub const LIST: u32 = 3;
    pub const FIELDS: u32 = 4;
    pub const CASE: u32 = 5;
    pub const HANDLE: u32 = 6;
    pub const NAN: u32 = 7;
}

/// The states of a call.
const UNUSED: u32 = 0;
const REPEATS: u32 = 2;

/// The size of a handle that is to be made.
pub(in crate::generate) const HANDLE_SIZE: u32 = 12;

/// What is made where a result has a handle.
pub(in crate::generate) struct Making {
    pub value: Value,
    pub ty: Type,
}

/// What tells such things apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Resource(Key),
    Other(*const TypeKind),
}

/// Calls that lie in memory.
pub(super) struct Laid {
    /// Where they lie.
    pub at: u32,
    /// All that is made in results.
    pub makings: Vec<Making>,
    /// The positions in it of what the results of each function have.
    pub made: Vec<BTreeSet<usize>>,
    /// The functions whose calls tell handles apart that are handed over.
    pub owned: Vec<bool>,
    /// What is told of lines.
    pub lines: Vec<String>,
}

/// Has the calls of those functions lie in memory.
pub(super) fn lay_out(
    functions: &[Replay<'_>],
    abi: &mut Abi<'_>,
    memory: &mut Memory,
) -> Fallible<Laid> {
    let mut layer = Layer {
        abi,
        memory,
        kinds: BTreeMap::new(),
        laid: Laid {
            at: 0,
            makings: Vec::new(),
            made: Vec::new(),
            owned: Vec::new(),
            lines: Vec::new(),
        },
    };
    let mut all = Vec::new();
    for function in functions {
        let calls = layer.function(function).map_err(|c| c.of(function.name))?;
        let count = function.calls.len() as u32;
        // The first one is not used up.
        all.extend([calls, count, 0]);
    }
    layer.laid.at = layer.memory.append(4, &bytes(&all))?;
    Ok(layer.laid)
}

struct Layer<'l, 'a> {
    abi: &'l mut Abi<'a>,
    memory: &'l mut Memory,
    kinds: BTreeMap<Kind, usize>,
    laid: Laid,
}

impl Layer<'_, '_> {
    /// Where the calls of a function begin.
    fn function(&mut self, function: &Replay<'_>) -> Fallible<u32> {
        let mut words: Vec<u32> = Vec::new();
        let (mut made, mut owned) = (BTreeSet::new(), false);
        let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
        for call in &function.calls {
            let mut params = Vec::new();
            for (value, (_, ty)) in call.call.params.iter().zip(&function.func.params) {
                let mut words = Vec::new();
                self.pattern(value, ty, &mut words, &mut owned)?;
                params.push(self.memory.place(4, bytes(&words))?);
            }
            let params = self.memory.place(4, bytes(&params))?;
            let (result, handles) = match (&call.call.result, &function.func.result) {
                (Some(value), Some(ty)) => self.result(value, ty, &mut made)?,
                _ => (0, Vec::new()),
            };
            let count = handles.len() as u32 / (HANDLE_SIZE / 4);
            let handles = self.memory.place(4, bytes(&handles))?;
            let line = *lines.entry(call.written).or_insert_with(|| {
                self.laid.lines.push(function.nearest(call));
                self.laid.lines.len() as u32 - 1
            });
            let state = if call.call.repeats { REPEATS } else { UNUSED };
            words.extend([params, result, handles, count, line, state]);
        }
        self.laid.made.push(made);
        self.laid.owned.push(owned);
        self.memory.append(4, &bytes(&words))
    }

    /// Where a result lies, and the handles that are made for it.
    fn result(
        &mut self,
        value: &Value,
        ty: &Type,
        made: &mut BTreeSet<usize>,
    ) -> Fallible<(u32, Vec<u32>)> {
        let image = self.memory.image(self.abi, value, ty)?;
        let mut handles = Vec::new();
        for hole in &image.holes {
            let kind = match hole.ty.kind() {
                TypeKind::Own(resource) => match Key::of(resource) {
                    Some(key) => Kind::Resource(key),
                    None => Kind::Other(std::ptr::from_ref(hole.ty.kind())),
                },
                other => Kind::Other(std::ptr::from_ref(other)),
            };
            let makings = &mut self.laid.makings;
            let kind = *self.kinds.entry(kind).or_insert_with(|| {
                makings.push(Making {
                    value: hole.value.clone(),
                    ty: hole.ty.clone(),
                });
                makings.len() - 1
            });
            made.insert(kind);
            let place = match hole.place {
                Place::In(offset) => image.at + offset,
                Place::At(address) => address,
            };
            let stands_for = match hole.value {
                Value::Numbered(number) => *number,
                _ => FIRST - 1,
            };
            handles.extend([kind as u32, place, stands_for]);
        }
        Ok((image.at, handles))
    }

    /// Writes what an argument has to be; `owned` becomes true if it has a handle that is handed
    /// over and has to be a certain one.
    fn pattern(
        &mut self,
        value: &Value,
        ty: &Type,
        words: &mut Vec<u32>,
        owned: &mut bool,
    ) -> Fallible<()> {
        match (value, ty.kind()) {
            (Value::Bits(bits), TypeKind::Primitive(primitive)) if is_nan(*bits, *primitive) => {
                words.push(pattern::NAN);
            }
            (Value::Bits(bits), _) => {
                // As many as lie in memory.
                let size = self.abi.layout(ty)?.size;
                let bits = bits & (u64::MAX >> (64 - 8 * u64::from(size)));
                words.extend([pattern::BITS, bits as u32, (bits >> 32) as u32]);
            }
            (Value::Flags(bits), _) => words.extend([pattern::BITS, *bits, 0]),
            (Value::Text(text), _) => self.text(text, 0, words)?,
            (Value::List(values), _) => self.list(values, 0, ty, words, owned)?,
            (Value::Cut(value, more), _) => match &**value {
                Value::Text(text) => self.text(text, *more, words)?,
                Value::List(values) => self.list(values, *more, ty, words, owned)?,
                _ => words.push(pattern::ANY),
            },
            (Value::Fields(values), kind) => {
                words.push(pattern::FIELDS);
                for (value, ty) in values.iter().zip(fields(kind)) {
                    self.pattern(value, ty, words, owned)?;
                }
            }
            (Value::Case(case, payload), kind) => {
                words.extend([pattern::CASE, *case as u32]);
                if let (Some(payload), Some(Some(ty))) = (payload, cases(kind).get(*case)) {
                    self.pattern(payload, ty, words, owned)?;
                }
            }
            (Value::Numbered(number), kind) => {
                *owned |= matches!(kind, TypeKind::Own(_));
                words.extend([pattern::HANDLE, *number]);
            }
            _ => words.push(pattern::ANY),
        }
        Ok(())
    }

    fn text(&mut self, text: &str, more: u32, words: &mut Vec<u32>) -> Fallible<()> {
        let (start, length) = self.memory.text(text)?;
        words.extend([pattern::TEXT, start, length, length.saturating_add(more)]);
        Ok(())
    }

    /// A list, or a map, which is a list of keys and values.
    fn list(
        &mut self,
        values: &[Value],
        more: u32,
        ty: &Type,
        words: &mut Vec<u32>,
        owned: &mut bool,
    ) -> Fallible<()> {
        let length = values.len() as u32;
        words.extend([pattern::LIST, length, length.saturating_add(more)]);
        for value in values {
            match (ty.kind(), value) {
                (TypeKind::List(element), value) => self.pattern(value, element, words, owned)?,
                (TypeKind::Map(key, of), Value::Fields(fields)) => {
                    words.push(pattern::FIELDS);
                    for (value, ty) in fields.iter().zip([key, of]) {
                        self.pattern(value, ty, words, owned)?;
                    }
                }
                _ => words.push(pattern::ANY),
            }
        }
        Ok(())
    }
}

fn is_nan(bits: u64, ty: Primitive) -> bool {
    match ty {
        Primitive::F32 => f32::from_bits(bits as u32).is_nan(),
        Primitive::F64 => f64::from_bits(bits).is_nan(),
        _ => false,
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
