//! Reports in sentences, for screen readers and wherever drawings are in the way.
//!
//! It is the narrated form of miette: the message, the lines of text with where the labels are in
//! them, help and the code. Places that are no lines of a text follow the message, notes and fixes
//! the code.
//!
//! May import: `diag`, `escape` (rank 0). Deliberately absent: colours and widths.

use miette::NarratableReportHandler;

use super::details;
use super::human::summary;
use crate::diag::excerpt::Layout;
use crate::diag::finding::{Finding, Place};
use crate::diag::position::Places;
use crate::diag::{Diagnostic, Report};
use crate::escape::visible;

/// Columns are counted by whoever reads them out, so lines are not cut.
const LAYOUT: Layout = Layout {
    columns: 1000,
    ellipsis: None,
    tab: 1,
    context: 0,
};

/// The report, and a line that sums it up unless one finding is all there is.
pub fn render(report: &Report) -> String {
    let diagnostics = report.diagnostics();
    let places = Places::new(report, &diagnostics);
    let findings = diagnostics.iter().map(|d| one(d, &places));
    let mut parts: Vec<String> = findings.collect();
    parts.extend(summary(&diagnostics).map(|summary| format!("{summary}\n")));
    parts.join("\n")
}

/// The text in one line, with single blanks.
fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    visible(&words.join(" "))
}

fn one(d: &Diagnostic, places: &Places) -> String {
    let mut finding = Finding::new(d, places, LAYOUT);
    let mut place = finding.places.take();
    finding.each_text(|text| *text = line(text));
    while let Some(Place { text, next }) = place {
        let text = text.replacen('\n', ": ", 1);
        let steps: Vec<&str> = text.split('›').map(str::trim).collect();
        let at = line(&steps.join(", "));
        finding.message.push_str(&format!("\n    at {at}"));
        place = next.map(|next| *next);
    }
    let help: Vec<String> = d.help.iter().map(|help| line(help)).collect();
    finding.help = (!help.is_empty()).then(|| help.join("\ndiagnostic help: "));
    let notes = d
        .notes
        .iter()
        .map(|note| format!("diagnostic note: {}", line(note)));
    let fixes = d.fix.iter().map(|fix| details::fix(fix));
    let fixes = fixes.map(|fix| format!("diagnostic fix: {}", line(&fix)));
    let more: Vec<String> = notes.chain(fixes).collect();
    let mut handler = NarratableReportHandler::new().with_context_lines(0);
    if !more.is_empty() {
        handler = handler.with_footer(more.join("\n"));
    }
    let mut out = String::new();
    // INVARIANT: a string takes all that is written to it, and every label lies in an excerpt.
    let _ = handler.render_report(&mut out, &finding);
    out
}
