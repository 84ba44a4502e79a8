//! What a call that no line answers traps with: functions that call each other, one for each piece of
//! what is to be said, so that the backtrace says it from the innermost on. Nothing is imported, so
//! nothing else could.
//!
//! First comes what happened, then the call in pieces, as long as any that there are, and then the
//! lines that are nearest. The generated module has a function for each, in one table
//! (`src/generate/replay/told.rs`).
//!
//! ```text
//! told     position of the first line in the table of functions, position of the first piece,
//!          count of pieces, the resources that the part defines: a bit each, piece…
//! piece    address, length; the last one stands for what is cut
//! ```

use crate::calls::Words;

/// The most pieces of a call: hosts show the innermost frames only.
const PIECES: usize = 12;

/// The most lines, and the most frames of lines and pieces together.
pub const LINES: usize = 3;
const FRAMES: usize = 14;

/// The resources that the part defines.
pub fn here(told: *const u32) -> u32 {
    let mut words = Words(told);
    for _ in 0..3 {
        words.next();
    }
    words.next()
}

/// The functions to call, the outermost first.
pub struct Frames {
    positions: [u32; 1 + PIECES + LINES],
    count: usize,
}

impl Frames {
    pub const EMPTY: Frames = Frames {
        positions: [0; 1 + PIECES + LINES],
        count: 0,
    };

    pub fn start(&self) -> *const u32 {
        self.positions.as_ptr()
    }

    fn push(&mut self, position: u32) {
        if let Some(place) = self.positions.get_mut(self.count) {
            *place = position;
            self.count += 1;
        }
    }

    /// Has them say that a call of that function is not there, with those lines, the nearest first.
    pub fn tell(
        &mut self,
        told: *const u32,
        function: u32,
        text: &[u8],
        is_cut: bool,
        lines: &[u32],
    ) {
        self.count = 0;
        let mut words = Words(told);
        let (first_line, first_piece, count) = (words.next(), words.next(), words.next());
        words.next();
        let (mut pieces, mut found) = ([0; PIECES], 0);
        let mut rest = text;
        while !rest.is_empty() && found < PIECES {
            let Some((piece, length)) = longest(words, count, rest) else {
                break;
            };
            if let Some(place) = pieces.get_mut(found) {
                *place = piece;
            }
            found += 1;
            rest = rest.get(length..).unwrap_or_default();
        }
        if !rest.is_empty() || is_cut {
            found = found.min(PIECES - 1);
            if let Some(place) = pieces.get_mut(found) {
                *place = count - 1;
            }
            found += 1;
        }
        let shown = lines.len().min(FRAMES - found);
        for line in lines.iter().take(shown).rev() {
            self.push(first_line + line);
        }
        for piece in pieces.iter().take(found).rev() {
            self.push(first_piece + piece);
        }
        self.push(function);
    }
}

/// The longest piece that a text begins with, and its length.
fn longest(mut words: Words, count: u32, text: &[u8]) -> Option<(u32, usize)> {
    let mut best: Option<(u32, usize)> = None;
    for piece in 0..count - 1 {
        let (start, length) = (words.next() as usize as *const u8, words.next() as usize);
        // SAFETY: the generator puts pieces there.
        let bytes = unsafe { core::slice::from_raw_parts(start, length) };
        if text.starts_with(bytes) && best.is_none_or(|(_, known)| length > known) {
            best = Some((piece, length));
        }
    }
    best
}
