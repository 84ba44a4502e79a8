//! Which custom sections are removed.
//!
//! Lives here: [`Removal`]. May import: `names`, `wasm` (ranks 0 and 1).
//! Deliberately absent: sections that have a meaning for the validator; none of these is custom.

use crate::names::Patterns;
use crate::wasm::custom::is_needed;

/// Which custom sections are removed.
#[derive(Default)]
pub struct Removal {
    /// All of them.
    pub all: bool,
    /// Those whose name matches one of these patterns, in which `*` stands for any text, and no
    /// others; if there are none, all that nobody needs ([`is_needed`]).
    pub delete: Vec<String>,
    /// Those whose name matches one of these stay, whatever else is said.
    pub keep: Vec<String>,
}

impl Removal {
    /// Whether a custom section of that name goes.
    pub(super) fn removes(&self, name: &str) -> bool {
        let matches = |patterns: &[String]| Patterns::new(patterns).allow(name);
        match name {
            _ if matches(&self.keep) => false,
            _ if self.all => true,
            _ if !self.delete.is_empty() => matches(&self.delete),
            _ => !is_needed(name),
        }
    }
}
