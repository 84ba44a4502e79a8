//! GitLab's code quality report: the part of Code Climate's issues that GitLab reads.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>
//!
//! Errors are `major`, warnings `minor`, notes `info`. A description is one line, so all that a
//! finding says is in it, separated by `·`. Every issue has a line, the first one where a finding is
//! about no text, as GitLab drops issues without.
//!
//! May import: `diag`, `escape` (rank 0). Deliberately absent: related places, columns and fixes,
//! which GitLab does not read.

use serde::Serialize;

use super::{details, fingerprint};
use crate::diag::position::Places;
use crate::diag::{Diagnostic, Report, Severity};
use crate::escape::visible;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The report as a JSON array, with a line feed at the end; the array is empty if the report is.
pub fn render(report: &Report) -> String {
    let diagnostics = report.diagnostics();
    let places = Places::new(report, &diagnostics);
    let mut fingerprints = fingerprint::Fingerprints::default();
    let issues: Vec<Issue<'_>> = diagnostics
        .iter()
        .map(|d| {
            let location = location(d, &places);
            let in_file = fingerprints.of(d, &places);
            Issue {
                description: description(d, &places),
                check_name: d.code.name,
                // Of the whole report, so that GitLab tells equal findings in two files apart.
                fingerprint: format!("{:016x}", fingerprint::fnv(&[&location.path, &in_file])),
                severity: match d.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Note => "info",
                },
                location,
            }
        })
        .collect();
    // INVARIANT: strings, numbers and lists only; serialising them to memory cannot fail.
    let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
    text.push('\n');
    text
}

/// The message and everything else, in one line.
fn description(d: &Diagnostic, places: &Places) -> String {
    let mut parts = vec![d.message.clone()];
    parts.extend(details::all(d, places));
    let words = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<String> = parts.iter().map(words).collect();
    visible(&parts.join(" · "))
}

fn location(d: &Diagnostic, places: &Places) -> Location {
    let first = d.labels.first().map(|label| &label.locus);
    let path = first.map_or("witkit", details::path);
    let span = first.and_then(|locus| places.span(locus));
    Location {
        path: relative(path),
        lines: Lines {
            begin: span.map_or(1, |(start, _)| start.line),
            end: span.map_or(1, |(_, end)| end.line),
        },
    }
}

/// The path as GitLab has those of a repository: without `./`, and with `/` everywhere.
fn relative(path: &str) -> String {
    let path = match cfg!(windows) {
        true => path.replace('\\', "/"),
        false => path.to_string(),
    };
    let mut rest = path.as_str();
    while let Some(inner) = rest.strip_prefix("./") {
        rest = inner.trim_start_matches('/');
    }
    rest.to_string()
}
