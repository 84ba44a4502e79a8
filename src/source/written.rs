//! Results take their place when they are complete.
//!
//! Lives here: [`NewFile`] and [`NewFolder`]. May import: `diag` (rank 0).
//! Deliberately absent: what is written, and temporary names (`temporary`).

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Access, UNWRITABLE, changed, folder_of, is_reference, tell, temporary, unwritable};
use crate::diag::{Diagnostic, Locus};

/// A file that is being written, and appears under its name only when it is complete.
#[doc(hidden)]
pub struct NewFile {
    name: String,
    place: Place,
}

enum Place {
    /// In the folder of `target`, to be renamed.
    Beside {
        temporary: tempfile::NamedTempFile,
        target: PathBuf,
    },
    /// A device or pipe, written directly.
    Direct(File),
}

impl NewFile {
    /// Begins to write `path`, which does not change before [`NewFile::finish`].
    pub fn create(path: &Path) -> Result<NewFile, Diagnostic> {
        let name = path.to_string_lossy().into_owned();
        let fail = |e: io::Error| unwritable(&name, &e);
        if is_reference(path) {
            return Err(is_no_place(&name));
        }
        // Through links, so that the file they point to is replaced and not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let place = match target.metadata() {
            Ok(meta) if meta.is_dir() => {
                return Err(fail(io::Error::other("is a directory")));
            }
            Ok(meta) if !meta.is_file() => {
                Place::Direct(File::options().write(true).open(&target).map_err(fail)?)
            }
            // Renaming requires only the folder's permission, but a read-only file is meant to stay.
            Ok(meta) if meta.permissions().readonly() => {
                return Err(fail(io::ErrorKind::PermissionDenied.into()));
            }
            old => {
                let temporary = temporary::file(folder_of(&target)).map_err(fail)?;
                if let Ok(old) = old {
                    // The file keeps its permissions.
                    let file = temporary.as_file();
                    file.set_permissions(old.permissions()).map_err(fail)?;
                }
                Place::Beside { temporary, target }
            }
        };
        Ok(NewFile { name, place })
    }

    /// Writes all of `bytes` to `path`, or nothing.
    pub fn whole(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
        let mut file = NewFile::create(path)?;
        file.write(|out| out.write_all(bytes))?;
        file.finish()
    }

    /// Writes with `write`.
    pub fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Diagnostic> {
        let file = match &mut self.place {
            Place::Beside { temporary, .. } => temporary.as_file_mut(),
            Place::Direct(file) => file,
        };
        // What cannot be read of a mapped file cannot be written either.
        write(file).map_err(|e| changed().unwrap_or_else(|| unwritable(&self.name, &e)))
    }

    /// Renames the file, unless what it was made of has changed meanwhile (`input/changed`). A file
    /// that is dropped without it leaves no trace.
    pub fn finish(self) -> Result<(), Diagnostic> {
        if let Some(changed) = changed() {
            return Err(changed);
        }
        match self.place {
            Place::Beside { temporary, target } => temporary
                .persist(target)
                .map(|file| {
                    let length = || file.metadata().map_or(0, |meta| meta.len());
                    tell(Access::Written, &self.name, length);
                })
                .map_err(|e| unwritable(&self.name, &e.error)),
            Place::Direct(_) => Ok(()),
        }
    }
}

/// A folder that is being filled, and whose files appear only when all are complete.
#[doc(hidden)]
pub struct NewFolder {
    target: PathBuf,
    /// Beside the target if that is new, else in it, so that files can be renamed.
    temporary: temporary::Folder,
    files: Vec<PathBuf>,
    is_new: bool,
}

impl NewFolder {
    /// Begins to fill `target`, which is created if it does not exist.
    pub fn create(target: &Path) -> Result<NewFolder, Diagnostic> {
        let name = target.to_string_lossy().into_owned();
        let fail = |e: io::Error| unwritable(&name, &e);
        if is_reference(target) {
            return Err(is_no_place(&name));
        }
        let is_new = match target.metadata() {
            Ok(meta) if !meta.is_dir() => {
                return Err(fail(io::Error::other("exists and is not a directory")));
            }
            Ok(_) => false,
            Err(_) => true,
        };
        let place = match is_new {
            false => target,
            true => folder_of(target),
        };
        Ok(NewFolder {
            target: target.to_path_buf(),
            temporary: temporary::folder(place).map_err(fail)?,
            files: Vec::new(),
            is_new,
        })
    }

    /// Writes the file `path`, which is relative to the folder, with `write`.
    pub fn file(
        &mut self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Diagnostic> {
        let shown = self.target.join(path);
        let fail = |e: io::Error| unwritable(&shown.to_string_lossy(), &e);
        let place = self.temporary.folder.path().join(path);
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder).map_err(fail)?;
        }
        let mut file = File::create(place).map_err(fail)?;
        write(&mut file).map_err(|e| changed().unwrap_or_else(|| fail(e)))?;
        self.files.push(path.to_path_buf());
        Ok(())
    }

    /// Renames all files, unless what they were made of has changed meanwhile (`input/changed`). A
    /// folder that is dropped without it leaves no trace.
    pub fn finish(self) -> Result<(), Diagnostic> {
        if let Some(changed) = changed() {
            return Err(changed);
        }
        let name = self.target.to_string_lossy().into_owned();
        let fail = |e: io::Error| unwritable(&name, &e);
        if self.is_new {
            std::fs::rename(self.temporary.folder.path(), &self.target).map_err(fail)?;
            // What was temporary is in its place.
            let _ = self.temporary.folder.keep();
            return Ok(());
        }
        let places: Vec<PathBuf> = self.files.iter().map(|f| self.target.join(f)).collect();
        if let Some(folder) = places.iter().find(|place| place.is_dir()) {
            let error = io::Error::other("is a directory");
            return Err(unwritable(&folder.to_string_lossy(), &error));
        }
        for (file, place) in self.files.iter().zip(&places) {
            let fail = |e: io::Error| unwritable(&place.to_string_lossy(), &e);
            if let Some(folder) = place.parent() {
                std::fs::create_dir_all(folder).map_err(fail)?;
            }
            std::fs::rename(self.temporary.folder.path().join(file), place).map_err(fail)?;
        }
        Ok(())
    }
}

/// That a package is not changed where it is.
fn is_no_place(name: &str) -> Diagnostic {
    UNWRITABLE
        .report(format!(
            "cannot write `{name}`: it is a reference to a package"
        ))
        .at(Locus::File(name.to_string()), "")
        .note("packages in registries are not changed")
        .help("write a file, and publish it: `witkit publish FILE --to oci://…`")
}
