//! Looking for packages that a package and its `deps` do not have in other places.
//!
//! Lives here: [`Search`], the places, and taking from them what is needed, and what that needs in
//! turn. May import: `diag`, `source` (rank 0), `find`, the syntax, `decode`, the reading of files.
//! Deliberately absent: complaining of what is not needed; nobody asked for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::super::names::PackageKey;
use super::super::syntax::{self, NodeKind};
use super::super::{codes, decode, find};
use super::read::{add_text, name_of};
use super::{Input, Text};
use crate::config;
use crate::diag::{Diagnostic, Locus, Report};
use crate::no_effect;
use crate::source::{self, Source, UNREADABLE};
use crate::wasm::{Kind, sniff, structure::Structure, translate};

/// Where packages are looked for that neither a package nor its `deps` have.
///
/// A place is a `.wit` file, a package in binary form, or a folder with packages at any depth. Only
/// what is needed is read. The first place that has a package provides it.
///
/// ```
/// use witkit::wit::{Options, Search, load};
///
/// assert!(Search::new(&["no/such/folder".into()]).is_err());
/// let options = Options { search: Search::new(&[])?, ..Options::default() };
/// let text = "package a:b; interface i { use c:d/e.{t}; }";
/// assert!(load(("b.wit", text), &options).is_err(), "nothing has `c:d`");
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Clones share the list of what is in the places, and which of them were of use.
    places: Vec<Arc<Place>>,
}

#[derive(Debug)]
struct Place {
    paths: Vec<PathBuf>,
    /// Made when something is looked for.
    candidates: OnceLock<Vec<Candidate>>,
    used: Mutex<bool>,
}

/// A package that is in a place.
#[derive(Debug)]
struct Candidate {
    files: Vec<PathBuf>,
    /// The package, and those nested in it.
    keys: BTreeSet<PackageKey>,
    /// Whether it is a copy in the `deps` of another.
    is_dep: bool,
}

