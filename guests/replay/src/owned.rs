//! Handles that a call hands over for good, of which only their resource's part knows what they
//! stand for: they are gathered, and the generated module asks for each.
//!
//! They lie where calls keep what they are handed.

use crate::heap;
use crate::layout::{Place, number};
use crate::table::{NONE, Table, kind};

#[derive(Clone, Copy)]
struct Handle {
    handle: u32,
    /// The position of its resource in the table.
    resource: u32,
    stands_for: Option<u32>,
}

pub struct Owned {
    start: *mut Handle,
    count: usize,
    capacity: usize,
    /// Which one was handed out last, counted from 1.
    asked: usize,
}

impl Owned {
    pub const EMPTY: Owned = Owned {
        start: core::ptr::null_mut(),
        count: 0,
        capacity: 0,
        asked: 0,
    };

    fn all(&self) -> &[Handle] {
        match self.count {
            0 => &[],
            // SAFETY: so many are there.
            count => unsafe { core::slice::from_raw_parts(self.start, count) },
        }
    }

    fn push(&mut self, handle: Handle) {
        if self.count == self.capacity {
            let size = size_of::<Handle>();
            let capacity = (2 * self.capacity).max(8);
            let old = self.start.cast::<u8>();
            let start = heap::realloc(old, size * self.capacity, 4, size * capacity);
            self.start = start.cast();
            self.capacity = capacity;
        }
        // SAFETY: there is room.
        unsafe { *self.start.add(self.count) = handle };
        self.count += 1;
    }

    /// The next one, with the position of its resource in the upper half; all ones if there are no
    /// more.
    pub fn next(&mut self) -> u64 {
        let Some(next) = self.all().get(self.asked).copied() else {
            return u64::MAX;
        };
        self.asked += 1;
        u64::from(next.resource) << 32 | u64::from(next.handle)
    }

    /// Notes what the one that was handed out last stands for.
    pub fn resolve(&mut self, stands_for: u32) {
        if (1..=self.count).contains(&self.asked) {
            // SAFETY: it is there.
            unsafe { (*self.start.add(self.asked - 1)).stands_for = Some(stands_for) };
        }
    }

    pub fn stands_for(&self, handle: u32) -> Option<u32> {
        let found = self.all().iter().find(|known| known.handle == handle);
        found.and_then(|known| known.stands_for)
    }

    /// Adds those of a value; answers where the next value is.
    pub fn gather(&mut self, table: Table, ty: u32, place: Place) -> Place {
        let place = table.aligned(ty, place);
        let next = table.behind(ty, place);
        match table.word(ty) {
            kind::OWN => self.push(Handle {
                handle: number(place, 4).0 as u32,
                resource: table.word(ty + 3),
                stands_for: None,
            }),
            kind::LIST | kind::MAP => {
                let element = table.word(ty + 1);
                let (start, rest) = number(place, 4);
                let (length, _) = number(rest, 4);
                let mut place = Place::Memory(start as usize);
                // Most lists have none.
                if has_owned(table, element) {
                    for _ in 0..length {
                        place = self.gather(table, element, place);
                    }
                }
            }
            kind::RECORD | kind::TUPLE | kind::FIXED_LIST => {
                let mut place = place;
                for field in table.fields(ty) {
                    place = self.gather(table, field, place);
                }
            }
            kind::VARIANT => {
                let (case, rest) = number(place, table.discriminant_size(ty));
                let payload = table.payload(ty, case as u32);
                if payload != NONE {
                    self.gather(table, payload, table.payload_place(ty, rest));
                }
            }
            _ => {}
        }
        next
    }
}

fn has_owned(table: Table, ty: u32) -> bool {
    match table.word(ty) {
        kind::OWN => true,
        kind::LIST | kind::MAP => has_owned(table, table.word(ty + 1)),
        kind::VARIANT => (0..table.word(ty + 1))
            .map(|case| table.payload(ty, case))
            .any(|payload| payload != NONE && has_owned(table, payload)),
        _ => table.fields(ty).any(|field| has_owned(table, field)),
    }
}
