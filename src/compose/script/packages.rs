//! The packages that a script names: where their files are, and what is in them.
//!
//! Lives here: [`Packages`]. May import: `diag`, `source`, `wasm`, `wit` (ranks 0 to 2).
//! Deliberately absent: what of them is used (`declared`, `evaluate`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::codes;
use crate::compose::options::PartSpec;
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::escape;
use crate::no_effect;
use crate::packages::{DEPS, layout};
use crate::source::{self, Source};
use crate::surface::Surface;
use crate::wasm::{Component, Kind, sniff};
use crate::wit::syntax::{Node, NodeKind};
use crate::wit::{self, Wit, convert};

/// A package as a script names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// `acme:kv`
    pub name: String,
    pub version: Option<String>,
}

impl Key {
    /// The package of a `PackageName` or `Path`, and where its name is without what follows it.
    pub fn of(node: Node<'_>) -> Option<(Key, Range<usize>)> {
        let names: Vec<Node<'_>> = node.children_of(NodeKind::Name).collect();
        let text = node.tree().text();
        // In a path, what follows `/` is in the package.
        let is_inner =
            |name: &&Node<'_>| !text[node.range().start..name.range().start].contains('/');
        let own: Vec<Node<'_>> = names
            .iter()
            .take_while(|name| is_inner(name))
            .copied()
            .collect();
        let (first, last) = (own.first()?, own.last()?);
        let parts: Vec<&str> = own.iter().filter_map(|name| name.name()).collect();
        let version = node.child(NodeKind::Version);
        let key = Key {
            name: parts.join(":"),
            version: version.map(|version| version.text().to_string()),
        };
        Some((key, first.range().start..last.range().end))
    }

    pub fn text(&self) -> String {
        match &self.version {
            Some(version) => format!("{}@{version}", self.name),
            None => self.name.clone(),
        }
    }
}

/// What a package is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// To be instantiated.
    Component,
    /// For its interfaces and worlds.
    Wit,
}

/// What a package is.
#[derive(Clone)]
enum Found {
    Wit(Arc<WitPackage>),
    Component(Arc<Instantiable>),
}

/// A WIT package.
pub(super) struct WitPackage {
    pub path: PathBuf,
    pub wit: Wit,
}

impl WitPackage {
    /// Its name as its own text has it, with the version.
    pub fn name(&self) -> (String, Option<String>) {
        let name = &self.wit.resolve.packages[self.wit.main].name;
        let version = name.version.as_ref().map(ToString::to_string);
        (format!("{}:{}", name.namespace, name.name), version)
    }

    pub fn has_interface(&self, name: &str) -> bool {
        let package = &self.wit.resolve.packages[self.wit.main];
        package.interfaces.contains_key(name)
    }

    pub fn has_world(&self, name: &str) -> bool {
        let package = &self.wit.resolve.packages[self.wit.main];
        package.worlds.contains_key(name)
    }

    /// Its interfaces and worlds.
    pub fn names(&self) -> Vec<&str> {
        let package = &self.wit.resolve.packages[self.wit.main];
        let interfaces = package.interfaces.keys();
        interfaces
            .chain(package.worlds.keys())
            .map(String::as_str)
            .collect()
    }
}

/// A component that can be instantiated.
pub(super) struct Instantiable {
    pub path: PathBuf,
    pub component: Arc<Component>,
    pub surface: Surface,
}

/// Where packages are, and those that have been looked up.
pub(super) struct Packages<'a> {
    roots: Vec<PathBuf>,
    /// By the name that was given, which may have a version.
    given: Vec<(String, PathBuf)>,
    used: BTreeSet<usize>,
    in_memory: &'a BTreeMap<PathBuf, Source>,
    /// None where something is wrong, which is reported.
    found: BTreeMap<(Key, Need), Option<Found>>,
    pub report: Report,
}