/// The folders that `deps` in `[wit]` of the configuration at `path` names, as seen from the working
/// directory.
#[doc(hidden)]
pub fn configured(path: &Path) -> Result<Vec<PathBuf>, Report> {
    let source = Source::open(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    config::read(&source, |mut root, report| {
        let Some(mut table) = root.table("wit", report) else {
            return Vec::new();
        };
        let deps = table.strings("deps", report);
        let deps: Vec<PathBuf> = deps
            .iter()
            .map(|deps| source::beside(folder, deps))
            .collect();
        if let Some(missing) = deps.iter().find(|path| !source::exists(path)) {
            let message = format!("cannot find file or folder `{}`", name_of(missing));
            report.push(table.bad_value("deps", &message));
        }
        table.finish(report);
        deps
    })
}

impl Search {
    /// Looks in each of these files and folders, in this order.
    ///
    /// Fails if one of them does not exist (`source/unreadable`).
    pub fn new(places: &[PathBuf]) -> Result<Search, Report> {
        let mut report = Report::new();
        for place in places.iter().filter(|place| !source::exists(place)) {
            if let Err(finding) = source::place(place) {
                report.push(finding);
                continue;
            }
            let name = name_of(place);
            let found = UNREADABLE.report(format!("cannot find file or folder `{name}`"));
            report.push(
                found
                    .at(Locus::File(name), "")
                    .help("pass a folder that contains packages, or a package"),
            );
        }
        let mut search = Search::default();
        for place in places {
            search.add(vec![place.clone()]);
        }
        report.or_ok(search)
    }

    /// Looks in these packages last: those of one command see each other.
    pub(crate) fn among(mut self, packages: Vec<PathBuf>) -> Search {
        if packages.len() > 1 {
            self.add(packages);
        }
        self
    }

    fn add(&mut self, paths: Vec<PathBuf>) {
        self.places.push(Arc::new(Place {
            paths,
            candidates: OnceLock::new(),
            used: Mutex::new(false),
        }));
    }

    /// Warns of each of `places`, which `--deps` named, from which no package was taken.
    #[doc(hidden)]
    pub fn unused(&self, places: &[PathBuf]) -> Report {
        let mut report = Report::new();
        for place in &self.places {
            let [path] = &place.paths[..] else {
                continue;
            };
            let used = *place.used.lock().unwrap_or_else(PoisonError::into_inner);
            if !used && places.contains(path) {
                report.push(no_effect::without_effect(
                    &format!("--deps {}", name_of(path)),
                    "no required package was found in it",
                ));
            }
        }
        report
    }

    /// The package `key`, which files in `folders` need; nothing that brings one that is `known`.
    fn find(
        &self,
        key: &PackageKey,
        folders: &BTreeSet<PathBuf>,
        known: &BTreeSet<PackageKey>,
    ) -> Result<Option<&[PathBuf]>, Diagnostic> {
        for place in &self.places {
            let all = place.candidates();
            let fits = |c: &&Candidate| c.keys.contains(key) && c.keys.is_disjoint(known);
            let mut found: Vec<&Candidate> = all.iter().filter(fits).collect();
            // What a package brings in its own `deps` is what it was written for.
            if let Some(own) = found.iter().find(|c| c.belongs_to(folders)) {
                found = vec![*own];
            } else if found.iter().any(|candidate| !candidate.is_dep) {
                found.retain(|candidate| !candidate.is_dep);
            }
            let Some((first, others)) = found.split_first() else {
                continue;
            };
            if let Some(other) = others.iter().find(|other| !other.equals(first)) {
                return Err(ambiguous(key, first, other));
            }
            *place.used.lock().unwrap_or_else(PoisonError::into_inner) = true;
            return Ok(Some(&first.files));
        }
        Ok(None)
    }

    /// All packages that there are, whether needed or not.
    fn keys(&self) -> BTreeSet<PackageKey> {
        let all = self.places.iter().flat_map(|place| place.candidates());
        all.flat_map(|candidate| candidate.keys.iter().cloned())
            .collect()
    }
}

impl Place {
    fn candidates(&self) -> &[Candidate] {
        self.candidates.get_or_init(|| {
            let mut candidates = Vec::new();
            let mut seen = BTreeSet::new();
            for path in &self.paths {
                match source::is_dir(path) {
                    true => walk(&source::folder(path), false, &mut seen, &mut candidates),
                    false => candidates.extend(Candidate::of(vec![path.clone()], false)),
                }
            }
            candidates
        })
    }
}

impl Candidate {
    /// What is in files; none if that is no package.
    fn of(files: Vec<PathBuf>, is_dep: bool) -> Option<Candidate> {
        let mut keys = BTreeSet::new();
        for file in &files {
            let source = Source::open(file).ok()?;
            match sniff(source.bytes()) {
                Kind::Wit | Kind::Script | Kind::Other => {
                    let text = std::str::from_utf8(source.bytes()).ok()?;
                    keys.extend(defined(&syntax::parse("", text)));
                }
                _ => keys.extend(packages_in(&source)),
            }
        }
        (!keys.is_empty()).then_some(Candidate {
            files,
            keys,
            is_dep,
        })
    }

    /// Whether it is in the `deps` of a package in one of these folders, or beside one in `deps`.
    fn belongs_to(&self, folders: &BTreeSet<PathBuf>) -> bool {
        let file = &self.files[0];
        folders.iter().any(|folder| {
            let around = folder.ancestors().find(|above| above.ends_with("deps"));
            file.starts_with(folder.join("deps"))
                || around.is_some_and(|deps| file.starts_with(deps))
        })
    }

    /// Whether both have the same bytes.
    fn equals(&self, other: &Candidate) -> bool {
        let read = |path: &PathBuf| Source::open(path).ok().map(|s| s.bytes().to_vec());
        self.files.len() == other.files.len()
            && self
                .files
                .iter()
                .zip(&other.files)
                .all(|(a, b)| read(a) == read(b))
    }
}

fn ambiguous(key: &PackageKey, first: &Candidate, other: &Candidate) -> Diagnostic {
    let place = |candidate: &Candidate| match &candidate.files[..] {
        [file] => name_of(file),
        files => name_of(source::folder_of(&files[0])),
    };
    let (first, other) = (place(first), place(other));
    codes::DUPLICATE
        .report(format!(
            "package `{key}` is in both `{first}` and `{other}`, with different content"
        ))
        .at(Locus::File(first.clone()), "")
        .at(Locus::File(other), "")
        .help(format!("choose one of them: `--deps {first}`"))
}

/// The packages in a folder and below it; folders that hold what was built are left out.
fn walk(
    folder: &Path,
    is_dep: bool,
    seen: &mut BTreeSet<PathBuf>,
    candidates: &mut Vec<Candidate>,
) {
    // Links are followed, and may lead in circles.
    let entries = source::list(folder);
    let (Ok(true), Ok(entries)) = (folder.canonicalize().map(|at| seen.insert(at)), entries) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let (folders, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    let called = |path: &Path, ends: &[&str]| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| ends.contains(&extension))
    };
    let texts: Vec<_> = files.iter().filter(|f| called(f, &["wit"])).collect();
    let texts: Vec<PathBuf> = texts.into_iter().cloned().collect();
    match find::are_one_package(&texts) {
        true => candidates.extend(Candidate::of(texts, is_dep)),
        false => candidates.extend(
            texts
                .into_iter()
                .filter_map(|text| Candidate::of(vec![text], is_dep)),
        ),
    }
    for file in files.into_iter().filter(|f| called(f, &["wasm", "wat"])) {
        candidates.extend(Candidate::of(vec![file], is_dep));
    }
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') && name != "target" && name != "node_modules" {
            walk(&folder, is_dep || name == "deps", seen, candidates);
        }
    }
}

