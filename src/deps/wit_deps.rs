//! `deps.toml` of wit-deps, in the folder of a WIT package.
//!
//! Lives here: [`read`]. May import: `config`, `source` (ranks 0 and 1).
//! Deliberately absent: downloading archives. What wit-deps has put into `deps` is used as it is.

use std::path::Path;

use super::codes::UNSUPPORTED;
use super::locals::Local;
use crate::config::{self, Entry};
use crate::diag::Report;
use crate::source::{self, Source};

/// The name of the file.
const FILE_NAME: &str = "deps.toml";

/// The packages that the file names and that are not in `deps`.
///
/// Fails if the file is malformed (`config/…`), or names a URL (`deps/unsupported-source`).
pub(super) fn read(folder: &Path) -> Result<Vec<Local>, Report> {
    let file = folder.join(FILE_NAME);
    if !source::is_file(&file) {
        return Ok(Vec::new());
    }
    let paths = config::read_toml(&Source::open(&file)?, |root, report| {
        let mut paths = Vec::new();
        for (name, place, entry) in root.strings_or_tables(report) {
            let (path, url) = match entry {
                Entry::Text(text) if text.contains("://") => (None, Some(text)),
                Entry::Text(text) => (Some(text), None),
                Entry::Table(mut table) => {
                    table.expect(&["sha256", "sha512", "subdir"]);
                    let found = (table.string("path", report), table.string("url", report));
                    table.finish(report);
                    found
                }
            };
            if source::is_dir(&folder.join("deps").join(&name)) {
                continue;
            }
            match (path, url) {
                (Some(path), _) => paths.push((name, folder.join(path))),
                (None, Some(url)) => report.push(
                    UNSUPPORTED
                        .report(format!("cannot download `{name}` from `{url}`"))
                        .at(place, "only registries are supported")
                        .help("run `wit-deps`, or remove the entry to take it from a registry"),
                ),
                (None, None) => report.push(
                    config::MISSING
                        .report("expected `path` or `url`, found neither")
                        .at(place, ""),
                ),
            }
        }
        paths
    })?;
    let mut report = Report::new();
    let mut locals = Vec::new();
    for (name, path) in paths {
        match Local::read(&path, &name) {
            Ok(local) => locals.push(local),
            Err(found) => report.extend(found),
        }
    }
    report.or_ok(locals)
}
