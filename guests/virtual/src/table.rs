//! The table of what is virtual, as the generator writes it: words, and the addresses of what is longer.
//!
//! Lists of strings and of pairs lie as the canonical ABI has them, so that they are given as they
//! are. The positions of words are known to `src/generate/virtuals/data.rs` as well.

use crate::tree::Node;

static mut WORDS: *const u32 = core::ptr::null();

pub fn set(words: *const u32) {
    // SAFETY: there is one thread.
    unsafe { WORDS = words };
}

pub fn get() -> Table {
    // SAFETY: there is one thread.
    Table(unsafe { WORDS })
}

#[derive(Clone, Copy)]
pub struct Table(*const u32);

/// Where something lies, and how long it is: in bytes or elements.
#[derive(Clone, Copy)]
pub struct Place {
    pub at: u32,
    pub length: u32,
}

impl Table {
    fn word(self, at: usize) -> u32 {
        // SAFETY: the table has all words that are asked for below.
        unsafe { *self.0.add(at) }
    }

    fn long(self, at: usize) -> u64 {
        u64::from(self.word(at)) | u64::from(self.word(at + 1)) << 32
    }

    fn place(self, at: usize) -> Place {
        Place {
            at: self.word(at),
            length: self.word(at + 1),
        }
    }

    pub fn environment(self) -> Place {
        self.place(0)
    }

    pub fn arguments(self) -> Place {
        self.place(2)
    }

    pub fn cwd(self) -> Option<Place> {
        (self.word(4) != 0).then(|| self.place(5))
    }

    pub fn stdin(self) -> Place {
        self.place(7)
    }

    /// How many nanoseconds the clocks go on with each reading.
    pub fn tick(self) -> u64 {
        self.long(9)
    }

    /// What the clock on the wall shows at first.
    pub fn start(self) -> (u64, u32) {
        (self.long(11), self.word(13))
    }

    pub fn seed(self) -> u64 {
        self.long(14)
    }

    pub fn config(self) -> Place {
        self.place(16)
    }

    pub fn nodes(self) -> &'static [Node] {
        let place = self.place(18);
        // SAFETY: the generator writes that many of them there.
        unsafe { core::slice::from_raw_parts(place.at as *const Node, place.length as usize) }
    }

    pub fn heap(self) -> usize {
        self.word(20) as usize
    }
}
