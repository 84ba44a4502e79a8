//! Space: what lasts lies below, what is handed over for one call lies above it and is forgotten as a
//! whole.
//!
//! The runtime of replayed interfaces has it, too.
//!
//! Deliberately absent: giving back anything by itself. Calls are short, and while one runs there is
//! no other.

use core::arch::wasm32::{memory_grow, memory_size, unreachable};

const PAGE: usize = 1 << 16;

/// Where what is handed over begins, and where the free space does.
static mut BASE: usize = 0;
static mut TOP: usize = 0;

fn ends() -> (&'static mut usize, &'static mut usize) {
    // SAFETY: there is one thread, and no caller keeps these.
    unsafe {
        (
            &mut *core::ptr::addr_of_mut!(BASE),
            &mut *core::ptr::addr_of_mut!(TOP),
        )
    }
}

/// Makes the memory reach to that address.
pub fn grow_to(end: usize) {
    let pages = end.div_ceil(PAGE);
    let there = memory_size(0);
    if pages > there && memory_grow(0, pages - there) == usize::MAX {
        unreachable()
    }
}

/// The first free address.
pub fn begin(at: usize) {
    let (base, top) = ends();
    *base = at;
    *top = at;
}

/// Space that is forgotten with `reset`.
pub fn take(align: usize, size: usize) -> usize {
    let (_, top) = ends();
    let at = (*top + align - 1) & !(align - 1);
    let Some(end) = at.checked_add(size) else {
        unreachable()
    };
    grow_to(end);
    *top = end;
    at
}

/// Space that lasts. What was handed over meanwhile lasts as well, so this is for large pieces.
pub fn keep(align: usize, size: usize) -> usize {
    let at = take(align, size);
    let (base, top) = ends();
    *base = *top;
    at
}

pub fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    let (_, top) = ends();
    // The last one grows where it is.
    if old_size > 0 && old as usize + old_size == *top && size >= old_size {
        *top = old as usize;
        return take(align, size) as *mut u8;
    }
    let new = take(align, size) as *mut u8;
    if old_size > 0 {
        // SAFETY: both are inside of the memory, and the new place is free.
        unsafe { core::ptr::copy_nonoverlapping(old, new, old_size.min(size)) };
    }
    new
}

pub fn reset() {
    let (base, top) = ends();
    *top = *base;
}
