//! The parts of a composition: their files, their names, and their contents.
//!
//! Lives here: [`Parts`]. May import: `source`, `wasm` (rank 0–1).
//! Deliberately absent: which part provides what (`resolve`).

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::codes;
use super::options::{ChainSpec, Options, PartSpec};
use super::part_names;
use super::scripted::Script;
use crate::diag::{Locus, Report};
use crate::no_effect;
use crate::plan::{Generated, Role};
use crate::source::{self, Source};
use crate::wasm::{Component, Kind, sniff};

/// A component that may become an instance of the composition.
pub(crate) struct Part {
    /// Unique among the parts.
    pub name: String,
    /// The file as the user named it.
    pub path: String,
    pub role: Role,
    /// What it is generated from, if it is no file.
    pub generated: Option<Generated>,
    /// Whether the user gave it its name.
    pub name_was_given: bool,
    /// Parts of one file share it.
    pub component: Arc<Component>,
}

/// A part that is to be added.
pub(crate) struct NewPart {
    pub name: String,
    pub role: Role,
    pub generated: Generated,
    pub component: Component,
}

/// All parts, in an order that does not depend on that of the command line.
pub(crate) struct Parts {
    all: Vec<Part>,
    by_name: BTreeMap<String, usize>,
    /// The components that a plan gives themselves: name, file and bytes.
    pub values: Vec<(String, String, Arc<Component>)>,
    /// Every file that was read.
    pub files: Vec<PathBuf>,
    /// The chains, now that it is known what they name.
    pub chains: Vec<ChainSpec>,
    /// Warnings about how they were given.
    pub warnings: Report,
    /// The script that makes them, if one does.
    pub script: Option<Script>,
}

impl Parts {
    /// Reads the files that `options` names, and those in its search paths.
    ///
    /// Fails with a finding for every file that is missing or not a component. In search paths, files
    /// that are not components are skipped.
    pub fn load(options: &Options) -> Result<Parts, Report> {
        let mut loader = Loader {
            opened: BTreeMap::new(),
            in_memory: options.in_memory.clone(),
            report: Report::new(),
        };
        let chains = loader.settled(options);
        let mut specs: Vec<(PartSpec, Role)> = Vec::new();
        if let Some(plan) = &options.plan {
            for part in plan.parts.iter().filter(|part| part.generated.is_none()) {
                let spec = PartSpec {
                    name: Some(part.name.clone()),
                    path: PathBuf::from(&part.path),
                };
                specs.push((spec, part.role));
            }
        } else {
            let links = Loader::links(options, &chains);
            specs.extend(options.root.iter().map(|r| (r.clone(), Role::Root)));
            let defined = options.definitions.iter().chain(&links);
            specs.extend(defined.map(|d| (d.clone(), Role::Definition)));
            specs.extend(options.named.iter().map(|d| (d.clone(), Role::Found)));
        }
        loader.forget_repeated(&mut specs);
        let named = loader.name(specs, BTreeSet::new());
        let mut all: Vec<Part> = Vec::new();
        for (name, spec, role) in named {
            if let Some(component) = loader.open(&spec.path) {
                let mut part = Part::new(name, &spec.path, role, component);
                part.name_was_given = spec.name.is_some();
                all.push(part);
            }
        }
        let planned = options.plan.iter().flat_map(|plan| &plan.components);
        let values = planned.filter_map(|value| {
            let component = loader.open(Path::new(&value.path))?;
            Some((value.name.clone(), value.path.clone(), component))
        });
        let values = values.collect();
        loader.follow_names(&options.named_folders, &mut all);
        loader.search(options, &mut all);
        let warnings = loader.report.clone();
        let files = loader.files();
        loader.report.or_ok(())?;
        all.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
        let by_name = all.iter().enumerate().map(|(i, p)| (p.name.clone(), i));
        Ok(Parts {
            by_name: by_name.collect(),
            files,
            chains,
            warnings,
            script: None,
            all,
            values,
        })
    }

