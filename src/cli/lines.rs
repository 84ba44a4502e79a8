//! How counts, shares, names, columns and trees are laid out.
//!
//! May import: `inspect`. Deliberately absent: what is in them; each command knows that.

use crate::inspect::Part;

/// The widest a column gets before its entries stand out of line.
const WIDEST: usize = 48;

/// The name of a part, with those of its instances if it has several.
pub(super) fn called(part: &Part) -> String {
    match part.instances.as_slice() {
        [_, _, ..] => format!("{} ({})", part.name, part.instances.join(", ")),
        _ => part.name.clone(),
    }
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
pub(super) fn columns(rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
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

/// A text in lines of at most `width` characters, broken at blanks; words are not broken.
pub(super) fn wrapped_words(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// The beginning of a text that is too long.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// `1 file`, `2 files`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The text with lines broken that are wider than `width`, at blanks; what follows stands below the
/// text of its line, and the bars of a tree go on.
pub(super) fn folded(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let text_at = line
            .char_indices()
            .find(|(_, c)| !matches!(c, ' ' | '│' | '├' | '└' | '─'));
        let (bars, mut rest) = line.split_at(text_at.map_or(line.len(), |(at, _)| at));
        let below: String = bars
            .chars()
            .map(|c| {
                if matches!(c, '│' | '├') {
                    '│'
                } else {
                    ' '
                }
            })
            .collect();
        let below = format!("{below}  ");
        let mut before = bars;
        loop {
            let room = width.saturating_sub(before.chars().count()).max(20);
            let end = rest.char_indices().nth(room).map(|(at, _)| at);
            // Names are not broken.
            let blank = end.and_then(|end| {
                let inside = rest[..end].rfind(' ').filter(|at| *at > 0);
                inside.or_else(|| rest[end..].find(' ').map(|at| end + at))
            });
            let (now, later) = rest.split_at(blank.unwrap_or(rest.len()));
            out.push_str(before);
            out.push_str(now.trim_end());
            out.push('\n');
            rest = later.trim_start();
            if rest.is_empty() {
                break;
            }
            before = &below;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_say_when_there_is_hardly_anything_and_when_hardly_anything_is_left() {
        assert_eq!(share(1, 1000), "<1%");
        assert_eq!(share(999, 1000), ">99%");
        assert_eq!(share(0, 0), "0%");
    }

    #[test]
    fn lines_of_a_tree_are_folded_below_their_text_and_bars_go_on() {
        let tree = "app.wasm\n\
            ├─ wasi:{cli, clocks, io}@0.2.6 (9 interfaces) → host\n\
            │  └─ acme:a-name-that-cannot-be-broken/anywhere → b\n\
            └─ x → y\n";
        let expected = "app.wasm\n\
            ├─ wasi:{cli, clocks,\n\
            │    io}@0.2.6 (9 interfaces)\n\
            │    → host\n\
            │  └─ acme:a-name-that-cannot-be-broken/anywhere\n\
            │       → b\n\
            └─ x → y\n";
        assert_eq!(folded(tree, 30), expected);
        assert_eq!(folded(tree, 200), tree);
    }
}
