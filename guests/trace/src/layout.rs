//! How values lie, flat or in memory, as the canonical ABI lays them out; copying from one to the
//! other, and giving back what lists and strings took.

use crate::heap;
use crate::table::{NONE, Table, align_to, discriminant_size, flags_size, kind, primitive_size};

/// Where the next value is.
#[derive(Clone, Copy)]
pub enum Place {
    /// 64 bits each, whatever their type.
    Flat(*mut u64),
    Memory(usize),
}

impl Place {
    /// A number of that many bytes, without sign.
    pub fn number(self, size: usize) -> (u64, Place) {
        // SAFETY: values lie where the canonical ABI has put them.
        unsafe {
            match self {
                Place::Flat(slots) => {
                    let mask = u64::MAX >> (64 - 8 * size);
                    (*slots & mask, Place::Flat(slots.add(1)))
                }
                Place::Memory(at) => {
                    let at = align_to(at, size);
                    let number = match size {
                        1 => u64::from(*(at as *const u8)),
                        2 => u64::from(*(at as *const u16)),
                        4 => u64::from(*(at as *const u32)),
                        _ => *(at as *const u64),
                    };
                    (number, Place::Memory(at + size))
                }
            }
        }
    }

    /// Stores a number of that many bytes, and says where the next one is.
    pub fn put(self, size: usize, bits: u64) -> Place {
        // SAFETY: whoever calls has made room.
        unsafe {
            match self {
                Place::Flat(slots) => {
                    *slots = bits;
                    Place::Flat(slots.add(1))
                }
                Place::Memory(at) => {
                    let at = align_to(at, size);
                    match size {
                        1 => *(at as *mut u8) = bits as u8,
                        2 => *(at as *mut u16) = bits as u16,
                        4 => *(at as *mut u32) = bits as u32,
                        _ => *(at as *mut u64) = bits,
                    }
                    Place::Memory(at + size)
                }
            }
        }
    }

    fn aligned(self, align: usize) -> Place {
        match self {
            Place::Memory(at) => Place::Memory(align_to(at, align)),
            flat => flat,
        }
    }

    /// Where something that begins here ends: that many bytes or flat values behind.
    pub fn behind(self, bytes: usize, flat: usize) -> Place {
        match self {
            Place::Memory(at) => Place::Memory(at + bytes),
            // SAFETY: the slots of a value are all there.
            Place::Flat(slots) => Place::Flat(unsafe { slots.add(flat) }),
        }
    }
}

