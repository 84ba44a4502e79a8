//! Large files, mapped instead of read, and what becomes of them while they are in use.
//!
//! Lives here: [`map`], and [`changed`]: which files were written by others meanwhile.
//! May import: `memory`, `opaque`, `signals`, `stamp`.
//! Deliberately absent: mapping in a process that did not ask for it. A mapped file may be truncated
//! or overwritten by another process at any time. So
//!
//! - only code and data are mapped, which nothing takes for text; everything else is copied. Text that
//!   changes after it was checked would be no text any more;
//! - a page that is gone raises SIGBUS, which has to be handled;
//! - no result may be let out before [`changed`] was asked.
//!
//! The binary does all that (`map_files`). The library reads.

use std::fs::File;
use std::ops::{Deref, Range};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use super::memory::Memory;
use super::opaque::opaque;
use super::signals::{self, Region};
use super::stamp::Stamp;

/// Files, and code and data in them, that are smaller are read: a mapping costs a system call or three
/// and whole pages, which only pays for itself when there is something to leave unread.
const MAP_FROM: usize = 64 * 1024;

/// Every file that was mapped. What was read of it is in results even after it is unmapped.
static MAPPED: Mutex<Vec<Record>> = Mutex::new(Vec::new());

struct Record {
    path: PathBuf,
    stamp: Stamp,
    regions: Vec<&'static Region>,
}

/// The contents of a file, which stay readable: where the file has ended meanwhile there are zeros,
/// and [`changed`] says so.
pub(super) struct Mapping {
    memory: Memory,
    regions: Vec<&'static Region>,
}

impl Deref for Mapping {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.memory.bytes()
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        self.regions.iter().for_each(|region| region.release());
    }
}

impl Mapping {
    /// Requests pages. If the system refuses or does not support it, that costs only time.
    pub fn bring_in(&self, range: Range<usize>) {
        self.memory.bring_in(range);
    }
}

/// Maps the file at `path`, if that is worth it and this process may; else it is to be read. If it `is_data`,
/// nothing in it is taken for anything.
pub(super) fn map(path: &Path, file: &File, stamp: &Stamp, is_data: bool) -> Option<Mapping> {
    let length = usize::try_from(stamp.length).ok()?;
    if length < MAP_FROM || !signals::are_handled() {
        return None;
    }
    let mapped = match is_data {
        true => std::iter::once(0..length).collect(),
        false => worth_mapping(file, length)?,
    };
    let mut memory = Memory::reserve(length)?;
    let mut regions = Vec::new();
    let mut from = 0;
    for to in mapped.iter().chain([&(length..length)]) {
        let copy = memory.writable(from..to.start)?;
        file.read_exact_at(copy, from as u64).ok()?;
        if !to.is_empty() {
            regions.push(signals::protect(memory.map(file, to.clone())?));
        }
        from = to.end;
    }
    if let Ok(mut all) = MAPPED.lock() {
        all.push(Record {
            path: path.to_path_buf(),
            stamp: *stamp,
            regions: regions.clone(),
        });
    }
    Some(Mapping { memory, regions })
}

/// The pages of a file with nothing but code and data; none if there are too few. Only numbers are read
/// for that, each once, whatever happens to the file.
fn worth_mapping(file: &File, length: usize) -> Option<Vec<Range<usize>>> {
    let mut memory = Memory::reserve(length)?;
    let region = signals::protect(memory.map(file, 0..length)?);
    let page = signals::page();
    let pages = opaque(memory.bytes(), MAP_FROM)
        .into_iter()
        .map(|range| range.start.next_multiple_of(page)..range.end / page * page)
        .filter(|range| range.start + MAP_FROM <= range.end);
    let pages: Vec<Range<usize>> = pages.collect();
    region.release();
    (!pages.is_empty()).then_some(pages)
}

/// The mapped files that are not what they were, as they were named: they shrank, or were written
/// to. A file that was deleted or replaced by another is still there for those who mapped it.
///
/// Of more than `most` files, only what was found missing counts.
pub(super) fn changed(most: usize) -> Vec<String> {
    let Ok(mapped) = MAPPED.lock() else {
        return Vec::new();
    };
    let are_few = mapped.len() <= most;
    let is_changed = |record: &&Record| {
        let mut regions = record.regions.iter();
        regions.any(|region| region.is_lost.load(Ordering::Relaxed))
            || are_few
                && Stamp::of_path(&record.path)
                    .is_some_and(|now| now.is_later_state_of(&record.stamp))
    };
    let changed = mapped.iter().filter(is_changed);
    let mut names: Vec<String> = changed
        .map(|record| record.path.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}
