//! Packages that are files or folders of the user's: overrides, and what is in `deps` by hand.
//!
//! Lives here: [`Local`]. May import: `packages`, `source`, `wit` (ranks 0 to 3).
//! Deliberately absent: choosing them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diag::{Locus, Report};
use crate::source::{self, Source};
use crate::wasm::{Kind, sniff};
use crate::wit::{self, Needs, PackageKey};

/// A package in files.
pub(super) struct Local {
    /// Its files, with their paths in a folder `deps`.
    pub files: Vec<(String, Vec<u8>)>,
    /// What it needs, and what it defines.
    pub needed: BTreeMap<PackageKey, Locus>,
    pub defined: Vec<PackageKey>,
}

impl Local {
    /// Reads the package at `path`, which is called `called` in `deps`.
    pub fn read(path: &Path, called: &str) -> Result<Local, Report> {
        let mut files = Vec::new();
        let mut texts = Vec::new();
        let mut defined = Vec::new();
        if source::is_dir(path) {
            for file in wit_files(path)? {
                let source = Source::open(&file)?;
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                files.push((format!("deps/{called}/{name}"), source.bytes().to_vec()));
                texts.push(source);
            }
        } else {
            let source = Source::open(path)?;
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            files.push((
                format!("deps/{called}.{extension}"),
                source.bytes().to_vec(),
            ));
            match sniff(source.bytes()) {
                Kind::Wit | Kind::Script | Kind::Other => texts.push(source),
                _ => defined.extend(wit::packages_in(&source)),
            }
        }
        let Needs {
            needed,
            defined: own,
            ..
        } = wit::needs(&texts)?;
        defined.extend(own);
        Ok(Local {
            files,
            needed,
            defined,
        })
    }

    /// Whether it has the package.
    pub fn has(&self, key: &PackageKey) -> bool {
        self.defined.contains(key)
    }
}

/// The `.wit` files right in a folder, sorted.
pub(super) fn wit_files(folder: &Path) -> Result<Vec<PathBuf>, Report> {
    let entries =
        source::list(folder).map_err(|e| source::unreadable(&folder.to_string_lossy(), &e))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wit"))
        .filter(|path| source::is_file(path))
        .map(|path| wit::find::as_typed(&path).to_path_buf())
        .collect();
    files.sort();
    Ok(files)
}

/// What is in the folder `deps` of a package by hand, or by a tool that has another layout: not in the
/// folders that fetching writes, `NAMESPACE-NAME-VERSION` with a file `package.wit`.
pub(super) fn by_hand(deps: &Path, recorded: &[PathBuf]) -> Result<Vec<Local>, Report> {
    let mut found = Vec::new();
    if !source::is_dir(deps) {
        return Ok(found);
    }
    let entries =
        source::list(deps).map_err(|e| source::unreadable(&deps.to_string_lossy(), &e))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let is_package = match source::is_dir(&path) {
            true => !wit_files(&path)?.is_empty(),
            false => [".wit", ".wasm", ".wat"]
                .iter()
                .any(|end| name.ends_with(end)),
        };
        let is_recorded = recorded.iter().any(|file| file.starts_with(name));
        if name.starts_with('.') || !is_package || is_recorded {
            continue;
        }
        let stem = match source::is_dir(&path) {
            true => name,
            false => name.rsplit_once('.').map_or(name, |(stem, _)| stem),
        };
        let local = Local::read(&path, stem)?;
        let is_fetched = source::is_dir(&path)
            && local.files.len() == 1
            && source::is_file(&path.join(PACKAGE))
            && local.defined.iter().any(|key| folder_of(key) == name);
        if !is_fetched {
            found.push(local);
        }
    }
    Ok(found)
}

/// The file of a package that was fetched.
pub(super) const PACKAGE: &str = "package.wit";

/// The folder of a package that was fetched, as wasm-pkg-tools calls it.
pub(super) fn folder_of(key: &PackageKey) -> String {
    key.to_string().replace([':', '@'], "-")
}
