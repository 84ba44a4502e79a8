//! The page of a code, laid out for a terminal: examples indented under a caption, paragraphs
//! wrapped, no Markdown left.
//!
//! May import: nothing of ours. Deliberately absent: all of Markdown. Pages consist of paragraphs,
//! lists, bold text and fenced examples, and a test walks every page there is.

/// Lays out `page` in lines of at most `width` columns, if it can; examples keep their lines.
pub(super) fn laid_out(page: &str, width: usize, color: bool) -> String {
    let mut out = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            flush(&mut paragraph, width, color, &mut out);
            if let Some(caption) = caption(info) {
                out.push_str(&styled(caption, BOLD, color));
                out.push_str(":\n");
            }
            for line in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                if !line.is_empty() {
                    out.push_str("    ");
                    out.push_str(line);
                }
                out.push('\n');
            }
            continue;
        }
        if line.is_empty() || line.starts_with("- ") {
            flush(&mut paragraph, width, color, &mut out);
        }
        match line.is_empty() {
            true => out.push('\n'),
            false => paragraph.push(line),
        }
    }
    flush(&mut paragraph, width, color, &mut out);
    out
}

/// What an example shows, by the words behind the language of its fence.
fn caption(info: &str) -> Option<&'static str> {
    let caption = match info.split(' ').nth(1)? {
        "bad" => "Bad",
        "good" => "Good",
        "fixed" => "Fixed",
        "old" => "Old",
        "new" => "New",
        _ => return None,
    };
    Some(caption)
}

/// Writes the lines of a paragraph or of an item in a list, wrapped again.
fn flush(paragraph: &mut Vec<&str>, width: usize, color: bool, out: &mut String) {
    if paragraph.is_empty() {
        return;
    }
    let indent = match paragraph[0].starts_with("- ") {
        true => "  ",
        false => "",
    };
    let mut column = 0;
    // Marks are taken out before wrapping, since they are not on the screen.
    let mut inside = Inside::default();
    for word in paragraph.iter().flat_map(|line| line.split_whitespace()) {
        let (text, shown) = inside.styled(word, color);
        if column > 0 && column + 1 + shown > width {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(&text);
        column += shown;
    }
    out.push('\n');
    paragraph.clear();
}

/// What a word stands in.
#[derive(Default)]
struct Inside {
    code: bool,
    bold: bool,
}

impl Inside {
    /// The word as it is written to the terminal, and how many columns it takes there.
    ///
    /// Without colours, code keeps its backticks: nothing else would tell it apart.
    fn styled(&mut self, word: &str, color: bool) -> (String, usize) {
        let mut text = String::new();
        let mut columns = 0;
        if color && self.code {
            text.push_str(CODE);
        }
        if color && self.bold {
            text.push_str(BOLD);
        }
        let mut rest = word;
        while let Some(c) = rest.chars().next() {
            if !self.code && rest.starts_with("**") {
                self.bold = !self.bold;
                if color {
                    text.push_str(if self.bold { BOLD } else { RESET });
                }
                rest = &rest[2..];
                continue;
            }
            rest = &rest[c.len_utf8()..];
            if c == '`' {
                self.code = !self.code;
                if color {
                    text.push_str(if self.code { CODE } else { RESET });
                    continue;
                }
            }
            text.push(c);
            columns += 1;
        }
        if color && (self.code || self.bold) {
            text.push_str(RESET);
        }
        (text, columns)
    }
}

const BOLD: &str = "\u{1b}[1m";
const CODE: &str = "\u{1b}[36m";
const RESET: &str = "\u{1b}[0m";

fn styled(text: &str, style: &str, color: bool) -> String {
    match color {
        true => format!("{style}{text}{RESET}"),
        false => text.to_string(),
    }
}

/// The first sentence of a page, in one line.
pub(super) fn summary(page: &str) -> String {
    let first = page.trim_start().split("\n\n").next().unwrap_or_default();
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    // A period ends the sentence only before the next: not within `0.2`, `a.b` or `e.g.`.
    let end = first.match_indices(". ").find(|(at, _)| {
        let next = first[at + 2..].chars().next();
        next.is_some_and(|c| c.is_uppercase() || c == '`')
    });
    match end {
        Some((at, _)) => first[..at].to_string(),
        None => first.trim_end_matches(['.', ':']).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_keeps_its_marks() {
        for code in crate::codes() {
            let text = laid_out(&code.page(), 72, true);
            assert!(!text.contains("```"), "{}: {text}", code.name);
            let prose = text.lines().filter(|line| !line.starts_with("    "));
            for line in prose {
                // What opens a doc comment is no mark.
                assert!(
                    !line.replace("/**", "").contains("**"),
                    "{}: {line}",
                    code.name
                );
            }
        }
    }

    #[test]
    fn every_word_of_a_page_is_there_and_paragraphs_fit() {
        for code in crate::codes() {
            let page = code.page();
            let text = laid_out(&page, 60, false);
            let words = |text: &str| {
                let text = text.replace("**", "");
                let lines = text.lines().filter(|line| !line.starts_with("```"));
                let lines = lines
                    .filter(|line| !matches!(*line, "Bad:" | "Good:" | "Fixed:" | "Old:" | "New:"));
                let words = lines.flat_map(str::split_whitespace).map(str::to_string);
                words.collect::<Vec<_>>()
            };
            assert_eq!(words(&page), words(&text), "{}", code.name);
            for line in text.lines().filter(|line| !line.starts_with("    ")) {
                let fits = line.chars().count() <= 60 || line.trim_start().split(' ').count() <= 2;
                assert!(fits, "{}: {line}", code.name);
            }
        }
    }

    #[test]
    fn a_summary_is_one_sentence() {
        assert_eq!(
            summary("A `use` of 0.2 fails.\nMore of it."),
            "A `use` of 0.2 fails"
        );
        assert_eq!(
            summary("Two parts\nexport it\n\nSecond."),
            "Two parts export it"
        );
    }
}
