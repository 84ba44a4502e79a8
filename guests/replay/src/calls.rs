//! The calls that are answered: words of 32 bits, which the generator lays out
//! (`src/generate/replay/calls.rs`). Addresses are those of the memory.
//!
//! ```text
//! calls    for each function of the table: first call: address, count, how many at the beginning
//!          are used up
//! call     addresses of the patterns of the arguments: address, result: address, handles: address,
//!          count of handles, position of the line that is told of it, state
//! handle   kind of what is made, address where the handle goes, what it stands for
//! pattern  ANY | BITS low high | TEXT address, bytes shown, bytes in all
//!          | LIST elements shown, elements in all, pattern… | FIELDS pattern… | CASE case, pattern?
//!          | HANDLE what it stands for | NAN
//! ```

/// Any value matches.
pub const ANY: u32 = 0;
/// A number, truth value, character or flags.
pub const BITS: u32 = 1;
pub const TEXT: u32 = 2;
pub const LIST: u32 = 3;
pub const FIELDS: u32 = 4;
pub const CASE: u32 = 5;
/// A handle of a resource that the part defines.
pub const HANDLE: u32 = 6;
/// A float that is no number.
pub const NAN: u32 = 7;

/// States of a call.
pub const UNUSED: u32 = 0;
pub const USED: u32 = 1;
// 2: it answers any number of times.

/// The calls of a function.
#[repr(C)]
pub struct Calls {
    first: *mut Call,
    count: u32,
    used: u32,
}

#[repr(C)]
pub struct Call {
    pub params: *const *const u32,
    pub result: usize,
    pub handles: *const Handle,
    pub handle_count: u32,
    pub trap: u32,
    pub state: u32,
}

/// A handle that is made when the call is answered.
#[repr(C)]
pub struct Handle {
    _kind: u32,
    _place: usize,
    _stands_for: u32,
}

impl Calls {
    pub fn of(calls: *mut Calls, function: u32) -> &'static mut Calls {
        // SAFETY: the generator lays out calls for each function.
        unsafe { &mut *calls.add(function as usize) }
    }

    pub fn all(&mut self) -> &'static mut [Call] {
        // SAFETY: as above; they last, and nobody keeps them.
        unsafe { core::slice::from_raw_parts_mut(self.first, self.count as usize) }
    }

    /// Those behind what is used up at the beginning, where in-order replays find theirs at once.
    pub fn rest(&mut self) -> &'static mut [Call] {
        let all = self.all();
        while all
            .get(self.used as usize)
            .is_some_and(|call| call.state == USED)
        {
            self.used += 1;
        }
        &mut all[self.used as usize..]
    }
}

/// Words that are read one after another.
#[derive(Clone, Copy)]
pub struct Words(pub *const u32);

impl Words {
    pub fn next(&mut self) -> u32 {
        // SAFETY: patterns are read as the generator wrote them.
        unsafe {
            let word = *self.0;
            self.0 = self.0.add(1);
            word
        }
    }
}
