//! Which version is taken for each requirement.
//!
//! Lives here: [`Chooser`]. May import: `packages` (rank 3). Deliberately absent: files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use semver::Version;

use super::{Options, Update};
use crate::diag::{Diagnostic, Locus, Report};
use crate::packages::{Lock, Locked, Packages, Project, Wanted};
use crate::source::Source;

/// What was chosen, once for each requirement.
pub(super) struct Chooser<'a> {
    pub packages: &'a Packages,
    pub project: &'a Project,
    options: &'a Options,
    /// By name and requirement; none where it failed, which is reported.
    chosen: BTreeMap<(String, String), Option<Chosen>>,
    /// What would have to be locked, and must not be.
    pub missing: Vec<Wanted>,
    pub report: Report,
}

/// A version of a package, and its content.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub name: String,
    pub version: Version,
    pub digest: String,
    /// The content.
    pub path: PathBuf,
    registry: Option<String>,
    wanted: Wanted,
}

impl<'a> Chooser<'a> {
    pub fn new(packages: &'a Packages, project: &'a Project, options: &'a Options) -> Chooser<'a> {
        Chooser {
            packages,
            project,
            options,
            chosen: BTreeMap::new(),
            missing: Vec::new(),
            report: Report::new(),
        }
    }

    /// The version for a requirement: the one that is locked for it, or else the newest. `place` is
    /// where it is named.
    pub fn choose(&mut self, wanted: &Wanted, place: &Locus) -> Option<Chosen> {
        let key = (wanted.name.clone(), wanted.requirement.to_string());
        if let Some(known) = self.chosen.get(&key) {
            return known.clone();
        }
        let chosen = match self.found(wanted) {
            Ok(chosen) => chosen,
            Err(mut finding) => {
                // Where it is needed is where something can be done about it.
                if let Locus::Text { file, .. } = place {
                    if let Ok(source) = Source::open(Path::new(file)) {
                        let text = String::from_utf8_lossy(source.bytes()).into_owned();
                        self.report.add_text(file.as_str(), text);
                    }
                    finding.labels.clear();
                    finding = finding.at(place.clone(), "needed here");
                }
                self.report.push(finding);
                None
            }
        };
        self.chosen.insert(key, chosen.clone());
        chosen
    }

    fn found(&mut self, wanted: &Wanted) -> Result<Option<Chosen>, Diagnostic> {
        let name = wanted.name.as_str();
        let lock = &self.project.lock;
        let mut same = lock
            .of(name)
            .filter(|(_, locked)| locked.requirement == wanted.requirement);
        let locked = same.next().filter(|_| !self.options.update.has(name));
        let registry = self.packages.registry_of(name)?;
        if let Some((its_registry, locked)) = locked {
            return Ok(Some(Chosen {
                name: name.to_string(),
                version: locked.version.clone(),
                digest: locked.digest.clone(),
                path: self.packages.locked(name, locked)?,
                registry: registry.or(its_registry.map(str::to_string)),
                wanted: wanted.clone(),
            }));
        }
        if self.options.is_locked {
            self.missing.push(wanted.clone());
            return Ok(None);
        }
        let newest = self.packages.newest(wanted)?;
        Ok(Some(Chosen {
            name: name.to_string(),
            version: newest.version,
            digest: newest.digest,
            path: newest.path,
            registry,
            wanted: wanted.clone(),
        }))
    }

    /// The lock file with all that was chosen. What others of the project have locked stays, as with
    /// wasm-pkg-tools, unless everything is chosen anew.
    pub fn lock(&self) -> Lock {
        let mut lock = Lock::default();
        if self.options.update != Update::Everything {
            let old = self.project.lock.all();
            for (name, registry, locked) in old.filter(|(name, ..)| !self.options.update.has(name))
            {
                lock.insert(name, registry, locked.clone());
            }
        }
        for chosen in self.chosen.values().flatten() {
            let locked = Locked {
                requirement: chosen.wanted.requirement.clone(),
                version: chosen.version.clone(),
                digest: chosen.digest.clone(),
            };
            lock.replace(&chosen.name, chosen.registry.as_deref(), locked);
        }
        lock
    }
}
