//! Workflow commands of GitHub Actions: a line for each finding, which becomes an annotation.
//!
//! Errors are `::error`, warnings `::warning`, notes `::notice`. Escaping is that of GitHub's own
//! toolkit: `%`, carriage return and line feed everywhere, `:` and `,` in properties as well.
//!
//! May import: `diag`, `escape` (rank 0). Deliberately absent: snippets, as GitHub shows the lines itself.

use super::details;
use crate::diag::position::Places;
use crate::diag::{Diagnostic, Locus, Report, Severity};
use crate::escape::visible;

/// The report as workflow commands; nothing if it is empty.
pub fn render(report: &Report) -> String {
    let diagnostics = report.diagnostics();
    let places = Places::new(report, &diagnostics);
    diagnostics
        .into_iter()
        .map(|d| command(d, &places))
        .collect()
}

fn command(d: &Diagnostic, places: &Places) -> String {
    let name = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(label) = d.labels.first() {
        properties.push(format!("file={}", property(details::path(&label.locus))));
        properties.extend(lines(&label.locus, places));
    }
    properties.push(format!("title={}", property(d.code.name)));
    let mut message = vec![d.message.clone()];
    message.extend(details::all(d, places));
    format!(
        "::{name} {}::{}\n",
        properties.join(","),
        escaped(&message.join("\n"))
    )
}

/// The properties that say which lines; columns only within one line, as GitHub refuses others.
fn lines(locus: &Locus, places: &Places) -> Vec<String> {
    let Locus::Text { file, range } = locus else {
        return Vec::new();
    };
    let Some(text) = places.text(file) else {
        return Vec::new();
    };
    // A range with the end of its line is not about the next line.
    let range = text.trimmed(range);
    let (start, end) = (text.position(range.start), text.position(range.end));
    if start.line < end.line {
        return vec![
            format!("line={}", start.line),
            format!("endLine={}", end.line),
        ];
    }
    vec![
        format!("line={}", start.line),
        format!("col={}", start.column),
        format!("endLine={}", end.line),
        format!("endColumn={}", end.column),
    ]
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

fn escaped(text: &str) -> String {
    let escaped = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    // The log is read by people, too.
    visible(&escaped)
}
