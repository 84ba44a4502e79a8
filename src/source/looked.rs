//! What was looked at on the way to a result: what a build has to watch.
//!
//! Lives here: [`Looked`], [`watched`], and the questions about files and folders that count as
//! looking. May import: `reference`.
//! Deliberately absent: other threads, because packages, parts and configurations are read on the
//! caller's.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::reference::{is_reference, place};

/// What a result depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Files that were read.
    pub files: BTreeSet<PathBuf>,
    /// Folders that were listed: another file in one of them may change the result.
    pub folders: BTreeSet<PathBuf>,
    /// What was looked for and does not exist.
    pub missing: BTreeSet<PathBuf>,
}

thread_local! {
    static LOOKED: RefCell<Option<Looked>> = const { RefCell::new(None) };
}

/// Runs `run`, and tells what it looked at, on this thread.
pub(crate) fn watched<T>(run: impl FnOnce() -> T) -> (T, Looked) {
    /// Puts back what was recorded before, even if `run` panics.
    struct Outer(Option<Looked>);
    impl Drop for Outer {
        fn drop(&mut self) {
            LOOKED.replace(self.0.take());
        }
    }
    let mut outer = Outer(LOOKED.replace(Some(Looked::default())));
    let result = run();
    let looked = LOOKED.take().unwrap_or_default();
    if let Some(outer) = &mut outer.0 {
        outer.files.extend(looked.files.iter().cloned());
        outer.folders.extend(looked.folders.iter().cloned());
        outer.missing.extend(looked.missing.iter().cloned());
    }
    (result, looked)
}

fn record(record: impl FnOnce(&mut Looked)) {
    LOOKED.with_borrow_mut(|looked| {
        if let Some(looked) = looked {
            record(looked);
        }
    });
}

/// A file that was read.
pub(super) fn read(path: &Path) {
    record(|looked| {
        looked.files.insert(path.to_path_buf());
    });
}

/// Something that could not be opened.
pub(super) fn failed(path: &Path, error: &io::Error) {
    if error.kind() == io::ErrorKind::NotFound {
        record(|looked| {
            looked.missing.insert(path.to_path_buf());
        });
    }
}

fn metadata(path: &Path) -> Option<fs::Metadata> {
    // A package that is not found is reported when it is opened.
    let path = place(path).ok()?;
    let found = fs::metadata(&path);
    if let Err(error) = &found {
        failed(&path, error);
    }
    found.ok()
}

/// Whether there is a file at `path`.
pub fn is_file(path: &Path) -> bool {
    metadata(path).is_some_and(|meta| meta.is_file())
}

/// Whether there is a folder at `path`.
pub fn is_dir(path: &Path) -> bool {
    metadata(path).is_some_and(|meta| meta.is_dir())
}

/// Whether there is anything at `path`.
pub fn exists(path: &Path) -> bool {
    metadata(path).is_some()
}

/// The folder that a reference stands for, and any other path as it is.
pub fn folder(path: &Path) -> Cow<'_, Path> {
    match place(path) {
        Ok(place) if is_reference(path) && is_dir(&place) => place,
        _ => Cow::Borrowed(path),
    }
}

/// Whether there is a link at `path` that leads to nothing.
pub fn is_broken_link(path: &Path) -> bool {
    let link = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    link && !exists(path)
}

/// What is in the folder at `path`.
pub fn list(path: &Path) -> io::Result<fs::ReadDir> {
    let path: &Path = &place(path).map_err(|finding| io::Error::other(finding.message))?;
    let entries = fs::read_dir(path);
    match &entries {
        Ok(_) => record(|looked| {
            looked.folders.insert(path.to_path_buf());
        }),
        Err(error) => failed(path, error),
    }
    entries
}
