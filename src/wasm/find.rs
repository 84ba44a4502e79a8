//! The WebAssembly files in a folder.
//!
//! May import: `source`, `diag` (rank 0). Deliberately absent: opening them. Only here are files
//! identified by their names.
//!
//! With `deep`, subfolders are searched as well, except hidden ones; links to folders are
//! not followed, to avoid cycles.

use std::path::{Path, PathBuf};

use crate::diag::Report;
use crate::source;

/// The contents of a folder.
#[derive(Default)]
pub(crate) struct Listing {
    /// The files that end in `.wasm` or `.wat`, sorted.
    pub wasm: Vec<PathBuf>,
    /// Whether it directly contains a file that ends in `.wit`.
    pub has_wit: bool,
}

/// Lists the folder at `path`.
///
/// Fails with all folders that cannot be listed (`input/unreadable`).
pub(crate) fn list(path: &Path, deep: bool) -> Result<Listing, Report> {
    let mut report = Report::new();
    let mut found = Listing::default();
    let mut pending = vec![path.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let name = folder.to_string_lossy();
        let entries = match source::list(&folder) {
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
