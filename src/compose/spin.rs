//! Components of Spin applications, composed with their dependencies as Spin does it.
//!
//! Spin wires only what the manifest names: an import of the component gets the export of exactly that
//! name, or the one that `export` names. Every dependency is an instance of its own, and has only the
//! permissions that it inherits; calls that need another fail.
//!
//! Lives here: [`read`] and [`component`]. May import: `diag`, `source`, `spin`, `wasm` (ranks 0 to 2).
//! Deliberately absent: reading the manifest (`spin`), wiring (`resolve`), and parts whose calls fail
//! (`generated`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use semver::{Version, VersionReq};

use super::manual::listed;
use super::options::{Declared, Options, PartSpec, WireSpec};
use super::part_names;
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::names::unversioned;
use crate::source::{self, Source};
use crate::spin::{self, Dependency, Manifest, Origin};
use crate::wasm::Component;

/// A component with its dependencies.
pub(crate) struct Composition {
    /// What to compose; paths are relative to the manifest.
    pub options: Options,
    /// What is noteworthy about the manifest.
    pub warnings: Report,
}

/// The composition of the component `#ID` of a manifest, or of the only one.
pub(super) fn read(source: &Source, file: &Path, id: Option<&str>) -> Result<Composition, Report> {
    let manifest = spin::read(source)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let chosen = manifest.choose(id).map_err(Report::from);
    let composition = chosen.and_then(|chosen| component(&manifest, chosen, folder));
    composition.map_err(|mut wrong| {
        manifest.lend_text(&mut wrong);
        wrong
    })
}

/// The composition of a component. Its paths are relative to `folder`, that of the manifest.
pub(crate) fn component(
    manifest: &Manifest,
    component: &spin::Component,
    folder: &Path,
) -> Result<Composition, Report> {
    let mut warnings = Report::new();
    for warning in manifest.warnings.iter().cloned() {
        warnings.push(warning);
    }
    for warning in component.not_composed() {
        warnings.push(warning);
    }
    manifest.lend_text(&mut warnings);
    let mut reader = Reader {
        manifest,
        component,
        folder,
        report: Report::new(),
        read: BTreeMap::new(),
    };
    let options = reader.options();
    reader.report.or_ok(Composition { options, warnings })
}

struct Reader<'m> {
    manifest: &'m Manifest,
    component: &'m spin::Component,
    folder: &'m Path,
    report: Report,
    /// What was read, by path; none where that failed.
    read: BTreeMap<String, Option<Rc<Names>>>,
}

/// What a component imports and exports, by name.
struct Names {
    imports: Vec<String>,
    exports: Vec<String>,
}

impl<'m> Reader<'m> {
    fn options(&mut self) -> Options {
        let component = self.component;
        let what = format!("component `{}`", component.id);
        let root = self.file(&component.source, &component.source_place, &what, "source");
        let root_names = root.as_ref();
        let root_names = root_names.and_then(|path| self.names(path, &component.source_place));
        let files = component.dependencies.iter().map(|dependency| {
            let what = format!("dependency `{}`", dependency.name.text);
            self.file(&dependency.origin, &dependency.origin_place, &what, "path")
        });
        let files: Vec<Option<String>> = files.collect();
        let mut options = Options {
            root: root.map(|path| PartSpec {
                name: Some(component.id.clone()),
                path: path.into(),
            }),
            ..Options::default()
        };
        let mut declared = Declared {
            file: self.manifest.file.clone(),
            component: component.id.clone(),
            allowed: spin::HOST.iter().map(ToString::to_string).collect(),
            ..Declared::default()
        };
        let parts = part_names_of(&component.id, &files);
        for ((dependency, file), part) in component.dependencies.iter().zip(files).zip(parts) {
            let Some(file) = file else { continue };
            let names = self.names(&file, &dependency.origin_place);
            let (Some(names), Some(root)) = (names, &root_names) else {
                continue;
            };
            let wires = self.wires(dependency, &part, root, &names);
            options.configured_wires.extend(wires);
            options.definitions.push(PartSpec {
                name: Some(part.clone()),
                path: file.into(),
            });
            for import in &names.imports {
                let needs = spin::grant_of(import);
                if needs.is_none_or(|key| dependency.inherits.has(key)) {
                    continue;
                }
                let refused = match spin::EMPTIED.contains(&unversioned(import)) {
                    true => &mut declared.emptied,
                    false => &mut declared.denied,
                };
                refused.push((part.clone(), import.clone()));
            }
            let name = dependency.name.text.clone();
            declared.dependencies.insert(part, name);
        }
        options.declared = Some(declared);
        options
    }

