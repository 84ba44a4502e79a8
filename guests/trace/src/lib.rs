//! The runtime of traced interfaces: it writes a call and its result as one line of WAVE.
//!
//! One module for all interfaces. What a function's values look like is told by a table of type
//! descriptors (`table`), which the generated module next to this one hands over when it is
//! instantiated. It imports nothing; who calls it also writes the lines.
//!
//! The way of a call: `begin` starts the line, `argument` is called for the flat values of all
//! parameters at once, `finish` adds the result and gives the line back. Handles that were lent are
//! gathered on the way and handed out by `next_borrow`, since whoever was lent them has to drop
//! them before it returns.

#![no_std]

mod heap;
mod line;
mod table;
mod value;

use line::Line;
use table::Table;
use value::{Borrows, Place, Writer};

/// Nothing here panics on purpose, and a trap is all that could be done about it.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// What is known between two calls from outside.
///
/// A component is not entered again while it runs, so there is one line at a time.
struct State {
    table: Table,
    line: Line,
    borrows: Borrows,
    limit: usize,
}

static mut STATE: State = State {
    table: Table::EMPTY,
    line: Line::EMPTY,
    borrows: Borrows::EMPTY,
    limit: usize::MAX,
};

fn state() -> &'static mut State {
    // SAFETY: there is one thread, and each export takes the state once.
    unsafe { &mut *core::ptr::addr_of_mut!(STATE) }
}

/// Takes the table of descriptors at `words`, and the number of bytes or elements behind which
/// strings and lists are cut; 0 for none.
#[unsafe(no_mangle)]
extern "C" fn table(words: *const u32, limit: u32) {
    let state = state();
    state.table = Table::at(words);
    state.limit = match limit {
        0 => usize::MAX,
        limit => limit as usize,
    };
}

/// Space for what is handed over, as the canonical ABI asks for it; given back by `reset`.
#[unsafe(no_mangle)]
extern "C" fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    heap::realloc(old, old_size, align, size)
}

/// Space that lasts.
#[unsafe(no_mangle)]
extern "C" fn keep(size: usize, align: usize) -> *mut u8 {
    heap::keep(size, align)
}

/// Gives back all that `realloc` handed out.
#[unsafe(no_mangle)]
extern "C" fn reset() {
    heap::reset();
}

/// Starts the line of a call: nothing but its indentation, its function and the arguments, which
/// are flat values of 64 bits each at `slots`, or lie in memory if there are too many.
#[unsafe(no_mangle)]
extern "C" fn begin(function: u32, slots: *const u64, in_memory: u32, depth: u32) {
    let state = state();
    let function = state.table.function(function);
    state.borrows.clear();
    state.line.clear();
    for _ in 0..depth {
        state.line.text("  ");
    }
    let table = state.table;
    let mut writer = Writer {
        table,
        line: &mut state.line,
        borrows: Some(&mut state.borrows),
        limit: state.limit,
    };
    writer.line.text(table.prefix());
    writer.line.text(table.text(function.name));
    writer.line.text("(");
    let mut place = match in_memory {
        0 => Place::Flat(slots),
        _ => Place::Memory(slots as usize),
    };
    for (at, param) in function.params.iter().enumerate() {
        writer.line.text(if at == 0 { "" } else { ", " });
        place = writer.value(*param, place);
    }
    writer.line.text(")");
}

/// Adds the result at `slot`, a flat value of 64 bits or a place in memory, and ends the line.
///
/// Its length; it lies at `line`.
#[unsafe(no_mangle)]
extern "C" fn finish(function: u32, slot: *const u64, in_memory: u32) -> usize {
    let state = state();
    let function = state.table.function(function);
    if let Some(result) = function.result {
        state.line.text(" = ");
        let mut writer = Writer {
            table: state.table,
            line: &mut state.line,
            borrows: None,
            limit: state.limit,
        };
        let place = match in_memory {
            0 => Place::Flat(slot),
            _ => Place::Memory(slot as usize),
        };
        writer.value(result, place);
    }
    state.line.length()
}

/// Where the line lies.
#[unsafe(no_mangle)]
extern "C" fn line() -> *const u8 {
    state().line.start()
}

/// A handle that was lent, and the position of its resource in the upper half; all ones if there
/// are no more.
#[unsafe(no_mangle)]
extern "C" fn next_borrow() -> u64 {
    state().borrows.next()
}
