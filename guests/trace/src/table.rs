//! The table of functions and types: words of 32 bits, which refer to each other by position.
//!
//! Written by `src/generate/descriptors.rs`, which says the same. A text is two words: where its
//! bytes lie, counted from the table, and its length.
//!
//! ```text
//! table     prefix: text, count of functions, function…
//! function  position of: name: text, result or NONE, count of params, type…
//! type      kind, then
//!             list           element
//!             fixed list     element, length
//!             record         count, (name: text, type)…
//!             tuple          count, type…
//!             variant        count, (name: text, type or NONE)…
//!             flags          count, name: text…
//!             own, borrow    name: text, position of the resource
//! ```

#[derive(Clone, Copy)]
pub struct Table {
    words: *const u32,
}

/// No type.
pub const NONE: u32 = u32::MAX;

/// The position of a text.
#[derive(Clone, Copy)]
pub struct Text(u32);

pub struct Function {
    pub name: Text,
    pub result: Option<u32>,
    pub params: &'static [u32],
}

#[path = "../../../src/generate/kind.rs"]
#[allow(dead_code)] // Most numbers are written alike.
pub mod kind;

pub fn align_to(at: usize, align: usize) -> usize {
    (at + align - 1) & !(align - 1)
}

pub fn discriminant_size(cases: u32) -> usize {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

/// The model has at most 32 flags.
pub fn flags_size(count: u32) -> usize {
    match count {
        0..=8 => 1,
        9..=16 => 2,
        _ => 4,
    }
}

pub fn primitive_size(kind: u32) -> usize {
    match kind {
        kind::BOOL | kind::S8 | kind::U8 => 1,
        kind::S16 | kind::U16 => 2,
        kind::S64 | kind::U64 | kind::F64 => 8,
        _ => 4,
    }
}

impl Table {
    pub const EMPTY: Table = Table {
        words: core::ptr::null(),
    };

    pub fn at(words: *const u32) -> Table {
        Table { words }
    }

    pub fn word(&self, at: u32) -> u32 {
        // SAFETY: the generator writes positions inside of the table only.
        unsafe { *self.words.add(at as usize) }
    }

    pub fn words(&self, at: u32, count: u32) -> &'static [u32] {
        // SAFETY: as above; the table lasts.
        unsafe { core::slice::from_raw_parts(self.words.add(at as usize), count as usize) }
    }

    pub fn text(&self, at: Text) -> &'static str {
        let (start, length) = (self.word(at.0), self.word(at.0 + 1));
        // SAFETY: the generator writes texts, which last.
        unsafe {
            let start = self.words.cast::<u8>().add(start as usize);
            let bytes = core::slice::from_raw_parts(start, length as usize);
            core::str::from_utf8_unchecked(bytes)
        }
    }

    pub fn text_at(&self, at: u32) -> &'static str {
        self.text(Text(at))
    }

    /// What every line begins with.
    pub fn prefix(&self) -> &'static str {
        self.text(Text(0))
    }

    pub fn function(&self, position: u32) -> Function {
        let at = self.word(3 + position);
        let result = self.word(at + 2);
        Function {
            name: Text(at),
            result: (result != NONE).then_some(result),
            params: self.words(at + 4, self.word(at + 3)),
        }
    }
}
