//! What paths on a command line stand for.
//!
//! Lives here: [`inputs`]. May import: `diag` (rank 0), `wasm` (1).
//! Deliberately absent: opening files.

use std::path::PathBuf;

use super::codes;
use crate::diag::{Locus, Report};
use crate::source;
use crate::wasm;

/// The inputs that paths stand for: a folder without `.wit` files for the `.wasm` and `.wat` files
/// in it.
///
/// Fails with all folders that cannot be listed or have neither (`inspect/nothing-inside`).
#[doc(hidden)]
pub fn inputs(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Report> {
    let mut report = Report::new();
    let mut found = Vec::new();
    for path in paths {
        if !source::is_dir(path) {
            found.push(path.clone());
            continue;
        }
        let name = path.to_string_lossy();
        let listing = match wasm::find::list(path, false) {
            Ok(listing) => listing,
            Err(unreadable) => {
                report.extend(unreadable);
                continue;
            }
        };
        if listing.has_wit {
            found.push(path.clone());
            continue;
        }
        if listing.wasm.is_empty() {
            report.push(
                codes::NOTHING_INSIDE
                    .report(format!("no `.wit`, `.wasm` or `.wat` files in `{name}`"))
                    .at(Locus::File(name.to_string()), "")
                    .note("subdirectories are not searched")
                    .help("pass a file, or the directory that contains the files"),
            );
        }
        found.extend(listing.wasm);
    }
    report.or_ok(found)
}
