//! `wasi:filesystem` and the standard streams of WASI 0.3: the same files as those of 0.2. What is read
//! and written are streams, which another component has.
//!
//! Errors and types of files are variants that may have a text: so answers lie elsewhere than in 0.2.

use crate::answers::Answer;
use crate::changes::changes;
use crate::opened::{self, DEVICE, OF_0_3, READ, changed, is_same, made, opened, path, with_other};
use crate::tree::{Position, Wrong, follow, node};
use crate::{cells, host};

/// The case of an error.
fn case(wrong: Wrong) -> u8 {
    wrong as u8 - 1
}

/// An error, at the place where a result of that alignment has it.
fn failed(wrong: Wrong, at: usize) -> u32 {
    Answer::case(1).byte(at, case(wrong)).give()
}

/// The result of what only succeeds or fails.
fn done(result: Result<(), Wrong>) -> u32 {
    match result {
        Ok(()) => Answer::case(0).give(),
        Err(wrong) => failed(wrong, 4),
    }
}

/// The answer of the component that has streams, which does not wait.
fn started(status: u32) -> u32 {
    /// That it has returned.
    const RETURNED: u32 = 2;
    // It is never busy: while its code runs, no other does.
    if status & 15 != RETURNED {
        core::arch::wasm32::unreachable()
    }
    Answer::area()
}

/// How the end of a stream says that: 0 is that nothing is wrong.
fn code(wrong: Wrong) -> u32 {
    u32::from(case(wrong)) + 1
}

#[unsafe(export_name = "wasi:filesystem/preopens@0.3#get-directories")]
extern "C" fn get_directories() -> u32 {
    opened::directories(&OF_0_3)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.read-via-stream")]
extern "C" fn read_via_stream(rep: u32, offset: u64) -> u32 {
    let (at, length, code) = match node(cells::get(rep).a) {
        Ok(node) if node.is_directory() => (0, 0, code(Wrong::IsDirectory)),
        Ok(node) => {
            let (at, length) = node.streamed();
            let offset = offset.min(u64::from(length)) as u32;
            (at + offset, length - offset, 0)
        }
        Err(wrong) => (0, 0, code(wrong)),
    };
    started(host::stream_bytes(at, length, code, Answer::area()))
}

/// The future of what was not written.
fn refused(data: u32) -> u32 {
    let code = code(Wrong::ReadOnly);
    started(host::stream_refuse(data, code, Answer::area()));
    Answer::word_at(0)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.write-via-stream")]
extern "C" fn write_via_stream(_: u32, data: u32, _: u64) -> u32 {
    refused(data)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.append-via-stream")]
extern "C" fn append_via_stream(_: u32, data: u32) -> u32 {
    refused(data)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.read-directory")]
extern "C" fn read_directory(rep: u32) -> u32 {
    let (at, length, code) = match node(cells::get(rep).a) {
        Ok(node) if node.is_directory() => {
            let (at, length) = node.streamed();
            (at, length, 0)
        }
        Ok(_) => (0, 0, code(Wrong::NotDirectory)),
        Err(wrong) => (0, 0, code(wrong)),
    };
    started(host::stream_entries(at, length, code, Answer::area()))
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.advise")]
extern "C" fn advise(_: u32, _: u64, _: u64, _: u32) -> u32 {
    done(Ok(()))
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.sync")]
extern "C" fn sync(_: u32) -> u32 {
    done(Ok(()))
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.sync-data")]
extern "C" fn sync_data(_: u32) -> u32 {
    done(Ok(()))
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.get-flags")]
extern "C" fn get_flags(_: u32) -> u32 {
    Answer::case(0).byte(4, READ).give()
}

/// The case of `descriptor-type`: WASI 0.3 has none for what is unknown.
fn kind(position: Position) -> Result<u8, Wrong> {
    Ok(node(position)?.descriptor_type() - 1)
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.get-type")]
extern "C" fn get_type(rep: u32) -> u32 {
    match kind(cells::get(rep).a) {
        Ok(kind) => Answer::case(0).byte(4, kind).give(),
        Err(wrong) => failed(wrong, 4),
    }
}

changes!("wasi:filesystem/types@0.3");

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.stat")]
extern "C" fn stat(rep: u32) -> u32 {
    stated(Ok(cells::get(rep).a))
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.stat-at")]
extern "C" fn stat_at(rep: u32, _: u32, at: u32, length: u32) -> u32 {
    stated(follow(cells::get(rep).a, path(at, length)))
}

fn stated(position: Result<Position, Wrong>) -> u32 {
    let stated = position.and_then(|position| {
        let mut answer = Answer::case(0).byte(8, kind(position)?);
        answer = answer.long(24, 1).long(32, node(position)?.size());
        for time in [40, 64, 88] {
            // `some`, and the beginning of time.
            answer = answer.byte(time, 1).long(time + 8, 0).word(time + 16, 0);
        }
        Ok(answer)
    });
    match stated {
        Ok(answer) => answer.give(),
        Err(wrong) => failed(wrong, 8),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.open-at")]
extern "C" fn open_at(rep: u32, _: u32, at: u32, length: u32, how: u32, flags: u32) -> u32 {
    match opened(rep, path(at, length), how, flags) {
        Ok(position) => {
            let handle = OF_0_3.descriptor(position);
            Answer::case(0).word(4, handle).give()
        }
        Err(wrong) => failed(wrong, 4),
    }
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.is-same-object")]
extern "C" fn is_same_object(one: u32, other: u32) -> u32 {
    u32::from(is_same(one, other))
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.metadata-hash")]
extern "C" fn metadata_hash(rep: u32) -> u32 {
    hashed(Ok(cells::get(rep).a))
}

#[unsafe(export_name = "wasi:filesystem/types@0.3#[method]descriptor.metadata-hash-at")]
extern "C" fn metadata_hash_at(rep: u32, _: u32, at: u32, length: u32) -> u32 {
    hashed(follow(cells::get(rep).a, path(at, length)))
}

fn hashed(position: Result<Position, Wrong>) -> u32 {
    match position {
        Ok(position) => {
            let own = u64::from(position) + 1;
            Answer::case(0).long(8, own).long(16, DEVICE).give()
        }
        Err(wrong) => failed(wrong, 8),
    }
}

#[unsafe(export_name = "wasi:cli/stdin@0.3#read-via-stream")]
extern "C" fn stdin() -> u32 {
    started(host::stream_input(Answer::area()))
}

#[unsafe(export_name = "wasi:cli/stdout@0.3#write-via-stream")]
extern "C" fn stdout(data: u32) -> u32 {
    started(host::stream_discard(data, Answer::area()));
    Answer::word_at(0)
}