    /// Adds parts that are generated, behind all others.
    pub fn add(&mut self, parts: Vec<NewPart>) {
        for new in parts {
            self.by_name.insert(new.name.clone(), self.all.len());
            let mut part = Part::new(new.name, Path::new(""), new.role, Arc::new(new.component));
            part.generated = Some(new.generated);
            self.all.push(part);
        }
    }

    pub fn all(&self) -> &[Part] {
        &self.all
    }

    /// The part that the composition is about.
    pub fn root(&self) -> Option<usize> {
        self.all.iter().position(|part| part.role == Role::Root)
    }

    pub fn by_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// The part of a file: that which was given without a name, or else the only one.
    pub fn of_file(&self, path: &Path) -> Option<usize> {
        let same = |other: &str| Path::new(other) == path || real(Path::new(other)) == real(path);
        let all = self.all.iter().enumerate();
        let of_it: Vec<(usize, &Part)> = all.filter(|(_, part)| same(&part.path)).collect();
        match of_it.as_slice() {
            [(only, _)] => Some(*only),
            several => several
                .iter()
                .find(|(_, part)| !part.name_was_given)
                .map(|(at, _)| *at),
        }
    }

    /// What `text` means if it is `PART.REST`: the part with the longest name that fits.
    pub fn split_prefix<'t>(&self, text: &'t str) -> Option<(usize, &'t str)> {
        text.match_indices('.')
            .rev()
            .find_map(|(at, _)| Some((self.by_name(&text[..at])?, &text[at + 1..])))
    }
}

impl Part {
    fn new(name: String, path: &Path, role: Role, component: Arc<Component>) -> Part {
        Part {
            name,
            path: path.to_string_lossy().into_owned(),
            role,
            generated: None,
            name_was_given: false,
            component,
        }
    }

    /// Whether the user named it, so that it did not only turn up in a search path.
    pub fn was_named(&self) -> bool {
        self.role != Role::Found
    }

    /// How a part is called in a finding: by its file, and by its name where that says more.
    pub fn label(&self) -> String {
        if self.generated.is_some() {
            self.name.clone()
        } else if source::stem(Path::new(&self.path)) == self.name {
            self.path.clone()
        } else {
            format!("{} ({})", self.path, self.name)
        }
    }

    /// The place of something in this part.
    pub fn locus<S: Into<String>>(&self, path: impl IntoIterator<Item = S>) -> Locus {
        Locus::item(self.label(), path)
    }
}

/// The name of a part that is read from standard input.
const STDIN: &str = "stdin";

struct Loader {
    /// By the file that a path really leads to: the path by which it was named first, and the
    /// component; none where opening failed.
    opened: BTreeMap<OsString, (PathBuf, Option<Arc<Component>>)>,
    in_memory: BTreeMap<PathBuf, Source>,
    report: Report,
}

impl Loader {
    /// Every file that was read.
    fn files(&mut self) -> Vec<PathBuf> {
        let opened = std::mem::take(&mut self.opened).into_values();
        let files = opened.map(|(file, _)| file);
        files
            .filter(|file| !self.in_memory.contains_key(file))
            .collect()
    }

    fn open(&mut self, path: &Path) -> Option<Arc<Component>> {
        let key = self.key(path);
        if let Some((_, opened)) = self.opened.get(&key) {
            return opened.clone();
        }
        let component = match self.in_memory.get(path) {
            Some(source) => Ok(source.clone()),
            None => Source::open(path)
                .map_err(|finding| match source::is_dir(path) {
                    true => finding.help(format!(
                        "to search it for providers, pass it with `-p {}`",
                        path.display()
                    )),
                    false => finding,
                })
                .map_err(Report::from),
        };
        let component = match component.and_then(Component::new) {
            Ok(component) => Some(Arc::new(component)),
            Err(report) => {
                self.report.extend(report);
                None
            }
        };
        self.opened.insert(key, (path.into(), component.clone()));
        component
    }

