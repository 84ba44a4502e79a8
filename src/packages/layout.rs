//! The folder `deps`, in which packages are files: `deps/acme/kv.wasm`, `deps/acme/kv/0.2.1.wasm`.
//!
//! It is the layout of wac, for scripts and for references alike. May import: `source` (rank 0).
//! Deliberately absent: `wit/deps`, the folder of a WIT package (`wit`), and what is in the files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use semver::Version;

use super::reference::Wanted;
use crate::source;

/// The folder, unless another one is named.
pub const DEPS: &str = "deps";

/// What files of packages end in, in the order in which they are looked for.
const EXTENSIONS: [&str; 3] = ["wat", "wasm", "wit"];

/// Where a package may be, in order: a folder of WIT, or a file.
pub(crate) fn candidates(roots: &[PathBuf], name: &str, version: Option<&str>) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for root in roots {
        let mut path = root.clone();
        path.extend(name.split(':'));
        path.extend(version);
        all.push(path.clone());
        for extension in EXTENSIONS {
            // Appended, so that of a version everything stays.
            let mut file = path.clone().into_os_string();
            file.push(format!(".{extension}"));
            all.push(PathBuf::from(file));
        }
    }
    all
}

/// Where `deps fetch` writes a component.
pub(crate) fn file(root: &Path, name: &str, version: &Version) -> PathBuf {
    let mut path = root.to_path_buf();
    path.extend(name.split(':'));
    path.push(format!("{version}.wasm"));
    path
}

/// Whether there is a package: a file, or a folder with WIT right in it.
pub(crate) fn is_package(path: &Path) -> bool {
    match source::is_dir(path) {
        true => has_wit(path),
        false => source::is_file(path),
    }
}

fn has_wit(folder: &Path) -> bool {
    let entries = source::list(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| path.extension().is_some_and(|extension| extension == "wit"))
}

/// The package that is wanted: without a requirement the file without a version, else the best
/// version that there is.
pub(crate) fn find(roots: &[PathBuf], wanted: &Wanted) -> Option<PathBuf> {
    if let Some(version) = wanted.version() {
        let all = candidates(roots, &wanted.name, Some(&version.to_string()));
        return all.into_iter().find(|path| is_package(path));
    }
    if !wanted.is_given {
        let all = candidates(roots, &wanted.name, None);
        if let Some(path) = all.into_iter().find(|path| is_package(path)) {
            return Some(path);
        }
    }
    let versions = versions(roots, &wanted.name);
    let best = wanted.best(&versions)?.to_string();
    let all = candidates(roots, &wanted.name, Some(&best));
    all.into_iter().find(|path| is_package(path))
}

/// The versions of a package that are there.
pub(crate) fn versions(roots: &[PathBuf], name: &str) -> BTreeSet<Version> {
    let mut found = BTreeSet::new();
    for root in roots {
        let mut folder = root.clone();
        folder.extend(name.split(':'));
        for entry in entries(&folder) {
            let Some(name) = entry.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let ends = EXTENSIONS.iter();
            let stem = ends
                .filter_map(|end| name.strip_suffix(&format!(".{end}")))
                .next();
            found.extend(Version::parse(stem.unwrap_or(name)).ok());
        }
    }
    found
}

/// The names of the packages that are there.
pub(crate) fn known(roots: &[PathBuf]) -> BTreeSet<String> {
    let stem = |path: &Path| Some(path.file_stem()?.to_str()?.to_string());
    let mut known = BTreeSet::new();
    for root in roots {
        for namespace in entries(root) {
            for package in entries(&namespace) {
                if let (Some(namespace), Some(package)) = (stem(&namespace), stem(&package)) {
                    known.insert(format!("{namespace}:{package}"));
                }
            }
        }
    }
    known
}

/// What is in a folder; nothing if it is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    if !source::is_dir(folder) {
        return Vec::new();
    }
    let entries = source::list(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