    /// The file of a component or dependency, if it is one.
    fn file(&mut self, origin: &'m Origin, place: &Locus, what: &str, key: &str) -> Option<String> {
        let (origin, place) = match origin {
            Origin::Component(id) => {
                let mut all = self.manifest.components.iter();
                // INVARIANT: the manifest was read without errors, so it is there.
                let found = all.find(|component| component.id == *id)?;
                (&found.source, &found.source_place)
            }
            origin => (origin, place),
        };
        let finding = match origin {
            Origin::File(path) => return Some(path.clone()),
            Origin::Url(url) => spin::NOT_LOCAL
                .report(format!("{what} is not a file: it comes from a URL"))
                .help(format!(
                    "download {url}, and name the file: `{key} = \"FILE\"`"
                )),
            Origin::Package {
                name,
                version,
                registry: None,
            } => match self.reference(name, version, key == "path") {
                Ok(reference) => return Some(reference),
                Err(finding) => finding,
            },
            Origin::Package { name, version, .. } => spin::NOT_LOCAL
                .report(format!(
                    "{what} is not a file: it comes from a certain registry"
                ))
                .help(format!(
                    "download `{name}` {version} (`wkg get {name} -o FILE`), and name the file: \
                     `{key} = \"FILE\"`"
                )),
            // A component of the application is defined by its source, not by another component.
            Origin::Component(_) => return None,
        };
        self.report.push(finding.at(place.clone(), ""));
        None
    }

    /// The reference to a package: in exactly that version, or in one that matches a requirement.
    fn reference(&self, name: &str, version: &str, matching: bool) -> Result<String, Diagnostic> {
        let wrong = |e: &dyn std::fmt::Display| {
            spin::DEPENDENCY.report(format!(
                "invalid version `{version}` of package `{name}`: {e}"
            ))
        };
        // In requirements of Spin, `1.2.0` is what it is in those of cargo.
        let requirement = match matching {
            true => VersionReq::parse(version)
                .map(|r| r.to_string())
                .map_err(|e| wrong(&e))?,
            false => Version::parse(version)
                .map(|v| v.to_string())
                .map_err(|e| wrong(&e))?,
        };
        Ok(format!("@{name}@{requirement}"))
    }

    /// What a file imports and exports, if it can be read.
    fn names(&mut self, path: &str, place: &Locus) -> Option<Rc<Names>> {
        if let Some(read) = self.read.get(path) {
            return read.clone();
        }
        let names = self.open(path).map_err(|wrong| {
            let findings = wrong.diagnostics().into_iter().cloned();
            let findings = findings.map(|finding| finding.at(place.clone(), "named here"));
            let findings = findings.collect();
            self.report.extend(wrong.with(findings));
        });
        let names = names.ok().map(Rc::new);
        self.read.insert(path.to_string(), names.clone());
        names
    }

    fn open(&self, path: &str) -> Result<Names, Report> {
        let component = Component::new(Source::open(&source::beside(self.folder, path))?)?;
        let structure = component.structure()?;
        let imports = structure.imports.iter();
        let exports = structure.exports.iter();
        Ok(Names {
            imports: imports.map(|import| import.name.name.to_string()).collect(),
            exports: exports.map(|export| export.name.name.to_string()).collect(),
        })
    }

