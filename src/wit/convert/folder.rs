//! Writing a package as a folder of files, all of them or none.
//!
//! May import: `diag`, `source` (rank 0). Deliberately absent: what is in the files (`print`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::codes::FOLDER_IN_USE;
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::{NewFile, unwritable};

/// Writes `files`, whose paths are relative, into `folder`, which need not be there.
///
/// Fails, and leaves everything as it was, if there are other files in it that would be taken for
/// a part of the package (`wit/folder-in-use`), or if one of the files cannot be written.
pub(super) fn write(folder: &Path, files: &[(PathBuf, String)]) -> Result<(), Report> {
    refuse_strangers(folder, files)?;
    let mut made = Vec::new();
    let written = write_all(folder, files, &mut made);
    if written.is_err() {
        // Only what was made here, and only what is still empty.
        for folder in made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
    written
}

fn write_all(
    folder: &Path,
    files: &[(PathBuf, String)],
    made: &mut Vec<PathBuf>,
) -> Result<(), Report> {
    let mut new_files = Vec::new();
    let mut report = Report::new();
    for (path, text) in files {
        let path = folder.join(path);
        let written = make_parents(&path, made).and_then(|()| {
            let mut file = NewFile::create(&path)?;
            file.write(|out| out.write_all(text.as_bytes()))?;
            Ok(file)
        });
        match written {
            Ok(file) => new_files.push(file),
            Err(finding) => report.push(finding),
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    for file in new_files {
        file.finish()?;
    }
    Ok(())
}

/// Makes the folders that `file` needs, and notes those that are new.
fn make_parents(file: &Path, made: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    let missing = file.ancestors().skip(1);
    let missing = missing.take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    let missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
    for folder in missing.into_iter().rev() {
        fs::create_dir(&folder).map_err(|e| unwritable(&folder.to_string_lossy(), &e))?;
        made.push(folder);
    }
    Ok(())
}

/// Fails if there is anything in `folder` that would become a part of the package.
fn refuse_strangers(folder: &Path, files: &[(PathBuf, String)]) -> Result<(), Report> {
    let mut expected: BTreeSet<&Path> = BTreeSet::new();
    // A package without dependencies does not need this one, and has it read all the same.
    let mut folders = BTreeSet::from([Path::new("deps")]);
    for (path, _) in files {
        expected.extend(path.ancestors());
        folders.extend(path.ancestors().skip(1));
    }
    let mut strangers = Vec::new();
    for within in folders {
        // That it is not there, or is no folder, comes to light when the files are written.
        let Ok(entries) = fs::read_dir(folder.join(within)) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = within.join(entry.file_name());
            let becomes_a_part = match within == Path::new("deps") {
                true => is_dependency(&entry.path()),
                false => path.extension().is_some_and(|ext| ext == "wit"),
            };
            if becomes_a_part && !expected.contains(path.as_path()) {
                strangers.push(folder.join(path));
            }
        }
    }
    strangers.sort();
    let Some(first) = strangers.first() else {
        return Ok(());
    };
    let mut finding = FOLDER_IN_USE.report(match strangers.len() {
        1 => format!(
            "`{}` already contains `{}`, which would become part of the package",
            folder.display(),
            first.display()
        ),
        several => format!(
            "`{}` already contains {several} files and folders that would become part of the package",
            folder.display()
        ),
    });
    for path in strangers.iter().take(5) {
        finding = finding.at(Locus::File(path.to_string_lossy().into_owned()), "");
    }
    Err(finding
        .help("use a new or empty folder, or remove them")
        .into())
}

/// Whether a package is expected in an entry of `deps`.
fn is_dependency(path: &Path) -> bool {
    let package_file = |ext: &std::ffi::OsStr| ["wit", "wasm", "wat"].iter().any(|e| ext == *e);
    path.is_dir() || path.extension().is_some_and(package_file)
}