    /// What tells files apart, however they are named.
    fn key(&self, path: &Path) -> OsString {
        match self.in_memory.contains_key(path) || path == Path::new("-") {
            true => path.into(),
            false => real(path).into(),
        }
    }

    /// The chains of `options`. `NAME=FILE` is distinguished from `EDGE=FILE` by the imports of the
    /// parts: none has that name.
    fn settled(&mut self, options: &Options) -> Vec<ChainSpec> {
        let mut chains = options.chains.clone();
        let named: Vec<&PartSpec> = options.root.iter().chain(&options.definitions).collect();
        for chain in chains.iter_mut().filter(|chain| chain.edge_or_name) {
            let (Some(edge), Some(link)) = (chain.edge.clone(), chain.links.first_mut()) else {
                continue;
            };
            let mut parts = named.iter();
            let is_part = parts.any(|spec| name_of(spec) == *link);
            let mut parts = named.iter();
            let is_edge = parts.any(|spec| {
                let component = self.open(&spec.path);
                component.is_some_and(|c| imports(&c, &edge))
            });
            let is_edge = is_edge || in_folders(&options.search_paths, &edge);
            if !is_part && !is_edge {
                *link = format!("{edge}={link}");
                chain.edge = None;
            }
        }
        chains
    }

    /// The links of chains that are files, not names of parts.
    fn links(options: &Options, chains: &[ChainSpec]) -> Vec<PartSpec> {
        let named = || options.root.iter().chain(&options.definitions);
        let names: BTreeSet<String> = named().map(name_of).collect();
        // A file that is one part already is that part.
        let is_part = |link: &PartSpec| {
            let same = named().filter(|spec| real(&spec.path) == real(&link.path));
            link.name.is_none() && same.count() == 1
        };
        let links = chains.iter().flat_map(|chain| &chain.links);
        links
            .filter(|link| !names.contains(*link))
            .map(|link| PartSpec::parse(link))
            .filter(|link| !is_part(link))
            .collect()
    }

    /// A file that is given twice without a name is one part.
    fn forget_repeated(&self, specs: &mut Vec<(PartSpec, Role)>) {
        let mut seen = BTreeSet::new();
        specs.retain(|(spec, _)| spec.name.is_some() || seen.insert(self.key(&spec.path)));
    }

    /// Gives each part its name.
    fn name(
        &mut self,
        specs: Vec<(PartSpec, Role)>,
        mut taken: BTreeSet<String>,
    ) -> Vec<(String, PartSpec, Role)> {
        if specs
            .iter()
            .any(|(spec, _)| spec.name.is_none() && spec.path == Path::new("-"))
        {
            taken.insert(STDIN.to_string());
        }
        for (spec, _) in &specs {
            let Some(name) = &spec.name else { continue };
            if !taken.insert(name.clone()) {
                self.report.push(
                    codes::SAME_NAME
                        .report(format!("a part named `{name}` already exists"))
                        .at(Locus::File(spec.path.to_string_lossy().into_owned()), "")
                        .help("give each part its own name: `-d NAME=FILE`"),
                );
            }
        }
        let unnamed: Vec<&Path> = specs
            .iter()
            .filter(|(spec, _)| spec.name.is_none() && spec.path != Path::new("-"))
            .map(|(spec, _)| spec.path.as_path())
            .collect();
        let mut told_apart = part_names::tell_apart(&unnamed, &taken).into_iter();
        specs
            .into_iter()
            .map(|(spec, role)| {
                let name = match &spec.name {
                    Some(name) => name.clone(),
                    None if spec.path == Path::new("-") => STDIN.to_string(),
                    None => told_apart.next().unwrap_or_default(),
                };
                (name, spec, role)
            })
            .collect()
    }

