//! Values, flat or in memory, written as WAVE.
//!
//! What WAVE cannot say is written so that nothing else looks like it: a handle as `name#_`, since
//! which resource it stands for cannot be seen from outside of whoever made it; a stream or future
//! by its kind; what is cut with `…` and the number of what is missing.

use core::fmt::Write;

use crate::heap;
use crate::layout::Place;
use crate::line::Line;
use crate::table::{Table, align_to, discriminant_size, flags_size, kind, primitive_size};

/// Handles that a call was lent, each with the position of its resource.
///
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

    /// Gives back its space.
    pub fn release(&mut self) {
        if self.capacity > 0 {
            heap::free(self.start.cast());
        }
        *self = Borrows::EMPTY;
    }

    /// The next one, and the position of its resource in the upper half; all ones if there are no
    /// more.
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

impl Writer<'_> {
    /// Writes the value of that type, and says where the next one is.
    pub fn value(&mut self, ty: u32, place: Place) -> Place {
        let place = match place {
            Place::Memory(at) => Place::Memory(align_to(at, self.table.align(ty))),
            flat => flat,
        };
        let table = self.table;
        let operand = |at: u32| table.word(ty + at);
        match table.word(ty) {
            kind::LIST | kind::MAP => {
                let (start, place) = place.number(4);
                let (length, next) = place.number(4);
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
                self.table.end(ty, start, place)
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
                self.table.end(ty, start, place)
            }
            kind::VARIANT => self.variant(ty, place),
            kind::FLAGS => {
                let count = operand(1);
                let size = flags_size(count);
                let (bits, next) = place.number(size);
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
                let (start, place) = place.number(4);
                let (length, next) = place.number(4);
                // SAFETY: the canonical ABI hands over valid UTF-8 inside of the memory.
                let text = unsafe {
                    let bytes = core::slice::from_raw_parts(start as *const u8, length as usize);
                    core::str::from_utf8_unchecked(bytes)
                };
                self.string(text);
                next
            }
            kind @ (kind::OWN | kind::BORROW) => {
                let (handle, next) = place.number(4);
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
        let (_, next) = place.number(4);
        self.line.text(what);
        self.line.text("#_");
        next
    }

    fn list(&mut self, element: u32, start: usize, length: usize) {
        let size = self.table.size(element);
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
        let (case, next) = place.number(discriminant_size(count));
        let at = ty + 2 + 3 * (case as u32).min(count.saturating_sub(1));
        self.line.text(table.text_at(at));
        if let Some((payload, next)) = table.payload(ty, case, next) {
            self.line.text("(");
            self.value(payload, next);
            self.line.text(")");
        }
        place.behind(table.size(ty), table.flat(ty))
    }

    fn primitive(&mut self, kind: u32, place: Place) -> Place {
        let (bits, next) = place.number(primitive_size(kind));
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
}

/// Characters that are not seen, or that order what is.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}