/// The packages that a text defines.
fn defined(tree: &syntax::Tree) -> BTreeSet<PackageKey> {
    let items = tree.root().children();
    let packages =
        items.filter(|item| matches!(item.kind(), NodeKind::PackageDecl | NodeKind::NestedPackage));
    packages
        .filter_map(|package| package.child(NodeKind::PackageName))
        .map(PackageKey::of)
        .collect()
}

/// The packages in a binary; none if it is no package.
pub(crate) fn packages_in(source: &Source) -> Vec<PackageKey> {
    let translated;
    let bytes = match sniff(source.bytes()) {
        Kind::Wat => match translate(source) {
            Ok(bytes) => {
                translated = bytes;
                &translated[..]
            }
            Err(_) => return Vec::new(),
        },
        _ => source.bytes(),
    };
    // What is in components is theirs.
    if !Structure::of(bytes).is_ok_and(|structure| structure.is_wit_package()) {
        return Vec::new();
    }
    let decoded = decode::read(Source::memory(source.name(), bytes.to_vec()));
    let packages = decoded.map(|wit| {
        let names = wit.resolve.package_names.keys();
        let keys = names.map(|name| PackageKey {
            name: format!("{}:{}", name.namespace, name.name),
            version: name.version.as_ref().map(ToString::to_string),
        });
        keys.collect()
    });
    packages.unwrap_or_default()
}

/// Takes the packages that are needed and not there, and those that they need.
pub(super) fn packages(search: &Search, input: &mut Input) {
    if search.places.is_empty() {
        return;
    }
    let mut known = BTreeSet::new();
    let mut needed: BTreeMap<PackageKey, BTreeSet<PathBuf>> = BTreeMap::new();
    for text in &input.texts {
        look(text, &mut known, &mut needed);
    }
    for binary in &input.binaries {
        known.extend(packages_in(binary));
    }
    while let Some((key, folders)) = needed.pop_first() {
        if known.contains(&key) {
            continue;
        }
        let files = match search.find(&key, &folders, &known) {
            Ok(files) => files.unwrap_or_default(),
            Err(found) => {
                input.report.push(found);
                &[]
            }
        };
        known.insert(key.clone());
        if files.is_empty() {
            input.lacking.insert(key);
            continue;
        }
        let before = input.texts.len();
        take(files, input);
        for text in &input.texts[before..] {
            look(text, &mut known, &mut needed);
        }
        if let Some(binary) = input
            .binaries
            .last()
            .filter(|_| input.texts.len() == before)
        {
            known.extend(packages_in(binary));
        }
    }
    if !input.lacking.is_empty() {
        input.elsewhere = search.keys();
    }
}

/// What a text defines, and what it needs.
fn look(
    text: &Text,
    known: &mut BTreeSet<PackageKey>,
    needed: &mut BTreeMap<PackageKey, BTreeSet<PathBuf>>,
) {
    let tree = syntax::parse("", text.text.to_string());
    known.extend(defined(&tree));
    let folder = source::folder_of(text.path.as_deref().unwrap_or(Path::new("-")));
    let paths = tree.root().descendants();
    for path in paths.filter(|node| node.kind() == NodeKind::Path) {
        // `a:b/c`; a plain name is one of the own package.
        if path.children_of(NodeKind::Name).count() == 3 {
            let folders = needed.entry(PackageKey::of(path)).or_default();
            folders.insert(folder.to_path_buf());
        }
    }
}

/// Takes the files of a package.
fn take(files: &[PathBuf], input: &mut Input) {
    let groups = input.texts.iter().map(|text| text.group + 1);
    // 0 is the package that was asked for, even if that is binary.
    let group = groups.max().unwrap_or(1).max(1);
    for file in files {
        match Source::open(file) {
            Ok(source) => match sniff(source.bytes()) {
                Kind::Wit | Kind::Script | Kind::Other => {
                    add_text(source, name_of(file), Some(file.clone()), group, input);
                }
                _ => input.binaries.push(source),
            },
            Err(found) => input.report.push(found),
        }
    }
}
