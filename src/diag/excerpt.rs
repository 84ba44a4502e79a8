//! The lines that a finding is about, taken out of several texts into one source for miette.
//!
//! miette draws the labels of one source, in one box for those whose lines it can read together.
//! [`Excerpts`] is such a source: each excerpt is a run of lines of one text, all of them lie behind
//! each other, and no span reaches from one into the next. So a finding has a box for each excerpt,
//! with the name of its file and its own line numbers.
//!
//! The lines are copies, as they are shown: without what a terminal would obey, tabs as blanks, and
//! of a line that is too long only what is around the labels.
//!
//! May import: `escape`, `diag::position` (rank 0). Deliberately absent: what the labels say.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::position::{Lines, Places};
use super::{Label, Locus};
use crate::escape::picture;

/// How lines are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// How many columns a line may have.
    pub columns: usize,
    /// What stands for the rest of a line that has more; without it, labels in such lines are not
    /// drawn.
    pub ellipsis: Option<&'static str>,
    /// How many blanks a tab becomes.
    pub tab: usize,
    /// How many lines before and behind the labels can be read, for handlers that show them.
    pub context: usize,
}

/// Labels with at most so many lines between them are in one excerpt: another box takes as many.
const BETWEEN: usize = 2;

/// Of a label over more lines than this, the first one is shown.
const MOST_LINES: usize = 8;

/// Runs of lines out of texts, behind each other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Excerpts(Vec<Excerpt>);

#[derive(Clone, Debug)]
struct Excerpt {
    file: String,
    /// The number of the first line, from 1.
    first: usize,
    /// Where it begins among all excerpts.
    offset: usize,
    /// Whole lines, each with a line feed.
    text: String,
    /// Where the lines begin in `text`.
    starts: Vec<usize>,
    /// Where labels begin, and in which columns of the original lines that is, from 1.
    columns: Vec<(usize, usize)>,
}

/// A label whose text is known.
struct Marked<'a> {
    /// Its place among the labels of the finding.
    label: usize,
    file: &'a str,
    text: &'a Lines<'a>,
    /// What of its range is shown.
    range: Range<usize>,
    /// The first and the last line.
    lines: (usize, usize),
}

impl Excerpts {
    /// The excerpts for `labels`, and the span of each label that is in one.
    pub fn new(
        places: &Places,
        labels: &[Label],
        layout: Layout,
    ) -> (Excerpts, Vec<Option<SourceSpan>>) {
        let mut marked: Vec<Marked> = Vec::new();
        for (at, label) in labels.iter().enumerate() {
            marked.extend(mark(places, at, label, layout));
        }
        let files: Vec<&str> = marked.iter().map(|mark| mark.file).collect();
        let rank = |file: &str| files.iter().position(|known| *known == file);
        marked.sort_by_key(|mark| (rank(mark.file), mark.lines));

        let mut spans = vec![None; labels.len()];
        let mut excerpts: Vec<Excerpt> = Vec::new();
        let mut rest = marked.as_slice();
        while let Some(start) = rest.first() {
            let mut last = start.lines.1;
            let near = rest.iter().take_while(|mark| {
                let near = mark.file == start.file && mark.lines.0 <= last + 1 + BETWEEN;
                last = last.max(mark.lines.1 * usize::from(near));
                near
            });
            let (own, others) = rest.split_at(near.count());
            rest = others;
            let offset = excerpts.last().map_or(0, |e| e.offset + e.text.len() + 1);
            let (excerpt, shown) = Excerpt::new(own, (start.lines.0, last), offset, layout);
            for (mark, span) in own.iter().zip(shown) {
                spans[mark.label] = Some(span);
            }
            excerpts.push(excerpt);
        }
        (Excerpts(excerpts), spans)
    }

    /// The text of the line of a span before it.
    pub fn before(&self, span: &SourceSpan) -> &str {
        let Some(excerpt) = self.at(span) else {
            return "";
        };
        let at = span.offset() - excerpt.offset;
        &excerpt.text[excerpt.starts[excerpt.line(at)]..at]
    }