    /// Adds, for every instance that a part imports under a plain name, the component of that
    /// name in `folders`, and so on for what that one imports.
    fn follow_names(&mut self, folders: &[PathBuf], all: &mut Vec<Part>) {
        if folders.is_empty() {
            return;
        }
        let mut names: BTreeSet<String> = all.iter().map(|part| part.name.clone()).collect();
        let mut next = 0;
        while let Some(part) = all.get(next) {
            next += 1;
            let component = part.component.clone();
            // What cannot be read is reported when the composition begins.
            let Ok(structure) = component.structure() else {
                continue;
            };
            for import in &structure.imports {
                let name = import.name.name;
                if name.contains([':', '/']) || names.contains(name) {
                    continue;
                }
                let files = folders.iter().flat_map(|folder| {
                    ["wasm", "wat"].map(|ext| folder.join(format!("{name}.{ext}")))
                });
                let Some(path) = files.into_iter().find(|file| source::is_file(file)) else {
                    continue;
                };
                names.insert(name.to_string());
                if let Some(component) = self.open(&path) {
                    all.push(Part::new(name.to_string(), &path, Role::Found, component));
                }
            }
        }
    }

    /// Adds the components of the search paths that were not named already.
    fn search(&mut self, options: &Options, all: &mut Vec<Part>) {
        let mut found: Vec<(PartSpec, Role)> = Vec::new();
        let mut seen = BTreeSet::new();
        for folder in &options.search_paths {
            let entries = match source::list(folder) {
                Ok(entries) => entries,
                Err(e) => {
                    let name = folder.display().to_string();
                    self.report.push(
                        source::UNREADABLE
                            .report(format!(
                                "cannot search directory `{name}`: {}",
                                source::reason(&e)
                            ))
                            .at(Locus::File(name), ""),
                    );
                    continue;
                }
            };
            let mut files: Vec<PathBuf> = entries
                .filter_map(|entry| Some(folder.join(entry.ok()?.file_name())))
                .filter(|file| {
                    file.extension()
                        .is_some_and(|ext| ext == "wasm" || ext == "wat")
                })
                .collect();
            files.sort();
            let mut usable = false;
            for path in files {
                let key = self.key(&path);
                let known = self.opened.contains_key(&key) || !seen.insert(key);
                usable |= known;
                if !known && self.open_quietly(&path) {
                    usable = true;
                    found.push((PartSpec { name: None, path }, Role::Found));
                }
            }
            if !usable {
                self.report.push(no_effect::without_effect(
                    &format!("-p {}", folder.display()),
                    "the directory contains no components",
                ));
            }
        }
        let taken = all.iter().map(|part| part.name.clone()).collect();
        for (name, spec, role) in self.name(found, taken) {
            if let Some(component) = self.open(&spec.path) {
                all.push(Part::new(name, &spec.path, role, component));
            }
        }
    }

    /// Opens a file from a search path; whether it is a component whose structure can be read.
    fn open_quietly(&mut self, path: &Path) -> bool {
        let Ok(source) = Source::open(path) else {
            return false;
        };
        if !matches!(sniff(source.bytes()), Kind::Component | Kind::Wat) {
            return false;
        }
        let Ok(component) = Component::new(source) else {
            return false;
        };
        let usable = component.structure().is_ok();
        let opened = (path.into(), Some(Arc::new(component)));
        self.opened.insert(self.key(path), opened);
        usable
    }
}

/// The file that a path really leads to, if there is one.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.into())
}

/// Whether a component in any of the folders imports something under that very name.
fn in_folders(folders: &[PathBuf], name: &str) -> bool {
    let entries = folders
        .iter()
        .filter_map(|folder| source::list(folder).ok());
    let mut files = entries.flatten().flatten().map(|entry| entry.path());
    files.any(|file| {
        // Other files are reported, or skipped, when the directories are searched.
        let component = Source::open(&file).ok().map(Component::new);
        component.is_some_and(|c| c.is_ok_and(|c| imports(&c, name)))
    })
}

/// Whether a component imports something under that very name.
fn imports(component: &Component, name: &str) -> bool {
    let structure = component.structure();
    structure.is_ok_and(|structure| structure.imports.iter().any(|i| i.name.name == name))
}

/// The name of a part.
fn name_of(spec: &PartSpec) -> String {
    spec.name
        .clone()
        .unwrap_or_else(|| source::stem(&spec.path))
}
