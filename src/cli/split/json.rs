//! `witkit.split/1`: the files that were written, and whether they compose to the same again.
//!
//! The fields are described in `docs/json.md`, and by `docs/schema/split.schema.json`. Fields may be
//! added, never changed.
//!
//! May import: `split` (rank 4). Deliberately absent: the plans, which are files of their own.

use std::path::Path;

use serde::Serialize;

use super::{Level, script_name};
use crate::config;
use crate::plan;
use crate::split::{Equivalence, Folder};

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    folders: Vec<JsonFolder<'a>>,
}

#[derive(Serialize)]
struct JsonFolder<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<String>,
    identical: bool,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    file: String,
    size: usize,
    instances: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
}

/// All of it as pretty-printed JSON, with a line feed at the end.
pub(super) fn render(levels: &[(&Folder, &Level)]) -> String {
    let folders = levels.iter().map(|(folder, level)| JsonFolder {
        path: path(&folder.path),
        plan: level.script.is_none().then_some(plan::FILE_NAME),
        config: level.script.is_none().then_some(config::FILE_NAME),
        script: level.script.as_ref().map(|_| script_name(folder)),
        identical: matches!(level.equivalence, Equivalence::Same),
        parts: folder
            .parts
            .iter()
            .map(|part| Part {
                file: path(&level.place(&part.file)),
                size: part.component.bytes().len(),
                instances: &part.instances,
                folder: part.folder.as_deref().map(path),
            })
            .collect(),
    });
    let json = Json {
        schema: "witkit.split/1",
        folders: folders.collect(),
    };
    // INVARIANT: there are only strings, numbers and lists in it, which all have a JSON form.
    let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
    text.push('\n');
    text
}

/// A path with `/` between its names.
pub(super) fn path(path: &Path) -> String {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    names.join("/")
}
