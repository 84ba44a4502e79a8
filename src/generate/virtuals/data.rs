//! The data of a virtual part, as it lies in memory: the table that the runtime reads, and the files.
//!
//! Lists lie as the canonical ABI has them, so that they are given as they are. The form of the table
//! is described in `guests/virtual/src/table.rs`, which reads it.
//!
//! Lives here: [`lay`], and [`stream`] for the component that writes streams. May import: `source` (rank 0), the sibling modules.
//! Deliberately absent: the module that brings it there (`modules`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Data, Files, OfHost};
use crate::generate::{Cannot, Fallible};
use crate::source::Source;

/// Where the data begins: behind the stack and the data of the runtime, which a test holds to it.
pub(super) const BASE: u32 = 1 << 17;

/// The most memory that is initialised: what is left is for the runtime to work with.
const MOST: u64 = 3 << 30;

/// The words of the table.
const WORDS: usize = 32;

/// Nodes are seven words long.
const NODE: usize = 28;

/// The size of `directory-entry` of WASI 0.3, and where in it the name is.
const ENTRY: usize = 24;
const NAME: usize = 16;

/// What of the data functions read, by whether it is the part's own: the component that has streams has
/// what any of them streams, also for those that do not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Own {
    pub files: Place,
    pub stdin: Place,
}

/// Who has something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Nobody needs it.
    #[default]
    Nowhere,
    Here,
    /// The component that has streams; nobody else reads it.
    Streamed,
    /// The same, which others read from there.
    Shared,
}

impl Place {
    /// Where it is, by whether it is read, and streamed.
    pub fn new(is_read: bool, is_streamed: bool) -> Place {
        match (is_read, is_streamed) {
            (false, false) => Place::Nowhere,
            (true, false) => Place::Here,
            (false, true) => Place::Streamed,
            (true, true) => Place::Shared,
        }
    }

    fn is_elsewhere(self) -> bool {
        matches!(self, Place::Streamed | Place::Shared)
    }
}

/// The data with its addresses.
pub(super) struct Laid {
    /// What lies at [`BASE`].
    pub table: Vec<u8>,
    /// What lies elsewhere.
    pub contents: Vec<(u32, Arc<Source>)>,
    /// The first address behind all of it.
    pub end: u32,
}

struct Table {
    bytes: Vec<u8>,
    contents: Vec<(u32, Arc<Source>)>,
    /// The next address behind the table.
    next: u64,
}

/// A directory, or a file.
enum Tree {
    Directory(BTreeMap<String, Tree>),
    File(Arc<Source>),
}

impl Table {
    fn new(words: usize) -> Table {
        Table {
            bytes: vec![0; 4 * words],
            contents: Vec::new(),
            next: 0,
        }
    }

    fn laid(self) -> Laid {
        Laid {
            table: self.bytes,
            contents: self.contents,
            end: self.next.next_multiple_of(16) as u32,
        }
    }
}

pub(super) fn lay(data: &Data, own: &Own) -> Fallible<Laid> {
    let mut table = Table::new(WORDS);
    let pairs = |pairs: &[(String, String)]| -> Vec<String> {
        let texts = pairs.iter().flat_map(|(key, value)| [key, value]);
        texts.cloned().collect()
    };
    let environment = table.strings(&pairs(&data.environment));
    table.set(0, &[environment, data.environment.len() as u32]);
    let arguments = table.strings(&data.arguments);
    table.set(2, &[arguments, data.arguments.len() as u32]);
    if let Some(cwd) = &data.cwd {
        let at = table.put(cwd.as_bytes(), 1);
        table.set(4, &[1, at, cwd.len() as u32]);
    }
    table.set_long(9, data.tick);
    table.set_long(11, data.start.0);
    table.set(13, &[data.start.1]);
    table.set_long(14, data.seed);
    let config = table.strings(&pairs(&data.config));
    table.set(16, &[config, data.config.len() as u32]);
    table.set_of_host(21, &data.host_environment, |names| names.to_vec());
    table.set_of_host(24, &data.host_config, |names| names.to_vec());
    table.set_of_host(27, &data.host_directories, pairs);
    table.set(30, &[u32::from(data.has_root)]);

    let elsewhere = [own.files, own.stdin].map(|place| u32::from(place.is_elsewhere()));
    table.set(31, &[elsewhere[0] | elsewhere[1] << 1]);

    let streamed = match own.files.is_elsewhere() {
        true => stream(&data.files, None)?.streamed,
        false => Vec::new(),
    };
    let tree = tree(&data.files)?;
    let nodes = nodes(&tree);
    let mut names = Vec::new();
    for node in &nodes {
        names.push((table.put(node.name.as_bytes(), 1), node.name.len() as u32));
    }
    let at = table.put(&[], 8);
    table.next = u64::from(at) + (NODE * nodes.len()) as u64;
    table.set(18, &[at, nodes.len() as u32]);
    for (position, (node, (name, length))) in nodes.iter().zip(names).enumerate() {
        let (kind, first, size) = match node.tree {
            Tree::Directory(entries) => (0, node.first, entries.len() as u32),
            Tree::File(source) => {
                let at = match own.files {
                    Place::Here => table.content(source)?,
                    _ => 0,
                };
                (1, at, source.bytes().len() as u32)
            }
        };
        let streamed = streamed.get(position).copied().unwrap_or(0);
        for word in [kind, name, length, first, size, node.parent, streamed] {
            table.bytes.extend(word.to_le_bytes());
        }
    }
    if let Some(stdin) = data.stdin.as_ref().filter(|_| own.stdin == Place::Here) {
        let at = table.content(stdin)?;
        table.set(7, &[at, stdin.bytes().len() as u32]);
    }
    let end = table.next.next_multiple_of(16) as u32;
    table.set(20, &[end]);
    Ok(table.laid())
}

