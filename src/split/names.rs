//! What a composition is called in the files that are written for it.
//!
//! May import: `source`, `parts` (ranks 0 and 2). Deliberately absent: the names of parts (`parts`, `wasm`).

use std::path::Path;

use crate::parts;
use crate::source;

/// A name for the table in `witkit.toml`: TOML takes it without quotes.
pub(super) fn config_name(file: &str) -> String {
    let stem = parts::safe(&source::stem(Path::new(file)));
    let bare = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = stem
        .chars()
        .map(|c| if c == '_' { c } else { bare(c) })
        .collect();
    match name.trim_matches('-') {
        "" => "composition".to_string(),
        name => name.to_string(),
    }
}
