//! `[fmt]` of `witkit.toml`.
//!
//! May import: `diag`, `source`, `config`. Deliberately absent: any key but `width` and `indent`.

use std::path::Path;

use super::Style;
use crate::config::{self, Table};
use crate::diag::Report;
use crate::source::Source;

/// The style that the file at `path` asks for: the usual one where it says nothing.
pub fn read(path: &Path) -> Result<Style, Report> {
    let source = Source::open(path)?;
    config::read(&source, |mut root, report| style(&mut root, report))
}

/// What `[fmt]` in the root of a configuration asks for.
pub(crate) fn style(root: &mut Table<'_>, report: &mut Report) -> Style {
    let mut style = Style::default();
    let Some(mut table) = root.table("fmt", report) else {
        return style;
    };
    if let Some(width) = table.integer("width", 20..=1000, report) {
        style.width = width as usize;
    }
    if let Some(indent) = table.integer("indent", 1..=16, report) {
        style.indent = indent as usize;
    }
    table.finish(report);
    style
}
