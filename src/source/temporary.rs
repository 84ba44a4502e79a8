//! Files and folders under a temporary name, until they are complete.
//!
//! Lives here: [`file`] and [`folder`]. May import: nothing of ours.
//! Deliberately absent: removing them when a process is killed. Nothing can; the next one that writes
//! to the same folder does. A temporary is locked as long as its process lives, so one that can be
//! locked is nobody's. Where there are no such locks, it is nobody's after a day.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::{Builder, NamedTempFile, TempDir};

const PREFIX: &str = ".witkit-";
const SUFFIX: &str = ".tmp";
/// The characters between the two.
const RANDOM: usize = 6;

/// A new file in `folder`.
pub(super) fn file(folder: &Path) -> io::Result<NamedTempFile> {
    sweep_once(folder);
    loop {
        // As for any new file; the process's mask applies.
        let file = builder(0o666).tempfile_in(folder)?;
        if lock::taken(file.as_file()) {
            return Ok(file);
        }
    }
}

/// A folder, and what keeps others from removing it.
pub(super) struct Folder {
    pub folder: TempDir,
    _lock: Option<fs::File>,
}

/// A new folder in `place`.
pub(super) fn folder(place: &Path) -> io::Result<Folder> {
    sweep_once(place);
    loop {
        let folder = builder(0o777).tempdir_in(place)?;
        // What cannot be opened, as folders in Windows, is not locked.
        let lock = fs::File::open(folder.path()).ok();
        if lock.as_ref().is_none_or(lock::taken) {
            return Ok(Folder {
                folder,
                _lock: lock,
            });
        }
    }
}

fn builder(mode: u32) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX).rand_bytes(RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

/// Removes what killed processes left in `folder`, the first time that this process writes there.
fn sweep_once(folder: &Path) {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    if let Ok(mut swept) = SWEPT.lock()
        && swept.insert(folder.to_path_buf())
    {
        sweep(folder);
    }
}

/// Removes them. What cannot be removed stays: it is in nobody's way.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if !is_temporary(&entry.file_name().to_string_lossy()) {
            continue;
        }
        // Of the entry itself, not of what it may link to.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let path = entry.path();
        if (kind.is_file() || kind.is_dir()) && lock::is_nobodys(&path) {
            let _ = match kind.is_dir() {
                true => fs::remove_dir_all(&path),
                false => fs::remove_file(&path),
            };
        }
    }
}

/// Whether a name is one that [`file`] and [`folder`] give.
fn is_temporary(name: &str) -> bool {
    let random = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(SUFFIX));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(unix)]
mod lock {
    use std::fs::File;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};

    /// Locks a new file or folder until it is closed; not if another process removed it before that,
    /// because it was not locked yet.
    pub fn taken(file: &File) -> bool {
        // Without locks, as on some network file systems, nobody takes it for a stray either.
        let _ = flock(file, FlockOperation::LockExclusive);
        file.metadata().map_or(true, |meta| meta.nlink() > 0)
    }

    /// Whether no process has it. It is not opened through a link, nor waited for if it is a pipe.
    pub fn is_nobodys(path: &Path) -> bool {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let Ok(opened) = open(path, flags, Mode::empty()) else {
            return false;
        };
        flock(&opened, FlockOperation::NonBlockingLockExclusive).is_ok()
    }
}

#[cfg(not(unix))]
mod lock {
    use std::fs::File;
    use std::path::Path;
    use std::time::Duration;

    pub fn taken(_: &File) -> bool {
        true
    }

    /// Whether it is so old that no process can be writing it.
    pub fn is_nobodys(path: &Path) -> bool {
        let modified = std::fs::metadata(path).and_then(|meta| meta.modified());
        let age = modified.ok().and_then(|time| time.elapsed().ok());
        age.is_some_and(|age| age > Duration::from_secs(24 * 60 * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("it can be listed");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    #[cfg(unix)]
    fn what_a_killed_process_left_is_removed_and_nothing_else() {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let place = temp.path();
        let others = [
            ".witkit-config",
            ".witkit-abcdef",
            ".witkit-abcdefg.tmp",
            "witkit-abcdef.tmp",
            ".witkit-ab_def.tmp",
        ];
        for name in others.iter().chain(&[".witkit-a1B2c3.tmp"]) {
            fs::write(place.join(name), "x").expect("it is written");
        }
        let stray = place.join(".witkit-folder.tmp");
        fs::create_dir_all(stray.join("deep")).expect("it is made");
        let elsewhere = place.join("elsewhere");
        fs::create_dir(&elsewhere).expect("it is made");
        fs::write(elsewhere.join("mine"), "x").expect("it is written");
        std::os::unix::fs::symlink(&elsewhere, place.join(".witkit-link00.tmp"))
            .expect("it is made");
        let living = file(place).expect("it is made");
        let filled = folder(place).expect("it is made");
        // As a process does that has not been here yet.
        sweep(place);
        let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
        let mut expected: Vec<String> = others.iter().map(|name| name.to_string()).collect();
        expected.extend(["elsewhere".to_string(), ".witkit-link00.tmp".to_string()]);
        expected.extend(name(living.path()));
        expected.extend(name(filled.folder.path()));
        expected.sort();
        assert_eq!(listing(place), expected);
        assert_eq!(listing(&elsewhere), ["mine"]);
    }
}
