//! What a finding is known by from run to run, for the forms whose readers compare runs.
//!
//! May import: `diag` (rank 0). Deliberately absent: lines and columns, which change when lines
//! above a finding come and go.

use std::collections::BTreeMap;

use crate::diag::position::Places;
use crate::diag::{Diagnostic, Locus};

/// How much of a line tells it from others.
const LINE: usize = 1024;

/// The fingerprints of the findings of one report.
#[derive(Default)]
pub(super) struct Fingerprints<'a> {
    /// How often a fingerprint has occurred in a file.
    seen: BTreeMap<(&'a str, u64), usize>,
}

impl<'a> Fingerprints<'a> {
    /// A hash of the code, the message, and the text of the line or the path of the item. Equal
    /// findings in one file are counted. The file itself is not part of it.
    pub fn of(&mut self, d: &'a Diagnostic, places: &Places) -> String {
        let locus = d.labels.first().map(|label| &label.locus);
        let place = match locus {
            Some(Locus::Text { file, range }) => match places.text(file) {
                Some(lines) => {
                    let line = lines.lines_of(&(range.start..range.start));
                    lines.text[lines.within(&(line.start..line.end.min(line.start + LINE)))]
                        .trim()
                        .to_string()
                }
                None => String::new(),
            },
            Some(Locus::Item { path, .. }) => path.join("\n"),
            Some(Locus::File(_)) | None => String::new(),
        };
        let hash = fnv(&[d.code.name, &d.message, &place]);
        let times = self
            .seen
            .entry((locus.map_or("", Locus::file), hash))
            .or_default();
        *times += 1;
        format!("{hash:016x}:{times}")
    }
}

/// FNV-1a over the texts, with a byte that no text holds behind each.
pub(super) fn fnv(texts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        for byte in text.bytes().chain([0xff]) {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}
