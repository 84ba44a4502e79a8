//! Reports for people: a headline, the places, what explains it and what to do, and how many
//! findings there are of what.
//!
//! miette draws the headline, the places and the lines of text. Its icon is `error[CODE]:`, so that
//! a finding begins with one line at the margin; notes, of which miette knows none, and help come
//! behind what it drew.
//!
//! May import: `diag`, `escape` (rank 0). Deliberately absent: deciding what a terminal can do.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan};
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter};

use super::details;
use crate::diag::excerpt::Layout;
use crate::diag::finding::Finding;
use crate::diag::position::Places;
use crate::diag::{Code, Diagnostic, Report, Severity, counted};
use crate::escape::visible_lines;

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// With box-drawing characters, and not ASCII alone.
    pub unicode: bool,
    /// With hyperlinks from codes to their pages.
    pub links: bool,
    /// Columns to wrap at; none leaves messages as they are, for pipes.
    pub width: Option<usize>,
}

/// As it is written to files and pipes.
impl Default for Style {
    fn default() -> Style {
        Style {
            color: false,
            unicode: true,
            links: false,
            width: None,
        }
    }
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

/// `2 errors, 1 warning; 1 fixable …`.
pub(super) fn summary(diagnostics: &[&Diagnostic]) -> Option<String> {
    let fixes = diagnostics.iter().filter_map(|d| d.fix.as_ref());
    let (safe, unsafe_): (Vec<_>, Vec<_>) = fixes.partition(|fix| fix.safe);
    let fixable = match (safe.len(), unsafe_.len()) {
        (0, 0) if diagnostics.len() < 2 => return None,
        (0, 0) => String::new(),
        (safe, 0) => format!("; {safe} fixable with `--fix`"),
        (0, other) => format!("; {other} fixable with `--fix --unsafe-fixes`"),
        (safe, other) => {
            format!("; {safe} fixable with `--fix`, {other} more with `--unsafe-fixes`")
        }
    };
    Some(format!("{}{fixable}", counted(diagnostics)))
}

/// How many columns stand before a line of text, for numbers of up to four digits.
const GUTTER: usize = 8;

/// How wide lines of text may be where the width is not known.
const COLUMNS: usize = 140;

fn one(out: &mut String, places: &Places, d: &Diagnostic, style: Style) {
    let layout = Layout {
        columns: match style.width {
            Some(width) => width.saturating_sub(GUTTER).max(30),
            None => COLUMNS,
        },
        ellipsis: Some(if style.unicode { "…" } else { "..." }),
        tab: 4,
        context: 0,
    };
    let mut finding = Finding::new(d, places, layout);
    // They are in the headline and behind the lines.
    finding.code = None;
    finding.help = None;
    if !style.unicode {
        finding.each_text(|text| *text = ascii(text));
    }
    if let Some(width) = style.width {
        finding.labels = finding
            .labels
            .iter()
            .map(|l| wrapped(l, &finding, width))
            .collect();
    }
    // As miette sorts them, which gives styles to them in that order.
    finding.labels.sort_by_key(|label| label.offset());
    let handler = GraphicalReportHandler::new_themed(theme(d, &finding, style))
        .with_context_lines(0)
        .with_width(style.width.unwrap_or(usize::MAX))
        .with_wrap_lines(style.width.is_some())
        .with_break_words(false)
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .without_syntax_highlighting();
    let mut drawn = String::new();
    // INVARIANT: a string takes all that is written to it, and every label lies in an excerpt.
    let _ = handler.render_report(&mut drawn, &finding);
    // A finding begins at the margin, as those of compilers do.
    out.push_str(drawn.strip_prefix("  ").unwrap_or(&drawn));
    for note in &d.notes {
        advice(out, "note", note, style);
    }
    for help in &d.help {
        advice(out, "help", help, style);
    }
    if let Some(fix) = &d.fix {
        advice(out, "fix", &details::fix(fix), style);
    }
}

/// The characters and colours for a finding.
fn theme(d: &Diagnostic, finding: &Finding, style: Style) -> GraphicalTheme {
    let mut theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    let icon = format!("{}[{}]:", d.severity.as_str(), linked(d.code, style));
    let (styles, characters) = (&mut theme.styles, &mut theme.characters);
    let (own, of_severity) = match d.severity {
        Severity::Error => (&mut characters.error, &mut styles.error),
        Severity::Warning => (&mut characters.warning, &mut styles.warning),
        Severity::Note => (&mut characters.advice, &mut styles.advice),
    };
    *own = icon;
    if style.color {
        *of_severity = of_severity.bold();
        let (primary, other) = (*of_severity, of_severity.bright_blue());
        styles.link = styles.help;
        let labels = finding.labels.iter();
        let each = labels.map(|label| if label.primary() { primary } else { other });
        styles.highlights = each.collect();
    }
    if styles.highlights.is_empty() {
        styles.highlights = GraphicalTheme::none().styles.highlights;
    }
    theme
}

/// The code, as a link to its page (OSC 8) if the terminal knows links.
fn linked(code: &Code, style: Style) -> String {
    match code.url().filter(|_| style.links) {
        Some(url) => format!("\x1b]8;;{url}\x1b\\{}\x1b]8;;\x1b\\", code.name),
        None => code.name.to_string(),
    }
}

/// A label whose text does not go beyond the width, below where it points to.
fn wrapped(label: &LabeledSpan, finding: &Finding, width: usize) -> LabeledSpan {
    let before = display_width(finding.excerpts.before(label.inner()));
    let room = width.saturating_sub(GUTTER + before + label.len() / 2 + 4);
    let text = label
        .label()
        .map(|text| textwrap::wrap(text, options(room.max(16))).join("\n"));
    match label.primary() {
        true => LabeledSpan::new_primary_with_span(text, *label.inner()),
        false => LabeledSpan::new_with_span(text, *label.inner()),
    }
}

/// Names are never broken, so lines break at blanks alone.
fn options<'a>(width: usize) -> Options<'a> {
    Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
}

/// `  help: text`, wrapped.
fn advice(out: &mut String, word: &str, text: &str, style: Style) {
    let text = visible_lines(text);
    let text = if style.unicode { text } else { ascii(&text) };
    let start = format!("  {word}: ");
    let rest = " ".repeat(start.len());
    let text = match style.width {
        Some(width) => textwrap::fill(
            &text,
            options(width.max(40))
                .initial_indent(&start)
                .subsequent_indent(&rest),
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

/// The text with our own marks in ASCII; what it quotes stays as it is.
fn ascii(text: &str) -> String {
    let marks = [
        ("›", ">"),
        ("→", "->"),
        ("…", "..."),
        ("–", "-"),
        ("—", "-"),
    ];
    let replaced = |text: String, (mark, by): (&str, &str)| text.replace(mark, by);
    marks.into_iter().fold(text.to_string(), replaced)
}
