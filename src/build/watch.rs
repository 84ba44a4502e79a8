//! What cargo has to watch, so that it runs a build script again when the result may change, and only
//! then.
//!
//! Lives here: [`lines`]. May import: `source` (rank 0).
//! Deliberately absent: times and contents, which cargo compares.
//!
//! Cargo watches files and whole folders, and takes a file that does not exist for a change. What was
//! looked for and is missing is therefore watched through links to it, in a folder of `OUT_DIR`: a
//! link that leads nowhere is as old as it is itself, and one that leads to a new file is as new as
//! that. The links are given an old time, because cargo takes what is younger than the start of the
//! script for a change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::source::Looked;

/// The folder of links to what is missing.
const MISSING: &str = "witkit-missing";

/// `cargo::rerun-if-changed` for all that was looked at.
pub(super) fn lines(looked: &Looked, out_dir: Option<&Path>) -> Vec<String> {
    let made_here = |path: &Path| out_dir.is_some_and(|out_dir| path.starts_with(out_dir));
    let folders: BTreeSet<&PathBuf> = looked.folders.iter().filter(|f| is_apart(f)).collect();
    // Cargo watches a folder with all that is in it.
    let covered = |path: &Path| {
        path.ancestors()
            .skip(1)
            .any(|above| folders.contains(&above.to_path_buf()))
    };
    let mut watched: BTreeSet<PathBuf> = BTreeSet::new();
    for path in looked.files.iter().chain(folders.iter().copied()) {
        if !made_here(path) && !covered(path) {
            watched.insert(path.clone());
        }
    }
    let missing = looked.missing.iter();
    let missing = missing.filter(|path| !made_here(path) && !covered(path));
    let missing: Vec<PathBuf> = missing
        .filter_map(|path| std::path::absolute(path).ok())
        .collect();
    if let Some(out_dir) = out_dir {
        let links = out_dir.join(MISSING);
        if links::place(&links, &missing) && !missing.is_empty() {
            watched.insert(links);
        }
    }
    if watched.is_empty() {
        // Without any line, cargo would watch the whole package.
        watched.insert(PathBuf::from("Cargo.toml"));
    }
    let lines = watched.iter();
    lines
        .map(|path| format!("cargo::rerun-if-changed={}", path.display()))
        .collect()
}

/// Whether a folder is apart from the package: the package's own has the sources and what is built
/// from them in it.
fn is_apart(folder: &Path) -> bool {
    match (folder.canonicalize(), std::env::current_dir()) {
        (Ok(folder), Ok(package)) => !package
            .canonicalize()
            .unwrap_or(package)
            .starts_with(folder),
        _ => true,
    }
}

#[cfg(unix)]
mod links {
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};

    /// Has `folder` contain a link to each of `targets`, and nothing else; whether that was done.
    pub fn place(folder: &Path, targets: &[PathBuf]) -> bool {
        if targets.is_empty() && !folder.exists() {
            return true;
        }
        try_place(folder, targets).is_ok()
    }

    fn try_place(folder: &Path, targets: &[PathBuf]) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            fs::remove_file(entry?.path())?;
        }
        for (number, target) in targets.iter().enumerate() {
            let link = folder.join(number.to_string());
            std::os::unix::fs::symlink(target, &link)?;
            age(&link)?;
        }
        age(folder)
    }

    /// Makes a link or folder as old as can be.
    fn age(path: &Path) -> io::Result<()> {
        let old = Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        };
        let times = Timestamps {
            last_access: old,
            last_modification: old,
        };
        Ok(utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    }
}

#[cfg(not(unix))]
mod links {
    use std::path::{Path, PathBuf};

    /// Links take a privilege here: what is missing is not watched.
    pub fn place(_: &Path, _: &[PathBuf]) -> bool {
        false
    }
}
