//! The cache of wasm-pkg-tools: contents by their digest, and the digest of each version.
//!
//! A content is the file `sha256:…`, a version the file `acme:kv-0.2.1.json`. Both tools read and write
//! it. May import: `source`, `diag` (rank 0).
//! Deliberately absent: cleaning up; a content that is not what its name says is replaced.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use semver::Version;
use serde::{Deserialize, Serialize};

use super::codes::DIGEST_MISMATCH;
use super::places;
use crate::diag::{Diagnostic, Locus};
use crate::registry::Image;
use crate::source::{self, NewFile, Source, digest, folder_of, unwritable};

/// The folder.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

/// What is known of a version.
#[derive(Serialize, Deserialize)]
struct Release {
    version: String,
    content_digest: String,
}

/// What an image was when it was pulled, which wasm-pkg-tools does not keep.
#[derive(Serialize, Deserialize)]
struct Known {
    image: String,
    content_digest: String,
}

impl Cache {
    /// The cache of this user, wherever it is.
    pub fn usual() -> Cache {
        Cache::at(places::cache())
    }

    /// The cache in a folder, which need not exist.
    pub fn at(root: PathBuf) -> Cache {
        Cache { root }
    }

    /// The content with that digest. If it is damaged, that is a finding for who cannot get it anew.
    pub fn content(&self, digest: &str) -> Option<Result<PathBuf, Diagnostic>> {
        let path = self.root.join(digest);
        if !source::is_file(&path) {
            return None;
        }
        Some(checked(path, digest))
    }

    /// Puts a content in its place, and returns that.
    pub fn put(&self, bytes: &[u8]) -> Result<PathBuf, Diagnostic> {
        let path = self.root.join(digest::of(bytes));
        self.write(&path, bytes)?;
        Ok(path)
    }

    /// The versions of a package whose digests are known, whether or not their contents are there.
    pub fn releases(&self, name: &str) -> BTreeMap<Version, String> {
        let mut found = BTreeMap::new();
        if !source::is_dir(&self.root) {
            return found;
        }
        let prefix = format!("{name}-");
        for entry in source::list(&self.root).into_iter().flatten().flatten() {
            let file = entry.file_name();
            let is_of = file.to_str().and_then(|file| {
                let version = file.strip_prefix(&prefix)?.strip_suffix(".json")?;
                Version::parse(version).ok()
            });
            let Some(version) = is_of else { continue };
            if let Some(digest) = self.release(name, &version) {
                found.insert(version, digest);
            }
        }
        found
    }

    /// The names of the packages of which a version is known.
    pub fn names(&self) -> Vec<String> {
        if !source::is_dir(&self.root) {
            return Vec::new();
        }
        let entries = source::list(&self.root).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| {
            let file = entry.file_name();
            let stem = file.to_str()?.strip_suffix(".json")?.to_string();
            // The version begins behind the first `-` that a version follows.
            let mut ends = stem.match_indices('-').map(|(at, _)| at);
            let end = ends.find(|at| Version::parse(&stem[at + 1..]).is_ok())?;
            Some(stem[..end].to_string())
        });
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.dedup();
        names
    }

    /// The digest of a version.
    pub fn release(&self, name: &str, version: &Version) -> Option<String> {
        let source = self.read(&format!("{name}-{version}.json"))?;
        // A file that is no such thing is as good as none.
        let release: Release = serde_json::from_slice(source.bytes()).ok()?;
        digest::read(&release.content_digest).filter(|_| release.version == version.to_string())
    }

    /// Keeps the digest of a version.
    pub fn put_release(
        &self,
        name: &str,
        version: &Version,
        digest: &str,
    ) -> Result<(), Diagnostic> {
        let release = Release {
            version: version.to_string(),
            content_digest: digest.to_string(),
        };
        self.write_json(&format!("{name}-{version}.json"), &release)
    }

    /// The digest of the content that an image had when it was pulled last.
    pub fn image(&self, image: &Image) -> Option<String> {
        let source = self.read(&image_file(image))?;
        let known: Known = serde_json::from_slice(source.bytes()).ok()?;
        digest::read(&known.content_digest).filter(|_| known.image == image.to_string())
    }

    /// Keeps the digest of the content of an image.
    pub fn put_image(&self, image: &Image, digest: &str) -> Result<(), Diagnostic> {
        let known = Known {
            image: image.to_string(),
            content_digest: digest.to_string(),
        };
        self.write_json(&image_file(image), &known)
    }

    fn read(&self, file: &str) -> Option<Source> {
        let path = self.root.join(file);
        match source::is_file(&path) {
            true => Source::open(&path).ok(),
            false => None,
        }
    }

    fn write_json(&self, file: &str, value: &impl Serialize) -> Result<(), Diagnostic> {
        let path = self.root.join(file);
        let text = serde_json::to_string(value)
            .map_err(|e| unwritable(&path.to_string_lossy(), &std::io::Error::other(e)))?;
        self.write(&path, text.as_bytes())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
        let folder = folder_of(path);
        std::fs::create_dir_all(folder).map_err(|e| {
            unwritable(&folder.to_string_lossy(), &e)
                .note("packages that were downloaded are kept there")
                .help("set `XDG_CACHE_HOME` or `WKG_CACHE_DIR` to a folder that can be written")
        })?;
        NewFile::whole(path, bytes)
    }
}

/// Beside the files of wasm-pkg-tools, which has none for images.
fn image_file(image: &Image) -> String {
    let name = digest::of(image.to_string().as_bytes());
    format!("witkit/{}.json", name.trim_start_matches("sha256:"))
}

/// The file at `path`, if it has the digest that it must have (`package/digest-mismatch`).
pub(crate) fn checked(path: PathBuf, expected: &str) -> Result<PathBuf, Diagnostic> {
    let found = digest::of(Source::open(&path)?.bytes());
    match found == expected {
        true => Ok(path),
        false => Err(mismatch(&path.to_string_lossy(), expected, &found)),
    }
}

/// That the content called `name` is not what it has to be.
pub(crate) fn mismatch(name: &str, expected: &str, found: &str) -> Diagnostic {
    DIGEST_MISMATCH
        .report(format!(
            "`{name}` has the digest `{found}`, expected `{expected}`"
        ))
        .at(Locus::File(name.to_string()), "")
}
