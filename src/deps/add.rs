//! Adding a package to the files that say what a project needs.
//!
//! Lives here: [`add`]. A WIT package goes to `[overrides]` of `wkg.toml`, a component to
//! `[deps.components]` of `witkit.toml`. The text around the new line stays as it is.
//! May import: `config`, `packages`, `source`, `wasm` (ranks 0 to 3). Deliberately absent: fetching it.

use std::path::{Path, PathBuf};

use semver::VersionReq;

use super::codes::NOT_EDITABLE;
use super::config::components_of;
use crate::config;
use crate::diag::{Locus, Report};
use crate::packages::{Manifest, Override, Packages, Wanted};
use crate::source::{self, NewFile, Source, folder_of};
use crate::wasm::{Component, Kind, sniff};

/// What to add.
#[derive(Clone, Debug)]
pub struct Addition {
    /// The package. Without a requirement, what is compatible with the newest version.
    pub wanted: Wanted,
    /// The file or folder that it is.
    pub path: Option<PathBuf>,
    /// The `witkit.toml` of the project, if there is one.
    pub config: Option<PathBuf>,
}

/// A file with a new line.
#[derive(Clone, Debug)]
pub struct Added {
    /// The file.
    pub file: PathBuf,
    /// The line, for people: `"acme:kv" = "^0.2"`.
    pub line: String,
    /// What it was before; none if it is new.
    before: Option<String>,
    after: String,
}

impl Added {
    /// Writes the file.
    pub fn write(&self) -> Result<(), Report> {
        Ok(NewFile::whole(&self.file, self.after.as_bytes())?)
    }

    /// Puts back what was there before.
    pub fn undo(&self) -> Result<(), Report> {
        match &self.before {
            Some(before) => Ok(NewFile::whole(&self.file, before.as_bytes())?),
            None => std::fs::remove_file(&self.file)
                .map_err(|e| Report::from(source::unwritable(&self.file.to_string_lossy(), &e))),
        }
    }
}

/// Where a line goes.
struct Line<'l> {
    table: &'l str,
    name: &'l str,
    value: String,
}

/// The file that a package is added to, with the line for it.
///
/// Fails if there is no such package (`package/…`), or if the file cannot be edited
/// (`deps/not-editable`).
pub fn add(packages: &Packages, addition: &Addition) -> Result<Added, Report> {
    let project = packages.project_files()?;
    let name = addition.wanted.name.as_str();
    let manifest = project.manifest_file();
    if let Some(path) = &addition.path {
        if !source::exists(path) {
            let error = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(source::unreadable(&path.to_string_lossy(), &error).into());
        }
        let shown = from(path, &project.folder);
        let value = format!("{{ path = {} }}", quoted(&shown));
        let line = Line {
            table: "overrides",
            name,
            value,
        };
        return edited(manifest, &line, |source| {
            let read = Manifest::parse(source).ok()?;
            matches!(read.overrides.get(name), Some(Override::Path(_))).then_some(())
        });
    }
    let newest = packages.newest(&addition.wanted)?;
    let requirement = match addition.wanted.is_given {
        true => addition.wanted.requirement.clone(),
        false => VersionReq::parse(&format!("^{}", newest.version)).unwrap_or(VersionReq::STAR),
    };
    let is_wit = is_wit(&Source::open(&newest.path)?)?;
    if !is_wit {
        let file = addition.config.clone();
        let file = file.unwrap_or_else(|| project.folder.join(config::FILE_NAME));
        let line = Line {
            table: "deps.components",
            name,
            value: quoted(&requirement.to_string()),
        };
        return edited(file, &line, |source| {
            let all = components_of(source).ok()?;
            let mut all = all.into_iter();
            all.any(|(of, _)| of.name == name && of.requirement == requirement)
                .then_some(())
        });
    }
    let line = Line {
        table: "overrides",
        name,
        value: format!("{{ version = {} }}", quoted(&requirement.to_string())),
    };
    edited(manifest, &line, |source| {
        let read = Manifest::parse(source).ok()?;
        let found = read.overrides.get(name)?;
        (*found == Override::Version(requirement.clone())).then_some(())
    })
}

fn is_wit(source: &Source) -> Result<bool, Report> {
    match sniff(source.bytes()) {
        Kind::Component => Ok(Component::new(source.clone())?.is_wit_package()?),
        kind => Ok(kind == Kind::Wit),
    }
}

/// A string of TOML, whose escapes are those of JSON and one more.
fn quoted(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.replace('\u{7f}', "\\u007F")
}

