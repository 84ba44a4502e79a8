//! Where values lie: sizes and alignments of the canonical ABI, by the types in the table.
//!
//! Deliberately absent: what values mean (`matching`, `flat`).

use crate::table::{NONE, Table, align_to, discriminant_size, flags_size, kind, primitive_size};

/// Where the next value is.
#[derive(Clone, Copy)]
pub enum Place {
    /// In slots of 64 bits.
    Flat(*const u64),
    Memory(usize),
}

/// A number of that many bytes, without sign, and the place behind it.
pub fn number(place: Place, size: usize) -> (u64, Place) {
    // SAFETY: values lie where the canonical ABI or the generator has put them.
    unsafe {
        match place {
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

impl Table {
    /// The types of the fields of a record, tuple or list of fixed length; of nothing else.
    pub fn fields(self, ty: u32) -> impl Iterator<Item = u32> {
        let kind = self.word(ty);
        let count = match kind {
            kind::RECORD | kind::TUPLE => self.word(ty + 1),
            kind::FIXED_LIST => self.word(ty + 2),
            _ => 0,
        };
        (0..count).map(move |at| match kind {
            kind::RECORD => self.word(ty + 2 + 3 * at + 2),
            kind::TUPLE => self.word(ty + 2 + at),
            _ => self.word(ty + 1),
        })
    }

    /// The type of a case's payload, or [`NONE`].
    pub fn payload(self, ty: u32, case: u32) -> u32 {
        let last = self.word(ty + 1).saturating_sub(1);
        self.word(ty + 2 + 3 * case.min(last) + 2)
    }

    fn payloads(self, ty: u32) -> impl Iterator<Item = u32> {
        let cases = 0..self.word(ty + 1);
        cases
            .map(move |case| self.payload(ty, case))
            .filter(|payload| *payload != NONE)
    }

    pub fn payload_align(self, ty: u32) -> usize {
        let aligns = self.payloads(ty).map(|ty| self.align(ty));
        aligns.max().unwrap_or(1)
    }

    pub fn discriminant_size(self, ty: u32) -> usize {
        discriminant_size(self.word(ty + 1))
    }

    /// The size of a number, flags or handle.
    pub fn scalar_size(self, ty: u32) -> usize {
        match self.word(ty) {
            kind::FLAGS => flags_size(self.word(ty + 1)),
            kind => primitive_size(kind),
        }
    }

    pub fn size(self, ty: u32) -> usize {
        match self.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => 8,
            kind::FIXED_LIST => self.size(self.word(ty + 1)) * self.word(ty + 2) as usize,
            kind::RECORD | kind::TUPLE => {
                let mut size = 0;
                for field in self.fields(ty) {
                    size = align_to(size, self.align(field)) + self.size(field);
                }
                align_to(size, self.align(ty))
            }
            kind::VARIANT => {
                let start = align_to(self.discriminant_size(ty), self.payload_align(ty));
                let payload = self.payloads(ty).map(|ty| self.size(ty)).max();
                align_to(start + payload.unwrap_or(0), self.align(ty))
            }
            _ => self.scalar_size(ty),
        }
    }

    pub fn align(self, ty: u32) -> usize {
        match self.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => 4,
            kind::FIXED_LIST => self.align(self.word(ty + 1)),
            kind::RECORD | kind::TUPLE => {
                let aligns = self.fields(ty).map(|ty| self.align(ty));
                aligns.max().unwrap_or(1)
            }
            kind::VARIANT => self.discriminant_size(ty).max(self.payload_align(ty)),
            _ => self.scalar_size(ty),
        }
    }

    /// How many flat values a value has.
    pub fn flat(self, ty: u32) -> usize {
        match self.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => 2,
            kind::FIXED_LIST => self.flat(self.word(ty + 1)) * self.word(ty + 2) as usize,
            kind::RECORD | kind::TUPLE => self.fields(ty).map(|ty| self.flat(ty)).sum(),
            kind::VARIANT => {
                let payload = self.payloads(ty).map(|ty| self.flat(ty)).max();
                1 + payload.unwrap_or(0)
            }
            _ => 1,
        }
    }

    /// Where a value of that type begins, if the last one ended at `place`.
    pub fn aligned(self, ty: u32, place: Place) -> Place {
        match place {
            Place::Memory(at) => Place::Memory(align_to(at, self.align(ty))),
            flat => flat,
        }
    }

    /// Where the value that begins at `place` ends.
    pub fn behind(self, ty: u32, place: Place) -> Place {
        match place {
            Place::Memory(at) => Place::Memory(at + self.size(ty)),
            // SAFETY: the slots of a value are all there.
            Place::Flat(slots) => Place::Flat(unsafe { slots.add(self.flat(ty)) }),
        }
    }

    /// Where the payload of a variant is, whose discriminant ends at `place`.
    pub fn payload_place(self, ty: u32, place: Place) -> Place {
        match place {
            Place::Memory(at) => Place::Memory(align_to(at, self.payload_align(ty))),
            flat => flat,
        }
    }
}
