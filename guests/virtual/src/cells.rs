//! What resources are: cells of one size, whose addresses are the representations of handles.

use crate::heap;

/// A stream, a pollable, an error, a descriptor or the reading of a directory; `tag` says of which
/// sort it is among its kind.
#[repr(C)]
pub struct Cell {
    pub tag: u32,
    pub a: u32,
    pub b: u64,
}

/// The host's own, whatever it is; `a` is its handle there.
pub const HOST: u32 = 1;

/// How many are made room for at once.
const CHUNK: usize = 64;

/// The first free cell, linked by `a`; 0 if there is none.
static mut FREE: u32 = 0;

/// The representation of a new cell.
pub fn new(tag: u32, a: u32, b: u64) -> u32 {
    // SAFETY: there is one thread, and free cells are nobody's.
    unsafe {
        if FREE == 0 {
            let size = size_of::<Cell>();
            let first = heap::keep(align_of::<Cell>(), CHUNK * size);
            for at in (0..CHUNK).rev() {
                release((first + at * size) as u32);
            }
        }
        let cell = FREE;
        let place = cell as *mut Cell;
        FREE = (*place).a;
        place.write(Cell { tag, a, b });
        cell
    }
}

/// The cell of a representation.
pub fn get(rep: u32) -> &'static mut Cell {
    // SAFETY: representations are made here alone, and last as long as their handles.
    unsafe { &mut *(rep as *mut Cell) }
}

/// Takes back a cell whose last handle is gone.
pub fn release(rep: u32) {
    // SAFETY: nothing refers to it any more, or not yet.
    unsafe {
        (rep as *mut Cell).write(Cell {
            tag: 0,
            a: FREE,
            b: 0,
        });
        FREE = rep;
    }
}
