//! Reports for people: a headline, the places, what to do, and how many there are of what.
//!
//! May import: `diag`, `escape` (rank 0). Deliberately absent: deciding whether colours are wanted.
//!
//! Snippets of text are drawn by annotate-snippets, whose headline is the one used for places in
//! binaries as well; miette, which the design names, draws its own headline and only for text.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use super::plain;
use super::position::{Lines, Places};
use crate::diag::{Diagnostic, Label, Locus, Report, Severity};
use crate::escape::{picture, visible, visible_lines};

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Columns to wrap advice at; none leaves lines as they are, for pipes.
    pub width: Option<usize>,
}

/// The report, and a line that sums it up unless one finding is all there is.
pub fn render(report: &Report, style: Style) -> String {
    let mut out = String::new();
    let diagnostics = report.diagnostics();
    let places = Places::new(report, &diagnostics);
    for (at, diagnostic) in diagnostics.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        one(&mut out, &places, diagnostic, style);
    }
    if let Some(summary) = summary(&diagnostics) {
        out.push_str(&format!("\n{summary}\n"));
    }
    out
}

/// `2 errors, 1 warning; 1 can be mended with --fix`.
fn summary(diagnostics: &[&Diagnostic]) -> Option<String> {
    let mut counts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let found = diagnostics.iter().filter(|d| d.severity == severity);
        match found.count() {
            0 => {}
            1 => counts.push(format!("1 {}", severity.as_str())),
            many => counts.push(format!("{many} {}s", severity.as_str())),
        }
    }
    let fixes = diagnostics.iter().filter_map(|d| d.fix.as_ref());
    let (safe, unsafe_): (Vec<_>, Vec<_>) = fixes.partition(|fix| fix.safe);
    let mending = match (safe.len(), unsafe_.len()) {
        (0, 0) if diagnostics.len() < 2 => return None,
        (0, 0) => String::new(),
        (safe, 0) => format!("; {safe} can be mended with --fix"),
        (0, other) => format!("; {other} can be mended with --fix --unsafe-fixes"),
        (safe, other) => {
            format!("; {safe} can be mended with --fix, {other} more with --unsafe-fixes")
        }
    };
    Some(format!("{}{mending}", counts.join(", ")))
}

fn one(out: &mut String, places: &Places, d: &Diagnostic, style: Style) {
    let drawn = snippets(places, d);
    out.push_str(&headline(d, &drawn, style));
    let widest = d
        .labels
        .iter()
        .filter(|l| matches!(l.locus, Locus::Item { .. }))
        .map(|l| l.locus.file().chars().count())
        .max()
        .unwrap_or(0);
    for (at, label) in d.labels.iter().enumerate() {
        match &label.locus {
            Locus::Text { .. } if drawn.iter().any(|s| s.labels.contains(&at)) => continue,
            Locus::Text { .. } => {
                let place = plain::place(&label.locus, places);
                out.push_str(&format!("  {}\n", visible(&place)));
            }
            Locus::File(file) if label.text.is_empty() && d.message.contains(file.as_str()) => {
                continue;
            }
            Locus::File(file) => out.push_str(&format!("  {}\n", visible(file))),
            Locus::Item { file, path } => {
                let pad = " ".repeat(widest - file.chars().count());
                let path: String = path.iter().map(|s| format!(" › {s}")).collect();
                let place = visible(&format!("  {file}{pad}{path}"));
                out.push_str(&format!("{place}\n"));
            }
        }
        if !label.text.is_empty() {
            let text = visible_lines(&label.text).replace('\n', "\n      ");
            out.push_str(&format!("      {text}\n"));
        }
    }
    for note in &d.notes {
        advice(out, "note", note, style);
    }
    for help in &d.help {
        advice(out, "help", help, style);
    }
    if let Some(fix) = &d.fix {
        advice(out, "fix", &plain::fix(fix), style);
    }
}

/// `  help: text`, wrapped.
fn advice(out: &mut String, word: &str, text: &str, style: Style) {
    let text = &visible_lines(text);
    let start = format!("  {word}: ");
    let rest = " ".repeat(start.len());
    let text = match style.width {
        Some(width) => textwrap::fill(
            text,
            textwrap::Options::new(width.max(40))
                .initial_indent(&start)
                .subsequent_indent(&rest)
                .break_words(false)
                .word_splitter(textwrap::WordSplitter::NoHyphenation),
        ),
        // Never at the beginning of a line, where it would look like another finding.
        None => format!("{start}{}", text.replace('\n', &format!("\n{rest}"))),
    };
    let text = match (style.color, text.strip_prefix(&format!("  {word}:"))) {
        (true, Some(text)) => format!("  \x1b[1;36m{word}:\x1b[0m{text}"),
        _ => text,
    };
    out.push_str(&text);
    out.push('\n');
}

