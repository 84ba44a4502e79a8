//! Which files make a package, and reading them.
//!
//! May import: `diag`, `source` (rank 0), `wasm` (rank 1). Deliberately absent: what is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::find::{as_typed, files_right_in, header};
use super::super::{codes, text};
use super::{Input, Text};
use crate::diag::{Diagnostic, Locus};
use crate::source::{self, Source};
use crate::wasm::{Kind, sniff};

/// Reads what is at `path`.
pub(super) fn path(path: &Path, input: &mut Input) {
    if !source::is_dir(path) {
        match open(path, input) {
            Ok(source) => main_source(source, input),
            Err(found) => input.report.push(found),
        }
        return;
    }
    let path = &source::folder(path);
    input.deps = Some(name_of(&path.join("deps")));
    folder(path, 0, input);
    deps(&path.join("deps"), &BTreeSet::new(), input);
}

/// Takes files in memory for what is in a folder of this name; tells what its `deps` has.
pub(super) fn files(
    folder: &str,
    files: &[(String, Vec<u8>)],
    input: &mut Input,
) -> BTreeSet<String> {
    input.deps = Some(format!("{folder}/deps"));
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = false;
    for (path, bytes) in files {
        let name = format!("{folder}/{path}");
        let source = || Source::memory(name.as_str(), bytes.clone());
        let parts: Vec<&str> = path.split('/').collect();
        let end = Path::new(path);
        match parts[..] {
            [_] if extension(end) == Some("wit") => {
                found = true;
                add_text(source(), name.clone(), None, 0, input);
            }
            ["deps", package] => {
                let group = groups.len() + 1;
                groups.insert(package, group);
                dep(source(), name.clone(), None, group, input);
            }
            ["deps", package, _] if extension(end) == Some("wit") => {
                let next = groups.len() + 1;
                let group = *groups.entry(package).or_insert(next);
                add_text(source(), name.clone(), None, group, input);
            }
            _ => {}
        }
    }
    if !found {
        input.report.push(
            codes::NO_FILES
                .report(format!("no `.wit` files in `{folder}`"))
                .at(Locus::File(folder.to_string()), ""),
        );
    }
    groups.into_keys().map(str::to_string).collect()
}

/// Takes a source for the package that was asked for.
pub(super) fn main_source(source: Source, input: &mut Input) {
    match sniff(source.bytes()) {
        Kind::Component | Kind::CoreModule | Kind::UnknownWasm | Kind::Wat => {
            input.main = Some(source);
        }
        // With the name of a WIT file, it is one with an error.
        Kind::Script if source.path().is_some_and(|p| extension(p) != Some("wit")) => {
            input.report.push(codes::script(source.name()));
        }
        Kind::Wit | Kind::Script | Kind::Other => {
            let path = source.path().map(Path::to_path_buf);
            let name = match &path {
                Some(path) => name_of(path),
                None => source.name().to_string(),
            };
            add_text(source, name, path, 0, input);
        }
    }
}

/// Opens a file, or what stands in for it.
fn open(path: &Path, input: &Input) -> Result<Source, Diagnostic> {
    if path == Path::new("-")
        && let Some(text) = input.over.get("stdin")
    {
        return Ok(Source::memory("stdin", text.as_bytes().to_vec()));
    }
    match input.over.get(&name_of(path)) {
        Some(text) => Ok(Source::standing_for(path, text.as_bytes().to_vec())),
        None => Source::open(path),
    }
}

/// A path as it is shown.
pub(super) fn name_of(path: &Path) -> String {
    as_typed(path).to_string_lossy().into_owned()
}

/// The `.wit` files right in a folder.
fn folder(path: &Path, group: usize, input: &mut Input) {
    let Some(mut entries) = listing(path, input) else {
        return;
    };
    let added = input.over.keys().map(Path::new);
    let added = added.filter(|file| as_typed(source::folder_of(file)) == as_typed(path));
    let new: Vec<PathBuf> = added
        .filter(|file| !entries.iter().any(|entry| as_typed(entry) == *file))
        .map(Path::to_path_buf)
        .collect();
    entries.extend(new);
    let mut found = false;
    for entry in &entries {
        if extension(entry) != Some("wit") || entry.is_dir() {
            continue;
        }
        found = true;
        match open(entry, input) {
            Ok(source) => add_text(source, name_of(entry), Some(entry.clone()), group, input),
            Err(problem) => input.report.push(problem),
        }
    }
    if !found {
        input.report.push(no_files(path, &entries));
    }
}

/// The packages in a folder `deps`, if there is one, but for what is called as one that is `known`.
pub(super) fn deps(path: &Path, known: &BTreeSet<String>, input: &mut Input) {
    // A link that leads nowhere is there, too, and is complained about.
    if path.symlink_metadata().is_err() {
        return;
    }
    let Some(entries) = listing(path, input) else {
        return;
    };
    for (at, entry) in entries.iter().enumerate() {
        let called = entry.file_name().unwrap_or_default().to_string_lossy();
        if known.contains(called.as_ref()) {
            continue;
        }
        let group = known.len() + at + 1;
        if entry.is_dir() {
            folder(entry, group, input);
            continue;
        }
        // Others are notes, locks and the like.
        if !matches!(extension(entry), Some("wit" | "wasm" | "wat")) {
            continue;
        }
        match open(entry, input) {
            Ok(source) => dep(source, name_of(entry), Some(entry.clone()), group, input),
            Err(problem) => input.report.push(problem),
        }
    }
}

