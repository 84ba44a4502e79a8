//! The project around the working directory: its `wkg.toml`, `wkg.lock` and `deps`.
//!
//! May import: `source`, `diag` (rank 0). Deliberately absent: what is in `witkit.toml`, which commands read.

use std::path::{Path, PathBuf};

use super::lock::{self, Lock};
use super::manifest::{self, Manifest};
use crate::config;
use crate::diag::Report;
use crate::source;

/// What is there, as seen from the working directory.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder with `wkg.toml` or `wkg.lock`, or else with `witkit.toml`; empty for the working
    /// directory.
    pub folder: PathBuf,
    /// What `wkg.toml` says.
    pub manifest: Manifest,
    /// What `wkg.lock` says.
    pub lock: Lock,
}

impl Project {
    /// The nearest one upwards from the working directory, as far as its repository goes.
    ///
    /// Fails if one of its files cannot be read.
    pub fn here() -> Result<Project, Report> {
        let mut folder = PathBuf::new();
        let here = std::env::current_dir().unwrap_or_default();
        for above in here.ancestors() {
            let has = |name: &str| source::is_file(&above.join(name));
            if has(manifest::FILE_NAME) || has(lock::FILE_NAME) {
                return Project::at(folder);
            }
            if source::exists(&above.join(".git")) {
                break;
            }
            folder.push("..");
        }
        // A project that has no packages yet.
        let config = config::find(&here).map(|file| source::folder_of(&file).to_path_buf());
        let folder = config.filter(|folder| folder != Path::new("."));
        Project::at(folder.unwrap_or_default())
    }

    /// The one in a folder.
    pub fn at(folder: PathBuf) -> Result<Project, Report> {
        let manifest = Manifest::read(&folder.join(manifest::FILE_NAME));
        let lock = Lock::read(&folder.join(lock::FILE_NAME));
        let mut report = Report::new();
        let mut take = |found: Report| report.extend(found);
        let manifest = manifest.map_err(&mut take).unwrap_or_default();
        let lock = lock.map_err(&mut take).unwrap_or_default();
        report.or_ok(Project {
            folder,
            manifest,
            lock,
        })
    }

    /// The file `wkg.lock`.
    pub fn lock_file(&self) -> PathBuf {
        self.folder.join(lock::FILE_NAME)
    }

    /// The file `wkg.toml`.
    pub fn manifest_file(&self) -> PathBuf {
        self.folder.join(manifest::FILE_NAME)
    }

    /// The folders of packages: that of the working directory, then that of the project.
    pub fn deps(&self) -> Vec<PathBuf> {
        let mut roots = vec![PathBuf::from(super::DEPS)];
        if self.folder != Path::new("") {
            roots.push(self.folder.join(super::DEPS));
        }
        roots
    }
}
