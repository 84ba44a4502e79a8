//! What is put into a component only when it is written: contents of files that are not copied into
//! memory for it.
//!
//! Lives here: [`Edit`]. May import: `source` (rank 0). Deliberately absent: making them.

use std::ops::Range;
use std::sync::Arc;

use crate::source::Source;

/// Bytes in place of others.
#[derive(Clone)]
pub(crate) struct Edit {
    /// What is replaced: a range of the component.
    pub range: Range<usize>,
    pub with: Vec<Inserted>,
}

/// Bytes that are put there.
#[derive(Clone)]
pub(crate) enum Inserted {
    /// These.
    Bytes(Vec<u8>),
    /// All of a source.
    Source(Arc<Source>),
}

impl Inserted {
    pub fn len(&self) -> usize {
        match self {
            Inserted::Bytes(bytes) => bytes.len(),
            Inserted::Source(source) => source.bytes().len(),
        }
    }
}

impl Edit {
    /// By how much it makes the component larger.
    pub fn growth(&self) -> i64 {
        let with: usize = self.with.iter().map(Inserted::len).sum();
        with as i64 - self.range.len() as i64
    }
}
