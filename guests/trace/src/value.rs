//! Values, read as the canonical ABI lays them out, flat or in memory, and written as WAVE.
//!
//! What WAVE cannot say is written so that nothing else looks like it: a handle as `name#_`, since
//! which resource it stands for cannot be seen from outside of whoever made it; a stream or future
//! by its kind; what is cut with `…` and the number of what is missing.

use core::fmt::Write;

use crate::heap;
use crate::line::Line;
use crate::table::{NONE, Table};

/// Where the next value is.
#[derive(Clone, Copy)]
pub enum Place {
    Flat(*const u64),
    Memory(usize),
}

/// Kinds of types, as the table numbers them.
mod kind {
    pub const BOOL: u32 = 0;
    pub const S8: u32 = 1;
    pub const U8: u32 = 2;
    pub const S16: u32 = 3;
    pub const U16: u32 = 4;
    pub const S32: u32 = 5;
    /// 6 is `u32`, which is written as any other number.
    pub const S64: u32 = 7;
    pub const U64: u32 = 8;
    pub const F32: u32 = 9;
    pub const F64: u32 = 10;
    pub const CHAR: u32 = 11;
    pub const STRING: u32 = 12;
    pub const LIST: u32 = 13;
    pub const FIXED_LIST: u32 = 14;
    pub const RECORD: u32 = 15;
    pub const TUPLE: u32 = 16;
    pub const VARIANT: u32 = 17;
    pub const FLAGS: u32 = 18;
    pub const OWN: u32 = 19;
    pub const BORROW: u32 = 20;
    pub const STREAM: u32 = 21;
    pub const FUTURE: u32 = 22;
    pub const ERROR_CONTEXT: u32 = 23;
    /// As a list of tuples in memory.
    pub const MAP: u32 = 24;
}

/// Handles that a call was lent, each with the position of its resource.
///
/// They lie where calls keep what they are handed, as the line does.
pub struct Borrows {
    start: *mut u64,
    count: usize,
    capacity: usize,
}

impl Borrows {
    pub const EMPTY: Borrows = Borrows {
        start: core::ptr::null_mut(),
        count: 0,
        capacity: 0,
    };

    pub fn clear(&mut self) {
        *self = Borrows::EMPTY;
    }

    fn push(&mut self, resource: u32, handle: u32) {
        if self.count == self.capacity {
            let capacity = (2 * self.capacity).max(8);
            let old = self.start.cast::<u8>();
            let start = heap::realloc(old, 8 * self.capacity, 8, 8 * capacity);
            self.start = start.cast();
            self.capacity = capacity;
        }
        // SAFETY: there is room.
        unsafe { *self.start.add(self.count) = u64::from(resource) << 32 | u64::from(handle) };
        self.count += 1;
    }

    pub fn next(&mut self) -> u64 {
        if self.count == 0 {
            return u64::MAX;
        }
        self.count -= 1;
        // SAFETY: so many are there.
        unsafe { *self.start.add(self.count) }
    }
}

pub struct Writer<'l> {
    pub table: Table,
    pub line: &'l mut Line,
    /// Where lent handles are gathered; none for results, which lend nothing.
    pub borrows: Option<&'l mut Borrows>,
    pub limit: usize,
}

fn align_to(at: usize, align: usize) -> usize {
    (at + align - 1) & !(align - 1)
}

