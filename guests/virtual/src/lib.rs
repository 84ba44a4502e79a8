//! The runtime of virtual WASI: environment, standard streams, files, clocks, random numbers and
//! configuration that are data, not the host's.
//!
//! One module for all compositions. Each function of WASI is exported under `INTERFACE#FUNCTION`, with
//! the signature that the canonical ABI gives it; which of them are lifted is the generator's decision.
//! What they answer is in a table in memory (`table`), behind which the embedded files lie as well.
//!
//! Streams, pollables and errors may be the host's, wrapped: those of what is left to it. The host's
//! functions are imported from `host`; the generator replaces those that a composition does not have
//! by functions that trap, and which then are never called.
//!
//! Deliberately absent: anything that depends on the versions of interfaces, or that waits.

#![no_std]

mod answers;
mod cells;
mod changes;
mod cli;
mod clocks;
mod files;
mod files3;
mod heap;
mod host;
mod opened;
mod poll;
mod random;
mod streams;
mod table;
mod tree;

/// Nothing here panics on purpose, and a trap is all that could be done about it.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Takes the table of what is virtual; once, before anything else.
#[unsafe(no_mangle)]
extern "C" fn init(words: *const u32) {
    table::set(words);
    heap::begin(table::get().heap());
}

/// Space for what is handed over, as the canonical ABI asks for it; given back by `reset`.
#[unsafe(no_mangle)]
extern "C" fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    heap::realloc(old, old_size, align, size)
}

/// How many calls wait for the host.
static mut WAITING: u32 = 0;

/// A call of the host begins that may wait: there may be others meanwhile, and nothing is forgotten.
#[unsafe(no_mangle)]
extern "C" fn hold() {
    // SAFETY: there is one thread.
    unsafe { WAITING += 1 }
}

/// It is over.
#[unsafe(export_name = "let-go")]
extern "C" fn let_go() {
    // SAFETY: there is one thread, and it was held before.
    unsafe { WAITING -= 1 }
}

/// Gives back all that `realloc` handed out.
#[unsafe(no_mangle)]
extern "C" fn reset() {
    // SAFETY: there is one thread.
    if unsafe { WAITING } == 0 {
        heap::reset();
    }
}

/// The same, after a result was read.
#[unsafe(no_mangle)]
extern "C" fn returned(_: u32) {
    reset();
}
