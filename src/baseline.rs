//! A baseline: existing findings, which are hidden until they change.
//!
//! Lives here: [`Baseline`], reading and writing it. May import: `diag`, `source`, `config`.
//! Deliberately absent: line numbers. A finding is known by its file, its code, its message and
//! the text of its line, so that it stays known when lines move.
//!
//! The file is `{"schema": "witkit.COMMAND-baseline/1", "findings": [{"file", "code", "message",
//! "line", "count"}]}`, sorted, to be kept in version control.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::{self, relative};
use crate::diag::{Code, Diagnostic, Locus, Report, Severity};
use crate::source::Source;

/// The schema of the baselines of a command.
fn schema(command: &str) -> String {
    format!("witkit.{command}-baseline/1")
}

/// A baseline lists findings that no longer occur.
pub static STALE: Code = Code {
    name: "wit/stale-baseline",
    severity: Severity::Note,
    page: "\
The file given with `--baseline` lists findings that no longer occur: they were fixed, or the lines
that they refer to have changed. As long as they are listed, the same findings could come back
unnoticed.

Update the file with `--write-baseline FILE` instead of `--baseline FILE`, and review the changes.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&STALE];

/// Known findings, and how often each is there.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    command: String,
    known: BTreeMap<Known, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    file: String,
    code: String,
    message: String,
    line: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    schema: String,
    findings: Vec<Counted>,
}

#[derive(Serialize, Deserialize)]
struct Counted {
    #[serde(flatten)]
    known: Known,
    count: usize,
}

impl Baseline {
    /// Reads the file at `path`, which `command` has written.
    pub fn read(path: &Path, command: &str) -> Result<Baseline, Report> {
        let source = Source::open(path)?;
        let fail = |reason: String| {
            config::SYNTAX
                .report(format!("`{}` is not a baseline: {reason}", source.name()))
                .at(Locus::File(source.name().to_string()), "")
                .help("create one with `--write-baseline FILE`")
        };
        let stored: Stored =
            serde_json::from_slice(source.bytes()).map_err(|e| fail(e.to_string()))?;
        let schema = schema(command);
        if stored.schema != schema {
            return Err(fail(format!(
                "expected schema `{schema}`, found `{}`",
                stored.schema
            ))
            .into());
        }
        let known = stored.findings.into_iter().map(|f| (f.known, f.count));
        Ok(Baseline {
            command: command.to_string(),
            known: known.collect(),
        })
    }

    /// A baseline of `command` with the findings of a report; `folder` is where it will be written.
    pub fn of(report: &Report, folder: &Path, command: &str) -> Baseline {
        let mut known = BTreeMap::new();
        for finding in report.diagnostics() {
            *known.entry(identity(report, finding, folder)).or_default() += 1;
        }
        Baseline {
            command: command.to_string(),
            known,
        }
    }

    /// How many findings it lists.
    pub fn len(&self) -> usize {
        self.known.values().sum()
    }

    /// Whether it lists none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Removes the listed findings from a report, and from the list.
    pub fn hide(&mut self, report: Report, folder: &Path) -> Report {
        let hidden: Vec<Diagnostic> = report
            .diagnostics()
            .into_iter()
            .filter(
                |finding| match self.known.get_mut(&identity(&report, finding, folder)) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        false
                    }
                    _ => true,
                },
            )
            .cloned()
            .collect();
        report.with(hidden)
    }

    /// A finding about listed findings that no report had; `name` is the file's.
    pub fn stale(&self, name: &str) -> Option<Diagnostic> {
        let left = self.len();
        (left > 0).then(|| {
            STALE
                .report(format!(
                    "{left} {} of `{name}` no longer {}",
                    if left == 1 { "finding" } else { "findings" },
                    if left == 1 { "occurs" } else { "occur" },
                ))
                .at(Locus::File(name.to_string()), "")
                .help(format!("update it with `--write-baseline {name}`"))
        })
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        let findings = self.known.iter().map(|(known, count)| Counted {
            known: known.clone(),
            count: *count,
        });
        let stored = Stored {
            schema: schema(&self.command),
            findings: findings.collect(),
        };
        // INVARIANT: strings and numbers only; serialising them to memory cannot fail.
        let mut text = serde_json::to_string_pretty(&stored).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// What a finding is known by.
fn identity(report: &Report, finding: &Diagnostic, folder: &Path) -> Known {
    let locus = finding.labels.first().map(|label| &label.locus);
    let file = locus.map_or("", |locus| locus.file());
    let line = match (locus, report.texts().get(file)) {
        (Some(Locus::Text { range, .. }), Some(text)) => {
            let start = range.start.min(text.len());
            let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
            text[from..].lines().next().unwrap_or_default().trim()
        }
        _ => "",
    };
    Known {
        file: relative(Path::new(file), folder),
        code: finding.code.name.to_string(),
        message: finding.message.clone(),
        line: line.to_string(),
    }
}
