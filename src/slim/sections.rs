//! Which custom sections are removed.
//!
//! Lives here: [`Removal`]. May import: `names`, `wasm` (ranks 0 and 1).
//! Deliberately absent: sections that have a meaning for the validator; none of these is custom.

use crate::names::Patterns;
use crate::wasm::custom::is_needed;

/// Which custom sections are removed.
///
/// [`slim`](crate::slim()) shows it in use.
#[derive(Default)]
pub struct Removal {
    /// All of them.
    pub all: bool,
    /// Only those whose name matches one of these patterns (`*` matches any text); without patterns, all
    /// that are not needed (`is_needed`).
    pub delete: Vec<String>,
    /// Those whose name matches one of these are always kept.
    pub keep: Vec<String>,
}

impl Removal {
    /// Whether a custom section of that name is removed.
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
