//! What files of WASI 0.2 and 0.3 have in common: opening them, what cannot be done to them, and the
//! directories that there are at first.
//!
//! Deliberately absent: how answers lie in memory, which differs (`files`, `files3`).

use crate::answers::{Answer, list};
use crate::cells::{self, HOST};
use crate::table::{self, OfHost, Place, Text, listed};
use crate::tree::{Wrong, follow, node};
use crate::{heap, host};

/// The cases of flags.
const CREATE: u32 = 1 << 0;
const DIRECTORY: u32 = 1 << 1;
const EXCLUSIVE: u32 = 1 << 2;
const TRUNCATE: u32 = 1 << 3;
pub const READ: u8 = 1 << 0;
const WRITE: u32 = 1 << 1;

/// What tells the objects of this file system from those of others.
pub const DEVICE: u64 = 0x7769_746b_6974_6673;

/// Descriptors of a release of WASI, which are resources of their own.
pub struct Release {
    new: fn(u32) -> u32,
    /// What makes the host put a list of its directories there.
    directories: extern "C" fn(u32),
    drop: extern "C" fn(u32),
    /// What a descriptor of the host has in its cell, so that it is known of which release it is.
    mark: u64,
}

pub const OF_0_2: Release = Release {
    new: host::new_descriptor,
    directories: host::get_directories,
    drop: host::drop_descriptor,
    mark: 2,
};

pub const OF_0_3: Release = Release {
    new: host::new_descriptor_3,
    directories: host::get_directories_3,
    drop: host::drop_descriptor_3,
    mark: 3,
};

impl Release {
    /// A descriptor of what lies at that position.
    pub fn descriptor(&self, position: u32) -> u32 {
        (self.new)(cells::new(0, position, 0))
    }

    /// One of ours for one of the host's.
    fn wrap(&self, handle: u32) -> u32 {
        (self.new)(cells::new(HOST, handle, self.mark))
    }
}

#[unsafe(export_name = "wrap-descriptor")]
extern "C" fn wrap_descriptor(handle: u32) -> u32 {
    OF_0_2.wrap(handle)
}

#[unsafe(export_name = "wrap-descriptor@0.3")]
extern "C" fn wrap_descriptor_3(handle: u32) -> u32 {
    OF_0_3.wrap(handle)
}

#[unsafe(export_name = "drop-descriptor")]
extern "C" fn drop_descriptor(rep: u32) {
    let cell = cells::get(rep);
    if cell.tag == HOST {
        let release = if cell.b == OF_0_3.mark {
            &OF_0_3
        } else {
            &OF_0_2
        };
        (release.drop)(cell.a);
    }
    cells::release(rep);
}

/// Whether a descriptor, or what else may be the host's, is.
#[unsafe(export_name = "is-host")]
extern "C" fn is_host(rep: u32) -> u32 {
    u32::from(cells::get(rep).tag == HOST)
}

/// A directory and its name.
#[derive(Clone, Copy)]
#[repr(C)]
struct Directory {
    handle: u32,
    name: Text,
}

/// The root of the embedded files, and directories of the host.
pub fn directories(release: &Release) -> u32 {
    let selected = table::get().host_directories();
    let mut hosts: &[Directory] = &[];
    if !matches!(selected, OfHost::Nothing) {
        (release.directories)(Answer::area());
        let (at, length) = (Answer::word_at(0), Answer::word_at(4));
        // SAFETY: the host wrote a list there.
        hosts = unsafe { listed(Place { at, length }) };
    }
    let to = heap::take(4, size_of::<Directory>() * (1 + hosts.len())) as *mut Directory;
    let mut count = 0;
    let mut add = |directory: Directory| {
        // SAFETY: there is room for as many.
        unsafe { to.add(count).write(directory) };
        count += 1;
    };
    let root = Text {
        at: "/".as_ptr() as u32,
        length: 1,
    };
    let has_root = table::get().has_root();
    if has_root {
        add(Directory {
            handle: release.descriptor(0),
            name: root,
        });
    }
    for directory in hosts {
        // Under the name of the root are the embedded files.
        let name = named(selected, directory.name)
            .filter(|name| !has_root || trimmed(*name) != root.bytes());
        match name {
            Some(name) => add(Directory {
                handle: release.wrap(directory.handle),
                name,
            }),
            None => (release.drop)(directory.handle),
        }
    }
    list(to as u32, count as u32)
}

/// What a directory of the host is called here, if it is there.
fn named(selected: OfHost, name: Text) -> Option<Text> {
    match selected {
        OfHost::Nothing => None,
        OfHost::All => Some(name),
        OfHost::Named(pairs) => {
            // SAFETY: the generator writes pairs of strings there.
            let pairs: &[[Text; 2]] = unsafe { listed(pairs) };
            let mut pairs = pairs.iter();
            let found = pairs.find(|[_, hosts]| trimmed(*hosts) == trimmed(name));
            found.map(|[own, _]| *own)
        }
    }
}

/// A name without slashes at its end.
fn trimmed(name: Text) -> &'static [u8] {
    let mut bytes = name.bytes();
    while let [before @ .., b'/'] = bytes
        && !before.is_empty()
    {
        bytes = before;
    }
    bytes
}

/// A path as it was handed over.
pub fn path(at: u32, length: u32) -> &'static [u8] {
    Text { at, length }.bytes()
}

/// What is there cannot be changed; what is not there is told first.
pub fn changed(rep: u32, at: u32, length: u32) -> Result<(), Wrong> {
    follow(cells::get(rep).a, path(at, length))?;
    Err(Wrong::ReadOnly)
}

/// What is there already cannot be made; and what is not, neither.
pub fn made(rep: u32, at: u32, length: u32) -> Result<(), Wrong> {
    match follow(cells::get(rep).a, path(at, length)) {
        Ok(_) => Err(Wrong::Exist),
        Err(Wrong::NoEntry) => Err(Wrong::ReadOnly),
        Err(wrong) => Err(wrong),
    }
}

/// Whether something may lead from one descriptor to another.
pub fn with_other(one: u32, other: u32) -> Result<(), Wrong> {
    match is_host(one) == is_host(other) {
        true => Ok(()),
        false => Err(Wrong::CrossDevice),
    }
}

pub fn is_same(one: u32, other: u32) -> bool {
    let (one, other) = (cells::get(one), cells::get(other));
    one.tag == other.tag && one.a == other.a
}

/// What a path leads to, to be opened like that.
pub fn opened(rep: u32, path: &[u8], how: u32, flags: u32) -> Result<u32, Wrong> {
    let position = match follow(cells::get(rep).a, path) {
        Err(Wrong::NoEntry) if how & CREATE != 0 => return Err(Wrong::ReadOnly),
        Ok(_) if how & CREATE != 0 && how & EXCLUSIVE != 0 => return Err(Wrong::Exist),
        found => found?,
    };
    let is_directory = node(position)?.is_directory();
    let changes = flags & WRITE != 0 || how & TRUNCATE != 0;
    match (is_directory, changes) {
        (false, _) if how & DIRECTORY != 0 => Err(Wrong::NotDirectory),
        (true, true) => Err(Wrong::IsDirectory),
        (false, true) => Err(Wrong::ReadOnly),
        (_, false) => Ok(position),
    }
}
