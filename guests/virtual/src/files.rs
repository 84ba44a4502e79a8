//! `wasi:filesystem` of WASI 0.2: embedded files, which are read only. There are no links, and no times
//! but that of 1970.
//!
//! Descriptors of the host come here only together with ours, as what links lead to.

use crate::answers::Answer;
use crate::cells::{self, Cell};
use crate::changes::changes;
use crate::opened::{self, DEVICE, READ, changed, is_same, made, opened, path, with_other};
use crate::tree::{Wrong, follow, node};
use crate::{host, streams, table};

/// An error, at the place where a result of that alignment has it.
fn failed(wrong: Wrong, at: usize) -> u32 {
    Answer::case(1).byte(at, wrong as u8).give()
}

/// The result of what only succeeds or fails.
fn done(result: Result<(), Wrong>) -> u32 {
    match result {
        Ok(()) => Answer::case(0).give(),
        Err(wrong) => failed(wrong, 1),
    }
}

#[unsafe(export_name = "wasi:filesystem/preopens#get-directories")]
extern "C" fn get_directories() -> u32 {
    opened::directories(&opened::OF_0_2)
}

#[unsafe(export_name = "drop-directory-entry-stream")]
extern "C" fn drop_directory_entry_stream(rep: u32) {
    let cell = cells::get(rep);
    if cell.tag == cells::HOST {
        host::drop_directory_entry_stream(cell.a);
    }
    cells::release(rep);
}

#[unsafe(export_name = "wrap-directory-entry-stream")]
extern "C" fn wrap_directory_entry_stream(handle: u32) -> u32 {
    host::new_directory_entry_stream(cells::new(cells::HOST, handle, 0))
}

