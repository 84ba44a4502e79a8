//! What a command reads that is given no path: `[paths]` of witkit.toml, or what is usual.
//!
//! May import: everything (rank 5). Deliberately absent: what is in a folder; each command looks
//! there for what it takes.

use std::path::{Path, PathBuf};

use super::terminal::Terminal;
use crate::config;
use crate::diag::Report;
use crate::source::{Source, beside, is_dir};
use crate::wasm;

/// What a command takes.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    Wit,
    Components,
}

impl Takes {
    /// The key in `[paths]`.
    fn key(self) -> &'static str {
        match self {
            Takes::Wit => "wit",
            Takes::Components => "components",
        }
    }

    /// Where it is by default.
    fn usual(self) -> PathBuf {
        match self {
            Takes::Wit if Path::new("wit").is_dir() => "wit".into(),
            Takes::Wit | Takes::Components => ".".into(),
        }
    }
}

/// The paths that are `given`, or else those of the configuration, or else the usual one.
pub(super) fn given_or_usual(
    given: &[PathBuf],
    takes: Takes,
    config: Option<&Path>,
    terminal: &Terminal,
) -> Result<Vec<PathBuf>, Report> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let configured = match config {
        Some(file) => configured(file, takes)?,
        None => Vec::new(),
    };
    let (paths, why) = match (config, configured.is_empty()) {
        (Some(file), false) => (configured, format!("[paths] of {} says so", file.display())),
        _ => (vec![takes.usual()], "no path was given".to_string()),
    };
    terminal.detail(|| {
        let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
        format!("took {}: {why}", names.join(", "))
    });
    Ok(paths)
}

/// What `[paths]` of a witkit.toml names, relative to its folder.
fn configured(file: &Path, takes: Takes) -> Result<Vec<PathBuf>, Report> {
    let source = Source::open(file)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    config::read(&source, |mut root, report| {
        let Some(mut table) = root.table("paths", report) else {
            return Vec::new();
        };
        let [wit, components] =
            [Takes::Wit, Takes::Components].map(|takes| table.strings(takes.key(), report));
        table.finish(report);
        let paths = match takes {
            Takes::Wit => wit,
            Takes::Components => components,
        };
        paths.iter().map(|path| beside(folder, path)).collect()
    })
}

/// Each folder replaced by the .wasm and .wat files in it.
pub(super) fn without_folders(paths: Vec<PathBuf>) -> Result<Vec<PathBuf>, Report> {
    let mut report = Report::new();
    let mut files = Vec::new();
    for path in paths {
        if !is_dir(&path) {
            files.push(path);
            continue;
        }
        match wasm::find::list(&path, false) {
            Ok(listing) => files.extend(listing.wasm),
            Err(unreadable) => report.extend(unreadable),
        }
    }
    report.or_ok(files)
}
