//! SARIF 2.1.0, for code scanning and editors:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>
//!
//! A rule is a code with its page; the first place of a finding is its location, the others are
//! related ones. Lines and columns are those of `json`, ends exclusive. Notes and
//! help are a part of the message, and lists of their own among a result's properties. A field `safe`
//! among a fix's properties says whether it keeps the meaning of everything else.
//!
//! May import: `diag` (rank 0). Deliberately absent: the snippets and the files' contents, which
//! whoever shows the log has; the working directory, so relative paths stay what they were.

mod model;
mod uri;

use std::collections::BTreeMap;

use model::{
    ArtifactLocation, Change, Configuration, Content, Driver, Fingerprints, FixProperties, Help,
    Location, Log, LogicalLocation, Message, PhysicalLocation, Region, Replacement,
    ResultProperties, Rule, Run, SarifFix, SarifResult, Tool,
};

use super::{details, fingerprint};
use crate::diag::position::{Places, Position};
use crate::diag::{Code, Diagnostic, Fix, Label, Locus, Report, Severity};

/// The report as a log with one run, pretty-printed, with a line feed at the end.
pub fn render(report: &Report) -> String {
    let diagnostics = report.diagnostics();
    let places = Places::new(report, &diagnostics);
    let codes: BTreeMap<&str, &Code> = diagnostics.iter().map(|d| (d.code.name, d.code)).collect();
    let indices: BTreeMap<&str, usize> = codes.keys().copied().zip(0..).collect();
    // The name under which they go is our own: GitHub's `primaryLocationLineHash` is computed by
    // GitHub's uploader, which warns of values other than its own.
    let mut fingerprints = fingerprint::Fingerprints::default();
    let results = diagnostics.iter().map(|d| SarifResult {
        rule_id: d.code.name,
        rule_index: indices.get(d.code.name).copied(),
        level: level(d.severity),
        message: message(&with_advice(d)),
        locations: d
            .labels
            .iter()
            .take(1)
            .map(|l| location(&places, l))
            .collect(),
        related_locations: related(&places, d),
        partial_fingerprints: Fingerprints {
            finding: fingerprints.of(d, &places),
        },
        fixes: d.fix.iter().filter_map(|f| fix(&places, f)).collect(),
        properties: ResultProperties::of(&d.notes, &d.help),
    });
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            results: results.collect(),
            tool: Tool {
                driver: Driver {
                    name: "witkit",
                    version: env!("CARGO_PKG_VERSION"),
                    rules: codes.into_values().map(rule).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
        }],
    };
    // INVARIANT: strings, numbers and lists only; serialising them to memory cannot fail.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A message for people. Braces are doubled, as single ones are for placeholders (§3.11.5).
fn message(text: &str) -> Message {
    Message {
        text: text.replace('{', "{{").replace('}', "}}"),
    }
}

/// The message with notes and help behind it, as viewers show a result's message and little else.
fn with_advice(d: &Diagnostic) -> String {
    let notes = d.notes.iter().map(|note| format!("\nnote: {note}"));
    let help = d.help.iter().map(|help| format!("\nhelp: {help}"));
    let lines: String = notes.chain(help).collect();
    format!("{}{lines}", d.message)
}

/// A code as a rule. Its texts are shown as they are by all that show them, with their examples in
/// WIT, so braces are single here: no placeholder can occur where no arguments can be given.
fn rule(code: &Code) -> Rule<'_> {
    let page = code.page();
    let first = page.trim().split("\n\n").next().unwrap_or_default();
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = match first.find(". ") {
        Some(end) => first[..=end].to_string(),
        None => first.clone(),
    };
    Rule {
        id: code.name,
        short_description: Message { text: short },
        full_description: Message { text: first },
        help: Help {
            text: page.clone(),
            markdown: page,
        },
        default_configuration: Configuration {
            level: level(code.severity),
        },
    }
}

fn related(places: &Places, d: &Diagnostic) -> Vec<Location> {
    let others = d.labels.iter().skip(1).zip(1..);
    others
        .map(|(label, id)| Location {
            id: Some(id),
            ..location(places, label)
        })
        .collect()
}

fn location(places: &Places, label: &Label) -> Location {
    let item = match &label.locus {
        Locus::Item { file, path } => Some(LogicalLocation {
            name: path.last().unwrap_or(file).clone(),
            fully_qualified_name: details::item(file, path),
        }),
        Locus::File(_) | Locus::Text { .. } => None,
    };
    Location {
        id: None,
        message: match label.text.as_str() {
            "" => None,
            text => Some(message(text)),
        },
        physical_location: PhysicalLocation {
            artifact_location: artifact(details::path(&label.locus)),
            region: places.span(&label.locus).map(region),
        },
        logical_locations: item.into_iter().collect(),
    }
}

fn artifact(file: &str) -> ArtifactLocation {
    ArtifactLocation { uri: uri::of(file) }
}

fn region((start, end): (Position, Position)) -> Region {
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// The fix; none if it changes a text that the report does not have, as half of it is worthless.
fn fix(places: &Places, fix: &Fix) -> Option<SarifFix> {
    let mut files: BTreeMap<&str, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let span = places.range(&edit.file, &(edit.range.0..edit.range.1))?;
        files.entry(&edit.file).or_default().push(Replacement {
            deleted_region: region(span),
            inserted_content: match edit.text.as_str() {
                "" => None,
                text => Some(Content { text: text.into() }),
            },
        });
    }
    // The schema has no place for a fix that changes nothing.
    if files.is_empty() {
        return None;
    }
    let changes = files.into_iter().map(|(file, replacements)| Change {
        artifact_location: artifact(file),
        replacements,
    });
    Some(SarifFix {
        description: message(&fix.message),
        artifact_changes: changes.collect(),
        properties: FixProperties { safe: fix.safe },
    })
}
