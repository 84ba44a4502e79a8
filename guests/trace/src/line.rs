//! The line in the making.

use core::fmt;

use crate::heap;

pub struct Line {
    start: *mut u8,
    length: usize,
    capacity: usize,
}

impl Line {
    pub const EMPTY: Line = Line {
        start: core::ptr::null_mut(),
        length: 0,
        capacity: 0,
    };

    /// Gives back its space.
    pub fn release(&mut self) {
        if self.capacity > 0 {
            heap::free(self.start);
        }
        *self = Line::EMPTY;
    }

    pub fn start(&self) -> *const u8 {
        self.start
    }

    pub fn length(&self) -> usize {
        self.length
    }

    pub fn text(&mut self, text: &str) {
        let end = self.length + text.len();
        if end > self.capacity {
            let capacity = end.max(2 * self.capacity).max(256);
            self.start = heap::realloc(self.start, self.capacity, 1, capacity);
            self.capacity = capacity;
        }
        // SAFETY: there is room, and texts are never part of the line.
        unsafe {
            let at = self.start.add(self.length);
            core::ptr::copy_nonoverlapping(text.as_ptr(), at, text.len());
        }
        self.length = end;
    }

    /// Forgets what lies behind that length.
    pub fn cut(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    pub fn char(&mut self, c: char) {
        self.text(c.encode_utf8(&mut [0; 4]));
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text(text);
        Ok(())
    }
}
