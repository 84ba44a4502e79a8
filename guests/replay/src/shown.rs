//! A call and its arguments as text: WAVE, as the runtime of traced interfaces writes it, but for what
//! is not ASCII, which is escaped.
//!
//! It is needed once, for a call that no line answers, and is cut where nobody would read on.
//!
//! Deliberately absent: where the text goes (`told`).

use crate::decimal::{self, Decimal};
use crate::layout::{Place, number};
use crate::owned::Owned;
use crate::table::{NONE, Table, flags_size, kind, primitive_size};

/// The most bytes of a text.
const MOST: usize = 400;

/// The number of the first handle that lines tell apart: what it stands for, less that.
const FIRST: u32 = 2;

pub struct Text {
    bytes: [u8; MOST],
    length: usize,
    /// Whether there would have been more.
    pub is_cut: bool,
}

impl Text {
    pub const EMPTY: Text = Text {
        bytes: [0; MOST],
        length: 0,
        is_cut: false,
    };

    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    // Where it is called there is less than it is itself.
    #[inline(never)]
    pub fn add(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
    }

    #[inline(never)]
    fn byte(&mut self, byte: u8) {
        match self.bytes.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
            }
            None => self.is_cut = true,
        }
    }

    #[inline(never)]
    fn unsigned(&mut self, number: u64) {
        if number >= 10 {
            self.unsigned(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
    }

    fn signed(&mut self, number: i64) {
        if number < 0 {
            self.byte(b'-');
        }
        self.unsigned(number.unsigned_abs());
    }

    fn float(&mut self, bits: u64, of: &decimal::Format) {
        if of.is_negative(bits) {
            self.byte(b'-');
        }
        match of.decimal(bits) {
            Decimal::Nan => self.add("nan"),
            Decimal::Infinite => self.add("inf"),
            Decimal::Digits(digits, count, point) => {
                let digits = digits.get(..count).unwrap_or_default();
                if point <= 0 {
                    self.add("0.");
                    (point..0).for_each(|_| self.byte(b'0'));
                }
                let before = point.max(0) as usize;
                for at in 0..before.max(count) {
                    if at == before && before > 0 {
                        self.byte(b'.');
                    }
                    self.byte(b'0' + digits.get(at).copied().unwrap_or(0));
                }
            }
        }
    }

    fn char(&mut self, c: char) {
        match c {
            '\\' => self.add("\\\\"),
            '"' => self.add("\\\""),
            '\'' => self.add("\\'"),
            '\t' => self.add("\\t"),
            '\r' => self.add("\\r"),
            '\n' => self.add("\\n"),
            ' '..='~' => self.byte(c as u8),
            c => {
                self.add("\\u{");
                self.hexadecimal(c as u32);
                self.add("}");
            }
        }
    }

    fn hexadecimal(&mut self, number: u32) {
        if number >= 16 {
            self.hexadecimal(number / 16);
        }
        let digit = (number % 16) as u8;
        self.byte(match digit {
            0..=9 => b'0' + digit,
            digit => b'a' + digit - 10,
        });
    }
}

pub struct Writer<'w> {
    pub table: Table,
    pub owned: &'w Owned,
    /// The resources that the part defines, each a bit by its position.
    pub here: u32,
    pub text: &'w mut Text,
}

