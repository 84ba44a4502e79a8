//! How results look: no wider than the terminal, and in colour where that is wanted.
//!
//! May import: `lines`, `escape`. Deliberately absent: reports, which miette draws (`render::human`), and
//! what results say. Texts come in plain and laid out; what is painted is told by its place alone.

use super::lines::{columns, folded, wrapped_words};
use crate::escape::visible;

/// The narrowest that a last column is made before lines may stand out.
const NARROWEST: usize = 24;

/// What a result is printed on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub color: bool,
    /// The columns of the terminal; none for files and pipes, in which nothing is folded.
    pub width: Option<usize>,
}

/// A colour, by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Heading,
    Faint,
    Good,
    Doubtful,
    Bad,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Paint::Heading => "1",
            Paint::Faint => "2",
            Paint::Good => "32",
            Paint::Doubtful => "33",
            Paint::Bad => "1;31",
        }
    }
}

impl Look {
    /// A file, or a pipe.
    pub const FILE: Look = Look {
        color: false,
        width: None,
    };

    pub fn paint(self, paint: Paint, text: &str) -> String {
        match self.color && !text.is_empty() {
            true => format!("\x1b[{}m{text}\x1b[0m", paint.code()),
            false => text.to_string(),
        }
    }

    /// A tree, or a screen of headings with lines below them: folded, headings (which are not
    /// indented) bold, bars faint, and unresolved imports in red.
    pub fn outline(self, text: &str) -> String {
        let folded = match self.width {
            Some(width) => folded(text, width),
            None => text.to_string(),
        };
        if !self.color {
            return folded;
        }
        let mut out = String::new();
        for line in folded.lines() {
            let indent = line.find(|c| !matches!(c, ' ' | '│' | '├' | '└' | '─'));
            let (bars, rest) = line.split_at(indent.unwrap_or(line.len()));
            let blanks = bars.len() - bars.trim_end().len();
            let (bars, blanks) = bars.split_at(bars.len() - blanks);
            out.push_str(&self.paint(Paint::Faint, bars));
            out.push_str(blanks);
            match rest.strip_suffix("unresolved") {
                Some(before) => {
                    out.push_str(before);
                    out.push_str(&self.paint(Paint::Bad, "unresolved"));
                }
                None if bars.is_empty() && blanks.is_empty() => {
                    out.push_str(&self.paint(Paint::Heading, rest));
                }
                None => out.push_str(rest),
            }
            out.push('\n');
        }
        out
    }

    /// Rows below their titles. Columns in `right` end under each other; what is too long for the
    /// last one goes on below it. `paint` is asked for the colour of a cell.
    pub fn table(
        self,
        rows: &[Vec<String>],
        right: &[usize],
        paint: impl Fn(usize, &str) -> Option<Paint>,
    ) -> String {
        let mut text = String::new();
        let shown: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| visible(cell)).collect())
            .collect();
        for (row, line) in columns(&shown, right).iter().enumerate() {
            // Where the last column begins: in front of it, cells are not folded.
            let last = shown[row].last().map_or(0, |cell| cell.chars().count());
            let at = line.chars().count() - last.min(line.chars().count());
            let room = self.width.map(|w| w.saturating_sub(at).max(NARROWEST));
            let lines = match (room, shown[row].last()) {
                (Some(room), Some(cell)) if last > room => {
                    let start: String = line.chars().take(at).collect();
                    let mut parts = wrapped_words(cell, room).into_iter();
                    let first = parts.next().unwrap_or_default();
                    let below = parts.map(|part| format!("{}{part}", " ".repeat(at)));
                    [format!("{start}{first}")]
                        .into_iter()
                        .chain(below)
                        .collect()
                }
                _ => vec![line.clone()],
            };
            for (at, line) in lines.iter().enumerate() {
                let painted = match row {
                    0 => self.paint(Paint::Heading, line),
                    _ if at == 0 => self.cells(line, &shown[row], &paint),
                    _ => line.clone(),
                };
                text.push_str(&painted);
                text.push('\n');
            }
        }
        text
    }

    /// A line with its cells in colour, each found behind the one before it.
    fn cells(
        self,
        line: &str,
        cells: &[String],
        paint: &impl Fn(usize, &str) -> Option<Paint>,
    ) -> String {
        let (mut out, mut rest) = (String::new(), line);
        for (column, cell) in cells.iter().enumerate() {
            let Some(at) = rest.find(cell.as_str()).filter(|_| !cell.is_empty()) else {
                continue;
            };
            out.push_str(&rest[..at]);
            match paint(column, cell) {
                Some(paint) => out.push_str(&self.paint(paint, cell)),
                None => out.push_str(cell),
            }
            rest = &rest[at + cell.len()..];
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look {
        color: false,
        width: Some(40),
    };

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        let row = |row: &&[&str]| row.iter().map(|cell| cell.to_string()).collect();
        rows.iter().map(row).collect()
    }

    #[test]
    fn the_last_column_of_a_table_goes_on_below_itself() {
        let rows = rows(&[
            &["host", "why"],
            &["wasmtime", "exports none of wasi:http/handler, and no run"],
            &["spin", ""],
        ]);
        let expected = "host      why\n\
             wasmtime  exports none of\n          wasi:http/handler, and no run\n\
             spin\n";
        assert_eq!(PLAIN.table(&rows, &[], |_, _| None), expected);
        let wide = Look {
            width: None,
            ..PLAIN
        };
        assert_eq!(wide.table(&rows, &[], |_, _| None).lines().count(), 3);
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let color = Look {
            color: true,
            ..PLAIN
        };
        let bare = |text: &str| {
            let mut parts = text.split('\x1b');
            let first = parts.next().unwrap_or_default().to_string();
            parts.fold(first, |all, part| {
                all + part.split_once('m').map_or("", |(_, rest)| rest)
            })
        };
        let tree = "app (app.wasm, root)\n├─ a:b/c → unresolved\n└─ d → e\n\nexports\n  run\n";
        let painted = color.outline(tree);
        assert_eq!(bare(&painted), PLAIN.outline(tree));
        assert!(painted.contains("\x1b[1;31munresolved\x1b[0m"), "{painted}");
        assert!(painted.contains("\x1b[1mexports\x1b[0m"), "{painted}");
        let rows = rows(&[&["host", "verdict"], &["runs", "runs"]]);
        let green = |column, _: &str| (column == 1).then_some(Paint::Good);
        let painted = color.table(&rows, &[], green);
        assert_eq!(bare(&painted), PLAIN.table(&rows, &[], |_, _| None));
        assert!(painted.contains("runs  \x1b[32mruns\x1b[0m"), "{painted}");
    }
}
