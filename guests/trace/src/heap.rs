//! Space: what `realloc` hands out is given back piece by piece with `free`, since calls that are on
//! their way at once end in any order.
//!
//! Before each piece lies the number of its class: pieces of one class are of one size, and those
//! that were given back are used again. Classes are a quarter apart, so little is wasted, and memory
//! does not grow while no more is in use at once than before.
//!
//! Deliberately absent: joining pieces.

use core::arch::wasm32::{memory_grow, memory_size, unreachable};

unsafe extern "C" {
    /// The first address that the linker leaves free.
    static __heap_base: u8;
}

const PAGE: usize = 1 << 16;

/// What lies before each piece, so that it is aligned for all that the canonical ABI has.
const HEAD: usize = 8;

/// The unit of sizes.
const UNIT: usize = 16;

/// As many as sizes of 32 bits have.
const CLASSES: usize = 128;

struct Heap {
    /// Where the free space begins; 0 before the first use.
    top: usize,
    /// For each class, the first piece that was given back; each has the next one in it.
    free: [usize; CLASSES],
}

static mut HEAP: Heap = Heap {
    top: 0,
    free: [0; CLASSES],
};

fn heap() -> &'static mut Heap {
    // SAFETY: there is one thread, and no caller keeps it.
    unsafe { &mut *core::ptr::addr_of_mut!(HEAP) }
}

/// The class of pieces with room for that many bytes and what lies before them, and their size.
fn class(size: usize) -> (usize, usize) {
    let Some(size) = size
        .checked_add(HEAD + UNIT - 1)
        .filter(|size| *size < 1 << 31)
    else {
        unreachable()
    };
    let units = size / UNIT;
    if units <= 4 {
        return (units - 1, units * UNIT);
    }
    // The three highest bits, rounded up: five to eight, of that many.
    let shift = (units - 1).ilog2() as usize - 2;
    let quarters = ((units - 1) >> shift) + 1;
    (4 * shift + quarters - 1, (quarters << shift) * UNIT)
}

fn allocate(size: usize) -> *mut u8 {
    let (class, size) = class(size);
    let heap = heap();
    let known = heap.free[class];
    if known != 0 {
        // SAFETY: it was given back, and has the next one in it.
        heap.free[class] = unsafe { *((known + HEAD) as *const usize) };
        return (known + HEAD) as *mut u8;
    }
    if heap.top == 0 {
        let base = core::ptr::addr_of!(__heap_base) as usize;
        heap.top = (base + UNIT - 1) & !(UNIT - 1);
    }
    let piece = heap.top;
    let Some(end) = piece.checked_add(size) else {
        unreachable()
    };
    let pages = end.div_ceil(PAGE);
    let there = memory_size(0);
    if pages > there && memory_grow(0, pages - there) == usize::MAX {
        unreachable()
    }
    heap.top = end;
    // SAFETY: it is inside of the memory, and nobody else's.
    unsafe { *(piece as *mut usize) = class };
    (piece + HEAD) as *mut u8
}

/// As the canonical ABI asks for it; the alignment is 8 at most.
pub fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    if old_size == 0 {
        return match size {
            0 => align as *mut u8,
            size => allocate(size),
        };
    }
    // SAFETY: it was handed out.
    let held = unsafe { *old.sub(HEAD).cast::<usize>() };
    if size > 0 && class(size).0 == held {
        return old;
    }
    let new = match size {
        0 => align as *mut u8,
        size => allocate(size),
    };
    // SAFETY: both are inside of the memory, and apart.
    unsafe { core::ptr::copy_nonoverlapping(old, new, old_size.min(size)) };
    free(old);
    new
}

/// Gives back what was handed out for more than no bytes.
pub fn free(piece: *mut u8) {
    let heap = heap();
    // SAFETY: it was handed out, so its class lies before it, and there is room for an address.
    unsafe {
        let start = piece.sub(HEAD).cast::<usize>();
        *piece.cast::<usize>() = heap.free[*start];
        heap.free[*start] = start as usize;
    }
}