impl Writer<'_> {
    fn comma(&mut self, at: u32) {
        if at > 0 {
            self.text.add(", ");
        }
    }

    /// Writes the value of that type; where the next one is.
    pub fn value(&mut self, ty: u32, place: Place) -> Place {
        let table = self.table;
        let place = table.aligned(ty, place);
        let next = table.behind(ty, place);
        let operand = |at: u32| table.word(ty + at);
        if self.text.is_cut {
            return next;
        }
        match table.word(ty) {
            kind::LIST | kind::MAP => {
                let (start, rest) = number(place, 4);
                let (length, _) = number(rest, 4);
                let mut place = Place::Memory(start as usize);
                self.text.add("[");
                for at in 0..length as u32 {
                    if self.text.is_cut {
                        break;
                    }
                    self.comma(at);
                    place = self.value(operand(1), place);
                }
                self.text.add("]");
            }
            kind::FIXED_LIST | kind::TUPLE => {
                let ends = match table.word(ty) {
                    kind::TUPLE => ("(", ")"),
                    _ => ("[", "]"),
                };
                let mut place = place;
                self.text.add(ends.0);
                for (at, field) in (0..).zip(table.fields(ty)) {
                    self.comma(at);
                    place = self.value(field, place);
                }
                self.text.add(ends.1);
            }
            kind::RECORD => {
                let mut place = place;
                self.text.add("{");
                for (at, field) in (0..).zip(table.fields(ty)) {
                    self.comma(at);
                    self.text.add(table.text_at(ty + 2 + 3 * at));
                    self.text.add(": ");
                    place = self.value(field, place);
                }
                self.text.add(if operand(1) == 0 { ":}" } else { "}" });
            }
            kind::VARIANT => {
                let (case, rest) = number(place, table.discriminant_size(ty));
                let case = (case as u32).min(operand(1).saturating_sub(1));
                self.text.add(table.text_at(ty + 2 + 3 * case));
                let payload = table.payload(ty, case);
                if payload != NONE {
                    self.text.add("(");
                    self.value(payload, table.payload_place(ty, rest));
                    self.text.add(")");
                }
            }
            kind::FLAGS => {
                let count = operand(1);
                let (bits, _) = number(place, flags_size(count));
                self.text.add("{");
                let mut written = 0;
                for at in (0..count).filter(|at| bits >> at & 1 == 1) {
                    self.comma(written);
                    self.text.add(table.text_at(ty + 2 + 2 * at));
                    written += 1;
                }
                self.text.add("}");
            }
            kind::STRING => {
                let (start, rest) = number(place, 4);
                let (length, _) = number(rest, 4);
                self.text.add("\"");
                if length > 0 {
                    // SAFETY: the canonical ABI hands over valid UTF-8 inside of the memory.
                    let text = unsafe {
                        let start = start as usize as *const u8;
                        let bytes = core::slice::from_raw_parts(start, length as usize);
                        core::str::from_utf8_unchecked(bytes)
                    };
                    for c in text.chars() {
                        if self.text.is_cut {
                            break;
                        }
                        self.text.char(c);
                    }
                }
                self.text.add("\"");
            }
            kind @ (kind::OWN | kind::BORROW) => {
                let handle = number(place, 4).0 as u32;
                let stands_for = match kind {
                    // What a part lends to itself is no handle, but what it stands for.
                    kind::BORROW => {
                        let is_here = self.here.checked_shr(operand(3)).unwrap_or(0) & 1 == 1;
                        Some(handle).filter(|_| is_here)
                    }
                    _ => self.owned.stands_for(handle),
                };
                self.text.add(table.text_at(ty + 1));
                self.text.add("#");
                match stands_for.and_then(|rep| rep.checked_sub(FIRST)) {
                    Some(number) => self.text.unsigned(u64::from(number)),
                    None => self.text.add("_"),
                }
            }
            kind::STREAM => self.text.add("stream#_"),
            kind::FUTURE => self.text.add("future#_"),
            kind::ERROR_CONTEXT => self.text.add("error-context#_"),
            kind => self.primitive(kind, number(place, primitive_size(kind)).0),
        }
        next
    }

    fn primitive(&mut self, kind: u32, bits: u64) {
        match kind {
            kind::BOOL => self.text.add(if bits == 0 { "false" } else { "true" }),
            kind::S8 => self.text.signed(i64::from(bits as i8)),
            kind::S16 => self.text.signed(i64::from(bits as i16)),
            kind::S32 => self.text.signed(i64::from(bits as i32)),
            kind::S64 => self.text.signed(bits as i64),
            kind::F32 => self.text.float(bits, &decimal::F32),
            kind::F64 => self.text.float(bits, &decimal::F64),
            kind::CHAR => {
                self.text.add("'");
                self.text
                    .char(char::from_u32(bits as u32).unwrap_or('\u{fffd}'));
                self.text.add("'");
            }
            _ => self.text.unsigned(bits),
        }
    }
}
