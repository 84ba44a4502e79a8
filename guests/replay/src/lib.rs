//! The runtime of replayed interfaces: it finds the call that answers, in those of a trace.
//!
//! One module for all interfaces. What a function's values look like is told by a table of type
//! descriptors (`table`), and which calls there are by another (`calls`); the generated module next
//! to this one has put both into the memory. It imports nothing.
//!
//! The way of a call: `call` takes the arguments. What handles stand for is asked of the generated
//! module, one `next_owned` and `resolve` after another. `find` looks for the first call that is not
//! used up and matches. If there is none, `nearest` says which functions to trap in, whose names tell
//! the call and those most like it. Else `handles` and `handle_count` tell which handles to make, and
//! the result lies at `answer`, or as flat values at `flat`.

#![no_std]

mod calls;
mod decimal;
mod flat;
#[path = "../../virtual/src/heap.rs"]
mod heap;
mod layout;
mod matching;
mod owned;
mod shown;
#[path = "../../trace/src/table.rs"]
#[allow(dead_code)]
mod table;
mod told;

use calls::{Call, Calls, Handle, UNUSED, USED, Words};
use flat::Flat;
use layout::Place;
use matching::Matcher;
use owned::Owned;
use shown::{Text, Writer};
use table::Table;
use told::{Frames, LINES};

/// Nothing here panics on purpose, and a trap is all that could be done about it.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// What is known between two calls from outside.
///
/// A component is not entered again while it runs, so there is one call at a time.
struct State {
    table: Table,
    calls: *mut Calls,
    told: *const u32,
    function: u32,
    place: Place,
    owned: Owned,
    flat: Flat,
    /// The call that answers.
    found: *const Call,
    text: Text,
    frames: Frames,
}

static mut STATE: State = State {
    table: Table::EMPTY,
    calls: core::ptr::null_mut(),
    told: core::ptr::null(),
    function: 0,
    place: Place::Memory(0),
    owned: Owned::EMPTY,
    flat: Flat::EMPTY,
    found: core::ptr::null(),
    text: Text::EMPTY,
    frames: Frames::EMPTY,
};

fn state() -> &'static mut State {
    // SAFETY: there is one thread, and each export takes the state once.
    unsafe { &mut *core::ptr::addr_of_mut!(STATE) }
}

unsafe extern "C" {
    /// The first address that the linker leaves free.
    static __heap_base: u8;
}

/// Leaves the memory between two addresses to the generated module; the heap begins behind it.
#[unsafe(no_mangle)]
extern "C" fn reserve(start: usize, end: usize) {
    if (core::ptr::addr_of!(__heap_base) as usize) > start {
        core::arch::wasm32::unreachable()
    }
    heap::grow_to(end);
    heap::begin(end);
}

/// Takes the table of descriptors, the calls, and what can be told.
#[unsafe(no_mangle)]
extern "C" fn recorded(words: *const u32, calls: *mut Calls, told: *const u32) {
    let state = state();
    state.table = Table::at(words);
    state.calls = calls;
    state.told = told;
}

/// Space for what is handed over, as the canonical ABI asks for it; given back by `reset`.
#[unsafe(no_mangle)]
extern "C" fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    heap::realloc(old, old_size, align, size)
}

/// Space that lasts.
#[unsafe(no_mangle)]
extern "C" fn keep(size: usize, align: usize) -> *mut u8 {
    heap::reset();
    heap::keep(align, size) as *mut u8
}

/// Gives back all that `realloc` handed out.
#[unsafe(no_mangle)]
extern "C" fn reset() {
    heap::reset();
}

/// Takes the arguments of a call, which are flat values of 64 bits each at `slots`, or lie in memory
/// if there are too many. `gather` says whether handles that are handed over are asked for.
#[unsafe(no_mangle)]
extern "C" fn call(function: u32, slots: *const u64, in_memory: u32, gather: u32) {
    let state = state();
    state.function = function;
    state.place = match in_memory {
        0 => Place::Flat(slots),
        _ => Place::Memory(slots as usize),
    };
    state.owned = Owned::EMPTY;
    if gather != 0 {
        let mut place = state.place;
        for param in state.table.function(function).params {
            place = state.owned.gather(state.table, *param, place);
        }
    }
}

