//! `wasi:io/streams`: bytes that are there already, output that is discarded, and streams of the host.

use crate::answers::Answer;
use crate::cells::{self, Cell, HOST};
use crate::{host, poll, table};

/// Output that goes nowhere.
pub const DISCARD: u32 = 0;
/// Standard input, which all its streams read together.
pub const STDIN: u32 = 2;
/// Input of `b` bytes at `a`.
pub const BYTES: u32 = 3;

/// The same, where `a` is an address of the component that has streams.
pub const REMOTE: u32 = 4;

/// What reads or skips that many bytes, with the place for the answer.
type Reading = extern "C" fn(u32, u64, u32);

/// How much discarded output takes at once.
const PERMIT: u64 = 1 << 20;

/// What the host takes at once with `blocking-write-and-flush`.
const AT_ONCE: u64 = 4096;

/// How much is copied at once of what lies elsewhere.
const COPIED: u64 = 1 << 20;

/// How much of standard input was read.
static mut READ: u32 = 0;

fn closed(at: usize) -> u32 {
    Answer::case(1).byte(at, 1).give()
}

/// The next bytes, at most `length`; none at the end.
pub fn next(cell: &mut Cell, length: u64) -> Option<(u32, u32)> {
    let is_remote = match cell.tag {
        STDIN => !table::get().has_stdin(),
        tag => tag == REMOTE,
    };
    if is_remote {
        return copied(cell, length);
    }
    let (at, left) = match cell.tag {
        STDIN => {
            let all = table::get().stdin();
            // SAFETY: there is one thread.
            let read = unsafe { READ };
            (all.at + read, all.length - read)
        }
        _ => (cell.a, cell.b as u32),
    };
    if left == 0 {
        return None;
    }
    let count = length.min(u64::from(left)) as u32;
    match cell.tag {
        STDIN => {
            // SAFETY: there is one thread.
            unsafe { READ += count }
        }
        _ => {
            cell.a += count;
            cell.b -= u64::from(count);
        }
    }
    Some((at, count))
}

/// The same of what lies elsewhere.
fn copied(cell: &mut Cell, length: u64) -> Option<(u32, u32)> {
    if cell.tag == STDIN {
        if length == 0 {
            return Some((0, 0));
        }
        host::stream_take(length.min(COPIED) as u32, Answer::area());
    } else {
        if cell.b == 0 {
            return None;
        }
        let count = length.min(cell.b).min(COPIED);
        host::stream_copy(cell.a, count as u32, Answer::area());
        cell.a += count as u32;
        cell.b -= count;
    }
    let (at, count) = (Answer::word_at(0), Answer::word_at(4));
    (cell.tag != STDIN || count > 0).then_some((at, count))
}

/// What the host answered, with its error as one of ours; `at` is the place of the error's case.
fn hosts(at: usize) -> u32 {
    if Answer::byte_at(0) == 1 && Answer::byte_at(at) == 0 {
        let error = poll::wrap_error(Answer::word_at(at + 4));
        return Answer::case(1).byte(at, 0).word(at + 4, error).give();
    }
    Answer::area()
}

fn read(rep: u32, length: u64, of_host: Reading) -> u32 {
    let cell = cells::get(rep);
    if cell.tag == HOST {
        of_host(cell.a, length, Answer::area());
        return hosts(4);
    }
    match next(cell, length) {
        Some((at, count)) => Answer::case(0).word(4, at).word(8, count).give(),
        None => closed(4),
    }
}

