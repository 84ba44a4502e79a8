//! Lines and columns of places in texts.
//!
//! Lives here: [`Lines`], the index of one text, made once, and [`Places`], those of a report.
//! May import: `diag` (rank 0). Deliberately absent: how places are written; columns of a terminal.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diag::{Diagnostic, Locus, Report};

/// A place between two characters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// In bytes from the start of the text.
    pub byte: usize,
    /// From 1. Lines end with `\n`; a `\r` before it belongs to the line.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A text, and where its lines begin.
pub(crate) struct Lines<'a> {
    pub text: &'a str,
    starts: Vec<usize>,
    /// How many characters begin before each multiple of [`STEP`] bytes: a text may be one long
    /// line with thousands of findings in it.
    marks: Vec<usize>,
}

const STEP: usize = 256;

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Lines<'a> {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut marks = vec![0];
        let mut chars = 0;
        for chunk in text.as_bytes().chunks(STEP) {
            chars += beginnings(chunk);
            marks.push(chars);
        }
        Lines {
            text,
            starts,
            marks,
        }
    }

    /// The position of a byte, or of the character that it belongs to, or of the text's end.
    pub fn position(&self, byte: usize) -> Position {
        let byte = self.floor(byte);
        let line = self.starts.partition_point(|start| *start <= byte);
        // INVARIANT: the first line begins at 0, so at least one begins at or before any byte.
        let start = self.starts[line - 1];
        Position {
            byte,
            line,
            column: self.chars_before(byte) - self.chars_before(start) + 1,
        }
    }

    /// The range with its ends inside the text and between characters.
    pub fn within(&self, range: &Range<usize>) -> Range<usize> {
        let (start, end) = (self.floor(range.start), self.floor(range.end));
        start..end.max(start)
    }

    /// The range, within the text, without the ends of lines at its end.
    pub fn trimmed(&self, range: &Range<usize>) -> Range<usize> {
        let Range { start, end } = self.within(range);
        let text = self.text[start..end].trim_end_matches(['\r', '\n']);
        start..start + text.len()
    }

    /// The bytes of the lines that a range touches, with the last one's end of line.
    pub fn lines_of(&self, range: &Range<usize>) -> Range<usize> {
        let range = self.within(range);
        let first = self.position(range.start).line;
        let last = self.position(range.end).line;
        let end = self.starts.get(last).copied().unwrap_or(self.text.len());
        // INVARIANT: lines count from 1, and each of them has its beginning in `starts`.
        self.starts[first - 1]..end
    }

    /// How many lines there are; what follows the last line feed is one if it is not empty.
    pub fn count(&self) -> usize {
        let last = self.starts.last().copied().unwrap_or_default();
        let is_empty = last == self.text.len() && self.starts.len() > 1;
        self.starts.len() - usize::from(is_empty)
    }

    /// The bytes of a line, from 1, without its end; those of the text's end behind the last one.
    pub fn line(&self, number: usize) -> Range<usize> {
        let end = self.text.len();
        let start = self.starts.get(number - 1).copied().unwrap_or(end);
        let next = self.starts.get(number).copied().unwrap_or(end);
        self.trimmed(&(start..next))
    }

    fn floor(&self, byte: usize) -> usize {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    }

    fn chars_before(&self, byte: usize) -> usize {
        let mark = byte / STEP;
        // INVARIANT: there is a mark for the start of each chunk and one for the end of the last.
        self.marks[mark] + beginnings(&self.text.as_bytes()[mark * STEP..byte])
    }
}

/// How many characters begin in `bytes`.
fn beginnings(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// The texts that the findings of a report point into.
pub(crate) struct Places<'a>(BTreeMap<&'a str, Lines<'a>>);

impl<'a> Places<'a> {
    pub fn new(report: &'a Report, diagnostics: &[&'a Diagnostic]) -> Places<'a> {
        let mut lines = BTreeMap::new();
        for d in diagnostics {
            let labels = d.labels.iter().filter_map(|label| match &label.locus {
                Locus::Text { file, .. } => Some(file.as_str()),
                _ => None,
            });
            let edits = d.fix.iter().flat_map(|fix| &fix.edits);
            for file in labels.chain(edits.map(|edit| edit.file.as_str())) {
                if let Some(text) = report.texts().get(file) {
                    lines.entry(file).or_insert_with(|| Lines::new(text));
                }
            }
        }
        Places(lines)
    }

    /// The text of that name; none if the report does not have it.
    pub fn text(&self, file: &str) -> Option<&Lines<'a>> {
        self.0.get(file)
    }

    /// Where a range of the text `file` begins and ends; none if the report does not have it.
    pub fn range(&self, file: &str, range: &Range<usize>) -> Option<(Position, Position)> {
        let lines = self.text(file)?;
        let range = lines.within(range);
        Some((lines.position(range.start), lines.position(range.end)))
    }

    /// Where a place begins and ends, if it is in a text that the report has.
    pub fn span(&self, locus: &Locus) -> Option<(Position, Position)> {
        match locus {
            Locus::Text { file, range } => self.range(file, range),
            Locus::File(_) | Locus::Item { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plainest way to count.
    fn counted(text: &str, byte: usize) -> (usize, usize) {
        let before = &text[..byte];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        (
            before.matches('\n').count() + 1,
            before[line..].chars().count() + 1,
        )
    }

    #[test]
    fn positions_are_those_that_counting_gives() {
        let long = "ä€🦀x".repeat(STEP);
        for text in [
            "",
            "\n",
            "a",
            "a\r\nbä\n\nc€\n",
            &long,
            &long.replace('x', "\n"),
            &"x".repeat(STEP),
        ] {
            let lines = Lines::new(text);
            for byte in (0..=text.len()).filter(|byte| text.is_char_boundary(*byte)) {
                let Position { line, column, .. } = lines.position(byte);
                assert_eq!((line, column), counted(text, byte), "{byte} in {text:?}");
            }
        }
    }

    #[test]
    fn places_beyond_the_end_or_inside_a_character_are_moved_back() {
        let lines = Lines::new("ä\nb");
        assert_eq!(lines.position(1).byte, 0);
        assert_eq!(lines.position(usize::MAX).byte, 4);
        let backwards = Range { start: 3, end: 1 };
        assert_eq!(lines.within(&backwards), 3..3);
    }

    #[test]
    fn the_lines_of_a_range_are_whole() {
        let lines = Lines::new("one\ntwo\nthree");
        assert_eq!(lines.lines_of(&(1..2)), 0..4);
        assert_eq!(lines.lines_of(&(3..4)), 0..8);
        assert_eq!(lines.lines_of(&(9..99)), 8..13);
    }
}
