//! What tells that a file was written to.
//!
//! Lives here: [`Stamp`]. May import: nothing of ours.
//! Deliberately absent: digests. A change within the same tick of the file system's clock that keeps
//! the length is not seen.

use std::fs::Metadata;
#[cfg(all(unix, feature = "cli"))]
use std::path::Path;
use std::time::SystemTime;

/// A file's identity, length and time of its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Which file it is, where systems tell.
    identity: Option<(u64, u64)>,
    /// In bytes.
    pub length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub fn new(meta: &Metadata) -> Stamp {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            Some((meta.dev(), meta.ino()))
        };
        #[cfg(not(unix))]
        let identity = None;
        Stamp {
            identity,
            length: meta.len(),
            modified: meta.modified().ok(),
        }
    }

    /// That of the file which is at `path` now.
    #[cfg(all(unix, feature = "cli"))]
    pub fn of_path(path: &Path) -> Option<Stamp> {
        std::fs::metadata(path).ok().as_ref().map(Stamp::new)
    }

    /// Whether it is the same file, written to.
    pub fn is_later_state_of(&self, before: &Stamp) -> bool {
        self.identity == before.identity && self != before
    }
}
