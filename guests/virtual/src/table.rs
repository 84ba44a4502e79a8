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

/// What of the host's is there.
#[derive(Clone, Copy)]
pub enum OfHost {
    Nothing,
    All,
    /// A list of strings, or of pairs of them.
    Named(Place),
}

/// A list that lies like that.
///
/// # Safety
///
/// It does, and nobody changes it meanwhile.
pub unsafe fn listed<T>(place: Place) -> &'static [T] {
    // SAFETY: the caller says so; an empty list may lie anywhere.
    match place.length {
        0 => &[],
        length => unsafe { core::slice::from_raw_parts(place.at as *const T, length as usize) },
    }
}

/// A string as it lies in memory.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Text {
    pub at: u32,
    pub length: u32,
}

impl Text {
    pub fn bytes(self) -> &'static [u8] {
        let Text { at, length } = self;
        // SAFETY: texts are of the table, or were handed over for this call.
        unsafe { listed(Place { at, length }) }
    }
}

impl OfHost {
    /// Whether that name is one of the host's that are there.
    pub fn has(self, name: Text) -> bool {
        match self {
            OfHost::Nothing => false,
            OfHost::All => true,
            OfHost::Named(place) => {
                // SAFETY: the generator writes strings there.
                let names: &[Text] = unsafe { listed(place) };
                names.iter().any(|own| own.bytes() == name.bytes())
            }
        }
    }
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

    /// What else is in the environment.
    pub fn host_environment(self) -> OfHost {
        self.of_host(21)
    }

    /// What other keys there are.
    pub fn host_config(self) -> OfHost {
        self.of_host(24)
    }

    /// What directories there are besides, as pairs of names: here, and at the host.
    pub fn host_directories(self) -> OfHost {
        self.of_host(27)
    }

    /// Whether there is a directory of embedded files.
    pub fn has_root(self) -> bool {
        self.word(30) != 0
    }

    /// Whether embedded files lie here, or are those of the component that has streams.
    pub fn has_files(self) -> bool {
        self.word(31) & 1 == 0
    }

    /// The same of standard input.
    pub fn has_stdin(self) -> bool {
        self.word(31) & 2 == 0
    }

    fn of_host(self, at: usize) -> OfHost {
        match self.word(at) {
            0 => OfHost::Nothing,
            1 => OfHost::All,
            _ => OfHost::Named(self.place(at + 1)),
        }
    }
}