/// Lines of a text without the characters that should not reach a terminal and that
/// annotate-snippets leaves as they are, which are those beyond ASCII; what stands for them has as
/// many bytes, so that everything keeps its place.
fn source(lines: &str) -> String {
    let shown = |c: char| match c.len_utf8() {
        2 if picture(c) != c => '·',
        3 if picture(c) != c => '\u{fffd}',
        _ => c,
    };
    lines.chars().map(shown).collect()
}

/// Lines of a text, and the labels that point into them.
struct Excerpt<'a> {
    file: &'a str,
    text: &'a Lines<'a>,
    /// The bytes of the lines.
    lines: Range<usize>,
    /// By their places among the labels of the finding.
    labels: Vec<usize>,
}

/// How many bytes of a text are looked at to draw a snippet: what annotate-snippets is given, it
/// goes through in full, and a report may have thousands of snippets of one large text.
const LONGEST: usize = 16 * 1024;

/// The excerpts that are drawn: one for all labels of a text that lie near each other. Labels in
/// a text that the report does not have, or in a line too long to be read, are in none.
fn snippets<'a>(places: &'a Places<'a>, d: &'a Diagnostic) -> Vec<Excerpt<'a>> {
    let mut drawn: Vec<Excerpt<'a>> = Vec::new();
    for (at, label) in d.labels.iter().enumerate() {
        let Locus::Text { file, .. } = &label.locus else {
            continue;
        };
        let Some(text) = places.text(file) else {
            continue;
        };
        let Some(range) = shown(text, label) else {
            continue;
        };
        let lines = text.lines_of(&range);
        let near = drawn.iter_mut().find(|excerpt| {
            let (start, end) = hull(&excerpt.lines, &lines);
            excerpt.file == file && end - start <= LONGEST
        });
        match near {
            Some(excerpt) => {
                let (start, end) = hull(&excerpt.lines, &lines);
                excerpt.lines = start..end;
                excerpt.labels.push(at);
            }
            None => drawn.push(Excerpt {
                file,
                text,
                lines,
                labels: vec![at],
            }),
        }
    }
    drawn
}

fn hull(a: &Range<usize>, b: &Range<usize>) -> (usize, usize) {
    (a.start.min(b.start), a.end.max(b.end))
}

/// What of a label's range is underlined: all of it, or its first line if that is too much; none
/// if even that is.
fn shown(text: &Lines, label: &Label) -> Option<Range<usize>> {
    let Locus::Text { range, .. } = &label.locus else {
        return None;
    };
    let mut range = text.trimmed(range);
    // The end of a text whose last line is complete is shown behind that line.
    if range.start == text.text.len()
        && let Some(complete) = text.text.strip_suffix('\n')
    {
        let end = complete.strip_suffix('\r').unwrap_or(complete).len();
        range = end..end;
    }
    if text.lines_of(&range).len() > LONGEST {
        let first = text.lines_of(&(range.start..range.start));
        range = text.trimmed(&(range.start..first.end));
    }
    (text.lines_of(&range).len() <= LONGEST).then_some(range)
}

/// `error[code]: message`, and the snippets of text it is about.
fn headline(d: &Diagnostic, drawn: &[Excerpt], style: Style) -> String {
    let level = match d.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level
        .primary_title(visible_lines(&d.message))
        .id(d.code.name)
        .elements(Vec::<Snippet<'_, Annotation<'_>>>::new());
    for excerpt in drawn {
        let start = excerpt.lines.start;
        let mut snippet = Snippet::source(source(&excerpt.text.text[excerpt.lines.clone()]))
            .path(visible(excerpt.file))
            .line_start(excerpt.text.position(start).line);
        for at in &excerpt.labels {
            let label = &d.labels[*at];
            let Some(range) = shown(excerpt.text, label) else {
                continue;
            };
            let kind = match at {
                0 => AnnotationKind::Primary,
                _ => AnnotationKind::Context,
            };
            let annotation = kind.span(range.start - start..range.end - start);
            let text = visible_lines(&label.text).replace('\n', " ");
            snippet = snippet.annotation(annotation.label(text));
        }
        group = group.element(snippet);
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
