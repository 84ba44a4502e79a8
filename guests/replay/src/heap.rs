//! Space: what lasts grows from the end of what the generated module has put in place, what is
//! handed over for one call lies above it and is forgotten as a whole.
//!
//! Deliberately absent: giving back anything by itself. Calls are short, and while one runs there is
//! no other.

use core::arch::wasm32::{memory_grow, memory_size, unreachable};

unsafe extern "C" {
    /// The first address that the linker leaves free.
    static __heap_base: u8;
}

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

fn grow_to(end: usize) {
    let pages = end.div_ceil(PAGE);
    let there = memory_size(0);
    if pages > there && memory_grow(0, pages - there) == usize::MAX {
        unreachable()
    }
}

/// Leaves the space between two addresses to the generated module; ours begins behind it.
pub fn reserve(start: usize, end: usize) {
    if (core::ptr::addr_of!(__heap_base) as usize) > start {
        unreachable()
    }
    grow_to(end);
    let (base, top) = ends();
    *base = end;
    *top = end;
}

fn take(align: usize, size: usize) -> usize {
    let (_, top) = ends();
    let at = (*top + align - 1) & !(align - 1);
    let Some(end) = at.checked_add(size) else {
        unreachable()
    };
    grow_to(end);
    *top = end;
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

pub fn keep(size: usize, align: usize) -> *mut u8 {
    reset();
    let at = take(align, size);
    let (base, top) = ends();
    *base = *top;
    at as *mut u8
}

pub fn reset() {
    let (base, top) = ends();
    *top = *base;
}
