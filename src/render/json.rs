//! `witkit.report/1`: a report as JSON.
//!
//! `{"schema": "witkit.report/1", "diagnostics": [{"code", "severity", "message", "labels":
//! [{"file", "path"?, "range"?, "text"}], "help": [text]}]}`. `path` is the way to an item in a
//! binary, outermost first; `range` has `start` and `end`, each with `byte` (from 0), `line` and
//! `column` (from 1, in characters). Fields may be added, never changed.
//!
//! May import: `diag` (rank 0). Deliberately absent: colours and widths.

use serde::Serialize;

use crate::diag::{Label, Locus, Report};

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    labels: Vec<JsonLabel<'a>>,
    help: &'a [String],
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<JsonRange>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonRange {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    byte: usize,
    line: usize,
    column: usize,
}

/// The report as pretty-printed JSON, with a line feed at the end.
pub fn render(report: &Report) -> String {
    let diagnostics = report
        .diagnostics()
        .into_iter()
        .map(|d| JsonDiagnostic {
            code: d.code.name,
            severity: d.severity.as_str(),
            message: &d.message,
            labels: d.labels.iter().map(|l| label(report, l)).collect(),
            help: &d.help,
        })
        .collect();
    let json = Json {
        schema: "witkit.report/1",
        diagnostics,
    };
    // INVARIANT: strings, numbers and lists only; serialising them to memory cannot fail.
    let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
    text.push('\n');
    text
}

fn label<'a>(report: &'a Report, label: &'a Label) -> JsonLabel<'a> {
    let (path, range) = match &label.locus {
        Locus::File(_) => (None, None),
        Locus::Item { path, .. } => (Some(path.as_slice()), None),
        Locus::Text { file, range } => {
            let range = report.texts().get(file).map(|text| JsonRange {
                start: position(text, range.start),
                end: position(text, range.end),
            });
            (None, range)
        }
    };
    JsonLabel {
        file: label.locus.file(),
        path,
        range,
        text: &label.text,
    }
}

fn position(text: &str, byte: usize) -> Position {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position {
        byte,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}
