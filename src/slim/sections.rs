//! Which custom sections are removed.
//!
//! Lives here: [`Removal`] and [`kind`]. May import: `names` (rank 0).
//! Deliberately absent: sections that have a meaning for the validator; none of these is custom.

use crate::names::Patterns;

/// Which custom sections are removed.
#[derive(Default)]
pub struct Removal {
    /// All of them.
    pub all: bool,
    /// Those whose name matches one of these patterns, in which `*` stands for any text, and no
    /// others; if there are none, all but names and what tools need to go on.
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

/// Whether a section stays unless it is named: names, which messages and other commands show, the
/// world of a core module, and what a shared library needs to be linked.
fn is_needed(name: &str) -> bool {
    ["name", "component-name", "dylink.0"].contains(&name) || name.starts_with("component-type")
}

/// What a custom section holds.
pub(super) fn kind(name: &str) -> &'static str {
    match name {
        "name" | "component-name" => "names",
        "producers" => "producers",
        "sourceMappingURL" | "external_debug_info" => "debug",
        _ if name.starts_with(".debug_") || name.starts_with(".zdebug_") => "debug",
        _ => "custom",
    }
}
