//! What formatting would change, as a unified diff.
//!
//! May import: nothing of ours. Deliberately absent: differences between any two texts. These two
//! differ in blanks and commas only, so each line of one is known to belong to those of the other
//! that have the same words before them; a look at each line is enough, where a search for what two
//! texts have in common takes minutes for a large one with another indentation.

use std::fmt::Write as _;

use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, group_diff_ops};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// The difference between a text and what formatting makes of it; nothing if there is none.
pub(super) fn unified(name: &str, old: &str, new: &str, coloured: bool) -> String {
    let (old, new) = (lines(old), lines(new));
    let mut out = String::new();
    let mut print = |colour: &str, sign: &str, line: &str| {
        let (text, ended) = match line.strip_suffix('\n') {
            Some(text) => (text, true),
            None => (line, false),
        };
        // Writing to a string does not fail.
        let _ = match coloured && !colour.is_empty() {
            true => writeln!(out, "\x1b[{colour}m{sign}{text}\x1b[0m"),
            false => writeln!(out, "{sign}{text}"),
        };
        if !ended {
            out.push_str("\\ No newline at end of file\n");
        }
    };
    for (number, hunk) in group_diff_ops(changes(&old, &new), CONTEXT)
        .iter()
        .enumerate()
    {
        if number == 0 {
            print("1", "--- ", &format!("{name}\n"));
            print("1", "+++ ", &format!("{name}\n"));
        }
        print("36", "", &format!("{}\n", UnifiedHunkHeader::new(hunk)));
        for change in hunk {
            let (tag, before, after) = change.as_tag_tuple();
            if tag == similar::DiffTag::Equal {
                old[before]
                    .iter()
                    .for_each(|line| print("", " ", line.text));
                continue;
            }
            old[before]
                .iter()
                .for_each(|line| print("31", "-", line.text));
            new[after]
                .iter()
                .for_each(|line| print("32", "+", line.text));
        }
    }
    out
}

/// A line.
struct Line<'t> {
    /// With its line break, if it has one.
    text: &'t str,
    /// How many bytes there are before it that formatting does not change.
    before: usize,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut before = 0;
    text.split_inclusive('\n')
        .map(|text| {
            let line = Line { text, before };
            let kept = text
                .bytes()
                .filter(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b','));
            before += kept.count();
            line
        })
        .collect()
}

/// Which lines are the same, and which are not.
fn changes(old: &[Line<'_>], new: &[Line<'_>]) -> Vec<DiffOp> {
    let mut changes = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        let (old_index, new_index) = (i, j);
        while let (Some(before), Some(after)) = (old.get(i), new.get(j))
            && before.before == after.before
            && before.text == after.text
        {
            (i, j) = (i + 1, j + 1);
        }
        if i > old_index {
            let len = i - old_index;
            changes.push(DiffOp::Equal {
                old_index,
                new_index,
                len,
            });
            continue;
        }
        loop {
            let (drop, add) = match (old.get(i), new.get(j)) {
                (None, None) => (false, false),
                (Some(_), None) => (true, false),
                (None, Some(_)) => (false, true),
                (Some(old), Some(new)) if old.before != new.before => {
                    (old.before < new.before, old.before > new.before)
                }
                (Some(old), Some(new)) if old.text == new.text => (false, false),
                (Some(old), Some(new)) => match (is_empty(old), is_empty(new)) {
                    (true, false) => (true, false),
                    (false, true) => (false, true),
                    _ => (true, true),
                },
            };
            i += usize::from(drop);
            j += usize::from(add);
            if !drop && !add {
                break;
            }
        }
        changes.push(DiffOp::Replace {
            old_index,
            old_len: i - old_index,
            new_index,
            new_len: j - new_index,
        });
    }
    changes
}

fn is_empty(line: &Line<'_>) -> bool {
    line.text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_lines_and_those_around_them_are_shown() {
        let old = "a\n\n\n b,\nc\nd\ne\nf\ng\nh {i}";
        let new = "a\n\nb\nc\nd\ne\nf\ng\nh {\n  i,\n}\n";
        let expected = "--- x\n+++ x\n@@ -1,10 +1,11 @@\n a\n \n-\n- b,\n+b\n c\n d\n e\n f\n g\n\
             -h {i}\n\\ No newline at end of file\n+h {\n+  i,\n+}\n";
        assert_eq!(unified("x", old, new, false), expected);
        assert_eq!(unified("x", new, new, false), "");
    }

    #[test]
    fn a_large_text_with_another_indentation_takes_no_search() {
        let old: String = (0..100_000).map(|n| format!("    line {n}\n")).collect();
        let new = old.replace("    ", "  ");
        assert_eq!(unified("x", &old, &new, true).lines().count(), 200_003);
    }
}
