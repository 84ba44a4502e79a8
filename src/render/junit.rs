//! JUnit XML: a test suite for each file, a test case for each finding.
//!
//! An error is a `<failure>`. A warning or note is `<skipped>`: it is shown with its text, and does
//! not turn a pipeline red, as the exit code does not either. A report without findings is one case
//! that passes, since many systems take a file without any for a mistake.
//!
//! May import: `diag`, `escape` (rank 0). Deliberately absent: times, which would make equal runs differ.

use std::collections::BTreeMap;

use super::details;
use crate::diag::position::Places;
use crate::diag::{Diagnostic, Locus, Report, Severity};
use crate::escape::{picture, visible};

/// A case that no finding is about.
pub struct Case {
    /// The file of whose suite it is part.
    pub file: String,
    /// What it is called; unique within its file.
    pub name: String,
    /// Why it did not pass, though that is no failure.
    pub skipped: Option<String>,
}

/// The report as XML, with a line feed at the end.
pub fn render(report: &Report) -> String {
    render_with(report, &[])
}

/// The report and other cases as XML, with a line feed at the end.
pub fn render_with(report: &Report, cases: &[Case]) -> String {
    let diagnostics = report.diagnostics();
    let places = Places::new(report, &diagnostics);
    let mut files: BTreeMap<&str, Suite> = BTreeMap::new();
    for d in &diagnostics {
        let file = d.labels.first().map_or("witkit", |l| l.locus.file());
        files.entry(file).or_default().findings.push(d);
    }
    for case in cases {
        let suite = files.entry(case.file.as_str()).or_default();
        suite.cases.push(case);
    }
    let no_findings = Case {
        file: "witkit".to_string(),
        name: "no findings".to_string(),
        skipped: None,
    };
    if files.is_empty() {
        let suite = files.entry("witkit").or_default();
        suite.cases.push(&no_findings);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = counts(files.values());
    out.push_str(&format!("<testsuites name=\"witkit\" {counts}>\n"));
    for (file, of_file) in &files {
        suite(&mut out, file, of_file, &places);
    }
    out.push_str("</testsuites>\n");
    out
}

/// What is said of a file.
#[derive(Default)]
struct Suite<'a> {
    findings: Vec<&'a Diagnostic>,
    cases: Vec<&'a Case>,
}

/// How many cases of each kind.
fn counts<'a>(suites: impl Iterator<Item = &'a Suite<'a>>) -> String {
    let (mut tests, mut failures, mut skipped) = (0, 0, 0);
    for suite in suites {
        let failed = suite.findings.iter().filter(|d| failed(d)).count();
        tests += suite.findings.len() + suite.cases.len();
        failures += failed;
        skipped += suite.findings.len() - failed;
        skipped += suite.cases.iter().filter(|c| c.skipped.is_some()).count();
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"")
}

fn failed(d: &Diagnostic) -> bool {
    d.severity == Severity::Error
}

fn suite(out: &mut String, file: &str, suite: &Suite<'_>, places: &Places) {
    out.push_str(&format!(
        "  <testsuite name=\"{}\" {}>\n",
        escaped(file),
        counts(std::iter::once(suite))
    ));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for d in &suite.findings {
        let mut name = name(d, places);
        // Two cases of one name are one case to most systems.
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            name.push_str(&format!(" ({times})"));
        }
        case(out, file, &name, d, places);
    }
    for case in &suite.cases {
        let (file, name) = (escaped(file), escaped(&case.name));
        let opened = format!("    <testcase classname=\"{file}\" name=\"{name}\"");
        out.push_str(&match &case.skipped {
            None => format!("{opened}/>\n"),
            Some(why) => format!(
                "{opened}>\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                escaped(why)
            ),
        });
    }
    out.push_str("  </testsuite>\n");
}

fn case(out: &mut String, file: &str, name: &str, d: &Diagnostic, places: &Places) {
    let mut place = String::new();
    if let Some(label) = d.labels.first() {
        place.push_str(&format!(
            " file=\"{}\"",
            escaped(details::path(&label.locus))
        ));
        if let Some((start, _)) = places.span(&label.locus) {
            place.push_str(&format!(" line=\"{}\"", start.line));
        }
    }
    out.push_str(&format!(
        "    <testcase classname=\"{}\" name=\"{}\"{place}>\n",
        escaped(file),
        escaped(name)
    ));
    let severity = d.severity.as_str();
    let mut body = vec![format!("{severity}[{}]: {}", d.code.name, d.message)];
    body.extend(details::all(d, places));
    // A name with a line feed does not begin a line.
    let body: Vec<String> = body.iter().map(|line| visible(line)).collect();
    let element = if failed(d) { "failure" } else { "skipped" };
    out.push_str(&format!(
        "      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n",
        escaped(d.code.name),
        escaped(&format!("{severity}: {}", d.message)),
        text(&body.join("\n"))
    ));
    out.push_str("    </testcase>\n");
}

/// The code and where it is within the file.
fn name(d: &Diagnostic, places: &Places) -> String {
    let Some(label) = d.labels.first() else {
        return d.code.name.to_string();
    };
    match (&label.locus, places.span(&label.locus)) {
        (_, Some((start, _))) => format!("{} at {}:{}", d.code.name, start.line, start.column),
        (Locus::Item { path, .. }, _) => format!("{} at {}", d.code.name, path.join(" › ")),
        _ => d.code.name.to_string(),
    }
}

/// Text between tags. A carriage return would be read as a line feed if it stood there as it is.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            // XML 1.0 has no way to write these.
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            // It has these, but a terminal does something about them.
            _ => out.push(picture(c)),
        }
    }
    out
}

/// The value of an attribute, whose blanks would all be read as spaces if they stood there as
/// they are.
fn escaped(value: &str) -> String {
    text(value)
        .replace('"', "&quot;")
        .replace('\t', "&#9;")
        .replace('\n', "&#10;")
}