impl Writer<'_> {
    /// Writes the value of that type, and says where the next one is.
    pub fn value(&mut self, ty: u32, place: Place) -> Place {
        let place = match place {
            Place::Memory(at) => Place::Memory(align_to(at, self.align(ty))),
            flat => flat,
        };
        let table = self.table;
        let operand = |at: u32| table.word(ty + at);
        match table.word(ty) {
            kind::LIST | kind::MAP => {
                let (start, place) = self.number(place, 4);
                let (length, next) = self.number(place, 4);
                self.list(operand(1), start as usize, length as usize);
                next
            }
            kind::FIXED_LIST => {
                let (element, length) = (operand(1), operand(2));
                self.line.text("[");
                let mut place = place;
                for at in 0..length {
                    self.line.text(if at == 0 { "" } else { ", " });
                    place = self.value(element, place);
                }
                self.line.text("]");
                place
            }
            kind::RECORD => {
                let start = place;
                let mut place = place;
                let count = operand(1);
                self.line.text("{");
                for at in 0..count {
                    self.line.text(if at == 0 { "" } else { ", " });
                    self.line.text(table.text_at(ty + 2 + 3 * at));
                    self.line.text(": ");
                    place = self.value(operand(2 + 3 * at + 2), place);
                }
                // So WAVE tells it from empty flags.
                self.line.text(if count == 0 { ":}" } else { "}" });
                self.end(ty, start, place)
            }
            kind::TUPLE => {
                let start = place;
                let mut place = place;
                self.line.text("(");
                for at in 0..operand(1) {
                    self.line.text(if at == 0 { "" } else { ", " });
                    place = self.value(operand(2 + at), place);
                }
                self.line.text(")");
                self.end(ty, start, place)
            }
            kind::VARIANT => self.variant(ty, place),
            kind::FLAGS => {
                let count = operand(1);
                let size = flags_size(count);
                let (bits, next) = self.number(place, size);
                self.line.text("{");
                let mut first = true;
                for at in (0..count).filter(|at| bits >> at & 1 == 1) {
                    self.line.text(if first { "" } else { ", " });
                    self.line.text(table.text_at(ty + 2 + 2 * at));
                    first = false;
                }
                self.line.text("}");
                next
            }
            kind::STRING => {
                let (start, place) = self.number(place, 4);
                let (length, next) = self.number(place, 4);
                // SAFETY: the canonical ABI hands over valid UTF-8 inside of the memory.
                let text = unsafe {
                    let bytes = core::slice::from_raw_parts(start as *const u8, length as usize);
                    core::str::from_utf8_unchecked(bytes)
                };
                self.string(text);
                next
            }
            kind @ (kind::OWN | kind::BORROW) => {
                let (handle, next) = self.number(place, 4);
                if kind == kind::BORROW
                    && let Some(borrows) = &mut self.borrows
                {
                    borrows.push(operand(3), handle as u32);
                }
                self.line.text(table.text_at(ty + 1));
                self.line.text("#_");
                next
            }
            kind::STREAM => self.unseen("stream", place),
            kind::FUTURE => self.unseen("future", place),
            kind::ERROR_CONTEXT => self.unseen("error-context", place),
            kind => self.primitive(kind, place),
        }
    }

    fn unseen(&mut self, what: &str, place: Place) -> Place {
        let (_, next) = self.number(place, 4);
        self.line.text(what);
        self.line.text("#_");
        next
    }

    /// Where something in memory ends, which may be behind its last field.
    fn end(&self, ty: u32, start: Place, end: Place) -> Place {
        match start {
            Place::Memory(at) => Place::Memory(at + self.size(ty)),
            Place::Flat(_) => end,
        }
    }

    fn list(&mut self, element: u32, start: usize, length: usize) {
        let size = self.size(element);
        self.line.text("[");
        for at in 0..length {
            self.line.text(if at == 0 { "" } else { ", " });
            if at == self.limit {
                let _ = write!(self.line, "…{}", length - at);
                // What is lent has to be dropped, whether it is written or not.
                self.unwritten(element, start, at..length, size);
                break;
            }
            self.value(element, Place::Memory(start + at * size));
        }
        self.line.text("]");
    }

    /// Gathers what is lent by elements that are not written.
    fn unwritten(
        &mut self,
        element: u32,
        start: usize,
        range: core::ops::Range<usize>,
        size: usize,
    ) {
        if self.borrows.is_none() {
            return;
        }
        let length = self.line.length();
        for at in range {
            self.value(element, Place::Memory(start + at * size));
            self.line.cut(length);
        }
    }

    fn variant(&mut self, ty: u32, place: Place) -> Place {
        let table = self.table;
        let count = table.word(ty + 1);
        let (case, payload) = self.number(place, discriminant_size(count));
        let at = ty + 2 + 3 * (case as u32).min(count.saturating_sub(1));
        let name = table.text_at(at);
        self.line.text(name);
        let payload_type = table.word(at + 2);
        if payload_type != NONE {
            let payload = match payload {
                Place::Memory(at) => Place::Memory(align_to(at, self.payload_align(ty))),
                flat => flat,
            };
            self.line.text("(");
            self.value(payload_type, payload);
            self.line.text(")");
        }
        match place {
            Place::Memory(at) => Place::Memory(at + self.size(ty)),
            // SAFETY: the slots of a value are all there.
            Place::Flat(slots) => Place::Flat(unsafe { slots.add(self.flat(ty)) }),
        }
    }

    /// A number of that many bytes, without sign.
    fn number(&self, place: Place, size: usize) -> (u64, Place) {
        // SAFETY: values lie where the canonical ABI has put them.
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

    fn primitive(&mut self, kind: u32, place: Place) -> Place {
        let (bits, next) = self.number(place, primitive_size(kind));
        // Writing to the line cannot fail.
        let _ = match kind {
            kind::BOOL => self
                .line
                .write_str(if bits == 0 { "false" } else { "true" }),
            kind::S8 => write!(self.line, "{}", bits as i8),
            kind::S16 => write!(self.line, "{}", bits as i16),
            kind::S32 => write!(self.line, "{}", bits as i32),
            kind::S64 => write!(self.line, "{}", bits as i64),
            kind::F32 => match f32::from_bits(bits as u32) {
                nan if nan.is_nan() => self.line.write_str("nan"),
                number => write!(self.line, "{number}"),
            },
            kind::F64 => match f64::from_bits(bits) {
                nan if nan.is_nan() => self.line.write_str("nan"),
                number => write!(self.line, "{number}"),
            },
            kind::CHAR => {
                self.line.text("'");
                self.char(char::from_u32(bits as u32).unwrap_or('\u{fffd}'));
                self.line.write_str("'")
            }
            _ => write!(self.line, "{bits}"),
        };
        next
    }

    fn string(&mut self, text: &str) {
        let mut end = text.len().min(self.limit);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.line.text("\"");
        for c in text[..end].chars() {
            self.char(c);
        }
        self.line.text("\"");
        if end < text.len() {
            let _ = write!(self.line, "…{}", text.len() - end);
        }
    }

    fn char(&mut self, c: char) {
        match c {
            '\\' => self.line.text("\\\\"),
            '"' => self.line.text("\\\""),
            '\'' => self.line.text("\\'"),
            '\t' => self.line.text("\\t"),
            '\r' => self.line.text("\\r"),
            '\n' => self.line.text("\\n"),
            // What is invisible, or turns what follows around, could make a line look like another.
            c if c.is_control() || is_format(c) => {
                let _ = write!(self.line, "\\u{{{:x}}}", c as u32);
            }
            c => self.line.char(c),
        }
    }

    fn size(&self, ty: u32) -> usize {
        let table = self.table;
        let operand = |at: u32| table.word(ty + at);
        match table.word(ty) {
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

    fn fields(&self, ty: u32, fields: impl Iterator<Item = u32>) -> usize {
        let mut size = 0;
        for field in fields {
            size = align_to(size, self.align(field)) + self.size(field);
        }
        align_to(size, self.align(ty))
    }

    fn align(&self, ty: u32) -> usize {
        let table = self.table;
        let operand = |at: u32| table.word(ty + at);
        let most = |types: &mut dyn Iterator<Item = u32>| {
            types.map(|ty| self.align(ty)).max().unwrap_or(1)
        };
        match table.word(ty) {
            kind::STRING | kind::LIST | kind::MAP => 4,
            kind::FIXED_LIST => self.align(operand(1)),
            kind::RECORD => most(&mut (0..operand(1)).map(|at| operand(2 + 3 * at + 2))),
            kind::TUPLE => most(&mut (0..operand(1)).map(|at| operand(2 + at))),
            kind::VARIANT => discriminant_size(operand(1)).max(self.payload_align(ty)),
            kind::FLAGS => flags_size(operand(1)),
            kind => primitive_size(kind),
        }
    }

    fn payload_align(&self, ty: u32) -> usize {
        let table = self.table;
        let payloads = (0..table.word(ty + 1)).map(|at| table.word(ty + 2 + 3 * at + 2));
        let payloads = payloads.filter(|ty| *ty != NONE);
        payloads.map(|ty| self.align(ty)).max().unwrap_or(1)
    }

    /// How many flat values a value has.
    fn flat(&self, ty: u32) -> usize {
        let table = self.table;
        let operand = |at: u32| table.word(ty + at);
        match table.word(ty) {
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
}

fn discriminant_size(cases: u32) -> usize {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

/// The model has at most 32 flags.
fn flags_size(count: u32) -> usize {
    match count {
        0..=8 => 1,
        9..=16 => 2,
        _ => 4,
    }
}

fn primitive_size(kind: u32) -> usize {
    match kind {
        kind::BOOL | kind::S8 | kind::U8 => 1,
        kind::S16 | kind::U16 => 2,
        kind::S64 | kind::U64 | kind::F64 => 8,
        _ => 4,
    }
}

/// Characters that are not seen, or that order what is.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}
