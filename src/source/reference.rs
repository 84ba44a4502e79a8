//! References to packages in place of paths: `@acme:kv@0.2.1`, `oci://registry.example/acme/kv:0.2.1`.
//!
//! Lives here: what a reference is, so that no door takes one for a path, and [`refer_with`], which
//! says once for a process where packages are. May import: `diag` (rank 0).
//! Deliberately absent: finding packages (`packages`).

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::UNREADABLE;
use crate::diag::{Diagnostic, Locus};

/// Finds the file or folder that a reference stands for.
type Finder = Box<dyn Fn(&str) -> Result<PathBuf, Diagnostic> + Send + Sync>;

static FINDER: OnceLock<Finder> = OnceLock::new();

/// What an image begins with.
const IMAGE: &str = "oci://";

/// Has `find` find what references stand for, from now on. The first one stays.
pub(crate) fn refer_with(find: Finder) {
    // A second finder is none.
    let _ = FINDER.set(find);
}

/// Whether references are found, which only the command line has.
pub(crate) fn finds_references() -> bool {
    FINDER.get().is_some()
}

/// Whether a path is none, but a reference: it begins with `oci://`, or with `@` and a word before a
/// colon. A file with such a name is `./@acme:kv`.
pub(crate) fn is_reference(path: &Path) -> bool {
    let Some(text) = path.to_str() else {
        return false;
    };
    let is_image = text
        .get(..IMAGE.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(IMAGE));
    let is_package = text.strip_prefix('@').is_some_and(|rest| {
        let word = rest.split(':').next().unwrap_or_default();
        rest.contains(':') && !word.contains(['/', '\\'])
    });
    is_image || is_package
}

/// The file or folder at `path`: what a reference stands for, and any other path as it is.
pub(crate) fn place(path: &Path) -> Result<Cow<'_, Path>, Diagnostic> {
    if !is_reference(path) {
        return Ok(Cow::Borrowed(path));
    }
    let text = path.to_string_lossy();
    match FINDER.get() {
        Some(find) => find(&text).map(Cow::Owned),
        None => Err(UNREADABLE
            .report(format!(
                "cannot read `{text}`: it is a reference to a package"
            ))
            .at(Locus::File(text.into_owned()), "")
            .help("pass the file; only the command line finds packages")),
    }
}

/// `path` as it is meant in a file in `folder`: a reference means the same everywhere.
pub(crate) fn beside(folder: &Path, path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    match is_reference(path) {
        true => path.to_path_buf(),
        false => folder.join(path),
    }
}

/// The name of what is at `path`: of a file without its extension, of a package without its namespace
/// and version, of an image the last word of its repository.
pub(crate) fn stem(path: &Path) -> String {
    if is_reference(path) {
        let text = path.to_string_lossy();
        let package = text.strip_prefix('@');
        let text = package.map_or(&text[..], |rest| rest.split('@').next().unwrap_or(rest));
        let last = text.rsplit('/').next().unwrap_or(text);
        let name = match package {
            Some(_) => last.rsplit(':').next(),
            None => last.split([':', '@']).next(),
        };
        return name.unwrap_or(last).to_string();
    }
    path.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_paths_and_have_names() {
        for (text, name) in [
            ("@acme:kv", "kv"),
            ("@acme:kv@0.2.1", "kv"),
            ("@acme:kv@>=0.2, <0.4", "kv"),
            ("oci://registry.example/acme/kv:0.2.1", "kv"),
            ("oci://localhost:5000/kv", "kv"),
            ("OCI://localhost:5000/a/kv@sha256:00", "kv"),
        ] {
            assert!(is_reference(Path::new(text)), "{text}");
            assert_eq!(stem(Path::new(text)), name, "{text}");
        }
        for text in [
            "./@acme:kv",
            "@acme/kv.wasm",
            "@acme/a:b.wasm",
            "@host",
            "acme:kv",
            "oci/kv.wasm",
            "",
        ] {
            assert!(!is_reference(Path::new(text)), "{text}");
        }
        assert_eq!(stem(Path::new("deps/acme/kv.wasm")), "kv");
    }

    #[test]
    fn a_reference_means_the_same_in_every_folder() {
        let folder = Path::new("plans");
        for (text, meant) in [("@acme:kv", "@acme:kv"), ("kv.wasm", "plans/kv.wasm")] {
            assert_eq!(beside(folder, text), Path::new(meant));
        }
    }
}
