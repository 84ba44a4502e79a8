//! Findings, together with the texts they point into.
//!
//! Lives here: [`Report`]. May import: its siblings. Deliberately absent: single findings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

#[cfg(feature = "miette")]
use super::finding;
use super::{Diagnostic, Severity};

/// Findings, together with the texts they point into.
///
/// It is what every fallible function returns; a report may also go along with a result, when it
/// holds warnings only.
///
/// ```
/// use witkit::{Report, wit};
///
/// let broken: Result<_, Report> = wit::load(("a.wit", "interface i {"), &wit::Options::default());
/// let report = broken.err().expect("a brace is missing");
/// for finding in report.diagnostics() {
///     eprintln!("{}: {}", finding.code.name, finding.message);
/// }
/// assert!(report.has_errors());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Report {
    contents: Contents,
    #[cfg(feature = "miette")]
    pub(super) findings: finding::Findings,
}

#[derive(Clone, Debug, Default)]
struct Contents {
    diagnostics: Vec<Diagnostic>,
    texts: BTreeMap<String, Arc<str>>,
}

impl Report {
    /// An empty report.
    ///
    /// ```
    /// use witkit::Report;
    ///
    /// let mut all = Report::new();
    /// for text in ["interface i {", "interface 1 {}"] {
    ///     let loaded = witkit::wit::load(("a.wit", text), &witkit::wit::Options::default());
    ///     all.extend(loaded.err().expect("the text has a mistake"));
    /// }
    /// assert_eq!(all.error_count(), all.diagnostics().len());
    /// all.forget_warnings();
    /// all.retain(|found| found.code.name != "wit/syntax");
    /// assert!(all.or_ok("nothing but syntax was wrong").is_ok());
    /// ```
    pub fn new() -> Report {
        Report::default()
    }

    /// What is in it, to be changed.
    fn change(&mut self) -> &mut Contents {
        #[cfg(feature = "miette")]
        {
            self.findings = finding::Findings::default();
        }
        &mut self.contents
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.change().diagnostics.push(diagnostic);
    }

    /// Makes the text named `file` available to whoever prints the report.
    ///
    /// ```
    /// use witkit::Report;
    ///
    /// let mut report = Report::new();
    /// report.add_text("notes.txt", "remember the milk");
    /// assert_eq!(&*report.texts()["notes.txt"], "remember the milk");
    /// ```
    pub fn add_text(&mut self, file: impl Into<String>, text: impl Into<Arc<str>>) {
        self.change().texts.insert(file.into(), text.into());
    }

    /// Takes over all of another report.
    pub fn extend(&mut self, other: Report) {
        let contents = self.change();
        contents.diagnostics.extend(other.contents.diagnostics);
        contents.texts.extend(other.contents.texts);
    }

    /// The findings: errors first, then by file, place and code; equal ones once.
    pub fn diagnostics(&self) -> Vec<&Diagnostic> {
        fn key<'d>(d: &'d Diagnostic) -> impl Ord + 'd {
            let places: Vec<_> = d.labels.iter().map(|l| (l.locus.key(), &l.text)).collect();
            let told = (&d.message, &d.notes, &d.help);
            (d.severity, places, d.code.name, told, &d.fix)
        }
        let mut sorted: Vec<&Diagnostic> = self.contents.diagnostics.iter().collect();
        sorted.sort_by_cached_key(|d| key(d));
        sorted.dedup_by(|a, b| key(a) == key(b));
        sorted
    }

    /// The texts that loci of this report point into, by name.
    pub fn texts(&self) -> &BTreeMap<String, Arc<str>> {
        &self.contents.texts
    }

    /// Whether nothing was found.
    ///
    /// ```
    /// let mut report = witkit::Report::new();
    /// assert!(report.is_empty());
    /// report.say_once();
    /// assert!(report.with(Vec::new()).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.contents.diagnostics.is_empty()
    }

    /// Whether anything found is an error.
    pub fn has_errors(&self) -> bool {
        self.has(Severity::Error)
    }

    /// Whether anything found is a warning.
    pub fn has_warnings(&self) -> bool {
        self.has(Severity::Warning)
    }

    fn has(&self, severity: Severity) -> bool {
        let mut all = self.contents.diagnostics.iter();
        all.any(|d| d.severity == severity)
    }

    /// How many of the findings are errors.
    pub fn error_count(&self) -> usize {
        let errors = self.contents.diagnostics.iter();
        errors.filter(|d| d.severity == Severity::Error).count()
    }

    /// Keeps each note and each help only where it comes first, for people who read from the top.
    pub fn say_once(&mut self) {
        let mut said = BTreeSet::new();
        let mut once: Vec<Diagnostic> = self.diagnostics().into_iter().cloned().collect();
        for finding in &mut once {
            finding.notes.retain(|note| said.insert(note.clone()));
            finding.help.retain(|help| said.insert(help.clone()));
        }
        self.change().diagnostics = once;
    }

    /// Keeps the errors only.
    pub fn forget_warnings(&mut self) {
        self.retain(|d| d.severity == Severity::Error);
    }

    /// Keeps the findings that `keep` says yes to.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.change().diagnostics.retain(keep);
    }

    /// This report with other findings.
    pub fn with(mut self, diagnostics: Vec<Diagnostic>) -> Report {
        self.change().diagnostics = diagnostics;
        self
    }

    /// Takes those of `texts` that findings point into.
    #[doc(hidden)]
    pub fn take_texts(&mut self, texts: &BTreeMap<&str, &Arc<str>>) {
        let contents = self.change();
        for label in contents.diagnostics.iter().flat_map(|d| &d.labels) {
            let file = label.locus.file();
            if let Some(text) = texts.get(file)
                && !contents.texts.contains_key(file)
            {
                contents.texts.insert(file.to_string(), Arc::clone(text));
            }
        }
    }

    /// `value`, or this report if it holds an error.
    pub fn or_ok<T>(self, value: T) -> Result<T, Report> {
        if self.has_errors() {
            Err(self)
        } else {
            Ok(value)
        }
    }
}

impl From<Diagnostic> for Report {
    fn from(diagnostic: Diagnostic) -> Report {
        let mut report = Report::new();
        report.push(diagnostic);
        report
    }
}

/// `2 errors, 1 warning`; empty if there are no diagnostics.
pub(crate) fn counted(diagnostics: &[&Diagnostic]) -> String {
    let mut counts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let found = diagnostics.iter().filter(|d| d.severity == severity);
        match found.count() {
            0 => {}
            1 => counts.push(format!("1 {}", severity.as_str())),
            many => counts.push(format!("{many} {}s", severity.as_str())),
        }
    }
    counts.join(", ")
}

/// The message of the only finding, or how many there are. With `{:#}`, a plain listing of all, for
/// `build.rs` and for debugging; `render/` makes the forms people read.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let diagnostics = self.diagnostics();
        if !f.alternate() {
            return match diagnostics.as_slice() {
                [] => f.write_str("no findings"),
                [only] => f.write_str(&only.message),
                many => f.write_str(&counted(many)),
            };
        }
        for d in diagnostics {
            writeln!(f, "{}[{}]: {}", d.severity.as_str(), d.code.name, d.message)?;
            for note in &d.notes {
                writeln!(f, "  note: {note}")?;
            }
            for help in &d.help {
                writeln!(f, "  help: {help}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Report {}
