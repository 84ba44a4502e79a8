//! The table about several inputs.
//!
//! May import: `inspect` (rank 4). Deliberately absent: finding anything out.

use super::screen::{WIDTH, kind};
use crate::cli::lines::cut;
use crate::cli::look::Look;
use crate::escape::size;
use crate::inspect::{InputKind, Inspection};

/// A line for each input.
pub(super) fn table(all: &[&Inspection], look: Look) -> String {
    let titles = [
        "input",
        "kind",
        "size",
        "language",
        "imports",
        "exports",
        "WASI",
        "capabilities",
    ];
    let mut rows: Vec<Vec<String>> = vec![titles.map(str::to_string).to_vec()];
    for found in all {
        let languages = found.producers.iter().filter(|p| p.field == "language");
        let languages: Vec<&str> = languages.map(|p| p.name.as_str()).collect();
        let mut capabilities: Vec<&str> = Vec::new();
        let of_worlds = found.worlds.iter().flat_map(|world| &world.capabilities);
        for capability in found.capabilities.iter().chain(of_worlds) {
            if !capabilities.contains(&capability.name) {
                capabilities.push(capability.name);
            }
        }
        let number = |count: usize| match found.kind {
            InputKind::WitPackage => String::new(),
            _ => count.to_string(),
        };
        rows.push(vec![
            found.file.clone(),
            kind(found).to_string(),
            size(found.size),
            languages.join(", "),
            number(found.imports.len()),
            number(found.exports.len()),
            found.wasi.release.clone().unwrap_or_default(),
            cut(&capabilities.join(", "), WIDTH),
        ]);
    }
    look.table(&rows, &[2, 4, 5], |_, _| None)
}
