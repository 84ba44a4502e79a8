//! `witkit.split/1`: the files that were written, and whether they compose to the same again.
//!
//! The fields are described in `docs/json.md`, and by `docs/schema/split.schema.json`. Fields may be
//! added, never changed.
//!
//! May import: `split` (rank 4). Deliberately absent: the plans, which are files of their own.

use std::path::Path;

use serde::Serialize;

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
    plan: &'static str,
    config: &'static str,
    identical: bool,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    file: &'a str,
    size: usize,
    instances: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
}

/// All of it as pretty-printed JSON, with a line feed at the end.
pub(super) fn render(folders: &[Folder], equivalence: &[Equivalence]) -> String {
    let folders = folders.iter().zip(equivalence);
    let folders = folders.map(|(folder, equivalence)| JsonFolder {
        path: path(&folder.path),
        plan: plan::FILE_NAME,
        config: config::FILE_NAME,
        identical: matches!(equivalence, Equivalence::Same),
        parts: folder
            .parts
            .iter()
            .map(|part| Part {
                file: &part.file,
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

fn path(path: &Path) -> String {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    names.join("/")
}
