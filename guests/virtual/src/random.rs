//! Random numbers that a seed decides: SplitMix64.

use crate::answers::{Answer, list};
use crate::{heap, table};

/// How many numbers were drawn.
static mut DRAWN: u64 = 0;

#[unsafe(export_name = "wasi:random/random#get-random-u64")]
extern "C" fn next() -> u64 {
    // SAFETY: there is one thread.
    let drawn = unsafe {
        DRAWN = DRAWN.wrapping_add(1);
        DRAWN
    };
    let mut z = drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = z.wrapping_add(table::get().seed());
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[unsafe(export_name = "wasi:random/random#get-random-bytes")]
extern "C" fn bytes(length: u64) -> u32 {
    let Ok(length) = usize::try_from(length) else {
        core::arch::wasm32::unreachable()
    };
    let at = heap::take(8, length) as *mut u8;
    for position in (0..length).step_by(8) {
        let number = next().to_le_bytes();
        let rest = (length - position).min(8);
        // SAFETY: that much room is left.
        unsafe { core::ptr::copy_nonoverlapping(number.as_ptr(), at.add(position), rest) };
    }
    list(at as u32, length as u32)
}

#[unsafe(export_name = "wasi:random/insecure-seed#insecure-seed")]
extern "C" fn seed() -> u32 {
    let (one, other) = (next(), next());
    Answer::case(0).long(0, one).long(8, other).give()
}
