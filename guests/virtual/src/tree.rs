//! The embedded files, as a tree of nodes, and the way through it.

use crate::table;

/// A file or a directory, as the generator writes it.
#[repr(C)]
pub struct Node {
    /// 0 for a directory, 1 for a file.
    kind: u32,
    name: u32,
    name_length: u32,
    /// A file's bytes, or the position of the first of a directory's entries, which lie together in
    /// the order of their names.
    first: u32,
    length: u32,
    parent: u32,
    /// Where the component that writes streams has a file's bytes, or a directory's entries.
    streamed: u32,
}

/// The position of a node; the root's is 0.
pub type Position = u32;

/// Why something fails: the case of `error-code`. WASI 0.3 has one less, so that each is one before.
#[derive(Clone, Copy)]
pub enum Wrong {
    BadDescriptor = 3,
    CrossDevice = 36,
    Exist = 7,
    Invalid = 12,
    IsDirectory = 14,
    NoEntry = 20,
    NotDirectory = 24,
    NotPermitted = 31,
    ReadOnly = 33,
}

pub fn node(position: Position) -> Result<&'static Node, Wrong> {
    let nodes = table::get().nodes();
    nodes.get(position as usize).ok_or(Wrong::BadDescriptor)
}

impl Node {
    pub fn is_directory(&self) -> bool {
        self.kind == 0
    }

    /// The `descriptor-type` of it.
    pub fn descriptor_type(&self) -> u8 {
        if self.is_directory() { 3 } else { 6 }
    }

    pub fn name(&self) -> (u32, u32) {
        (self.name, self.name_length)
    }

    /// Of a file, its bytes; of a directory, the position and number of its entries.
    pub fn contents(&self) -> (u32, u32) {
        (self.first, self.length)
    }

    /// Where they are for the component that writes streams, and how many there are.
    pub fn streamed(&self) -> (u32, u32) {
        (self.streamed, self.length)
    }

    pub fn size(&self) -> u64 {
        match self.is_directory() {
            true => 0,
            false => u64::from(self.length),
        }
    }

    fn entry(&self, name: &[u8]) -> Result<Position, Wrong> {
        if !self.is_directory() {
            return Err(Wrong::NotDirectory);
        }
        let nodes = table::get().nodes();
        let entries = nodes.get(self.first as usize..(self.first + self.length) as usize);
        let entries = entries.unwrap_or_default();
        let found = entries.binary_search_by(|entry| {
            // SAFETY: the generator writes names like that.
            let own = unsafe {
                core::slice::from_raw_parts(entry.name as *const u8, entry.name_length as usize)
            };
            own.cmp(name)
        });
        match found {
            Ok(at) => Ok(self.first + at as u32),
            Err(_) => Err(Wrong::NoEntry),
        }
    }
}

/// Where a path leads to from a directory, which it does not leave.
pub fn follow(from: Position, path: &[u8]) -> Result<Position, Wrong> {
    let mut at = from;
    if !node(at)?.is_directory() {
        return Err(Wrong::NotDirectory);
    }
    match path {
        [] => return Err(Wrong::NoEntry),
        [b'/', ..] => return Err(Wrong::NotPermitted),
        _ => {}
    }
    for name in path.split(|byte| *byte == b'/') {
        let here = node(at)?;
        // A slash behind a file says that it is a directory.
        if !here.is_directory() {
            return Err(Wrong::NotDirectory);
        }
        match name {
            [] | [b'.'] => {}
            [b'.', b'.'] if at == from => return Err(Wrong::NotPermitted),
            [b'.', b'.'] => at = here.parent,
            name => at = here.entry(name)?,
        }
    }
    Ok(at)
}
