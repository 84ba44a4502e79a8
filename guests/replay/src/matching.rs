//! Whether a value is what a call in the file has.
//!
//! Deliberately absent: handles of resources that others define, which all look alike from here; the
//! generator writes no pattern for them but `ANY`.

use crate::calls::{ANY, BITS, CASE, FIELDS, HANDLE, LIST, NAN, TEXT, Words};
use crate::layout::{Place, number};
use crate::owned::Owned;
use crate::table::{NONE, Table, kind};

pub struct Matcher<'o> {
    pub table: Table,
    pub owned: &'o Owned,
}

impl Matcher<'_> {
    /// Whether the value of that type matches; where the next one is, if so.
    pub fn matches(&self, ty: u32, place: Place, pattern: &mut Words) -> Option<Place> {
        let table = self.table;
        let place = table.aligned(ty, place);
        let next = table.behind(ty, place);
        let is_equal = match pattern.next() {
            ANY => true,
            BITS => {
                let wanted = u64::from(pattern.next()) | u64::from(pattern.next()) << 32;
                number(place, table.scalar_size(ty)).0 == wanted
            }
            NAN => match table.word(ty) {
                kind::F32 => f32::from_bits(number(place, 4).0 as u32).is_nan(),
                _ => f64::from_bits(number(place, 8).0).is_nan(),
            },
            TEXT => {
                let (wanted, shown, all) = (pattern.next(), pattern.next(), pattern.next());
                let (start, rest) = number(place, 4);
                let (length, _) = number(rest, 4);
                length == u64::from(all) && bytes(start, shown) == bytes(u64::from(wanted), shown)
            }
            LIST => {
                let (shown, all) = (pattern.next(), pattern.next());
                let element = table.word(ty + 1);
                let (start, rest) = number(place, 4);
                let (length, _) = number(rest, 4);
                let mut place = Some(Place::Memory(start as usize));
                if length != u64::from(all) {
                    return None;
                }
                for _ in 0..shown {
                    place = self.matches(element, place?, pattern);
                }
                place.is_some()
            }
            FIELDS => {
                let mut place = place;
                for field in table.fields(ty) {
                    place = self.matches(field, place, pattern)?;
                }
                true
            }
            CASE => {
                let wanted = pattern.next();
                let (case, rest) = number(place, table.discriminant_size(ty));
                if case != u64::from(wanted) {
                    return None;
                }
                match table.payload(ty, wanted) {
                    NONE => true,
                    payload => {
                        let place = table.payload_place(ty, rest);
                        self.matches(payload, place, pattern).is_some()
                    }
                }
            }
            HANDLE => {
                let wanted = pattern.next();
                let handle = number(place, 4).0 as u32;
                match table.word(ty) {
                    // What a part lends to itself is no handle, but what it stands for.
                    kind::BORROW => handle == wanted,
                    _ => self.owned.stands_for(handle) == Some(wanted),
                }
            }
            // The generator writes no others.
            _ => false,
        };
        is_equal.then_some(next)
    }
}

fn bytes(start: u64, length: u32) -> &'static [u8] {
    match length {
        // The address of an empty text may be anything.
        0 => &[],
        // SAFETY: texts lie where the canonical ABI or the generator has put them.
        _ => unsafe { core::slice::from_raw_parts(start as usize as *const u8, length as usize) },
    }
}
