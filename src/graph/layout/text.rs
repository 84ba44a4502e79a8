//! How wide texts get, and how they are shortened to fit.
//!
//! May import: nothing. Deliberately absent: what the texts say (`labels`). No font is measured: a
//! drawing must be the same on every machine, so the widths are those of a wide font, and what is
//! shown in a narrower one has some air.

/// The size of the font of names.
pub(in crate::graph) const NAME: f64 = 13.0;
/// The size of the font of everything else, which is monospaced.
pub(in crate::graph) const SMALL: f64 = 11.0;

/// A hundredth of the size, for the characters from the blank to the tilde (DejaVu Sans Bold).
const WIDTHS: [u8; 95] = [
    35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70,
    70, 70, 70, 40, 40, 84, 84, 84, 58, 100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100,
    84, 85, 73, 85, 77, 72, 68, 81, 77, 110, 77, 72, 73, 46, 37, 46, 84, 50, 50, 67, 72, 59, 72,
    68, 44, 72, 71, 34, 34, 67, 34, 104, 71, 69, 72, 72, 49, 60, 48, 71, 65, 92, 65, 65, 58, 71,
    37, 71, 84,
];

/// The widths of two fonts: names are in the system's bold one, the rest is monospaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graph) enum Font {
    /// 13 pixels, proportional and bold.
    Name,
    /// 11 pixels, monospaced.
    Small,
}

/// How wide a text is, at most, in the fonts that systems come with.
pub(in crate::graph) fn width(text: &str, font: Font) -> f64 {
    text.chars().map(|c| char_width(c, font)).sum()
}

fn char_width(c: char, font: Font) -> f64 {
    let code = u32::from(c);
    match font {
        // Joins the letter before it.
        _ if (0x300..0x370).contains(&code) => 0.0,
        // East Asian letters and pictures are as wide as they are high, or somewhat more.
        _ if (0x1100..0x1160).contains(&code) || code >= 0x2e80 => {
            1.2 * if font == Font::Name { NAME } else { SMALL }
        }
        Font::Small => 0.61 * SMALL,
        Font::Name => match WIDTHS.get((code as usize).wrapping_sub(0x20)) {
            Some(width) => f64::from(*width) / 100.0 * NAME,
            None => NAME,
        },
    }
}

/// The text, with `…` for what is in the middle of it if it is wider than `room`.
pub(in crate::graph) fn shortened(text: &str, font: Font, room: f64) -> String {
    // What is far too long need not be measured to its end.
    if text.len() < 2000 && width(text, font) <= room {
        return text.to_string();
    }
    let room = (room - char_width('…', font)).max(0.0);
    // The end tells more than the middle, as versions and endings are there; the beginning is what
    // is read first.
    let head = take(text.chars(), font, room * 0.5);
    let mut tail = take(text.chars().rev(), font, room - width(&head, font));
    tail = tail.chars().rev().collect();
    format!("{head}…{tail}")
}

fn take(chars: impl Iterator<Item = char>, font: Font, room: f64) -> String {
    let mut taken = String::new();
    let mut used = 0.0;
    for c in chars {
        used += char_width(c, font);
        // Joining marks take no room, and there might be thousands.
        if used > room || taken.len() > 400 {
            break;
        }
        taken.push(c);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_their_middle_and_fit() {
        let long = "the-service-that-has-a-name-nobody-can-remember@1.2.3";
        let short = shortened(long, Font::Name, 150.0);
        assert!(
            short.starts_with("the-ser") && short.ends_with("@1.2.3"),
            "{short}"
        );
        assert!(short.contains('…') && width(&short, Font::Name) <= 150.0);
        assert_eq!(shortened("short", Font::Name, 150.0), "short");
        let marks = "a\u{301}".repeat(5000);
        assert!(shortened(&marks, Font::Small, 100.0).len() < 2000);
    }
}
