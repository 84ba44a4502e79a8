//! Parts that provide WASI from data: environment, arguments, files, standard streams, clocks, random
//! numbers and configuration.
//!
//! One part for all interfaces of a composition that are virtual, since they share resources: streams,
//! pollables and errors. What of them is left to the host goes through the part as well where it has
//! such resources, whose handles are then wrapped: to the composition all streams are of one type.
//!
//! Functions are those of a runtime (`guests/virtual`) that a table of data drives. An interface is
//! served only as far as its functions are known, with exactly these types (`known`).
//!
//! Lives here: what a part is made from. May import: `names`, `source`, `surface`, `wasm` (ranks 0 to
//! 2), the sibling modules. Deliberately absent: reading files, and which imports are virtual
//! (`compose`).

mod component;
mod data;
mod exported;
mod extra;
mod imported;
mod known;
mod modules;
mod order;
#[cfg(test)]
mod tests;
mod wrapped;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use component::generate as generate_virtual;

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
    /// By absolute path; what has no contents is a directory. Directories that paths lead through
    /// need not be there.
    pub files: Vec<(String, Option<Arc<Source>>)>,
    /// Seconds and nanoseconds since 1970.
    pub start: (u64, u32),
    /// By how many nanoseconds the clocks go on with each reading.
    pub tick: u64,
    pub seed: u64,
    pub config: Vec<(String, String)>,
}

/// A part that was generated.
pub(crate) struct MadeVirtual {
    /// The component, without the contents of files.
    pub bytes: Vec<u8>,
    /// Where they belong.
    pub edits: Vec<Edit>,
}