impl Table {
    /// How many bytes a value takes in memory.
    pub fn size(&self, ty: u32) -> usize {
        let operand = |at: u32| self.word(ty + at);
        match self.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => 8,
            kind::FIXED_LIST => self.size(operand(1)) * operand(2) as usize,
            kind::RECORD => self.fields(ty, (0..operand(1)).map(|at| operand(2 + 3 * at + 2))),
            kind::TUPLE => self.fields(ty, (0..operand(1)).map(|at| operand(2 + at))),
            kind::VARIANT => {
                let start = align_to(discriminant_size(operand(1)), self.payload_align(ty));
                let payloads = (0..operand(1)).map(|at| operand(2 + 3 * at + 2));
                let payloads = payloads.filter(|ty| *ty != NONE).map(|ty| self.size(ty));
                align_to(start + payloads.max().unwrap_or(0), self.align(ty))
            }
            kind::FLAGS => flags_size(operand(1)),
            kind => primitive_size(kind),
        }
    }

    pub fn fields(&self, ty: u32, fields: impl Iterator<Item = u32>) -> usize {
        let mut size = 0;
        for field in fields {
            size = align_to(size, self.align(field)) + self.size(field);
        }
        align_to(size, self.align(ty))
    }

    pub fn align(&self, ty: u32) -> usize {
        let operand = |at: u32| self.word(ty + at);
        let most = |types: &mut dyn Iterator<Item = u32>| {
            types.map(|ty| self.align(ty)).max().unwrap_or(1)
        };
        match self.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => 4,
            kind::FIXED_LIST => self.align(operand(1)),
            kind::RECORD => most(&mut (0..operand(1)).map(|at| operand(2 + 3 * at + 2))),
            kind::TUPLE => most(&mut (0..operand(1)).map(|at| operand(2 + at))),
            kind::VARIANT => discriminant_size(operand(1)).max(self.payload_align(ty)),
            kind::FLAGS => flags_size(operand(1)),
            kind => primitive_size(kind),
        }
    }

    pub fn payload_align(&self, ty: u32) -> usize {
        let payloads = (0..self.word(ty + 1)).map(|at| self.word(ty + 2 + 3 * at + 2));
        let payloads = payloads.filter(|ty| *ty != NONE);
        payloads.map(|ty| self.align(ty)).max().unwrap_or(1)
    }

    /// How many flat values a value has.
    pub fn flat(&self, ty: u32) -> usize {
        let operand = |at: u32| self.word(ty + at);
        match self.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => 2,
            kind::FIXED_LIST => self.flat(operand(1)) * operand(2) as usize,
            kind::RECORD => (0..operand(1))
                .map(|at| self.flat(operand(2 + 3 * at + 2)))
                .sum(),
            kind::TUPLE => (0..operand(1)).map(|at| self.flat(operand(2 + at))).sum(),
            kind::VARIANT => {
                let payloads = (0..operand(1)).map(|at| operand(2 + 3 * at + 2));
                let payloads = payloads.filter(|ty| *ty != NONE).map(|ty| self.flat(ty));
                1 + payloads.max().unwrap_or(0)
            }
            _ => 1,
        }
    }

    /// How many bytes values of those types take in memory, as fields of a record.
    pub fn size_of_all(&self, types: &[u32]) -> usize {
        types.iter().fold(0, |size, ty| {
            align_to(size, self.align(*ty)) + self.size(*ty)
        })
    }

    /// Where something in memory ends, which may be behind its last field.
    pub fn end(&self, ty: u32, start: Place, end: Place) -> Place {
        match start {
            Place::Memory(at) => Place::Memory(at + self.size(ty)),
            Place::Flat(_) => end,
        }
    }

    /// The payload of the case with that number, if it has one, which lies behind `place`.
    pub fn payload(&self, ty: u32, case: u64, place: Place) -> Option<(u32, Place)> {
        let count = self.word(ty + 1);
        let at = ty + 2 + 3 * (case as u32).min(count.saturating_sub(1));
        let payload = self.word(at + 2);
        (payload != NONE).then(|| (payload, place.aligned(self.payload_align(ty))))
    }

    /// Copies the value of that type; where the next one is, on both sides. Strings and lists stay
    /// where they are.
    pub fn copy(&self, ty: u32, from: Place, to: Place) -> (Place, Place) {
        let align = self.align(ty);
        let (from, to) = (from.aligned(align), to.aligned(align));
        let operand = |at: u32| self.word(ty + at);
        let number = |size: usize, from: Place, to: Place| {
            let (bits, next) = from.number(size);
            (next, to.put(size, bits))
        };
        let all = |types: &mut dyn Iterator<Item = u32>| {
            let places = types.fold((from, to), |(from, to), ty| self.copy(ty, from, to));
            (self.end(ty, from, places.0), self.end(ty, to, places.1))
        };
        match operand(0) {
            kind::STRING | kind::LIST | kind::MAP => {
                let (from, to) = number(4, from, to);
                number(4, from, to)
            }
            kind::FIXED_LIST => all(&mut (0..operand(2)).map(|_| operand(1))),
            kind::RECORD => all(&mut (0..operand(1)).map(|at| operand(2 + 3 * at + 2))),
            kind::TUPLE => all(&mut (0..operand(1)).map(|at| operand(2 + at))),
            kind::VARIANT => {
                let flat = self.flat(ty);
                if let Place::Flat(slots) = to {
                    // Other cases have more.
                    // SAFETY: the slots of a value are all there.
                    unsafe { core::slice::from_raw_parts_mut(slots, flat).fill(0) };
                }
                let size = discriminant_size(operand(1));
                let (case, next) = from.number(size);
                let after = to.put(size, case);
                if let Some((payload, next)) = self.payload(ty, case, next) {
                    self.copy(payload, next, after.aligned(self.payload_align(ty)));
                }
                let size = self.size(ty);
                (from.behind(size, flat), to.behind(size, flat))
            }
            kind::FLAGS => number(flags_size(operand(1)), from, to),
            kind => number(primitive_size(kind), from, to),
        }
    }

    /// Whether values of that type have strings or lists, which lie elsewhere.
    fn points(&self, ty: u32) -> bool {
        let operand = |at: u32| self.word(ty + at);
        match operand(0) {
            kind::STRING | kind::LIST | kind::MAP => true,
            kind::FIXED_LIST => self.points(operand(1)),
            kind::RECORD | kind::VARIANT => (0..operand(1)).any(|at| {
                let ty = operand(2 + 3 * at + 2);
                ty != NONE && self.points(ty)
            }),
            kind::TUPLE => (0..operand(1)).any(|at| self.points(operand(2 + at))),
            _ => false,
        }
    }

    /// Gives back what the value of that type has elsewhere; where the next one is.
    pub fn release(&self, ty: u32, place: Place) -> Place {
        let place = place.aligned(self.align(ty));
        let operand = |at: u32| self.word(ty + at);
        let all = |types: &mut dyn Iterator<Item = u32>| {
            let end = types.fold(place, |place, ty| self.release(ty, place));
            self.end(ty, place, end)
        };
        if !self.points(ty) {
            return place.behind(self.size(ty), self.flat(ty));
        }
        match operand(0) {
            kind::FIXED_LIST => all(&mut (0..operand(2)).map(|_| operand(1))),
            kind::RECORD => all(&mut (0..operand(1)).map(|at| operand(2 + 3 * at + 2))),
            kind::TUPLE => all(&mut (0..operand(1)).map(|at| operand(2 + at))),
            kind::VARIANT => {
                let (case, next) = place.number(discriminant_size(operand(1)));
                if let Some((payload, next)) = self.payload(ty, case, next) {
                    self.release(payload, next);
                }
                place.behind(self.size(ty), self.flat(ty))
            }
            kind => {
                let (start, next) = place.number(4);
                let (length, next) = next.number(4);
                let (start, length) = (start as usize, length as usize);
                let size = match kind {
                    kind::STRING => 1,
                    _ => self.size(operand(1)),
                };
                if kind != kind::STRING && self.points(operand(1)) {
                    for at in 0..length {
                        self.release(operand(1), Place::Memory(start + at * size));
                    }
                }
                if length * size > 0 {
                    heap::free(start as *mut u8);
                }
                next
            }
        }
    }
}