    fn at(&self, span: &SourceSpan) -> Option<&Excerpt> {
        let end = span.offset() + span.len();
        self.0.iter().find(|excerpt| {
            excerpt.offset <= span.offset() && end <= excerpt.offset + excerpt.text.len()
        })
    }
}

/// The label with what of its range is shown; none if its text is unknown, or cannot be shown.
fn mark<'a>(
    places: &'a Places<'a>,
    at: usize,
    label: &'a Label,
    layout: Layout,
) -> Option<Marked<'a>> {
    let Locus::Text { file, range } = &label.locus else {
        return None;
    };
    let text = places.text(file)?;
    let mut range = text.trimmed(range);
    // The end of a text whose last line is complete is shown behind that line.
    if range.start == text.text.len() {
        let last = text.line(text.count());
        range = last.end..last.end;
    }
    let first = text.position(range.start).line;
    let mut last = text.position(range.end).line;
    if last - first >= MOST_LINES {
        range.end = text.line(first).end.max(range.start);
        last = first;
    }
    let fits = |number: usize| fits(&text.text[text.line(number)], layout);
    let is_shown = layout.ellipsis.is_some() || (first..=last).all(fits);
    is_shown.then_some(Marked {
        label: at,
        file,
        text,
        range,
        lines: (first, last),
    })
}

impl Excerpt {
    fn new(
        marked: &[Marked],
        lines: (usize, usize),
        offset: usize,
        layout: Layout,
    ) -> (Excerpt, Vec<SourceSpan>) {
        // INVARIANT: an excerpt is begun for a label.
        let Marked { file, text, .. } = marked[0];
        let first = lines.0.saturating_sub(layout.context).max(1);
        let last = (lines.1 + layout.context).min(text.count());
        let mut excerpt = Excerpt {
            file: file.chars().map(picture).collect(),
            first,
            offset,
            text: String::new(),
            starts: Vec::new(),
            columns: Vec::new(),
        };
        let mut shown: Vec<Range<usize>> = marked.iter().map(|_| 0..0).collect();
        for number in first..=last {
            let line = text.line(number);
            let within = |range: &Range<usize>| {
                let of = |at: usize| at.clamp(line.start, line.end) - line.start;
                of(range.start)..of(range.end)
            };
            let touching = marked
                .iter()
                .filter(|mark| (mark.lines.0..=mark.lines.1).contains(&number));
            let marks: Vec<Range<usize>> = touching.map(|mark| within(&mark.range)).collect();
            let cut = Cut::new(&text.text[line.clone()], &marks, layout);
            let start = excerpt.text.len();
            for (mark, shown) in marked.iter().zip(&mut shown) {
                let range = within(&mark.range);
                if mark.lines.0 == number {
                    shown.start = start + cut.place(range.start);
                    let column = text.position(mark.range.start).column;
                    excerpt.columns.push((shown.start, column));
                }
                if mark.lines.1 == number {
                    shown.end = start + cut.place(range.end);
                }
            }
            excerpt.starts.push(start);
            excerpt.text.push_str(&cut.shown);
            excerpt.text.push('\n');
        }
        let spans = shown.into_iter();
        let spans = spans.map(|range| SourceSpan::from(offset + range.start..offset + range.end));
        (excerpt, spans.collect())
    }

    /// The line that a place is in, from 0.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }
}

impl SourceCode for Excerpts {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let excerpt = self.at(span).ok_or(MietteError::OutOfBounds)?;
        let start = span.offset() - excerpt.offset;
        let first = excerpt.line(start).saturating_sub(before);
        let last = excerpt.line(start + span.len()) + after;
        let last = last.min(excerpt.starts.len() - 1);
        let next = excerpt.starts.get(last + 1).copied();
        let lines = excerpt.starts[first]..next.unwrap_or(excerpt.text.len());
        let known = excerpt.columns.iter().find(|(at, _)| *at == start);
        Ok(Box::new(MietteSpanContents::new_named(
            excerpt.file.clone(),
            &excerpt.text.as_bytes()[lines.clone()],
            SourceSpan::from(excerpt.offset + lines.start..excerpt.offset + lines.end),
            excerpt.first - 1 + first,
            known.map_or(0, |(_, column)| column - 1),
            // To the excerpt's end: miette reads what is in one excerpt together.
            excerpt.starts.len() - first,
        )))
    }
}