fn skip(rep: u32, length: u64, of_host: Reading) -> u32 {
    let cell = cells::get(rep);
    if cell.tag == HOST {
        of_host(cell.a, length, Answer::area());
        return hosts(8);
    }
    match next(cell, length) {
        Some((_, count)) => Answer::case(0).long(8, u64::from(count)).give(),
        None => closed(8),
    }
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.read")]
extern "C" fn input_read(rep: u32, length: u64) -> u32 {
    read(rep, length, host::read)
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.blocking-read")]
extern "C" fn input_blocking_read(rep: u32, length: u64) -> u32 {
    read(rep, length, host::blocking_read)
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.skip")]
extern "C" fn input_skip(rep: u32, length: u64) -> u32 {
    skip(rep, length, host::skip)
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.blocking-skip")]
extern "C" fn input_blocking_skip(rep: u32, length: u64) -> u32 {
    skip(rep, length, host::blocking_skip)
}

fn subscribe(rep: u32, of_host: extern "C" fn(u32) -> u32) -> u32 {
    let cell = cells::get(rep);
    host::new_pollable(match cell.tag {
        HOST => cells::new(HOST, of_host(cell.a), 0),
        _ => cells::new(poll::READY, 0, 0),
    })
}

#[unsafe(export_name = "wasi:io/streams#[method]input-stream.subscribe")]
extern "C" fn input_subscribe(rep: u32) -> u32 {
    subscribe(rep, host::input_subscribe)
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.subscribe")]
extern "C" fn output_subscribe(rep: u32) -> u32 {
    subscribe(rep, host::output_subscribe)
}

/// What the host answers with that function; nothing is done by streams that discard.
fn output(rep: u32, of_host: impl FnOnce(u32, u32)) -> u32 {
    let cell = cells::get(rep);
    if cell.tag != HOST {
        return Answer::case(0).give();
    }
    of_host(cell.a, Answer::area());
    hosts(4)
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.check-write")]
extern "C" fn check_write(rep: u32) -> u32 {
    let cell = cells::get(rep);
    if cell.tag != HOST {
        return Answer::case(0).long(8, PERMIT).give();
    }
    host::check_write(cell.a, Answer::area());
    hosts(8)
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.write")]
extern "C" fn write(rep: u32, at: u32, length: u32) -> u32 {
    output(rep, |stream, to| host::write(stream, at, length, to))
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-write-and-flush")]
extern "C" fn blocking_write_and_flush(rep: u32, at: u32, length: u32) -> u32 {
    output(rep, |stream, to| {
        host::blocking_write_and_flush(stream, at, length, to)
    })
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.flush")]
extern "C" fn flush(rep: u32) -> u32 {
    output(rep, |stream, to| host::flush(stream, to))
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-flush")]
extern "C" fn blocking_flush(rep: u32) -> u32 {
    output(rep, |stream, to| host::blocking_flush(stream, to))
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.write-zeroes")]
extern "C" fn write_zeroes(rep: u32, length: u64) -> u32 {
    output(rep, |stream, to| host::write_zeroes(stream, length, to))
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-write-zeroes-and-flush")]
extern "C" fn blocking_write_zeroes(rep: u32, length: u64) -> u32 {
    output(rep, |stream, to| {
        host::blocking_write_zeroes_and_flush(stream, length, to)
    })
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.splice")]
extern "C" fn splice(rep: u32, from: u32, length: u64) -> u32 {
    spliced(rep, from, length, false)
}

#[unsafe(export_name = "wasi:io/streams#[method]output-stream.blocking-splice")]
extern "C" fn blocking_splice(rep: u32, from: u32, length: u64) -> u32 {
    spliced(rep, from, length, true)
}

fn spliced(rep: u32, from: u32, length: u64, blocks: bool) -> u32 {
    let (to, input) = (cells::get(rep), cells::get(from));
    match (to.tag == HOST, input.tag == HOST) {
        (true, true) => {
            match blocks {
                true => host::blocking_splice(to.a, input.a, length, Answer::area()),
                false => host::splice(to.a, input.a, length, Answer::area()),
            }
            hosts(8)
        }
        (false, true) => skip(
            from,
            length,
            // What nobody imported to skip is read.
            match blocks {
                true => blocking_read_past,
                false => read_past,
            },
        ),
        (false, false) => skip(from, length, nothing),
        (true, false) => {
            let most = match blocks {
                true => AT_ONCE,
                false => {
                    host::check_write(to.a, Answer::area());
                    if Answer::byte_at(0) == 1 {
                        return hosts(8);
                    }
                    Answer::long_at(8)
                }
            };
            if most == 0 || length == 0 {
                return Answer::case(0).long(8, 0).give();
            }
            let Some((at, count)) = next(input, length.min(most)) else {
                return closed(8);
            };
            match blocks {
                true => host::blocking_write_and_flush(to.a, at, count, Answer::area()),
                false => host::write(to.a, at, count, Answer::area()),
            }
            if Answer::byte_at(0) == 1 {
                let (case, error) = (Answer::byte_at(4), Answer::word_at(8));
                Answer::case(1).byte(8, case).word(12, error);
                return hosts(8);
            }
            Answer::case(0).long(8, u64::from(count)).give()
        }
    }
}

/// For what is never asked of a host.
extern "C" fn nothing(_: u32, _: u64, _: u32) {}

/// Reads from the host, with the answer that skipping has.
fn past(read: Reading, stream: u32, length: u64) {
    read(stream, length, Answer::area());
    if Answer::byte_at(0) == 1 {
        let (case, error) = (Answer::byte_at(4), Answer::word_at(8));
        Answer::case(1).byte(8, case).word(12, error);
        return;
    }
    let count = Answer::word_at(8);
    Answer::case(0).long(8, u64::from(count));
}

extern "C" fn read_past(stream: u32, length: u64, _: u32) {
    past(host::read, stream, length);
}

extern "C" fn blocking_read_past(stream: u32, length: u64, _: u32) {
    past(host::blocking_read, stream, length);
}

#[unsafe(export_name = "drop-input-stream")]
extern "C" fn drop_input_stream(rep: u32) {
    let cell = cells::get(rep);
    if cell.tag == HOST {
        host::drop_input_stream(cell.a);
    }
    cells::release(rep);
}

#[unsafe(export_name = "drop-output-stream")]
extern "C" fn drop_output_stream(rep: u32) {
    let cell = cells::get(rep);
    if cell.tag == HOST {
        host::drop_output_stream(cell.a);
    }
    cells::release(rep);
}

#[unsafe(export_name = "wrap-input-stream")]
extern "C" fn wrap_input_stream(handle: u32) -> u32 {
    host::new_input_stream(cells::new(HOST, handle, 0))
}

#[unsafe(export_name = "wrap-output-stream")]
extern "C" fn wrap_output_stream(handle: u32) -> u32 {
    host::new_output_stream(cells::new(HOST, handle, 0))
}