impl<'a> Packages<'a> {
    /// Packages of `definitions`, or else in the folder `deps`, or in the usual one beside `script`.
    pub fn new(
        definitions: &[PartSpec],
        deps: Option<&Path>,
        script: Option<&Path>,
        in_memory: &'a BTreeMap<PathBuf, Source>,
    ) -> Packages<'a> {
        let mut report = Report::new();
        let mut given = Vec::new();
        for spec in definitions {
            let file = spec.path.to_string_lossy();
            match &spec.name {
                Some(name) => given.push((name.clone(), spec.path.clone())),
                None => report.push(
                    no_effect::not_done(
                        &format!("-d {file}"),
                        "a script names packages, not files",
                    )
                    .help(format!("say which package it is: `-d acme:name={file}`")),
                ),
            }
        }
        Packages {
            roots: roots(deps, script),
            given,
            used: BTreeSet::new(),
            in_memory,
            found: BTreeMap::new(),
            report,
        }
    }

    /// The package of that name, for what it is needed for if there are several files of the name;
    /// `place` is where it is named.
    fn find(&mut self, key: &Key, need: Need, place: Locus) -> Option<Found> {
        if let Some(found) = self.found.get(&(key.clone(), need)) {
            return found.clone();
        }
        let found = match self.file(key, need) {
            Some(path) => match self.open(&path) {
                Ok(found) => Some(found),
                Err(report) => {
                    self.report.extend(report);
                    None
                }
            },
            None => match self.referred(key) {
                Ok(found) => Some(found),
                Err(report) => {
                    let is_unknown = |f: &&Diagnostic| f.code.name == "package/unknown";
                    let unknown = report.diagnostics().into_iter().any(|f| is_unknown(&f));
                    match unknown || !source::finds_references() {
                        true => self.report.push(self.missing(key, place)),
                        false => self.report.extend(report),
                    }
                    None
                }
            },
        };
        self.found.insert((key.clone(), need), found.clone());
        found
    }

    /// The folders of dependencies.
    pub fn roots(&self) -> Vec<PathBuf> {
        self.roots.clone()
    }

    /// The component to instantiate.
    pub fn component(&mut self, key: &Key, place: Locus) -> Option<Arc<Instantiable>> {
        match self.find(key, Need::Component, place.clone())? {
            Found::Component(component) => Some(component),
            Found::Wit(package) => {
                let file = wit::find::as_typed(&package.path).display().to_string();
                self.report.push(
                    codes::UNKNOWN_PACKAGE
                        .report(format!(
                            "cannot instantiate `{}`: `{file}` is a WIT package",
                            key.text()
                        ))
                        .at(place, "not a component")
                        .help(format!("pass the component: `-d {}=FILE`", key.text())),
                );
                None
            }
        }
    }

    /// The WIT package that has an interface or world of that name.
    pub fn wit(&mut self, key: &Key, name: &str, place: Locus) -> Option<Arc<WitPackage>> {
        match self.find(key, Need::Wit, place.clone())? {
            Found::Wit(package) if package.names().contains(&name) => Some(package),
            Found::Wit(package) => {
                let names = package.names();
                let finding = codes::UNKNOWN_NAME
                    .report(format!(
                        "package `{}` has no interface or world `{name}`",
                        key.text()
                    ))
                    .at(place, "not found in the package");
                self.report
                    .push(super::suggest(finding, name, &names, "it has"));
                None
            }
            Found::Component(component) => {
                let file = component.path.display().to_string();
                self.report.push(
                    codes::UNKNOWN_PACKAGE
                        .report(format!(
                            "cannot find `{name}` in `{}`: `{file}` is a component, not a WIT package",
                            key.text()
                        ))
                        .at(place, "defined by no WIT package")
                        .help(format!("pass a WIT package: `-d {}=DIR`", key.text())),
                );
                None
            }
        }
    }

    /// The files of WIT packages that were found.
    pub fn wit_files(&self) -> Vec<PathBuf> {
        let found = self.found.values().flatten();
        let paths = found.filter_map(|found| match found {
            Found::Wit(package) => Some(package.path.clone()),
            Found::Component(_) => None,
        });
        let paths: BTreeSet<PathBuf> = paths.collect();
        paths.into_iter().collect()
    }

    /// Warns of what was given and is not used.
    pub fn unused(&self) -> Report {
        let mut report = Report::new();
        for (at, (name, path)) in self.given.iter().enumerate() {
            if !self.used.contains(&at) {
                let flag = format!("-d {name}={}", path.display());
                let named = self.found.keys().map(|(key, _)| key.name.as_str());
                let finding =
                    no_effect::without_effect(&flag, "the script does not use the package");
                report.push(match did_you_mean(name, named) {
                    Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                    None => finding,
                });
            }
        }
        report
    }

    /// The file or folder of a package: one that was given, then those in the folders; of a version,
    /// last what was given without one. The first that is what is needed, or else the first.
    fn file(&mut self, key: &Key, need: Need) -> Option<PathBuf> {
        let named = |wanted: &str| self.given.iter().position(|(name, _)| name == wanted);
        let exact = named(&key.text());
        let loose = named(&key.name).filter(|at| Some(*at) != exact);
        let given = |at: usize| (Some(at), self.given[at].1.clone());
        let mut files: Vec<(Option<usize>, PathBuf)> = exact.map(given).into_iter().collect();
        let in_folders = self
            .candidates(key)
            .into_iter()
            .filter(|path| layout::is_package(path) || self.in_memory.contains_key(path));
        files.extend(in_folders.map(|path| (None, path)));
        files.extend(loose.map(given));
        let fits = files.iter().position(|(_, path)| self.is(path, need));
        let (at, path) = files.into_iter().nth(fits.unwrap_or_default())?;
        self.used.extend(at);
        Some(path)
    }

    /// Whether what is there is what is needed.
    fn is(&self, path: &Path, need: Need) -> bool {
        let is_dir = source::is_dir(path);
        if self.in_memory.contains_key(path) || is_dir {
            return (need == Need::Wit) == is_dir;
        }
        let Ok(source) = Source::open(path) else {
            return false;
        };
        let is_wit = match sniff(source.bytes()) {
            Kind::Wit => true,
            Kind::Component | Kind::Wat => {
                let component = Component::new(source).ok();
                component.is_some_and(|c| c.is_wit_package().is_ok_and(|is_wit| is_wit))
            }
            _ => false,
        };
        is_wit == (need == Need::Wit)
    }

    /// Where it may be, in order.
    fn candidates(&self, key: &Key) -> Vec<PathBuf> {
        layout::candidates(&self.roots, &key.name, key.version.as_deref())
    }

    /// The package as a reference to it finds it: locked, or in a registry.
    fn referred(&self, key: &Key) -> Result<Found, Report> {
        let reference = PathBuf::from(format!("@{}", key.text()));
        source::place(&reference)?;
        self.open(&reference)
    }

    fn open(&self, path: &Path) -> Result<Found, Report> {
        if let Some(source) = self.in_memory.get(path) {
            return instantiable(path, Arc::new(Component::new(source.clone())?));
        }
        if source::is_dir(path) {
            return wit_package(path);
        }
        let source = Source::open(path)?;
        match sniff(source.bytes()) {
            Kind::Component | Kind::Wat => {
                let component = Component::new(source)?;
                match component.is_wit_package()? {
                    true => wit_package(path),
                    false => instantiable(path, Arc::new(component)),
                }
            }
            Kind::Wit => wit_package(path),
            // The error says what it is.
            _ => instantiable(path, Arc::new(Component::new(source)?)),
        }
    }

    fn missing(&self, key: &Key, place: Locus) -> Diagnostic {
        let wasm = self.candidates(key).into_iter();
        let wasm = wasm.filter(|path| path.extension().is_some_and(|e| e == "wasm"));
        let looked: Vec<String> = wasm.map(|path| format!("`{}`", path.display())).collect();
        let finding = codes::UNKNOWN_PACKAGE
            .report(format!("cannot find package `{}`", key.text()))
            .at(place, "not found")
            .note(format!("looked for {}", escape::and(&looked)));
        let known = self.known();
        let known = known.iter().map(String::as_str);
        match did_you_mean(&key.text(), known) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help(format!("pass it: `-d {}=FILE`", key.text())),
        }
    }

    /// The packages that there are.
    fn known(&self) -> BTreeSet<String> {
        let mut known = layout::known(&self.roots);
        known.extend(self.given.iter().map(|(name, _)| name.clone()));
        known
    }
}

/// The folders of packages: `deps`, or else the usual one in the working directory and beside `script`.
pub(super) fn roots(deps: Option<&Path>, script: Option<&Path>) -> Vec<PathBuf> {
    if let Some(deps) = deps {
        return vec![deps.to_path_buf()];
    }
    let beside = script.map(|file| source::folder_of(file).join(DEPS));
    let beside = beside.map(|beside| wit::find::as_typed(&beside).to_path_buf());
    let beside = beside.filter(|beside| beside != Path::new(DEPS));
    std::iter::once(PathBuf::from(DEPS)).chain(beside).collect()
}

fn wit_package(path: &Path) -> Result<Found, Report> {
    Ok(Found::Wit(Arc::new(WitPackage {
        path: path.to_path_buf(),
        wit: convert::read(path, &wit::Options::default())?,
    })))
}

fn instantiable(path: &Path, component: Arc<Component>) -> Result<Found, Report> {
    component.structure()?;
    let decoded = component.decode()?;
    let surface = Surface::read(decoded.types(), decoded.component());
    Ok(Found::Component(Arc::new(Instantiable {
        path: path.to_path_buf(),
        component,
        surface,
    })))
}
