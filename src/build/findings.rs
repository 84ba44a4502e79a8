//! Findings as lines for cargo.
//!
//! Lives here: [`lines`]. May import: `diag`, `escape` (rank 0).
//! Deliberately absent: excerpts of the text; cargo shows a line at a time.

use crate::diag::{Diagnostic, Locus, Report, Severity};
use crate::escape::visible;

/// `cargo::error=` and `cargo::warning=` for each finding, its labels, notes and help. Remarks are
/// left out: cargo has no form for them but a warning.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in report.diagnostics() {
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => continue,
        };
        let said = said(finding, report);
        // A line break would end the instruction.
        let said = said.iter().flat_map(|text| text.lines());
        lines.extend(said.map(|line| format!("cargo::{kind}={}", visible(line))));
    }
    lines
}

fn said(finding: &Diagnostic, report: &Report) -> Vec<String> {
    let place = |locus: &Locus| place(locus, report);
    let mut labels = finding.labels.iter();
    let head = format!("[{}] {}", finding.code.name, finding.message);
    let mut said = match labels.next() {
        Some(first) => {
            let mut said = vec![format!("{}: {head}", place(&first.locus))];
            if !first.text.is_empty() {
                said.push(format!("  {}", first.text));
            }
            said
        }
        None => vec![head],
    };
    for label in labels {
        said.push(match label.text.is_empty() {
            true => format!("  {}", place(&label.locus)),
            false => format!("  {}: {}", place(&label.locus), label.text),
        });
    }
    said.extend(finding.notes.iter().map(|note| format!("  note: {note}")));
    said.extend(finding.help.iter().map(|help| format!("  help: {help}")));
    said
}

/// `world.wit:3:5`, or the path of an item in a binary.
fn place(locus: &Locus, report: &Report) -> String {
    match locus {
        Locus::File(file) => file.clone(),
        Locus::Item { file, path } => match path.is_empty() {
            true => file.clone(),
            false => format!("{file} › {}", path.join(" › ")),
        },
        Locus::Text { file, range } => {
            let before = report
                .texts()
                .get(file)
                .and_then(|text| text.get(..range.start));
            match before {
                Some(before) => {
                    let line = before.matches('\n').count() + 1;
                    let start = before.rfind('\n').map_or(0, |at| at + 1);
                    let column = before[start..].chars().count() + 1;
                    format!("{file}:{line}:{column}")
                }
                None => file.clone(),
            }
        }
    }
}
