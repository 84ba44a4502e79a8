//! Scripts of wac that commands write, formatted as `witkit fmt` does.
//!
//! May import: everything (rank 5). Deliberately absent: what a script says (`compose`).

use std::path::{Path, PathBuf};

use crate::compose::{self, AsScript, Options, Outcome, Wanted};
use crate::config;
use crate::diag::Report;
use crate::wit::format::{Style, settings};

/// What the file of a script is called if it has no name.
const UNNAMED: &str = "composition.wac";

/// What was composed, as a script in `file`, if that is known.
pub(super) fn written(
    request: &Options,
    outcome: &Outcome,
    file: Option<&Path>,
) -> Result<AsScript, Report> {
    let wanted = Wanted {
        file: file.unwrap_or(Path::new(UNNAMED)),
        flags: Vec::new(),
        is_placed: false,
        style: style()?,
    };
    compose::as_script(request, outcome, wanted)
}

/// What was composed of parts that will be in the folder of packages beside the script `file`; with
/// identical core modules shared if `request` says so.
pub(super) fn beside_parts(
    request: &Options,
    outcome: &Outcome,
    file: &Path,
) -> Result<AsScript, Report> {
    let flags = match request.dedupe {
        true => vec!["--dedupe".to_string()],
        false => Vec::new(),
    };
    let wanted = Wanted {
        file,
        flags,
        is_placed: true,
        style: style()?,
    };
    compose::as_script(request, outcome, wanted)
}

/// Where the file of a package is found, from the folder of the script.
pub(super) fn place(package: &str) -> PathBuf {
    let mut place = PathBuf::from("deps");
    place.extend(package.split(':'));
    place.with_extension("wasm")
}

/// The style of the nearest configuration, as for `witkit fmt`.
fn style() -> Result<Style, Report> {
    let here = std::env::current_dir().unwrap_or_default();
    match config::find(&here) {
        Some(file) => settings::read(&file),
        None => Ok(Style::default()),
    }
}
