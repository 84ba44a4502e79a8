//! Writing files that may have been edited since they were written.
//!
//! `deps/.witkit-deps` has a line for each file: its digest and its path. What is not in it was written
//! by another tool. May import: `source`, `packages` (ranks 0 and 3), `wit` for the layout of WIT.
//! Deliberately absent: what is in the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::codes::EDITED;
use crate::diag::{Diagnostic, Locus, Report, Severity};
use crate::source::{self, NewFile, Source, digest, folder_of, unwritable};
use crate::wit::syntax;

/// The list of files that were written.
const RECORD: &str = ".witkit-deps";

/// Something to do with a file.
pub(super) enum Step {
    Write(PathBuf, Vec<u8>),
    /// As [`Step::Write`], without being told.
    Note(PathBuf, Vec<u8>),
    Remove(PathBuf),
}

impl Step {
    pub fn path(&self) -> &Path {
        match self {
            Step::Write(path, _) | Step::Note(path, _) | Step::Remove(path) => path,
        }
    }

    /// Does it; what was done, for people.
    pub fn carry_out(&self) -> Result<Option<String>, Diagnostic> {
        let fail = |e: std::io::Error| unwritable(&self.path().to_string_lossy(), &e);
        match self {
            Step::Write(path, bytes) | Step::Note(path, bytes) => {
                std::fs::create_dir_all(folder_of(path)).map_err(fail)?;
                NewFile::whole(path, bytes)?;
                let is_told = matches!(self, Step::Write(..));
                Ok(is_told.then(|| format!("wrote {}", path.display())))
            }
            Step::Remove(path) => {
                std::fs::remove_file(path).map_err(fail)?;
                // Only what is empty now.
                let _ = std::fs::remove_dir(folder_of(path));
                let is_told = !path.ends_with(RECORD);
                Ok(is_told.then(|| format!("removed {}", path.display())))
            }
        }
    }
}

/// The files that were written into a folder `deps`, with their digests.
pub(super) fn recorded(deps: &Path) -> BTreeMap<PathBuf, String> {
    let file = deps.join(RECORD);
    if !source::is_file(&file) {
        return BTreeMap::new();
    }
    let Ok(record) = Source::open(&file) else {
        return BTreeMap::new();
    };
    let text = String::from_utf8_lossy(record.bytes());
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines
        .map(|(digest, path)| (PathBuf::from(path), digest.to_string()))
        .collect()
}

/// What to do so that `deps` of a package has these files, and no others that were written before.
pub(super) fn plan(
    folder: &Path,
    files: &[(PathBuf, String)],
    force: bool,
    report: &mut Report,
) -> Vec<Step> {
    let deps = folder.join("deps");
    let record = recorded(&deps);
    let mut steps = Vec::new();
    let mut new = String::new();
    for (path, text) in files {
        let place = deps.join(path);
        let written = match source::is_file(&place) {
            false => Some(digest::of(text.as_bytes())),
            true => match unchanged(&place, text, record.get(path)) {
                Ok(Kept::AsItIs(digest)) => {
                    new.push_str(&line(&digest, path));
                    continue;
                }
                Ok(Kept::Replaceable) => Some(digest::of(text.as_bytes())),
                Ok(Kept::Edited) if force => Some(digest::of(text.as_bytes())),
                Ok(Kept::Edited) => {
                    report.push(edited(&place));
                    None
                }
                Err(found) => {
                    report.push(found);
                    None
                }
            },
        };
        if let Some(digest) = written {
            new.push_str(&line(&digest, path));
            steps.push(Step::Write(place, text.as_bytes().to_vec()));
        }
    }
    for (path, digest) in &record {
        let place = deps.join(path);
        if files.iter().any(|(of, _)| of == path) || !source::is_file(&place) {
            continue;
        }
        match digest_of(&place) {
            Ok(found) if found == *digest => steps.push(Step::Remove(place)),
            _ => {
                let mut finding = EDITED
                    .report(format!(
                        "`{}` is not needed any more, and was edited",
                        place.display()
                    ))
                    .at(Locus::File(place.display().to_string()), "")
                    .help("remove it");
                finding.severity = Severity::Warning;
                report.push(finding);
            }
        }
    }
    let place = deps.join(RECORD);
    let old = record.iter().map(|(path, digest)| line(digest, path));
    if old.collect::<String>() != new {
        steps.push(match new.is_empty() {
            true => Step::Remove(place),
            false => Step::Note(place, new.into_bytes()),
        });
    }
    steps
}

fn line(digest: &str, path: &Path) -> String {
    let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
    format!("{digest} {}\n", names.join("/"))
}

/// What may be done with a file that is there.
enum Kept {
    /// Nothing: it is the same already, whoever wrote it.
    AsItIs(String),
    /// It is as it was written.
    Replaceable,
    /// It is not.
    Edited,
}

fn unchanged(place: &Path, text: &str, record: Option<&String>) -> Result<Kept, Diagnostic> {
    let old = Source::open(place)?;
    let digest = digest::of(old.bytes());
    let old_text = std::str::from_utf8(old.bytes());
    let same = || old_text.is_ok_and(|old| meaning(old) == meaning(text));
    Ok(match record {
        _ if old.bytes() == text.as_bytes() => Kept::AsItIs(digest),
        Some(recorded) if *recorded == digest => Kept::Replaceable,
        // Other tools lay the same out in another way.
        None if same() => Kept::AsItIs(digest),
        _ => Kept::Edited,
    })
}

/// A text without blanks and comments: wasm-pkg-tools loses some docs.
fn meaning(text: &str) -> Vec<&str> {
    let tokens = syntax::lex(text);
    let ends = tokens.iter().skip(1).map(|token| token.start as usize);
    let ends = ends.chain([text.len()]);
    let with_ends = tokens.iter().zip(ends);
    with_ends
        .filter(|(token, _)| !token.kind.is_trivia())
        .map(|(token, end)| &text[token.start as usize..end])
        .collect()
}

/// The digest of a file.
pub(super) fn digest_of(path: &Path) -> Result<String, Diagnostic> {
    Ok(digest::of(Source::open(path)?.bytes()))
}

/// That a file would be replaced which was edited.
pub(super) fn edited(place: &Path) -> Diagnostic {
    let name = place.display().to_string();
    EDITED
        .report(format!("`{name}` was edited, or written by another tool"))
        .at(Locus::File(name), "")
        .help("to discard the change, use `--overwrite`")
        .help("to keep it, move the package, and name its folder: `witkit deps add PACKAGE --path DIR`")
}
