//! Which files and packages a path on a command line stands for.
//!
//! May import: `diag`, `source` (rank 0) and the syntax. Deliberately absent: loading them.
//!
//! Folders are searched to any depth, but not into `deps` (packages of others), hidden folders,
//! `target` and `node_modules`; such a folder that is named itself is searched. Links to folders
//! are followed only if they are named themselves, so there are no circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::codes;
use super::syntax::{self, NodeKind, TokenKind};
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::{self, Source};

/// Folders that hold what others made.
const NOT_OURS: [&str; 3] = ["deps", "node_modules", "target"];

/// A package to be loaded, and which of its files are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file or folder to load.
    pub path: PathBuf,
    /// The files that were named; none if it was the package as a whole.
    pub only: Option<BTreeSet<PathBuf>>,
}

/// All `.wit` files and scripts (`.wac`) that `path` stands for: itself, or those below it. In the
/// order of paths.
///
/// Fails if a folder cannot be listed, or if there is no such file below it (`wit/no-files`).
pub fn files(path: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let path: &Path = &source::folder(path);
    if !source::is_dir(path) {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    walk(path, &mut |files, scripts| {
        let mut both = [files, scripts].concat();
        both.sort();
        found.extend(both);
    })?;
    if found.is_empty() {
        return Err(no_files(path));
    }
    Ok(found)
}

/// The packages that `paths` stand for: each folder with `.wit` files in it is one.
///
/// A file stands for the package of its folder if the files there are one package; then only what
/// concerns the file is meant. Fails as [`files`] does, with all failures.
pub fn packages(paths: &[PathBuf]) -> Result<Vec<Found>, Report> {
    // One package has one key, however its path is written.
    let typed = |path: &Path| as_typed(path).to_path_buf();
    let mut report = Report::new();
    // Whole packages, and the named files of others, in the order of paths.
    let mut found: BTreeMap<PathBuf, Option<BTreeSet<PathBuf>>> = BTreeMap::new();
    // Of each folder once, however many of its files are named.
    let mut siblings: BTreeMap<PathBuf, Option<Siblings>> = BTreeMap::new();
    for path in paths {
        let path: &Path = &source::folder(path);
        if source::is_dir(path) {
            let mut folders = Vec::new();
            let walked = walk(path, &mut |files: Vec<PathBuf>, _| {
                let folder = files.first().map(|file| source::folder_of(file));
                folders.extend(folder.map(PathBuf::from));
            });
            match walked {
                Ok(()) if folders.is_empty() => report.push(no_files(path)),
                Ok(()) => found.extend(folders.into_iter().map(|folder| (typed(&folder), None))),
                Err(failure) => report.push(failure),
            }
            continue;
        }
        let folder = is_wit(path).then(|| source::folder_of(path));
        let folder = folder.filter(|folder| {
            let siblings = siblings.entry(folder.to_path_buf());
            let siblings = siblings.or_insert_with(|| Siblings::read(folder, None));
            siblings.as_ref().is_some_and(|all| all.are_one_with(path))
        });
        match folder {
            Some(folder) => {
                let only = found.entry(typed(folder));
                let only = only.or_insert_with(|| Some(BTreeSet::new()));
                if let Some(only) = only {
                    only.insert(as_typed(path).to_path_buf());
                }
            }
            None => {
                found.insert(typed(path), None);
            }
        }
    }
    let found = found.into_iter().map(|(path, only)| Found { path, only });
    report.or_ok(found.collect())
}

/// The package that a file is of whose text is `source`'s, whatever there is under its name; else
/// as [`packages`].
pub fn package_of(source: &Source) -> Found {
    let path = source.path().unwrap_or(Path::new("-"));
    let only = |folder: PathBuf| Found {
        path: as_typed(&folder).to_path_buf(),
        only: Some(BTreeSet::from([as_typed(path).to_path_buf()])),
    };
    match folder_over(path, Some(source)) {
        Some(folder) => only(folder),
        None => Found {
            path: as_typed(path).to_path_buf(),
            only: None,
        },
    }
}

/// What to load for `path`: the folder whose package a file is part of, or else itself.
pub(crate) fn whole(path: &Path) -> PathBuf {
    folder_of(path).unwrap_or_else(|| path.to_path_buf())
}

/// Hands out the `.wit` files and the scripts of `folder` and of each folder below it, sorted.
fn walk(folder: &Path, each: &mut dyn FnMut(Vec<PathBuf>, Vec<PathBuf>)) -> Result<(), Diagnostic> {
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let listing = list(&folder)?;
        for skipped in listing.skipped {
            source::skipped(&skipped.to_string_lossy());
        }
        if !listing.files.is_empty() || !listing.scripts.is_empty() {
            each(listing.files, listing.scripts);
        }
        pending.extend(listing.folders.into_iter().rev());
    }
    Ok(())
}