/// `path` as seen from a folder.
fn from(path: &Path, folder: &Path) -> String {
    let absolute = |path: &Path| {
        let path = if path == Path::new("") {
            Path::new(".")
        } else {
            path
        };
        path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
    };
    let (path, folder) = (absolute(path), absolute(folder));
    let common = path
        .iter()
        .zip(folder.iter())
        .take_while(|(a, b)| a == b)
        .count();
    let up = folder.iter().skip(common).map(|_| "..".to_string());
    let down = path
        .iter()
        .skip(common)
        .map(|name| name.to_string_lossy().into_owned());
    let names: Vec<String> = up.chain(down).collect();
    match names.is_empty() {
        true => ".".to_string(),
        false => names.join("/"),
    }
}

/// The file with the line, if `holds` says that what it then means is what was meant.
fn edited(
    file: PathBuf,
    line: &Line<'_>,
    holds: impl Fn(&Source) -> Option<()>,
) -> Result<Added, Report> {
    let before = match source::is_file(&file) {
        true => {
            let source = Source::open(&file)?;
            // What is malformed already is reported as such.
            config::read_toml(&source, |_, _| ())?;
            Some(String::from_utf8_lossy(source.bytes()).into_owned())
        }
        false => None,
    };
    let text = before.as_deref().unwrap_or_default();
    let shown = format!("{} = {}", quoted(line.name), line.value);
    let after = match place_of(&file, text, line)? {
        Some(range) => format!(
            "{}{}{}",
            &text[..range.start],
            line.value,
            &text[range.end..]
        ),
        None => with_line(text, line.table, &shown),
    };
    let source = Source::standing_for(&file, after.clone().into_bytes());
    if holds(&source).is_none() {
        let name = file.to_string_lossy().into_owned();
        return Err(NOT_EDITABLE
            .report(format!("cannot add `{}` to `{name}`", line.name))
            .at(Locus::File(name), "")
            .help(format!("add this line to `[{}]`: `{shown}`", line.table))
            .into());
    }
    debug_assert!(folder_of(&file) != Path::new(""));
    Ok(Added {
        file,
        line: shown,
        before,
        after,
    })
}

/// Where the value of the package is, if it is there already.
fn place_of(
    file: &Path,
    text: &str,
    line: &Line<'_>,
) -> Result<Option<std::ops::Range<usize>>, Report> {
    let source = Source::standing_for(file, text.as_bytes().to_vec());
    let place = config::read_toml(&source, |mut root, report| {
        let mut table = match line.table {
            "overrides" if root.has("overrides") => root.table("overrides", report)?,
            "deps.components" if root.has("deps") => {
                let mut deps = root.table("deps", report)?;
                match deps.has("components") {
                    true => deps.table("components", report)?,
                    false => return None,
                }
            }
            _ => return None,
        };
        table.expect(&[]);
        table.has(line.name).then(|| table.place_of(line.name))
    })?;
    Ok(match place {
        Some(Locus::Text { range, .. }) => Some(range),
        _ => None,
    })
}

/// The text with a line at the end of a table, which is added if it is not there.
fn with_line(text: &str, table: &str, new: &str) -> String {
    let header = format!("[{table}]");
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = lines.iter().position(|line| line.trim() == header) else {
        let gap = match text {
            "" => "",
            text if text.ends_with("\n\n") => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        return format!("{text}{gap}{header}\n{new}\n");
    };
    let rest = &lines[start + 1..];
    let length = rest
        .iter()
        .take_while(|line| !line.trim_start().starts_with('['));
    let length = length.count();
    let last = rest[..length]
        .iter()
        .rposition(|line| !line.trim().is_empty());
    let at = start + 1 + last.map_or(0, |last| last + 1);
    let mut lines = lines;
    lines.insert(at, new);
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_added_to_its_table_and_the_rest_stays() {
        let new = "\"acme:kv\" = \"1\"";
        for (before, after) in [
            ("", "[t]\nNEW\n"),
            ("# mine\n", "# mine\n\n[t]\nNEW\n"),
            ("[t]\n", "[t]\nNEW\n"),
            (
                "[t]\na = 1 # one\n\n[u]\nb = 2\n",
                "[t]\na = 1 # one\nNEW\n\n[u]\nb = 2\n",
            ),
            ("[u]\nb = 2\n[t]\na = 1", "[u]\nb = 2\n[t]\na = 1\nNEW\n"),
        ] {
            assert_eq!(with_line(before, "t", new), after.replace("NEW", new));
        }
    }
}
