//! Configurations, files of virtual settings and baselines: each reader takes them, or says what is
//! wrong in them.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

use witkit::baseline::Baseline;
use witkit::check::{self};
use witkit::source::Source;
use witkit::{componentize, compose, lint, wit};

use super::{or_sound, seed};

thread_local! {
    /// A file that is written again and again: most readers take paths.
    static PLACE: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
}

/// Bytes as a file of any of these kinds.
pub fn check(data: &[u8]) -> Result<(), String> {
    let pick = seed(data);
    let source = Source::memory("witkit.toml", data);
    let read = compose::config::read_source(&source, Path::new("witkit.toml"), None);
    or_sound(read, pick)?;
    let file = written(data)?;
    or_sound(check::config::read(&file), pick)?;
    or_sound(lint::read(&file), pick)?;
    or_sound(wit::format::settings::read(&file), pick)?;
    or_sound(componentize::config::read(&file), pick)?;
    or_sound(wit::configured(&file), pick)?;
    or_sound(compose::read_virtual(&file), pick)?;
    if let Some(baseline) = or_sound(Baseline::read(&file, "lint"), pick)? {
        let file = written(baseline.to_json().as_bytes())?;
        let again = Baseline::read(&file, "lint").map_err(|e| format!("not read again: {e:#}"))?;
        if again.to_json() != baseline.to_json() {
            return Err("the baseline is another when it is read again".to_string());
        }
    }
    Ok(())
}

fn written(data: &[u8]) -> Result<PathBuf, String> {
    PLACE.with(|place| {
        let mut place = place.borrow_mut();
        if place.is_none() {
            *place = Some(tempfile::tempdir().map_err(|e| e.to_string())?);
        }
        let folder = place.as_ref().ok_or("there is no folder")?;
        let file = folder.path().join("witkit.toml");
        fs::write(&file, data).map_err(|e| e.to_string())?;
        Ok(file)
    })
}