/// How many files are looked at to find one.
const MANY: usize = 10_000;

/// Whether any file in `folder`, or below it, has a path from there that `matches`; where there are
/// too many to look at all of them, one may.
pub fn has_file(folder: &Path, matches: impl Fn(&str) -> bool) -> bool {
    let folder = match folder == Path::new("") {
        true => Path::new("."),
        false => folder,
    };
    let mut pending = vec![(folder.to_path_buf(), String::new())];
    let mut seen = 0;
    while let Some((folder, from)) = pending.pop() {
        // What cannot be read has nothing that could be linted.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            seen += 1;
            let name = entry.file_name();
            let path = format!("{from}{}", name.to_string_lossy());
            if seen > MANY || matches(&path) {
                return true;
            }
            let hidden = name.to_string_lossy().starts_with('.');
            if !hidden && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                pending.push((entry.path(), format!("{path}/")));
            }
        }
    }
    false
}

/// What is directly in a folder, sorted.
#[derive(Default)]
struct Listing {
    /// The `.wit` files.
    files: Vec<PathBuf>,
    /// Scripts of wac.
    scripts: Vec<PathBuf>,
    /// The folders to go on with.
    folders: Vec<PathBuf>,
    /// The others.
    skipped: Vec<PathBuf>,
}

fn list(folder: &Path) -> Result<Listing, Diagnostic> {
    let name = folder.to_string_lossy();
    let entries = source::list(folder).map_err(|e| source::unreadable(&name, &e))?;
    let mut found = Listing::default();
    for entry in entries {
        let entry = entry.map_err(|e| source::unreadable(&name, &e))?;
        let kind = entry
            .file_type()
            .map_err(|e| source::unreadable(&name, &e))?;
        let path = entry.path();
        let path = as_typed(&path).to_path_buf();
        let called = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() {
            match called.starts_with('.') || NOT_OURS.contains(&called.as_str()) {
                true => found.skipped.push(path),
                false => found.folders.push(path),
            }
        } else if called.ends_with(".wit") && !path.is_dir() {
            found.files.push(path);
        } else if called.ends_with(".wac") && !path.is_dir() {
            found.scripts.push(path);
        }
    }
    for paths in [
        &mut found.files,
        &mut found.scripts,
        &mut found.folders,
        &mut found.skipped,
    ] {
        paths.sort();
    }
    Ok(found)
}

/// The folder whose package a file is part of; none if it is a package of its own.
fn folder_of(file: &Path) -> Option<PathBuf> {
    folder_over(file, None)
}

/// As [`folder_of`], for a file with the text of `over`.
fn folder_over(file: &Path, over: Option<&Source>) -> Option<PathBuf> {
    if !is_wit(file) {
        return None;
    }
    let folder = source::folder_of(file);
    let siblings = Siblings::read(folder, over.map(|source| (file, source)))?;
    siblings.are_one_with(file).then(|| folder.to_path_buf())
}

fn is_wit(file: &Path) -> bool {
    file != Path::new("-") && file.extension().is_some_and(|extension| extension == "wit")
}

/// What the `.wit` files right in a folder say that they are of.
struct Siblings {
    headers: BTreeSet<String>,
    /// What each file defines.
    items: BTreeMap<PathBuf, BTreeSet<String>>,
    /// How many files define it.
    definitions: BTreeMap<String, usize>,
}

