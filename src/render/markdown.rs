//! Markdown, for job summaries and comments: a table with a row for each finding.
//!
//! It is GitHub's Markdown, which GitLab and others read as well. What messages have between
//! backticks stays code; everything else that Markdown would take for markup is escaped.
//!
//! May import: `diag`, `escape` (rank 0). Deliberately absent: headings, as whoever puts the table
//! in a page knows what it is under; snippets, which a table has no room for.

use super::details;
use super::human::summary;
use crate::diag::position::Places;
use crate::diag::{Diagnostic, Report};
use crate::escape::visible;

/// A column that only some findings have something for: what is above it, and its cell.
pub type Column<'a> = (&'static str, &'a dyn Fn(&Diagnostic) -> String);

/// The report as a table, and a line that sums it up; a sentence if it is empty.
pub fn render(report: &Report) -> String {
    render_with(report, &[])
}

/// The report as a table with more columns.
pub fn render_with(report: &Report, more: &[Column<'_>]) -> String {
    let diagnostics = report.diagnostics();
    if diagnostics.is_empty() {
        return "No findings.\n".to_string();
    }
    let places = Places::new(report, &diagnostics);
    let mut head = vec!["Severity", "Finding", "Place"];
    head.extend(more.iter().map(|(title, _)| *title));
    let mut out = row(head.iter().map(|title| title.to_string()));
    out.push_str(&row(head.iter().map(|_| "---".to_string())));
    for d in &diagnostics {
        let mut cells = vec![
            d.severity.as_str().to_string(),
            finding(d, &places),
            place(d, &places),
        ];
        cells.extend(more.iter().map(|(_, cell)| text(&cell(d))));
        out.push_str(&row(cells.into_iter()));
    }
    if let Some(summary) = summary(&diagnostics) {
        out.push_str(&format!("\n{}\n", text(&summary)));
    }
    out
}

fn row(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The message, the code, and what the finding says besides.
fn finding(d: &Diagnostic, places: &Places) -> String {
    let mut lines = vec![format!("{} ({})", text(&d.message), code(d.code.name))];
    lines.extend(details::all(d, places).iter().map(|line| text(line)));
    lines.join("<br>")
}

fn place(d: &Diagnostic, places: &Places) -> String {
    let first = d.labels.first();
    first.map_or(String::new(), |l| code(&details::place(&l.locus, places)))
}

/// Text in a table's cell, with code where it has backticks.
pub fn text(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("<br>")
}

fn line(line: &str) -> String {
    let inner = line.trim_start_matches(' ');
    // Blanks at the start of a line are indentation, which HTML would drop.
    let mut out = "&nbsp;".repeat(line.len() - inner.len());
    let parts: Vec<&str> = inner.split('`').collect();
    // A backtick without another one is one.
    let unpaired = parts.len().is_multiple_of(2);
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        match at % 2 == 1 {
            true if last && unpaired => out.push_str(&format!("\\`{}", escaped(part))),
            true => out.push_str(&code(part)),
            false => out.push_str(&escaped(part)),
        }
    }
    out
}

/// A piece of code in a table's cell, whatever is in it.
fn code(text: &str) -> String {
    if text.is_empty() {
        return "\\`\\`".to_string();
    }
    let text = visible(text).replace('|', "\\|");
    // More backticks than there are in a row, and blanks where one would join them.
    let mut most = 0;
    let mut row = 0;
    for c in text.chars() {
        row = if c == '`' { row + 1 } else { 0 };
        most = most.max(row);
    }
    let fence = "`".repeat(most + 1);
    match text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

/// Text outside of code.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '*' | '_' | '[' | ']' | '~' | '|' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
