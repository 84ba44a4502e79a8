//! How sizes, names and columns are written.
//!
//! May import: `output`. Deliberately absent: what is written (`screen`).

pub(super) use crate::cli::output::visible;

/// The widest a column gets before its entries stand out of line.
const WIDEST: usize = 48;

/// `834 B`, `12.3 kB`, `18.4 MB`.
pub(in crate::cli) fn size(bytes: u64) -> String {
    let mut unit = 1000.0;
    for name in ["kB", "MB", "GB"] {
        // What is rounded up to the next unit belongs there.
        if (bytes as f64) < unit * 999.95 || name == "GB" {
            if bytes < 1000 {
                return format!("{bytes} B");
            }
            return format!("{:.1} {name}", bytes as f64 / unit);
        }
        unit *= 1000.0;
    }
    format!("{bytes} B")
}

/// A share of a whole: `42%`, `<1%`.
pub(super) fn share(bytes: u64, of: u64) -> String {
    let percent = bytes as f64 * 100.0 / (of.max(1)) as f64;
    match percent {
        p if bytes > 0 && p < 1.0 => "<1%".to_string(),
        p if bytes < of && p > 99.0 => ">99%".to_string(),
        p => format!("{p:.0}%"),
    }
}

/// Rows with their columns under each other; those in `right` end under each other.
pub(in crate::cli) fn columns(rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; count];
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            widths[at] = widths[at].max(cell.chars().count().min(WIDEST));
        }
    }
    let mut lines = Vec::new();
    for row in rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            if widths[at] == 0 {
                continue;
            }
            if !line.is_empty() {
                line.push_str("  ");
            }
            let blanks = " ".repeat(widths[at].saturating_sub(cell.chars().count()));
            match right.contains(&at) {
                true => line.push_str(&format!("{blanks}{cell}")),
                false => line.push_str(&format!("{cell}{blanks}")),
            }
        }
        lines.push(line.trim_end().to_string());
    }
    lines
}

/// Words with commas between them, in lines of at most `width` characters.
pub(super) fn wrapped(words: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let comma = if at + 1 < words.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() + 2 <= width => {
                line.push_str(&format!(" {word}{comma}"));
            }
            _ => lines.push(format!("{word}{comma}")),
        }
    }
    lines
}

/// The beginning of a text that is too long.
pub(in crate::cli) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_suits_them() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (18_355_492, "18.4 MB"),
            (4_000_000_000, "4.0 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(share(1, 1000), "<1%");
        assert_eq!(share(999, 1000), ">99%");
        assert_eq!(share(0, 0), "0%");
    }

    #[test]
    fn nothing_in_a_name_reaches_the_terminal_as_a_command() {
        assert_eq!(visible("a\x1b[31mb\u{202e}c\n"), "a␛[31mb\u{fffd}c␊");
    }
}