/// A line as it is shown.
struct Cut<'a> {
    line: &'a str,
    shown: String,
    /// What of the line is shown, and where.
    kept: Vec<(Range<usize>, usize)>,
    layout: Layout,
}

impl<'a> Cut<'a> {
    fn new(line: &'a str, marks: &[Range<usize>], layout: Layout) -> Cut<'a> {
        let kept = match fits(line, layout) {
            true => std::iter::once(0..line.len()).collect(),
            false => around(line, marks, layout),
        };
        let ellipsis = layout.ellipsis.unwrap_or_default();
        let mut cut = Cut {
            line,
            shown: String::new(),
            kept: Vec::new(),
            layout,
        };
        let mut end = 0;
        for range in kept {
            if range.start > end {
                cut.shown.push_str(ellipsis);
            }
            end = range.end;
            let start = cut.shown.len();
            for c in line[range.clone()].chars() {
                push(&mut cut.shown, c, layout.tab);
            }
            cut.kept.push((range, start));
        }
        if end < line.len() {
            cut.shown.push_str(ellipsis);
        }
        cut
    }

    /// Where a place of the line is in what is shown; what is left out is at the end of what is
    /// before it.
    fn place(&self, at: usize) -> usize {
        let Some((range, start)) = self.kept.iter().rfind(|(range, _)| range.start <= at) else {
            return 0;
        };
        let mut before = String::new();
        for c in self.line[range.start..at.min(range.end)].chars() {
            push(&mut before, c, self.layout.tab);
        }
        start + before.len()
    }
}

fn push(out: &mut String, c: char, tab: usize) {
    match c {
        '\t' => out.extend(std::iter::repeat_n(' ', tab)),
        c => out.push(picture(c)),
    }
}

/// At most how many columns a character takes.
fn width(c: char, layout: Layout) -> usize {
    match c {
        '\t' => layout.tab,
        c if c.is_ascii() => 1,
        _ => 2,
    }
}

fn measure(text: &str, layout: Layout) -> usize {
    text.chars().map(|c| width(c, layout)).sum()
}

fn fits(line: &str, layout: Layout) -> bool {
    // A character has at most four bytes, so most long lines need not be gone through.
    line.len() <= 4 * layout.columns && measure(line, layout) <= layout.columns
}

/// What is shown of a line that does not fit: the marks, each with as much around it as there is
/// room for; the beginning if there are none.
fn around(line: &str, marks: &[Range<usize>], layout: Layout) -> Vec<Range<usize>> {
    let mut marks = marks.to_vec();
    if marks.is_empty() {
        marks.push(0..0);
    }
    marks.sort_by_key(|mark| (mark.start, mark.end));
    // Up to two ellipses take a column each, or three.
    let room = layout.columns.saturating_sub(6) / marks.len();
    let mut kept: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        let to = forward(line, mark.start, room.saturating_sub(16).max(8), layout).min(mark.end);
        let measure = |range: Range<usize>| measure(&line[range], layout);
        let around = room.saturating_sub(measure(mark.start..to)).max(8);
        // What one side does not need, the other one has.
        let half = back(line, mark.start, around / 2, layout);
        let end = forward(line, to, around - measure(half..mark.start), layout);
        let start = back(line, mark.start, around - measure(to..end), layout);
        let range = start..end;
        match kept.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => kept.push(range),
        }
    }
    kept
}

/// The place up to `columns` behind `at`.
fn forward(line: &str, at: usize, columns: usize, layout: Layout) -> usize {
    let mut room = columns;
    let fitting = line[at..].chars().take_while(|c| {
        let width = width(*c, layout);
        let fits = width <= room;
        room = room.saturating_sub(width);
        fits
    });
    at + fitting.map(char::len_utf8).sum::<usize>()
}

/// The place up to `columns` before `at`.
fn back(line: &str, at: usize, columns: usize, layout: Layout) -> usize {
    let mut room = columns;
    let fitting = line[..at].chars().rev().take_while(|c| {
        let width = width(*c, layout);
        let fits = width <= room;
        room = room.saturating_sub(width);
        fits
    });
    at - fitting.map(char::len_utf8).sum::<usize>()
}
