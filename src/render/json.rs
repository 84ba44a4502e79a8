//! `witkit.report/1`: a report as JSON.
//!
//! The fields are described in `docs/json.md`, and by `docs/schema/report.schema.json`, which the
//! tests hold against what is written here. Fields may be added, never changed.
//!
//! May import: `diag` (rank 0). Deliberately absent: colours and widths.

use serde::Serialize;

use crate::diag::position::{Places, Position};
use crate::diag::{Diagnostic, Edit, Fix, Label, Locus, Report};

#[derive(Serialize)]
struct Json<'a, T> {
    schema: &'static str,
    diagnostics: Vec<JsonDiagnostic<'a>>,
    #[serde(flatten)]
    more: T,
}

/// A place, as labels have it.
#[derive(Serialize)]
pub struct JsonPlace<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<JsonRange>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    labels: Vec<JsonLabel<'a>>,
    notes: &'a [String],
    help: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: JsonPlace<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    message: &'a str,
    safe: bool,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    file: &'a str,
    range: JsonRange,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonRange {
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonPosition {
    byte: usize,
    line: usize,
    column: usize,
}

/// The report as pretty-printed JSON, with a line feed at the end.
pub fn render(report: &Report) -> String {
    #[derive(Serialize)]
    struct Nothing {}
    render_with(report, "witkit.report/1", |_| Nothing {})
}

/// The report with the fields that `more` makes beside it, which is given what shows a place of
/// the report: a document of another schema, that whoever knows reports can read.
pub fn render_with<'a, T: Serialize>(
    report: &'a Report,
    schema: &'static str,
    more: impl FnOnce(&dyn Fn(&'a Locus) -> JsonPlace<'a>) -> T,
) -> String {
    let diagnostics = report.diagnostics();
    let places = Places::new(report, &diagnostics);
    let json = Json {
        schema,
        more: more(&|locus| place(&places, locus)),
        diagnostics: diagnostics
            .into_iter()
            .map(|d| diagnostic(&places, d))
            .collect(),
    };
    // INVARIANT: strings, numbers and lists only; serialising them to memory cannot fail.
    let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
    text.push('\n');
    text
}

fn diagnostic<'a>(places: &Places, d: &'a Diagnostic) -> JsonDiagnostic<'a> {
    JsonDiagnostic {
        code: d.code.name,
        severity: d.severity.as_str(),
        message: &d.message,
        labels: d.labels.iter().map(|l| label(places, l)).collect(),
        notes: &d.notes,
        help: &d.help,
        fix: d.fix.as_ref().and_then(|f| fix(places, f)),
    }
}

fn label<'a>(places: &Places, label: &'a Label) -> JsonLabel<'a> {
    JsonLabel {
        place: place(places, &label.locus),
        text: &label.text,
    }
}

fn place<'a>(places: &Places, locus: &'a Locus) -> JsonPlace<'a> {
    let path = match locus {
        Locus::Item { path, .. } => Some(path.as_slice()),
        Locus::File(_) | Locus::Text { .. } => None,
    };
    JsonPlace {
        file: locus.file(),
        path,
        range: places.span(locus).map(range),
    }
}

/// The fix; none if it changes a text that the report does not have, as half of it is worthless.
fn fix<'a>(places: &Places, fix: &'a Fix) -> Option<JsonFix<'a>> {
    let edit = |edit: &'a Edit| {
        Some(JsonEdit {
            file: &edit.file,
            range: range(places.range(&edit.file, &(edit.range.0..edit.range.1))?),
            text: &edit.text,
        })
    };
    Some(JsonFix {
        message: &fix.message,
        safe: fix.safe,
        edits: fix.edits.iter().map(edit).collect::<Option<_>>()?,
    })
}

fn range((start, end): (Position, Position)) -> JsonRange {
    let position = |at: Position| JsonPosition {
        byte: at.byte,
        line: at.line,
        column: at.column,
    };
    JsonRange {
        start: position(start),
        end: position(end),
    }
}