impl Siblings {
    /// Reads them all, one perhaps from elsewhere; none if a file there is a package of its own anyway,
    /// or if one of them cannot be read.
    fn read(folder: &Path, over: Option<(&Path, &Source)>) -> Option<Siblings> {
        let mut files = list(folder).ok()?.files;
        files.retain(|sibling| over.is_none_or(|(file, _)| sibling != as_typed(file)));
        let count = files.len() + usize::from(over.is_some());
        if count < 2 && !source::is_dir(&folder.join("deps")) {
            return None;
        }
        let mut siblings = Siblings {
            headers: BTreeSet::new(),
            items: BTreeMap::new(),
            definitions: BTreeMap::new(),
        };
        if let Some((file, source)) = over {
            siblings.add(as_typed(file), source)?;
        }
        for file in files {
            siblings.add(&file, &Source::open(&file).ok()?)?;
        }
        Some(siblings)
    }

    fn add(&mut self, file: &Path, source: &Source) -> Option<()> {
        let text = std::str::from_utf8(source.bytes()).ok()?;
        self.headers.extend(header(text));
        let items: BTreeSet<String> = items_of(text).into_iter().collect();
        for item in &items {
            *self.definitions.entry(item.clone()).or_default() += 1;
        }
        self.items.insert(file.to_path_buf(), items);
        Some(())
    }

    /// Whether `file` is part of one package with the others. Files that define the same are not,
    /// whatever they say: each is one.
    fn are_one_with(&self, file: &Path) -> bool {
        let own = self.items.get(as_typed(file)).into_iter().flatten();
        let mut others = own.map(|item| self.definitions.get(item));
        self.headers.len() == 1 && others.all(|files| files == Some(&1))
    }
}

/// The interfaces and worlds that a text defines.
fn items_of(text: &str) -> Vec<String> {
    let tree = syntax::parse("", text);
    let items = tree.root().children();
    let items = items.filter(|item| matches!(item.kind(), NodeKind::Interface | NodeKind::World));
    items
        .filter_map(|item| item.name().map(str::to_string))
        .collect()
}

/// The `.wit` files right in a folder; none if it cannot be listed.
pub(super) fn files_right_in(folder: &Path) -> Vec<PathBuf> {
    list(folder).map(|found| found.files).unwrap_or_default()
}

/// Whether files are of one package by what they say.
pub(super) fn are_one_package(files: &[PathBuf]) -> bool {
    let mut headers = BTreeSet::new();
    for file in files {
        let source = Source::open(file).ok();
        let text = source
            .as_ref()
            .map(|source| String::from_utf8_lossy(source.bytes()));
        headers.extend(text.and_then(|text| header(&text)));
    }
    headers.len() == 1
}

/// The name of the package that a file says it is of.
pub(super) fn header(text: &str) -> Option<String> {
    // It comes first, so that the start of the text has it but for very long comments.
    const START: usize = 8 << 10;
    let start = text.get(..START).unwrap_or(text);
    let kinds = |text: &str| {
        let tokens = syntax::lex(text).into_iter().map(|token| token.kind);
        let mut significant = tokens.filter(|kind| !kind.is_trivia());
        (
            significant.next(),
            significant.any(|kind| kind == TokenKind::Semicolon),
        )
    };
    let text = match kinds(start) {
        (Some(TokenKind::Package), true) => start,
        (Some(TokenKind::Package | TokenKind::Eof), _) => text,
        _ => return None,
    };
    let tree = syntax::parse("", text);
    let header = tree.root().child(NodeKind::PackageDecl)?;
    Some(header.child(NodeKind::PackageName)?.text().to_string())
}

/// A path without the `./` that nobody types.
pub fn as_typed(path: &Path) -> &Path {
    match path.strip_prefix(".") {
        Ok(rest) if rest == Path::new("") => Path::new("."),
        Ok(rest) => rest,
        Err(_) => path,
    }
}

fn no_files(path: &Path) -> Diagnostic {
    let name = path.to_string_lossy().into_owned();
    codes::NO_FILES
        .report(format!("no `.wit` files in `{name}`"))
        .at(Locus::File(name), "")
        .note("folders named `deps` are searched only if they are passed explicitly")
        .help("pass a `.wit` file, or a folder that contains some")
}