/// A handle that was handed over, and the position of its resource in the upper half; all ones if
/// there are no more.
#[unsafe(no_mangle)]
extern "C" fn next_owned() -> u64 {
    state().owned.next()
}

/// Notes what the last one stands for.
#[unsafe(no_mangle)]
extern "C" fn resolve(stands_for: u32) {
    state().owned.resolve(stands_for);
}

/// How many arguments match a call, and of how many.
fn equal(state: &State, call: &Call) -> (usize, usize) {
    let params = state.table.function(state.function).params;
    let matcher = Matcher {
        table: state.table,
        owned: &state.owned,
    };
    let mut place = state.place;
    let mut equal = 0;
    for (at, param) in params.iter().enumerate() {
        // SAFETY: the generator writes a pattern for each argument.
        let mut pattern = Words(unsafe { *call.params.add(at) });
        let matched = matcher.matches(*param, place, &mut pattern);
        equal += usize::from(matched.is_some());
        let own = state.table.aligned(*param, place);
        place = state.table.behind(*param, own);
    }
    (equal, params.len())
}

/// Finds the call that answers, and uses it up; 0 if there is none.
#[unsafe(no_mangle)]
extern "C" fn find() -> u32 {
    let state = state();
    for call in Calls::of(state.calls, state.function).rest() {
        if call.state == USED {
            continue;
        }
        let (equal, of) = equal(state, call);
        if equal == of {
            if call.state == UNUSED {
                call.state = USED;
            }
            state.found = call;
            return 1;
        }
    }
    0
}

/// The functions to trap in, by their positions: they name the call and those with the most arguments
/// that match, which come first if they are not used up, or before the others in the file.
#[unsafe(no_mangle)]
extern "C" fn nearest() -> *const u32 {
    let state = state();
    // Each with its rank, the nearest first; two calls that are written alike are one line.
    let mut best: [(usize, u32); LINES] = [(0, 0); LINES];
    for call in Calls::of(state.calls, state.function).all() {
        let rank = 1 + 2 * equal(state, call).0 + usize::from(call.state != USED);
        let same = |(known, line): &(usize, u32)| *known > 0 && *line == call.trap;
        let mut at = best.iter().position(same).unwrap_or(LINES - 1);
        if rank <= best[at].0 {
            continue;
        }
        best[at] = (rank, call.trap);
        while at > 0 && best[at].0 > best[at - 1].0 {
            best.swap(at, at - 1);
            at -= 1;
        }
    }
    let mut lines = [0; LINES];
    let mut count = 0;
    for (line, (rank, trap)) in lines.iter_mut().zip(best) {
        if rank > 0 {
            *line = trap;
            count += 1;
        }
    }
    let function = state.table.function(state.function);
    let here = told::here(state.told);
    let text = &mut state.text;
    text.add(state.table.text(function.name));
    text.add("(");
    let mut place = state.place;
    for (at, param) in function.params.iter().enumerate() {
        text.add(if at == 0 { "" } else { ", " });
        let mut writer = Writer {
            table: state.table,
            owned: &state.owned,
            here,
            text,
        };
        place = writer.value(*param, place);
    }
    text.add(")");
    let lines = lines.get(..count).unwrap_or_default();
    let (told, is_cut) = (state.told, state.text.is_cut);
    let (frames, text) = (&mut state.frames, state.text.bytes());
    frames.tell(told, state.function, text, is_cut, lines);
    state.frames.start()
}

fn found() -> Option<&'static Call> {
    // SAFETY: it is a call, which lasts, once one was found.
    unsafe { state().found.as_ref() }
}

/// Where the result lies.
#[unsafe(no_mangle)]
extern "C" fn answer() -> usize {
    found().map_or(0, |call| call.result)
}

/// The handles to make before it is read.
#[unsafe(no_mangle)]
extern "C" fn handles() -> *const Handle {
    found().map_or(core::ptr::null(), |call| call.handles)
}

/// How many these are.
#[unsafe(no_mangle)]
extern "C" fn handle_count() -> u32 {
    found().map_or(0, |call| call.handle_count)
}

/// Where the flat values of the result lie, 64 bits each.
#[unsafe(no_mangle)]
extern "C" fn flat() -> *const u64 {
    let at = Place::Memory(answer());
    let state = state();
    state.flat.clear();
    if let Some(result) = state.table.function(state.function).result {
        state.flat.add(state.table, result, at);
    }
    state.flat.start()
}
