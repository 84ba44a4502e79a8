//! The changes as Markdown: what became of each package, and a table of changes with the version
//! that each requires.
//!
//! May import: `diff`, `render`. Deliberately absent: headings, which belong to the page that this is
//! put in.

use std::collections::BTreeMap;

use crate::diff::{Bump, Diff, Kind};
use crate::render::markdown::{self, text};

/// All of it, with a line feed at the end.
pub(super) fn render(diff: &Diff) -> String {
    let changes = diff.changes.iter().filter(|c| c.rule.kind != Kind::Remark);
    let needs: BTreeMap<(&str, &str), Bump> = changes
        .map(|c| ((c.rule.code.name, c.message.as_str()), c.needs))
        .collect();
    let mut out: String = diff
        .packages
        .iter()
        .map(|package| format!("- {}\n", text(&package.line())))
        .collect();
    if !diff.report.is_empty() {
        let table = markdown::render_with(
            &diff.report,
            &[("Requires", &|d| {
                let needs = needs.get(&(d.code.name, d.message.as_str()));
                needs.map_or(String::new(), |bump| bump.name().to_string())
            })],
        );
        out.push_str(&format!("\n{table}"));
    }
    out
}
