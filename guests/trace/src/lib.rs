//! The runtime of traced interfaces: it writes a call and its result as one line of WAVE.
//!
//! One module for all interfaces. What a function's values look like is told by a table of type
//! descriptors (`table`), which the generated module next to this one hands over when it is
//! instantiated. It imports nothing; who calls it also writes the lines.
//!
//! The way of a call, of which several can be on their way at once: `begin` starts the line with the
//! function and its arguments, `finish` adds the result, and `end` gives back what the call and its
//! arguments took. Handles that were lent are gathered on the way and handed out by `next_borrow`,
//! since whoever was lent them has to drop them before it returns. Where a result or arguments have
//! to lie otherwise than they came, `to_flat` and `to_memory` copy them.

#![no_std]

mod heap;
mod layout;
mod line;
mod table;
mod value;

use layout::Place;
use line::Line;
use table::Table;
use value::{Borrows, Writer};

/// Nothing here panics on purpose, and a trap is all that could be done about it.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// What all calls share.
struct State {
    table: Table,
    limit: usize,
}

static mut STATE: State = State {
    table: Table::EMPTY,
    limit: usize::MAX,
};

fn state() -> &'static State {
    // SAFETY: there is one thread, and only `table` writes it, before the first call.
    unsafe { &*core::ptr::addr_of!(STATE) }
}

/// A call that is on its way.
#[repr(C)]
struct Call {
    /// What the generated code keeps of it: at these places, and nobody looks at it here.
    own: [u32; 4],
    function: u32,
    line: Line,
    borrows: Borrows,
    /// The arguments: flat values of 64 bits each, or a place in memory.
    arguments: *mut u64,
    in_memory: bool,
}

impl Call {
    fn arguments(&self) -> Place {
        match self.in_memory {
            false => Place::Flat(self.arguments),
            true => Place::Memory(self.arguments as usize),
        }
    }
}

/// Takes the table of descriptors at `words`, and the number of bytes or elements behind which
/// strings and lists are cut; 0 for none.
#[unsafe(no_mangle)]
extern "C" fn table(words: *const u32, limit: u32) {
    // SAFETY: there is one thread, and no call yet.
    let state = unsafe { &mut *core::ptr::addr_of_mut!(STATE) };
    state.table = Table::at(words);
    state.limit = match limit {
        0 => usize::MAX,
        limit => limit as usize,
    };
}

/// Space, as the canonical ABI asks for it.
#[unsafe(no_mangle)]
extern "C" fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    heap::realloc(old, old_size, align, size)
}

/// Gives back space.
#[unsafe(no_mangle)]
extern "C" fn free(piece: *mut u8) {
    heap::free(piece);
}

/// Space that lasts.
#[unsafe(no_mangle)]
extern "C" fn keep(size: usize, align: usize) -> *mut u8 {
    heap::realloc(core::ptr::null_mut(), 0, align, size)
}

/// Starts the line of a call: nothing but its indentation, its function and the arguments, which
/// are flat values of 64 bits each at `arguments`, or lie in memory if there are too many.
#[unsafe(no_mangle)]
extern "C" fn begin(function: u32, arguments: *mut u64, in_memory: u32, depth: u32) -> *mut Call {
    let state = state();
    let mut call = Call {
        own: [0; 4],
        function,
        line: Line::EMPTY,
        borrows: Borrows::EMPTY,
        arguments,
        in_memory: in_memory != 0,
    };
    let function = state.table.function(function);
    for _ in 0..depth {
        call.line.text("  ");
    }
    let mut place = call.arguments();
    let mut writer = Writer {
        table: state.table,
        line: &mut call.line,
        borrows: Some(&mut call.borrows),
        limit: state.limit,
    };
    writer.line.text(state.table.prefix());
    writer.line.text(state.table.text(function.name));
    writer.line.text("(");
    for (at, param) in function.params.iter().enumerate() {
        writer.line.text(if at == 0 { "" } else { ", " });
        place = writer.value(*param, place);
    }
    writer.line.text(")");
    let size = size_of::<Call>();
    let kept = heap::realloc(core::ptr::null_mut(), 0, 8, size).cast::<Call>();
    // SAFETY: it is of that size.
    unsafe { kept.write(call) };
    kept
}

/// Adds the result at `slot`, a flat value of 64 bits or a place in memory, and ends the line.
///
/// Its length; it lies at `line`.
#[unsafe(no_mangle)]
extern "C" fn finish(call: &mut Call, slot: *mut u64, in_memory: u32) -> usize {
    let state = state();
    let function = state.table.function(call.function);
    if let Some(result) = function.result {
        call.line.text(" = ");
        let mut writer = Writer {
            table: state.table,
            line: &mut call.line,
            borrows: None,
            limit: state.limit,
        };
        writer.value(result, place(slot, in_memory));
    }
    call.line.length()
}

/// Ends the line of a call that was cancelled; its length.
#[unsafe(no_mangle)]
extern "C" fn cancelled(call: &mut Call) -> usize {
    call.line.text(" cancelled");
    call.line.length()
}

/// Where the line lies.
#[unsafe(no_mangle)]
extern "C" fn line(call: &Call) -> *const u8 {
    call.line.start()
}

/// A handle that was lent, and the position of its resource in the upper half; all ones if there
/// are no more.
#[unsafe(no_mangle)]
extern "C" fn next_borrow(call: &mut Call) -> u64 {
    call.borrows.next()
}

/// Gives back all that a call took, with its arguments, which its provider has by now.
#[unsafe(no_mangle)]
extern "C" fn end(call: &mut Call) {
    let table = state().table;
    let mut place = call.arguments();
    let params = table.function(call.function).params;
    for param in params {
        place = table.release(*param, place);
    }
    if !params.is_empty() {
        heap::free(call.arguments.cast());
    }
    call.line.release();
    call.borrows.release();
    heap::free(core::ptr::from_mut(call).cast());
}

/// Gives back the result of a function at a place in memory, once its caller has it.
#[unsafe(no_mangle)]
extern "C" fn release(function: u32, result: *mut u64) {
    let table = state().table;
    if let Some(ty) = table.function(function).result {
        table.release(ty, Place::Memory(result as usize));
        heap::free(result.cast());
    }
}

/// The arguments of a call, which are flat, in memory; it is given back with `free`.
#[unsafe(no_mangle)]
extern "C" fn to_memory(call: &Call) -> *mut u8 {
    let table = state().table;
    let params = table.function(call.function).params;
    let size = table.size_of_all(params);
    let area = heap::realloc(core::ptr::null_mut(), 0, 8, size);
    let (mut from, mut to) = (call.arguments(), Place::Memory(area as usize));
    for param in params {
        (from, to) = table.copy(*param, from, to);
    }
    area
}

/// The result of a function at a place in memory, as flat values of 64 bits each.
#[unsafe(no_mangle)]
extern "C" fn to_flat(function: u32, result: *mut u64, slots: *mut u64) {
    let table = state().table;
    if let Some(ty) = table.function(function).result {
        table.copy(ty, Place::Memory(result as usize), Place::Flat(slots));
    }
}

fn place(slot: *mut u64, in_memory: u32) -> Place {
    match in_memory {
        0 => Place::Flat(slot),
        _ => Place::Memory(slot as usize),
    }
}