/// The data of the component that writes streams.
pub(super) struct Streamed {
    pub laid: Laid,
    /// Where the bytes of each file are, and the entries of each directory, by the positions of nodes.
    pub streamed: Vec<u32>,
    /// Where standard input is, and how long.
    pub stdin: (u32, u32),
}

/// Lays what is streamed: that of files does not depend on standard input.
pub(super) fn stream(files: &Files, stdin: Option<&Arc<Source>>) -> Fallible<Streamed> {
    let mut table = Table::new(0);
    let tree = tree(files)?;
    let nodes = nodes(&tree);
    let mut streamed = Vec::new();
    for node in &nodes {
        let Tree::Directory(entries) = node.tree else {
            streamed.push(0);
            continue;
        };
        let mut listing = Vec::new();
        for (name, tree) in entries {
            let at = table.put(name.as_bytes(), 1);
            // `directory` and `regular-file`.
            let kind = if matches!(tree, Tree::File(_)) { 5 } else { 2 };
            let mut entry = [0; ENTRY];
            entry[0] = kind;
            entry[NAME..NAME + 4].copy_from_slice(&at.to_le_bytes());
            entry[NAME + 4..].copy_from_slice(&(name.len() as u32).to_le_bytes());
            listing.extend(entry);
        }
        streamed.push(table.put(&listing, 8));
    }
    table.next = u64::from(BASE) + table.bytes.len() as u64;
    for (node, at) in nodes.iter().zip(&mut streamed) {
        if let Tree::File(source) = node.tree {
            *at = table.content(source)?;
        }
    }
    let stdin = match stdin {
        Some(stdin) => (table.content(stdin)?, stdin.bytes().len() as u32),
        None => (BASE, 0),
    };
    Ok(Streamed {
        laid: table.laid(),
        streamed,
        stdin,
    })
}

impl Table {
    fn set(&mut self, at: usize, words: &[u32]) {
        for (position, word) in words.iter().enumerate() {
            let at = 4 * (at + position);
            self.bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
    }

    fn set_long(&mut self, at: usize, value: u64) {
        self.set(at, &[value as u32, (value >> 32) as u32]);
    }

    /// Three words: what of the host's there is, and its names.
    fn set_of_host<T>(
        &mut self,
        at: usize,
        of_host: &OfHost<T>,
        texts: impl FnOnce(&[T]) -> Vec<String>,
    ) {
        match of_host {
            OfHost::Nothing => {}
            OfHost::All => self.set(at, &[1]),
            OfHost::Named(names) => {
                let listed = self.strings(&texts(names));
                self.set(at, &[2, listed, names.len() as u32]);
            }
        }
    }

    /// The address of bytes in the table.
    fn put(&mut self, bytes: &[u8], align: usize) -> u32 {
        let at = self.bytes.len().next_multiple_of(align);
        self.bytes.resize(at, 0);
        self.bytes.extend(bytes);
        BASE + at as u32
    }

    /// The address of a list of strings.
    fn strings(&mut self, strings: &[String]) -> u32 {
        let mut places = Vec::new();
        for text in strings {
            let at = self.put(text.as_bytes(), 1);
            places.extend(at.to_le_bytes());
            places.extend((text.len() as u32).to_le_bytes());
        }
        self.put(&places, 4)
    }

    /// The address of the contents of a file.
    fn content(&mut self, source: &Arc<Source>) -> Fallible<u32> {
        let at = self.next.next_multiple_of(8);
        self.next = at + source.bytes().len() as u64;
        if self.next > MOST {
            return Err(Cannot::new("its files are larger than 3 GiB together"));
        }
        if !source.bytes().is_empty() {
            self.contents.push((at as u32, source.clone()));
        }
        Ok(at as u32)
    }
}

fn tree(files: &Files) -> Fallible<Tree> {
    let mut root = Tree::Directory(BTreeMap::new());
    for (path, source) in files {
        let mut at = &mut root;
        let mut names = path.split('/').filter(|name| !name.is_empty()).peekable();
        while let Some(name) = names.next() {
            let Tree::Directory(entries) = at else {
                return Err(Cannot::new(format!("`{path}` is below a file")));
            };
            at = entries.entry(name.to_string()).or_insert_with(|| {
                match (names.peek().is_none(), source) {
                    (true, Some(source)) => Tree::File(source.clone()),
                    _ => Tree::Directory(BTreeMap::new()),
                }
            });
        }
    }
    Ok(root)
}

/// A node as it is written; the entries of a directory lie together, in the order of their names.
struct Node<'t> {
    name: &'t str,
    tree: &'t Tree,
    first: u32,
    parent: u32,
}

fn nodes(root: &Tree) -> Vec<Node<'_>> {
    let mut nodes = vec![Node {
        name: "",
        tree: root,
        first: 0,
        parent: 0,
    }];
    let mut next = 0;
    while next < nodes.len() {
        let first = nodes.len() as u32;
        if let Tree::Directory(entries) = nodes[next].tree {
            nodes[next].first = first;
            nodes.extend(entries.iter().map(|(name, tree)| Node {
                name,
                tree,
                first: 0,
                parent: next as u32,
            }));
        }
        next += 1;
    }
    nodes
}
