//! The table that is printed.
//!
//! Lives here: [`Row`], its units and targets, and its two forms: [`render`] and [`markdown`].
//! May import: nothing of ours.
//! Deliberately absent: measuring.

use std::fmt::Write as _;

/// What was measured, for witkit, wac and wasm-tools.
pub struct Row {
    pub what: String,
    pub unit: Unit,
    pub values: [Option<f64>; 3],
    pub target: Target,
}

#[derive(Clone, Copy)]
pub enum Unit {
    Instructions,
    Seconds,
    /// Seconds, but very few: shown as microseconds.
    Moments,
    Bytes,
    Exponent,
}

/// What witkit's value is to be at most.
#[derive(Clone, Copy)]
pub enum Target {
    None,
    AtMost(f64),
    /// So many times what another takes: the factor, who it is, what it takes.
    Times(f64, &'static str, f64),
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Unit::Instructions => format!("{:.1} M", value / 1e6),
            Unit::Seconds => format!("{:.1} ms", value * 1e3),
            Unit::Moments => format!("{:.2} µs", value * 1e6),
            Unit::Bytes if value < 1024.0 * 1024.0 => format!("{:.1} KiB", value / 1024.0),
            Unit::Bytes => format!("{:.1} MiB", value / (1024.0 * 1024.0)),
            Unit::Exponent => format!("{value:.2}"),
        }
    }
}

impl Row {
    fn cells(&self) -> [String; 8] {
        let value = |tool: usize| match self.values[tool] {
            Some(value) => self.unit.show(value),
            None => "–".to_string(),
        };
        let multiple = |tool: usize| match (self.unit, self.values[tool], self.values[0]) {
            (Unit::Exponent, _, _) | (_, None, _) | (_, _, None) => String::new(),
            (_, Some(other), Some(own)) => format!("{:.1}×", other / own),
        };
        let (target, most) = match self.target {
            Target::None => (String::new(), None),
            Target::AtMost(most) => (self.unit.show(most), Some(most)),
            Target::Times(times, other, takes) => (
                format!("{times} × {other} ({})", self.unit.show(takes)),
                Some(times * takes),
            ),
        };
        let verdict = match (self.values[0], most) {
            (Some(value), Some(most)) if value <= most => "ok",
            (Some(_), Some(_)) => "OVER",
            (None, Some(_)) => "?",
            (_, None) => "",
        };
        [
            self.what.clone(),
            value(0),
            value(1),
            multiple(1),
            value(2),
            multiple(2),
            target,
            verdict.to_string(),
        ]
    }
}

/// The titles of the columns.
const TITLES: [&str; 8] = ["", "witkit", "wac", "", "wasm-tools", "", "at most", ""];

/// The table for a page; a column that is empty in all rows is left out.
pub fn markdown(rows: &[Row]) -> String {
    let cells: Vec<[String; 8]> = rows.iter().map(Row::cells).collect();
    let is_used = |column: &usize| {
        let said = |row: &[String; 8]| !matches!(row[*column].as_str(), "" | "–");
        cells.iter().any(said)
    };
    let columns: Vec<usize> = (0..8).filter(is_used).collect();
    let line = |cell: &dyn Fn(usize) -> String| {
        let cells: Vec<String> = columns.iter().map(|column| cell(*column)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = line(&|column| TITLES[column].to_string());
    text.push_str(&line(&|column| match column {
        0 | 7 => "---".to_string(),
        _ => "--:".to_string(),
    }));
    for row in &cells {
        text.push_str(&line(&|column| row[column].trim().to_string()));
    }
    text
}

/// The table as text, the notes below it.
pub fn render(rows: &[Row], notes: &[String]) -> String {
    let titles = TITLES.map(String::from);
    let lines: Vec<[String; 8]> = std::iter::once(titles)
        .chain(rows.iter().map(Row::cells))
        .collect();
    let mut text = String::new();
    for line in &lines {
        for (column, cell) in line.iter().enumerate() {
            let widths = lines.iter().map(|line| line[column].chars().count());
            let width = widths.max().unwrap_or(0);
            // Text to the left, numbers to the right.
            if column == 0 || column == 7 {
                let _ = write!(text, "{cell:<width$}  ");
            } else {
                let _ = write!(text, "{cell:>width$}  ");
            }
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    for note in notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}
