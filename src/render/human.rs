//! Reports for people: a headline, the places, what to do.
//!
//! May import: `diag` (rank 0). Deliberately absent: deciding whether colours are wanted.
//!
//! Snippets of text are drawn by annotate-snippets, whose headline is the one used for places in
//! binaries as well; miette, which the design names, draws its own headline and only for text.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::diag::{Diagnostic, Locus, Report, Severity};

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Columns to wrap advice at; none leaves lines as they are, for pipes.
    pub width: Option<usize>,
}

/// The report, and how many findings it has.
pub fn render(report: &Report, style: Style) -> String {
    let mut out = String::new();
    let diagnostics = report.diagnostics();
    for (at, diagnostic) in diagnostics.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        one(&mut out, report, diagnostic, style);
    }
    let errors = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .count();
    if errors > 1 {
        out.push_str(&format!("\n{errors} errors\n"));
    }
    out
}

fn one(out: &mut String, report: &Report, d: &Diagnostic, style: Style) {
    out.push_str(&headline(report, d, style));
    let widest = d
        .labels
        .iter()
        .filter(|l| matches!(l.locus, Locus::Item { .. }))
        .map(|l| l.locus.file().chars().count())
        .max()
        .unwrap_or(0);
    for label in &d.labels {
        match &label.locus {
            // In the snippet.
            Locus::Text { file, .. } if report.texts().contains_key(file) => continue,
            Locus::Text { file, .. } => out.push_str(&format!("  {file}\n")),
            Locus::File(file) if label.text.is_empty() && d.message.contains(file.as_str()) => {
                continue;
            }
            Locus::File(file) => out.push_str(&format!("  {file}\n")),
            Locus::Item { file, path } => {
                let pad = " ".repeat(widest - file.chars().count());
                let path: String = path.iter().map(|s| format!(" › {s}")).collect();
                out.push_str(&format!("  {file}{pad}{path}\n"));
            }
        }
        if !label.text.is_empty() {
            out.push_str(&format!("      {}\n", label.text));
        }
    }
    for help in &d.help {
        let (start, rest) = ("  help: ", "        ");
        let text = match style.width {
            Some(width) => textwrap::fill(
                help,
                textwrap::Options::new(width.max(40))
                    .initial_indent(start)
                    .subsequent_indent(rest)
                    .break_words(false)
                    .word_splitter(textwrap::WordSplitter::NoHyphenation),
            ),
            None => format!("{start}{help}"),
        };
        let text = match (style.color, text.strip_prefix("  help:")) {
            (true, Some(text)) => format!("  \x1b[1;36mhelp:\x1b[0m{text}"),
            _ => text,
        };
        out.push_str(&text);
        out.push('\n');
    }
}

/// `error[code]: message`, and the snippets of text it is about.
fn headline(report: &Report, d: &Diagnostic, style: Style) -> String {
    let level = match d.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level
        .primary_title(d.message.as_str())
        .id(d.code.name)
        .elements(Vec::<Snippet<'_, annotate_snippets::Annotation<'_>>>::new());
    for (at, label) in d.labels.iter().enumerate() {
        let Locus::Text { file, range } = &label.locus else {
            continue;
        };
        let Some(text) = report.texts().get(file) else {
            continue;
        };
        let kind = if at == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let annotation = kind
            .span(within(text, range.clone()))
            .label(label.text.as_str());
        group = group.element(
            Snippet::source(&**text)
                .path(file.as_str())
                .annotation(annotation),
        );
    }
    let renderer = if style.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// The range with its ends inside the text and between characters.
fn within(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(range.start), floor(range.end));
    start..end.max(start)
}
