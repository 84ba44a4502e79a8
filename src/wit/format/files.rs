//! Which files are meant by a path.
//!
//! May import: `diag`, `source`. Deliberately absent: reading them; following links to folders,
//! which may lead in a circle, and to files that have a place of their own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diag::{Code, Locus, Report, Severity};
use crate::source;

/// A folder without files to format.
pub static NO_FILES: Code = Code {
    name: "fmt/no-files",
    severity: Severity::Error,
    page: "\
A folder was given that has no `.wit` file in it, nor in the folders below. That is an error,
because a check that looks at nothing would pass for ever.

Folders called `deps` are left out, since they hold the packages of others, and so are hidden
folders, `target`, `node_modules` and links to folders. To format one of those, name it itself.",
};

/// Folders that hold what others have written, or what was made of it.
const LEFT_OUT: &[&str] = &["deps", "node_modules", "target"];

/// The files meant by `path`: itself if it is a file, or `-`; all `.wit` files in it and below if
/// it is a folder, in the order of their paths. What cannot be looked at goes into the report.
pub fn find(path: &Path, report: &mut Report) -> Vec<PathBuf> {
    if path == Path::new("-") || !path.is_dir() {
        return vec![path.to_path_buf()];
    }
    let mut found = Vec::new();
    let before = report.has_errors();
    walk(path, &mut found, report);
    if found.is_empty() && report.has_errors() == before {
        let name = path.display().to_string();
        report.push(
            NO_FILES
                .report(format!("there is no `.wit` file in `{name}`"))
                .at(Locus::File(name), "")
                .help("folders called `deps` and hidden ones are left out unless they are named"),
        );
    }
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>, report: &mut Report) {
    let mut entries: Vec<_> = match fs::read_dir(folder).and_then(Iterator::collect) {
        Ok(entries) => entries,
        Err(error) => {
            report.push(source::unreadable(&folder.display().to_string(), &error));
            return;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let is_wit = path.extension().is_some_and(|extension| extension == "wit");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if !name.starts_with('.') && !LEFT_OUT.contains(&&*name) {
                    walk(&path, found, report);
                }
            }
            Ok(kind) if kind.is_file() && is_wit => found.push(path),
            // What it leads to, or that it leads nowhere, shows when it is opened.
            Ok(kind) if kind.is_symlink() && is_wit && !path.is_dir() => found.push(path),
            _ => {}
        }
    }
}
