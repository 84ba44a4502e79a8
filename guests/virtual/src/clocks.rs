//! Clocks: they stand still, or go on by a fixed time with each reading.
//!
//! Waiting takes no time: the clocks that go on are then where it ends.

use crate::answers::{Answer, list};
use crate::{cells, host, poll, table};

/// What the monotonic clock shows at first: not 0, which some take for a clock that fails.
const FIRST: u64 = 1_000_000_000;

const SECOND: u64 = 1_000_000_000;

/// How far the clocks have gone.
static mut ELAPSED: u64 = 0;

fn elapsed() -> &'static mut u64 {
    // SAFETY: there is one thread, and no caller keeps it.
    unsafe { &mut *core::ptr::addr_of_mut!(ELAPSED) }
}

/// The time of the monotonic clock, which nobody has read.
pub fn time() -> u64 {
    FIRST.saturating_add(*elapsed())
}

/// Whether the clocks go on.
pub fn goes_on() -> bool {
    table::get().tick() > 0
}

/// The clocks go on as with a reading.
pub fn tick() {
    *elapsed() = elapsed().saturating_add(table::get().tick());
}

/// Waits until then.
pub fn wait_until(deadline: u64) {
    if goes_on() && deadline > time() {
        *elapsed() = deadline - FIRST;
    }
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#now")]
extern "C" fn monotonic_now() -> u64 {
    let now = time();
    tick();
    now
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#resolution")]
extern "C" fn monotonic_resolution() -> u64 {
    table::get().tick().max(1)
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#subscribe-instant")]
extern "C" fn subscribe_instant(when: u64) -> u32 {
    host::new_pollable(cells::new(poll::TIMER, 0, when))
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#subscribe-duration")]
extern "C" fn subscribe_duration(duration: u64) -> u32 {
    subscribe_instant(time().saturating_add(duration))
}

/// Of WASI 0.3; the task is over when it returns.
#[unsafe(export_name = "wasi:clocks/monotonic-clock#wait-until")]
extern "C" fn monotonic_wait_until(when: u64) {
    wait_until(when);
}

#[unsafe(export_name = "wasi:clocks/monotonic-clock#wait-for")]
extern "C" fn monotonic_wait_for(duration: u64) {
    wait_until(time().saturating_add(duration));
}

#[unsafe(export_name = "wasi:clocks/wall-clock#now")]
extern "C" fn wall_now() -> u32 {
    let (seconds, nanoseconds) = table::get().start();
    let nanoseconds = u64::from(nanoseconds) + *elapsed() % SECOND;
    let seconds = seconds + *elapsed() / SECOND + nanoseconds / SECOND;
    tick();
    datetime(seconds, (nanoseconds % SECOND) as u32)
}

#[unsafe(export_name = "wasi:clocks/wall-clock#resolution")]
extern "C" fn wall_resolution() -> u32 {
    let resolution = monotonic_resolution();
    datetime(resolution / SECOND, (resolution % SECOND) as u32)
}

fn datetime(seconds: u64, nanoseconds: u32) -> u32 {
    Answer::case(0).long(0, seconds).word(8, nanoseconds).give()
}

/// The name of the only time zone.
const UTC: &str = "UTC";

#[unsafe(export_name = "wasi:clocks/timezone#display")]
extern "C" fn timezone_display(_: u64, _: u32) -> u32 {
    let answer = Answer::case(0).word(0, 0);
    let answer = answer
        .word(4, UTC.as_ptr() as u32)
        .word(8, UTC.len() as u32);
    answer.byte(12, 0).give()
}

#[unsafe(export_name = "wasi:clocks/timezone@0.3#iana-id")]
extern "C" fn timezone_id() -> u32 {
    let answer = Answer::case(1).word(4, UTC.as_ptr() as u32);
    answer.word(8, UTC.len() as u32).give()
}

#[unsafe(export_name = "wasi:clocks/timezone@0.3#to-debug-string")]
extern "C" fn timezone_name() -> u32 {
    list(UTC.as_ptr() as u32, UTC.len() as u32)
}

#[unsafe(export_name = "wasi:clocks/timezone@0.3#utc-offset")]
extern "C" fn timezone_offset_3(_: u64, _: u32) -> u32 {
    Answer::case(1).long(8, 0).give()
}

#[unsafe(export_name = "wasi:clocks/timezone#utc-offset")]
extern "C" fn timezone_offset(_: u64, _: u32) -> u32 {
    0
}