    /// The wires of a dependency.
    fn wires(
        &mut self,
        dependency: &Dependency,
        part: &str,
        root: &Names,
        names: &Names,
    ) -> Vec<WireSpec> {
        let imports = root.imports.iter();
        let imports: Vec<&String> = imports.filter(|i| dependency.name.matches(i)).collect();
        if imports.is_empty() {
            let finding = self.unmatched(dependency, root);
            self.report.push(finding);
        }
        let mut wires = Vec::new();
        for import in imports {
            let export = dependency
                .export
                .as_ref()
                .map_or(import, |(export, _)| export);
            if !names.exports.contains(export) {
                let finding = self.missing(dependency, import, export, names);
                self.report.push(finding);
                continue;
            }
            wires.push(WireSpec::Exact {
                part: self.component.id.clone(),
                import: import.clone(),
                to: Some(part.to_string()),
                export: Some(export.clone()),
            });
        }
        wires
    }

    fn unmatched(&self, dependency: &Dependency, root: &Names) -> Diagnostic {
        let (name, id) = (&dependency.name.text, &self.component.id);
        let finding = spin::UNMATCHED
            .report(format!("dependency `{name}` matches no import of `{id}`"))
            .at(dependency.place.clone(), "");
        let imports = root.imports.iter().map(String::as_str);
        let same_base = |import: &&str| unversioned(import) == unversioned(name);
        if let Some(other) = imports.clone().find(same_base) {
            return finding
                .note(format!("`{id}` imports `{other}`, another version"))
                .help(format!(
                    "name that version, or none: `\"{}\"`",
                    unversioned(name)
                ));
        }
        match did_you_mean(name, imports.clone()) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => {
                let imports: Vec<&str> = imports.collect();
                finding.note(format!("imports of `{id}`: {}", listed(&imports)))
            }
        }
    }

    fn missing(
        &self,
        dependency: &Dependency,
        import: &str,
        export: &str,
        names: &Names,
    ) -> Diagnostic {
        let name = &dependency.name.text;
        let id = &self.component.id;
        let finding = spin::MISSING_EXPORT.report(match export == import {
            true => {
                format!("dependency `{name}` does not export `{export}`, which `{id}` imports")
            }
            false => format!(
                "dependency `{name}` does not export `{export}`, which is to satisfy the import \
                 `{import}` of `{id}`"
            ),
        });
        let place = dependency
            .export
            .as_ref()
            .map_or(&dependency.place, |(_, place)| place);
        let finding = finding.at(place.clone(), "");
        let exports = names.exports.iter().map(String::as_str);
        let other_version = exports
            .clone()
            .find(|e| unversioned(e) == unversioned(export));
        let other = other_version.or_else(|| did_you_mean(export, exports.clone()));
        let Some(other) = other else {
            let exports: Vec<&str> = exports.collect();
            return finding.note(format!("exports of the dependency: {}", listed(&exports)));
        };
        let finding = finding.note(format!("it exports `{other}`"));
        // Only a dependency on one interface may say which export it means.
        finding.help(match dependency.name.is_package() {
            true => format!(
                "replace the dependency on the whole package by one on each interface: \
                 `\"{import}\" = {{ path = \"…\", export = \"{other}\" }}`"
            ),
            false => format!("if it is intended, name it: `export = \"{other}\"`"),
        })
    }
}

/// The names of the parts for the files of dependencies: each is an instance of its own.
fn part_names_of(root: &str, files: &[Option<String>]) -> Vec<String> {
    let distinct: BTreeSet<&str> = files.iter().flatten().map(String::as_str).collect();
    let distinct: Vec<&str> = distinct.into_iter().collect();
    let paths: Vec<&Path> = distinct.iter().map(Path::new).collect();
    let mut taken = BTreeSet::from([root.to_string()]);
    let names = part_names::tell_apart(&paths, &taken);
    let by_file: BTreeMap<&str, String> = distinct.into_iter().zip(names).collect();
    taken.extend(by_file.values().cloned());
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let parts = files.iter().map(|file| {
        let Some(file) = file.as_deref() else {
            return String::new();
        };
        let name = by_file.get(file).cloned().unwrap_or_default();
        if used.insert(file) {
            return name;
        }
        let mut numbered = (2..).map(|n: u32| format!("{name}-{n}"));
        numbered
            .find(|name| taken.insert(name.clone()))
            .unwrap_or(name)
    });
    parts.collect()
}