/// The bytes of a file from there on, as a stream of them.
fn bytes(rep: u32, offset: u64) -> Result<Cell, Wrong> {
    let node = node(cells::get(rep).a)?;
    if node.is_directory() {
        return Err(Wrong::IsDirectory);
    }
    let (tag, (at, length)) = match table::get().has_files() {
        true => (streams::BYTES, node.contents()),
        false => (streams::REMOTE, node.streamed()),
    };
    let offset = offset.min(u64::from(length)) as u32;
    Ok(Cell {
        tag,
        a: at + offset,
        b: u64::from(length - offset),
    })
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.read-via-stream")]
extern "C" fn read_via_stream(rep: u32, offset: u64) -> u32 {
    match bytes(rep, offset) {
        Ok(Cell { tag, a, b }) => {
            let stream = cells::new(tag, a, b);
            let stream = host::new_input_stream(stream);
            Answer::case(0).word(4, stream).give()
        }
        Err(wrong) => failed(wrong, 4),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.read")]
extern "C" fn read(rep: u32, length: u64, offset: u64) -> u32 {
    match bytes(rep, offset) {
        Ok(mut bytes) => {
            let (at, count) = streams::next(&mut bytes, length).unwrap_or((0, 0));
            let answer = Answer::case(0).word(4, at).word(8, count);
            answer.byte(12, u8::from(bytes.b == 0)).give()
        }
        Err(wrong) => failed(wrong, 4),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.write-via-stream")]
extern "C" fn write_via_stream(_: u32, _: u64) -> u32 {
    failed(Wrong::ReadOnly, 4)
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.append-via-stream")]
extern "C" fn append_via_stream(_: u32) -> u32 {
    failed(Wrong::ReadOnly, 4)
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.write")]
extern "C" fn write(_: u32, _: u32, _: u32, _: u64) -> u32 {
    failed(Wrong::ReadOnly, 8)
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.advise")]
extern "C" fn advise(_: u32, _: u64, _: u64, _: u32) -> u32 {
    done(Ok(()))
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.sync")]
extern "C" fn sync(_: u32) -> u32 {
    done(Ok(()))
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.sync-data")]
extern "C" fn sync_data(_: u32) -> u32 {
    done(Ok(()))
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.get-flags")]
extern "C" fn get_flags(_: u32) -> u32 {
    Answer::case(0).byte(1, READ).give()
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.get-type")]
extern "C" fn get_type(rep: u32) -> u32 {
    match node(cells::get(rep).a) {
        Ok(node) => Answer::case(0).byte(1, node.descriptor_type()).give(),
        Err(wrong) => failed(wrong, 1),
    }
}

changes!("wasi:filesystem/types");

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.stat")]
extern "C" fn stat(rep: u32) -> u32 {
    stated(cells::get(rep).a)
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.stat-at")]
extern "C" fn stat_at(rep: u32, _: u32, at: u32, length: u32) -> u32 {
    match follow(cells::get(rep).a, path(at, length)) {
        Ok(position) => stated(position),
        Err(wrong) => failed(wrong, 8),
    }
}

fn stated(position: u32) -> u32 {
    let node = match node(position) {
        Ok(node) => node,
        Err(wrong) => return failed(wrong, 8),
    };
    let mut answer = Answer::case(0).byte(8, node.descriptor_type());
    answer = answer.long(16, 1).long(24, node.size());
    for time in [32, 56, 80] {
        // `some`, and the beginning of time.
        answer = answer.byte(time, 1).long(time + 8, 0).word(time + 16, 0);
    }
    answer.give()
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.open-at")]
extern "C" fn open_at(rep: u32, _: u32, at: u32, length: u32, how: u32, flags: u32) -> u32 {
    match opened(rep, path(at, length), how, flags) {
        Ok(position) => {
            let handle = host::new_descriptor(cells::new(0, position, 0));
            Answer::case(0).word(4, handle).give()
        }
        Err(wrong) => failed(wrong, 4),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.read-directory")]
extern "C" fn read_directory(rep: u32) -> u32 {
    let position = cells::get(rep).a;
    match node(position) {
        Ok(node) if node.is_directory() => {
            let entries = cells::new(0, position, 0);
            let handle = host::new_directory_entry_stream(entries);
            Answer::case(0).word(4, handle).give()
        }
        Ok(_) => failed(Wrong::NotDirectory, 4),
        Err(wrong) => failed(wrong, 4),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]directory-entry-stream.read-directory-entry")]
extern "C" fn read_directory_entry(rep: u32) -> u32 {
    let cell = cells::get(rep);
    let next = node(cell.a).and_then(|directory| {
        let (first, count) = directory.contents();
        match cell.b < u64::from(count) {
            true => node(first + cell.b as u32).map(Some),
            false => Ok(None),
        }
    });
    match next {
        Ok(Some(entry)) => {
            cell.b += 1;
            let (at, length) = entry.name();
            let answer = Answer::case(0).byte(4, 1).byte(8, entry.descriptor_type());
            answer.word(12, at).word(16, length).give()
        }
        Ok(None) => Answer::case(0).byte(4, 0).give(),
        Err(wrong) => failed(wrong, 4),
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.is-same-object")]
extern "C" fn is_same_object(one: u32, other: u32) -> u32 {
    u32::from(is_same(one, other))
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.metadata-hash")]
extern "C" fn metadata_hash(rep: u32) -> u32 {
    hashed(Ok(cells::get(rep).a))
}

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.metadata-hash-at")]
extern "C" fn metadata_hash_at(rep: u32, _: u32, at: u32, length: u32) -> u32 {
    hashed(follow(cells::get(rep).a, path(at, length)))
}

fn hashed(position: Result<u32, Wrong>) -> u32 {
    match position {
        Ok(position) => {
            let own = u64::from(position) + 1;
            Answer::case(0).long(8, own).long(16, DEVICE).give()
        }
        Err(wrong) => failed(wrong, 8),
    }
}

/// Errors of streams are never those of embedded files.
#[unsafe(export_name = "wasi:filesystem/types#filesystem-error-code")]
extern "C" fn filesystem_error_code(_: u32) -> u32 {
    Answer::case(0).give()
}
