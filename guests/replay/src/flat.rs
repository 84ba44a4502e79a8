//! Results that lie in memory, as flat values: those of async functions are handed over so.

use crate::layout::{Place, number};
use crate::table::{NONE, Table, kind};

/// The most flat values that a result has; one with more goes by memory.
const MOST: usize = 16;

pub struct Flat {
    slots: [u64; MOST],
    count: usize,
}

impl Flat {
    pub const EMPTY: Flat = Flat {
        slots: [0; MOST],
        count: 0,
    };

    pub fn start(&self) -> *const u64 {
        self.slots.as_ptr()
    }

    pub fn clear(&mut self) {
        *self = Flat::EMPTY;
    }

    fn push(&mut self, bits: u64) {
        if let Some(slot) = self.slots.get_mut(self.count) {
            *slot = bits;
        }
        self.count += 1;
    }

    /// Adds the flat values of what lies at `place`, and says where the next value does.
    pub fn add(&mut self, table: Table, ty: u32, place: Place) -> Place {
        let place = table.aligned(ty, place);
        let next = table.behind(ty, place);
        match table.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => {
                let (start, rest) = number(place, 4);
                self.push(start);
                self.push(number(rest, 4).0);
            }
            kind::RECORD | kind::TUPLE | kind::FIXED_LIST => {
                let mut place = place;
                for field in table.fields(ty) {
                    place = self.add(table, field, place);
                }
            }
            kind::VARIANT => {
                let end = self.count + table.flat(ty);
                let (case, rest) = number(place, table.discriminant_size(ty));
                self.push(case);
                let payload = table.payload(ty, case as u32);
                if payload != NONE {
                    self.add(table, payload, table.payload_place(ty, rest));
                }
                // Other cases have more.
                while self.count < end {
                    self.push(0);
                }
            }
            _ => self.push(number(place, table.scalar_size(ty)).0),
        }
        next
    }
}
