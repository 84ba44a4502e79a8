//! `wkg.toml`, as wasm-pkg-tools has it.
//!
//! Lives here: [`Manifest`], what of it concerns dependencies. May import: `source`, `diag` (rank 0),
//! `config` (rank 1).
//! Deliberately absent: its metadata and the members of a workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use semver::VersionReq;

use super::reference::is_name;
use crate::config::{self, Table};
use crate::diag::Report;
use crate::source::{self, Source};

/// The name of the file.
pub const FILE_NAME: &str = "wkg.toml";

/// What the file says about dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Packages that are not taken as they are named, by name.
    pub overrides: BTreeMap<String, Override>,
    /// Whether it is the root of a workspace, which has packages in several folders.
    pub is_workspace: bool,
}

/// Where a package is instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Override {
    /// In this file or folder, as seen from the working directory.
    Path(PathBuf),
    /// In a registry, in another version than the one that is named.
    Version(VersionReq),
}

impl Manifest {
    /// Reads the file at `path`; an empty one if there is none.
    ///
    /// Fails if it cannot be read (`input/unreadable`) or is malformed (`config/…`).
    pub fn read(path: &Path) -> Result<Manifest, Report> {
        if !source::is_file(path) {
            return Ok(Manifest::default());
        }
        Manifest::parse(&Source::open(path)?)
    }

    /// Reads the text of a file.
    pub fn parse(source: &Source) -> Result<Manifest, Report> {
        let folder = source::folder_of(source.path().unwrap_or(Path::new("")));
        config::read_toml(source, |mut root, report| {
            root.expect(&["metadata", "overrides", "workspace"]);
            let is_workspace = root.is_table("workspace");
            let table = match root.has("overrides") {
                true => root.table("overrides", report),
                false => None,
            };
            let mut overrides = BTreeMap::new();
            for (name, table) in table.map_or(Vec::new(), |table| table.tables(report)) {
                if !is_name(&name) {
                    let message = format!("`{name}` is not the name of a package");
                    report.push(config::WRONG_TYPE.report(message).at(table.place(), ""));
                    continue;
                }
                if let Some(of) = an_override(table, folder, report) {
                    overrides.insert(name, of);
                }
            }
            root.finish(report);
            Manifest {
                overrides,
                is_workspace,
            }
        })
    }

    /// The path that stands for a package.
    pub fn path_of(&self, name: &str) -> Option<&Path> {
        match self.overrides.get(name) {
            Some(Override::Path(path)) => Some(path),
            _ => None,
        }
    }
}

/// A path wins over a version, as it does for wasm-pkg-tools.
fn an_override(mut table: Table<'_>, folder: &Path, report: &mut Report) -> Option<Override> {
    let path = table.string("path", report);
    let version = table.string("version", report);
    let version = version.and_then(|text| match VersionReq::parse(&text) {
        Ok(requirement) => Some(requirement),
        Err(e) => {
            let message = format!("`{text}` is not a requirement: {e}");
            report.push(table.bad_value("version", &message));
            None
        }
    });
    let place = table.place();
    let is_empty = !table.has("path") && !table.has("version");
    if is_empty {
        let message = "expected `path` or `version`, found neither";
        report.push(config::MISSING.report(message).at(place, ""));
    }
    table.finish(report);
    match (path, version) {
        (Some(path), _) => {
            let path = folder.join(path);
            let plain = path.strip_prefix(".").ok();
            // A path is a path, also where it looks like a reference.
            let plain = plain.filter(|plain| !source::is_reference(plain));
            Some(Override::Path(
                plain.map_or(path.clone(), Path::to_path_buf),
            ))
        }
        (None, Some(version)) => Some(Override::Version(version)),
        (None, None) => None,
    }
}
