//! Looking for packages in folders that were named for it.
//!
//! May import: `source` (rank 0), `find`, the reading of files. Deliberately absent: which of them
//! are needed; what is there and wrong is told, wherever it stands.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::find;
use super::Input;
use super::read::{add_text, name_of};
use crate::source::Source;
use crate::wasm::{Kind, sniff};

/// Takes the packages in folders, but for those that are known already: the first has it.
///
/// A folder is a package, or has packages in it, each a file or a folder; and so has its `deps`.
pub(super) fn packages(folders: &[PathBuf], input: &mut Input) {
    let texts = input.texts.iter();
    let mut known: BTreeSet<String> = texts.filter_map(|text| find::header(&text.text)).collect();
    for folder in folders {
        let mut candidates = Vec::new();
        for place in [folder.clone(), folder.join("deps")] {
            inside(&place, &mut candidates, input);
        }
        for files in candidates {
            take(&files, &mut known, input);
        }
    }
}

/// The packages right in a folder, as the files of each; with those in the `deps` of each.
fn inside(folder: &Path, candidates: &mut Vec<Vec<PathBuf>>, input: &mut Input) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        // That there is no `deps` is nothing to complain of; a folder that was named is.
        if !folder.ends_with("deps")
            && let Err(found) = Source::open(folder)
        {
            input.report.push(found);
        }
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is = |path: &Path, wanted: &[&str]| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| wanted.contains(&extension)) && path.is_file()
    };
    let (texts, others): (Vec<_>, Vec<_>) = paths.into_iter().partition(|p| is(p, &["wit"]));
    match find::are_one_package(&texts) {
        true => candidates.push(texts),
        false => candidates.extend(texts.into_iter().map(|text| vec![text])),
    }
    for path in others {
        if is(&path, &["wasm", "wat"]) {
            candidates.push(vec![path]);
        } else if path.is_dir() && !path.ends_with("deps") {
            let files = find::files_right_in(&path);
            if !files.is_empty() {
                candidates.push(files);
            }
            let mut below = Vec::new();
            inside(&path.join("deps"), &mut below, input);
            candidates.extend(below);
        }
    }
}

fn take(files: &[PathBuf], known: &mut BTreeSet<String>, input: &mut Input) {
    let mut sources = Vec::new();
    for file in files {
        match Source::open(file) {
            Ok(source) => sources.push((file, source)),
            Err(found) => input.report.push(found),
        }
    }
    let headers = sources.iter().filter_map(|(_, source)| {
        let text = std::str::from_utf8(source.bytes()).ok()?;
        find::header(text)
    });
    let headers: Vec<String> = headers.collect();
    if headers.iter().any(|header| known.contains(header)) {
        return;
    }
    known.extend(headers);
    let groups = input.texts.iter().map(|text| text.group + 1);
    // 0 is the package that was asked for, even if that is binary.
    let group = groups.max().unwrap_or(1).max(1);
    for (file, source) in sources {
        match sniff(source.bytes()) {
            Kind::Wit | Kind::Other => {
                add_text(source, name_of(file), Some(file.clone()), group, input);
            }
            _ => input.binaries.push(source),
        }
    }
}
