//! Bytes as text: WIT is UTF-8.
//!
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1). Deliberately absent: what the text says.

use super::codes;
use crate::diag::{Locus, Report};
use crate::source::Source;
use crate::wasm::{Kind, sniff};

/// The maximum size of text: far below what positions can count, and far above what people write.
pub(super) const MAX_SIZE: usize = 512 << 20;

/// The text of a source that is called `name` in what is said of it; fails if it is none
/// (`wit/not-text`), or more than can be (`wit/too-large`).
pub(crate) fn of<'s>(source: &'s Source, name: &str) -> Result<&'s str, Report> {
    let bytes = source.bytes();
    if bytes.len() > MAX_SIZE {
        let message = format!("`{name}` is larger than {} MB", MAX_SIZE >> 20);
        let found = codes::TOO_LARGE.report(message);
        return Err(found.at(Locus::File(name.to_string()), "").into());
    }
    std::str::from_utf8(bytes).map_err(|error| not_text(bytes, name, error.valid_up_to()))
}

/// Reports a file that is not UTF-8 from the byte `at` on.
fn not_text(bytes: &[u8], name: &str, at: usize) -> Report {
    let is_wasm = !matches!(sniff(bytes), Kind::Wit | Kind::Script | Kind::Other);
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if is_wasm || utf16 || bytes[..at].contains(&0) || bytes.contains(&0) {
        let is = match (is_wasm, utf16) {
            (true, _) => "binary WebAssembly",
            (_, true) => "UTF-16 text",
            _ => "not text",
        };
        let found = codes::NOT_TEXT.report(format!("expected UTF-8 text, `{name}` is {is}"));
        let found = found.at(Locus::File(name.to_string()), "");
        return match (is_wasm, utf16) {
            (true, _) => found.help("pass it on its own, or move it directly into `deps`"),
            (_, true) => found.help("save it as UTF-8"),
            _ => found,
        }
        .into();
    }
    // What is shown has a substitute in place of each byte that means nothing.
    let shown = String::from_utf8_lossy(bytes);
    let mut report = Report::from(
        codes::NOT_TEXT
            .report(format!("`{name}` is not valid UTF-8"))
            .at(
                Locus::Text {
                    file: name.to_string(),
                    range: at..at + '\u{fffd}'.len_utf8(),
                },
                format!("invalid byte 0x{:02x}", bytes[at]),
            )
            .help("save the file as UTF-8"),
    );
    report.add_text(name, shown.as_ref());
    report
}