/// Takes a source for a package that may be needed.
fn dep(source: Source, name: String, path: Option<PathBuf>, group: usize, input: &mut Input) {
    let is_named_wit = extension(Path::new(&name)) == Some("wit");
    match sniff(source.bytes()) {
        Kind::Wit => add_text(source, name, path, group, input),
        Kind::Script | Kind::Other if is_named_wit => add_text(source, name, path, group, input),
        _ => input.binaries.push(source),
    }
}

/// What is in a folder, by name.
fn listing(path: &Path, input: &mut Input) -> Option<Vec<PathBuf>> {
    let entries: Result<Vec<_>, _> = source::list(path).and_then(Iterator::collect);
    match entries {
        Ok(entries) => {
            let mut paths: Vec<PathBuf> = entries.iter().map(|entry| entry.path()).collect();
            paths.sort();
            Some(paths)
        }
        Err(error) => {
            let name = name_of(path);
            let reason = source::reason(&error);
            input.report.push(
                source::UNREADABLE
                    .report(format!("cannot read folder `{name}`: {reason}"))
                    .at(Locus::File(name), ""),
            );
            None
        }
    }
}

/// The folder around the package at `path` that has the package called `name` right in it, as a
/// folder or file of its own.
pub(super) fn beside(path: &Path, name: &str) -> Option<PathBuf> {
    let folder = match path.is_dir() {
        true => path,
        false => source::folder_of(path),
    };
    let around = match folder.parent().filter(|_| folder.file_name().is_some()) {
        Some(parent) if parent == Path::new("") => PathBuf::from("."),
        Some(parent) => as_typed(parent).to_path_buf(),
        None => as_typed(&folder.join("..")).to_path_buf(),
    };
    let has = |entry: PathBuf| {
        let files = match entry.is_dir() {
            // A repository often has each package in a folder `wit` of a folder.
            true => [files_right_in(&entry), files_right_in(&entry.join("wit"))].concat(),
            false if extension(&entry) == Some("wit") => vec![entry],
            false => Vec::new(),
        };
        let header = files.first().and_then(|file| {
            let source = Source::open(file).ok()?;
            header(std::str::from_utf8(source.bytes()).ok()?)
        });
        header.is_some_and(|header| header == name)
    };
    let entries = std::fs::read_dir(&around).ok()?.flatten();
    entries.map(|entry| entry.path()).any(has).then_some(around)
}

/// The command that fetches the packages which the one at `path` needs, by the files of package
/// tools beside it or above it, in the same repository.
pub(super) fn fetch(path: &Path) -> Option<&'static str> {
    let path = path.canonicalize().ok()?;
    for folder in path.ancestors().filter(|above| above.is_dir()) {
        let has = |name: &str| folder.join(name).is_file();
        if has("wkg.toml") || has("wkg.lock") {
            return Some("witkit deps fetch");
        }
        if has("deps.toml") || has("deps.lock") {
            return Some("wit-deps update");
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

/// That a folder has no WIT; `entries` are all that is in it.
fn no_files(path: &Path, entries: &[PathBuf]) -> Diagnostic {
    let name = name_of(path);
    let found = codes::NO_FILES
        .report(format!("no `.wit` files in `{name}`"))
        .at(Locus::File(name), "");
    let has_wit = |folder: &&PathBuf| {
        let inside = std::fs::read_dir(folder).into_iter().flatten().flatten();
        folder.is_dir()
            && inside
                .into_iter()
                .any(|e| extension(&e.path()) == Some("wit"))
    };
    match entries.iter().find(has_wit) {
        Some(folder) => found.help(format!("did you mean `{}`?", name_of(folder))),
        None => found,
    }
}

/// Takes a source for a text of the package `group`.
pub(super) fn add_text(
    source: Source,
    name: String,
    path: Option<PathBuf>,
    group: usize,
    input: &mut Input,
) {
    let bytes = source.bytes();
    input.size = input.size.saturating_add(bytes.len());
    if input.size > text::MAX_SIZE {
        // Once is enough, and the rest is not looked at.
        if input.size - bytes.len() <= text::MAX_SIZE {
            input.report.push(
                codes::TOO_LARGE
                    .report(format!(
                        "the package exceeds {} MB of text with `{name}`",
                        text::MAX_SIZE >> 20
                    ))
                    .at(Locus::File(name), ""),
            );
        }
        return;
    }
    match text::of(&source, &name) {
        Ok(valid) => input.texts.push(Text {
            text: valid.into(),
            name,
            path,
            group,
        }),
        Err(found) => input.report.extend(found),
    }
}
