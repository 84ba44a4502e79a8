//! How texts and sizes of unknown origin are shown to people.
//!
//! Lives here: what every command, report and drawing does alike with names out of binaries.
//! May import: nothing of ours (rank 0).
//! Deliberately absent: escaping for a format (whoever writes that format does it), and widths.

/// The text with something harmless in place of control characters and of marks that change the
/// direction of writing, as names in binaries may hold anything.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(picture).collect()
}

/// The same, of a text of several lines, which stay so.
#[cfg(feature = "miette")]
pub(crate) fn visible_lines(text: &str) -> String {
    let keep = |c| if c == '\n' { c } else { picture(c) };
    text.chars().map(keep).collect()
}

/// The character, or what is shown in its place.
pub(crate) fn picture(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\x7f'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        _ => c,
    }
}

/// `834 B`, `12.3 kB`, `18.4 MB`.
pub(crate) fn size(bytes: u64) -> String {
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

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn and(items: &[impl AsRef<str>]) -> String {
    list(items, "and")
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn or(items: &[impl AsRef<str>]) -> String {
    list(items, "or")
}

fn list(items: &[impl AsRef<str>], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [all @ .., last] => {
            let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
            format!("{} {word} {}", all.join(", "), last.as_ref())
        }
    }
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
    }

    #[test]
    fn lists_read_as_people_say_them() {
        assert_eq!(and(&["a"]), "a");
        assert_eq!(and(&["a", "b"]), "a and b");
        assert_eq!(or(&["a", "b", "c"]), "a, b or c");
    }

    #[test]
    fn nothing_in_a_name_reaches_the_terminal_as_a_command() {
        assert_eq!(visible("a\x1b[31mb\u{202e}c\n"), "a␛[31mb\u{fffd}c␊");
    }
}
