//! Results that are given back in memory: one place for all, since there is one call at a time.

/// Larger than any result, and aligned for all.
static mut AREA: [u64; 16] = [0; 16];

/// A result in the making.
pub struct Answer(*mut u8);

impl Answer {
    /// A result whose first byte, which mostly says which case it is, is that.
    pub fn case(case: u8) -> Answer {
        let answer = Answer(core::ptr::addr_of_mut!(AREA).cast());
        answer.byte(0, case)
    }

    pub fn byte(self, at: usize, value: u8) -> Answer {
        // SAFETY: all places are inside of the area.
        unsafe { self.0.add(at).write(value) };
        self
    }

    pub fn word(self, at: usize, value: u32) -> Answer {
        // SAFETY: likewise, and aligned.
        unsafe { self.0.add(at).cast::<u32>().write(value) };
        self
    }

    pub fn long(self, at: usize, value: u64) -> Answer {
        // SAFETY: likewise.
        unsafe { self.0.add(at).cast::<u64>().write(value) };
        self
    }

    /// Where the host writes a result of its own.
    pub fn area() -> u32 {
        core::ptr::addr_of_mut!(AREA) as u32
    }

    /// What lies there.
    pub fn byte_at(at: usize) -> u8 {
        // SAFETY: inside of the area.
        unsafe { core::ptr::addr_of!(AREA).cast::<u8>().add(at).read() }
    }

    pub fn word_at(at: usize) -> u32 {
        // SAFETY: likewise.
        unsafe {
            core::ptr::addr_of!(AREA)
                .cast::<u8>()
                .add(at)
                .cast::<u32>()
                .read()
        }
    }

    pub fn long_at(at: usize) -> u64 {
        // SAFETY: likewise.
        unsafe {
            core::ptr::addr_of!(AREA)
                .cast::<u8>()
                .add(at)
                .cast::<u64>()
                .read()
        }
    }

    pub fn give(self) -> u32 {
        self.0 as u32
    }
}

/// A list or string that lies elsewhere.
pub fn list(at: u32, length: u32) -> u32 {
    Answer::case(0).word(0, at).word(4, length).give()
}
