//! `wasi:io/poll` and `wasi:io/error`.
//!
//! What is virtual never has to be waited for, but for timers; and a timer of a virtual clock is due
//! when nothing else is waited for.

use crate::answers::{Answer, list};
use crate::cells::{self, Cell, HOST};
use crate::{clocks, heap, host};

/// A pollable that is always ready.
pub const READY: u32 = 0;
/// One that is ready when the virtual clock shows `b`.
pub const TIMER: u32 = 2;

fn is_ready(cell: &Cell) -> bool {
    match cell.tag {
        HOST => host::ready(cell.a) != 0,
        TIMER => cell.b <= clocks::time(),
        _ => true,
    }
}

#[unsafe(export_name = "wasi:io/poll#[method]pollable.ready")]
extern "C" fn ready(rep: u32) -> u32 {
    let cell = cells::get(rep);
    if cell.tag == TIMER {
        // Whoever asks again and again gets there; where time stands still, all of it is now.
        clocks::tick();
        return u32::from(!clocks::goes_on() || is_ready(cell));
    }
    u32::from(is_ready(cell))
}

#[unsafe(export_name = "wasi:io/poll#[method]pollable.block")]
extern "C" fn block(rep: u32) {
    let cell = cells::get(rep);
    match cell.tag {
        HOST => host::block(cell.a),
        TIMER => clocks::wait_until(cell.b),
        _ => {}
    }
}

#[unsafe(export_name = "wasi:io/poll#poll")]
extern "C" fn poll(reps: *const u32, length: usize) -> u32 {
    if length == 0 {
        core::arch::wasm32::unreachable()
    }
    // SAFETY: the list was handed over like that.
    let reps = unsafe { core::slice::from_raw_parts(reps, length) };
    let all = || reps.iter().map(|rep| cells::get(*rep)).enumerate();
    let hosts = all().filter(|(_, cell)| cell.tag == HOST).count();
    if hosts < length {
        let found = collect(length, all().filter(|(_, cell)| is_ready(cell)));
        if found.1 > 0 {
            return list(found.0, found.1);
        }
    }
    if hosts == 0 {
        // Timers alone: it is as if the first of them had been waited for.
        let first = all().map(|(_, cell)| cell.b).min().unwrap_or(0);
        clocks::wait_until(first);
        let (at, count) = collect(length, all().filter(|(_, cell)| cell.b <= first));
        return list(at, count);
    }
    let (at, count) = collect(hosts, all().filter(|(_, cell)| cell.tag == HOST));
    // SAFETY: as many positions were written.
    let positions = unsafe { core::slice::from_raw_parts(at as *const u32, count as usize) };
    let handles = heap::take(4, 4 * hosts) as *mut u32;
    for (to, position) in positions.iter().enumerate() {
        // SAFETY: there is room for as many, and positions are those of the list.
        unsafe { *handles.add(to) = cells::get(reps[*position as usize]).a };
    }
    host::poll(handles as u32, hosts as u32, Answer::area());
    let (at, count) = (Answer::word_at(0), Answer::word_at(4));
    // SAFETY: the host wrote a list there.
    let ready = unsafe { core::slice::from_raw_parts_mut(at as *mut u32, count as usize) };
    for position in ready {
        *position = positions.get(*position as usize).copied().unwrap_or(0);
    }
    list(at, count)
}

/// The positions of those, in new space for at most `most`.
fn collect<'c>(most: usize, found: impl Iterator<Item = (usize, &'c mut Cell)>) -> (u32, u32) {
    let to = heap::take(4, 4 * most) as *mut u32;
    let mut count = 0;
    for (position, _) in found {
        // SAFETY: there is room for as many.
        unsafe { *to.add(count) = position as u32 };
        count += 1;
    }
    (to as u32, count as u32)
}

#[unsafe(export_name = "drop-pollable")]
extern "C" fn drop_pollable(rep: u32) {
    let cell = cells::get(rep);
    if cell.tag == HOST {
        host::drop_pollable(cell.a);
    }
    cells::release(rep);
}

#[unsafe(export_name = "wrap-pollable")]
extern "C" fn wrap_pollable(handle: u32) -> u32 {
    host::new_pollable(cells::new(HOST, handle, 0))
}

/// Errors are the host's: what is virtual never fails.
#[unsafe(export_name = "wasi:io/error#[method]error.to-debug-string")]
extern "C" fn to_debug_string(rep: u32) -> u32 {
    let cell = cells::get(rep);
    host::to_debug_string(cell.a, Answer::area());
    Answer::area()
}

#[unsafe(export_name = "drop-error")]
extern "C" fn drop_error(rep: u32) {
    host::drop_error(cells::get(rep).a);
    cells::release(rep);
}

#[unsafe(export_name = "wrap-error")]
pub extern "C" fn wrap_error(handle: u32) -> u32 {
    host::new_error(cells::new(HOST, handle, 0))
}

/// The handle of the host's own; what is virtual cannot be lent to the host.
#[unsafe(export_name = "unwrap")]
extern "C" fn unwrap(rep: u32) -> u32 {
    let cell = cells::get(rep);
    if cell.tag != HOST {
        core::arch::wasm32::unreachable()
    }
    cell.a
}
