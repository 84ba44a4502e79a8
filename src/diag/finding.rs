//! Reports as diagnostics of miette: for `render`, and for programs that show all errors with it.
//!
//! Lives here: [`Finding`], a diagnostic with the lines it is about; `miette::Diagnostic` for
//! [`Report`], which is its only finding, or has all of them as related ones.
//! May import: `diag`, `escape` (rank 0). Deliberately absent: drawing, which is the handler's.
//!
//! Places without lines (items of binaries, whole files) are what the error is caused by, as miette
//! has no labels for them.

use std::error::Error;
use std::fmt;
use std::sync::OnceLock;

use miette::{LabeledSpan, SourceCode};

use super::excerpt::{Excerpts, Layout};
use super::position::Places;
use super::{Code, Diagnostic, Label, Locus, Report, Severity};
use crate::escape::{visible, visible_lines};

/// A diagnostic with the lines that it is about, on its own: what miette is given.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub code: Option<&'static Code>,
    pub severity: Severity,
    pub message: String,
    pub help: Option<String>,
    /// Places that are not in the excerpts.
    pub places: Option<Place>,
    pub labels: Vec<LabeledSpan>,
    pub excerpts: Excerpts,
}

/// Places that are no lines of a text, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Where, and what is there: in lines of its own below an item.
    pub text: String,
    pub next: Option<Box<Place>>,
}

impl Finding {
    /// All that `d` says.
    pub fn new(d: &Diagnostic, places: &Places, layout: Layout) -> Finding {
        let (excerpts, spans) = Excerpts::new(places, &d.labels, layout);
        let drawn = d.labels.iter().zip(&spans).enumerate();
        let labels = drawn.filter_map(|(at, (label, span))| {
            let text = Some(visible_lines(&label.text)).filter(|text| !text.is_empty());
            Some(match at {
                0 => LabeledSpan::new_primary_with_span(text, (*span)?),
                _ => LabeledSpan::new_with_span(text, (*span)?),
            })
        });
        let labels = labels.collect();
        let others = d.labels.iter().zip(&spans).filter(|(_, s)| s.is_none());
        let others: Vec<&Label> = others.map(|(label, _)| label).collect();
        Finding {
            code: Some(d.code),
            severity: d.severity,
            message: visible_lines(&d.message),
            help: advice(d),
            places: chain(d, &others, places),
            labels,
            excerpts,
        }
    }

    /// Changes each text that is not an excerpt.
    pub fn each_text(&mut self, mut change: impl FnMut(&mut String)) {
        change(&mut self.message);
        let mut place = self.places.as_mut();
        while let Some(Place { text, next }) = place {
            change(text);
            place = next.as_deref_mut();
        }
        for label in &mut self.labels {
            let mut text = label.label().map(str::to_string);
            text.iter_mut().for_each(&mut change);
            label.set_label(text);
        }
    }
}

/// Everything there is to do about it, a line each, and what explains it.
fn advice(d: &Diagnostic) -> Option<String> {
    let mut lines = d.help.clone();
    lines.extend(d.fix.iter().map(|fix| format!("fix: {}", fix.message)));
    lines.extend(d.notes.iter().map(|note| format!("note: {note}")));
    (!lines.is_empty()).then(|| visible_lines(&lines.join("\n")))
}

/// The places that no text is known of.
fn chain(d: &Diagnostic, labels: &[&Label], places: &Places) -> Option<Place> {
    let is_item = |label: &&&Label| matches!(label.locus, Locus::Item { .. });
    let widths = labels
        .iter()
        .filter(is_item)
        .map(|l| l.locus.file().chars().count());
    let widest = widths.max().unwrap_or(0);
    let mut first = None;
    for label in labels.iter().rev() {
        let place = match &label.locus {
            Locus::File(file) if label.text.is_empty() && d.message.contains(file.as_str()) => {
                continue;
            }
            Locus::File(file) => file.clone(),
            Locus::Text { file, .. } => match places.span(&label.locus) {
                Some((start, _)) => format!("{file}:{}:{}", start.line, start.column),
                None => file.clone(),
            },
            Locus::Item { file, path } => {
                let pad = " ".repeat(widest - file.chars().count());
                let path: String = path.iter().map(|step| format!(" › {step}")).collect();
                format!("{file}{pad}{path}")
            }
        };
        let mut text = visible(&place);
        let said = visible_lines(&label.text);
        match &label.locus {
            // Below each other, so that they can be compared.
            Locus::Item { .. } => text.extend(said.lines().map(|line| format!("\n    {line}"))),
            _ if said.is_empty() => {}
            _ => text.push_str(&format!(": {said}")),
        }
        first = Some(Place {
            text,
            next: first.map(Box::new),
        });
    }
    first
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Place {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.next.as_ref().map(|next| &**next as _)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Finding {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.places.as_ref().map(|place| place as _)
    }
}

impl miette::Diagnostic for Finding {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.map(|code| Box::new(code.name) as _)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code?.url().map(|url| Box::new(url) as _)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.labels.iter().cloned();
        (!self.labels.is_empty()).then(|| Box::new(labels) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpts)
    }
}

/// The findings of a report, made when they are asked for.
#[derive(Debug, Default)]
pub(super) struct Findings(OnceLock<Vec<Finding>>);

/// They are made again of what the copy holds.
impl Clone for Findings {
    fn clone(&self) -> Findings {
        Findings::default()
    }
}

/// How lines are shown by a handler that is not ours.
const LAYOUT: Layout = Layout {
    columns: 140,
    ellipsis: Some("…"),
    tab: 4,
    context: 1,
};

impl Report {
    fn findings(&self) -> &[Finding] {
        self.findings.0.get_or_init(|| {
            let diagnostics = self.diagnostics();
            let places = Places::new(self, &diagnostics);
            let found = diagnostics.iter();
            found.map(|d| Finding::new(d, &places, LAYOUT)).collect()
        })
    }

    /// The finding that is all there is.
    fn only(&self) -> Option<&Finding> {
        match self.findings() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// As its only finding, or as a summary with all of them related to it.
impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.only()?.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        self.findings().first()?.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.only()?.help()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.only()?.labels()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.only()?.source_code()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let many = self.findings().len() > 1;
        let findings = self
            .findings()
            .iter()
            .map(|finding| finding as &dyn miette::Diagnostic);
        many.then(|| Box::new(findings) as _)
    }
}
