//! The WebAssembly files in a folder.
//!
//! May import: `source`, `diag` (rank 0). Deliberately absent: opening them; here alone files go by
//! their names, as there is nothing else to go by.
//!
//! With `deep`, folders within are searched, too, but not hidden ones, and links to folders are
//! not followed, so that there are no circles.

use std::path::{Path, PathBuf};

use crate::diag::Report;
use crate::source;

/// What is in a folder.
#[derive(Default)]
pub(crate) struct Listing {
    /// The files that end in `.wasm` or `.wat`, sorted.
    pub wasm: Vec<PathBuf>,
    /// Whether there is a file that ends in `.wit`, right in it.
    pub has_wit: bool,
}

/// Lists the folder at `path`.
///
/// Fails with all that cannot be listed (`input/unreadable`).
pub(crate) fn list(path: &Path, deep: bool) -> Result<Listing, Report> {
    let mut report = Report::new();
    let mut found = Listing::default();
    let mut pending = vec![path.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let name = folder.to_string_lossy();
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) => {
                report.push(source::unreadable(&name, &e));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    report.push(source::unreadable(&name, &e));
                    continue;
                }
            };
            let file = entry.path();
            if deep && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if !entry.file_name().to_string_lossy().starts_with('.') {
                    pending.push(file);
                }
                continue;
            }
            match file.extension().and_then(|e| e.to_str()) {
                Some("wasm" | "wat") if file.is_file() => found.wasm.push(file),
                Some("wit") if folder == path && file.is_file() => found.has_wit = true,
                _ => {}
            }
        }
    }
    found.wasm.sort();
    report.or_ok(found)
}
