//! Parts that provide WASI from data: environment, arguments, files, standard streams, clocks, random
//! numbers and configuration.
//!
//! One part for all interfaces of a composition that are virtual, since they share resources: streams,
//! pollables and errors. What of them is left to the host goes through the part as well where it has
//! such resources, whose handles are then wrapped: to the composition all streams are of one type.
//! Streams of WASI 0.3 are written and read by a component beside it (`streamed`), which is a part of
//! its own.
//!
//! Functions are those of a runtime (`guests/virtual`) that a table of data drives. An interface is
//! served only as far as its functions are known, with exactly these types (`known`).
//!
//! Lives here: what a part is made from. May import: `names`, `source`, `surface`, `wasm` (ranks 0 to
//! 2), the sibling modules. Deliberately absent: reading files, and which imports are virtual
//! (`compose`).

mod component;
mod core;
mod data;
mod exported;
mod extra;
mod imported;
mod known;
mod modules;
mod order;
mod streamed;
#[cfg(test)]
mod tests;
mod wrapped;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use component::generate as generate_virtual;
pub(crate) use streamed::{STREAMS, generate as generate_streams};

use crate::source::Source;
use crate::surface::{ExternName, Item};
use crate::wasm::Edit;

/// What a part is to provide.
pub(crate) struct Virtual<'a> {
    /// The interfaces.
    pub interfaces: Vec<Provided<'a>>,
    pub data: Data,
}

/// One interface.
pub(crate) struct Provided<'a> {
    /// Under which name it is exported.
    pub name: &'a str,
    /// What is in it, as its importers have it, the highest version first.
    pub items: Vec<&'a [(ExternName, Item)]>,
    /// What each function does.
    pub how: BTreeMap<String, How>,
    /// Whether its resources are the part's own.
    pub owns: bool,
}

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// It answers from the data.
    Virtual,
    /// It answers from the data, and from what the host has besides.
    Both,
    /// It is the host's.
    Host,
    /// It traps.
    Denied,
}

/// What functions answer.
#[derive(Default)]
pub(crate) struct Data {
    pub environment: Vec<(String, String)>,
    pub arguments: Vec<String>,
    pub cwd: Option<String>,
    pub stdin: Option<Arc<Source>>,
    pub files: Files,
    /// Whether there is a directory of them.
    pub has_root: bool,
    /// Seconds and nanoseconds since 1970.
    pub start: (u64, u32),
    /// By how many nanoseconds the clocks go on with each reading.
    pub tick: u64,
    pub seed: u64,
    pub config: Vec<(String, String)>,
    /// What of the host's there is besides.
    pub host_environment: OfHost,
    pub host_config: OfHost,
    /// Directories: what they are called, and what the host calls them.
    pub host_directories: OfHost<(String, String)>,
}

/// Embedded files by absolute path; what has no contents is a directory. Directories that paths lead
/// through need not be there.
pub(crate) type Files = Vec<(String, Option<Arc<Source>>)>;

/// What of the host's is there besides what is virtual.
#[derive(Default)]
pub(crate) enum OfHost<T = String> {
    #[default]
    Nothing,
    All,
    Named(Vec<T>),
}

/// A part that was generated.
pub(crate) struct MadeVirtual {
    /// The component, without the contents of files.
    pub bytes: Vec<u8>,
    /// Where they belong.
    pub edits: Vec<Edit>,
    /// What it imports of the component that writes and reads its streams, if it has any.
    pub streams: Option<Streams>,
}

/// What a component that writes and reads streams has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Streams {
    /// The embedded files.
    pub files: bool,
    pub stdin: bool,
}
