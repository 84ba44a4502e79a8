//! Finding what a reference stands for.
//!
//! Lives here: [`Packages`], and the order in which places are looked at: what was given, `deps`, the
//! lock file, registries. May import: `source`, `diag` (rank 0), `registry` (rank 2).
//! Deliberately absent: changing the lock file (the verb `deps`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use semver::Version;

use super::cache::{self, Cache};
use super::codes::{NO_VERSION, UNKNOWN};
use super::configuration::Configuration;
use super::lock::Locked;
use super::manifest::Override;
use super::origin::{self, Content, Registries};
use super::project::Project;
use super::reference::{Reference, Wanted};
use super::{DEPS, layout};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::registry::Image;
use crate::{escape, no_effect, source};

/// What a command line says about packages.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Packages with the files that they are, whatever else there is.
    pub given: Vec<(Wanted, PathBuf)>,
    /// Whether nothing is downloaded.
    pub is_offline: bool,
}

static INSTALLED: OnceLock<Packages> = OnceLock::new();

/// A version that was chosen, and its content.
#[derive(Clone, Debug)]
pub struct Newest {
    /// The version.
    pub version: Version,
    /// The digest of its content.
    pub digest: String,
    /// Where the content is.
    pub path: PathBuf,
}

/// All packages that can be referred to, and what was found so far.
pub struct Packages {
    settings: Settings,
    project: OnceLock<Result<Project, Report>>,
    configuration: OnceLock<Result<Configuration, Report>>,
    cache: Cache,
    found: Mutex<BTreeMap<String, Result<PathBuf, Diagnostic>>>,
    used: Mutex<BTreeSet<usize>>,
}

impl Packages {
    /// Those that can be referred to from the working directory. Nothing is read before a reference
    /// is to be found.
    pub fn here(settings: Settings) -> Packages {
        Packages {
            settings,
            project: OnceLock::new(),
            configuration: OnceLock::new(),
            cache: Cache::usual(),
            found: Mutex::default(),
            used: Mutex::default(),
        }
    }

    /// Has every door for files find references here, from now on.
    pub fn install(self) -> &'static Packages {
        let packages = INSTALLED.get_or_init(|| self);
        source::refer_with(Box::new(|text| packages.find(text)));
        packages
    }

    /// Those that the doors for files find.
    pub fn installed() -> Option<&'static Packages> {
        INSTALLED.get()
    }

    /// The file or folder that a reference stands for.
    ///
    /// Fails if it is no reference (`package/invalid-reference`, `registry/invalid-reference`) or
    /// stands for nothing (`package/…`, `registry/…`), or if the files of the project or the
    /// configuration cannot be read.
    pub fn find(&self, text: &str) -> Result<PathBuf, Diagnostic> {
        // One after the other: what two need is downloaded once.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = found.get(text) {
            return known.clone();
        }
        let result = match Reference::parse(text) {
            Ok(Reference::Package(wanted)) => self.package(&wanted),
            Ok(Reference::Image(image)) => self.image(&image),
            Err(finding) => Err(finding),
        };
        found.insert(text.to_string(), result.clone());
        result
    }

    /// Warns of what was given and is not used.
    pub fn unused(&self) -> Report {
        let mut report = Report::new();
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let named: Vec<String> = found.keys().map(|name| name[1..].to_string()).collect();
        for (at, (wanted, path)) in self.settings.given.iter().enumerate() {
            if used.contains(&at) {
                continue;
            }
            let finding = no_effect::without_effect(
                &format!("--package {wanted}={}", path.display()),
                "nothing refers to the package",
            );
            let names = named.iter().map(String::as_str);
            report.push(match did_you_mean(&wanted.to_string(), names) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                None => finding.help(format!("refer to it as `@{wanted}`")),
            });
        }
        report
    }

    fn project(&self) -> Result<&Project, Diagnostic> {
        let project = self.project.get_or_init(Project::here);
        project.as_ref().map_err(first)
    }

    fn configuration(&self) -> Result<&Configuration, Diagnostic> {
        let read = self.configuration.get_or_init(Configuration::usual);
        read.as_ref().map_err(first)
    }

    fn package(&self, wanted: &Wanted) -> Result<PathBuf, Diagnostic> {
        if let Some(path) = self.given(wanted) {
            return Ok(path);
        }
        let project = self.project()?;
        if let Some(path) = project.manifest.path_of(&wanted.name) {
            return match source::exists(path) {
                true => Ok(path.to_path_buf()),
                false => Err(gone(path, &project.manifest_file())),
            };
        }
        if let Some(path) = layout::find(&project.deps(), wanted) {
            return Ok(path);
        }
        let wanted = &match project.manifest.overrides.get(&wanted.name) {
            Some(Override::Version(requirement)) if !wanted.is_given => Wanted {
                requirement: requirement.clone(),
                is_given: true,
                ..wanted.clone()
            },
            _ => wanted.clone(),
        };
        match project.lock.choose(wanted) {
            Some(locked) => self.locked(&wanted.name, locked),
            None => {
                let newest = self
                    .newest(wanted)
                    .map_err(|finding| looked_in(&project.deps(), wanted, finding));
                Ok(newest?.path)
            }
        }
    }

    /// What was given for a package.
    fn given(&self, wanted: &Wanted) -> Option<PathBuf> {
        let fits = |(given, _): &&(Wanted, PathBuf)| {
            given.name == wanted.name
                && given
                    .version()
                    .is_none_or(|version| !wanted.is_given || wanted.matches(&version))
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.settings.given.iter().enumerate();
        // One for the version before one for any.
        let mut all: Vec<_> = all.filter(|(_, given)| fits(given)).collect();
        all.sort_by_key(|(_, (given, _))| given.version().is_none());
        let (at, (_, path)) = all.into_iter().next()?;
        used.insert(at);
        Some(path.clone())
    }

    /// The newest version of a package that matches; offline, of those in the cache.
    pub fn newest(&self, wanted: &Wanted) -> Result<Newest, Diagnostic> {
        let registries = Registries::new(self.configuration()?, self.settings.is_offline);
        let name = wanted.name.as_str();
        if self.settings.is_offline
            && let Some(newest) = self.newest_in_cache(wanted)
        {
            return newest;
        }
        let unknown = |of: Option<&str>| self.unknown(wanted, &registries, of);
        let Some(origin) = registries.origin(name)? else {
            return Err(unknown(None));
        };
        let versions = registries.versions(name, &origin)?;
        if versions.is_empty() {
            return Err(unknown(Some(&origin.shown(name))));
        }
        let Some(version) = wanted.best(&versions) else {
            return Err(no_version(wanted, &versions, &origin.shown(name)));
        };
        let (path, digest) = fetched(name, version, &origin, &self.cache, &registries)?;
        Ok(Newest {
            version: version.clone(),
            digest,
            path,
        })
    }

    /// The content of what was locked.
    pub fn locked(&self, name: &str, locked: &Locked) -> Result<PathBuf, Diagnostic> {
        let registries = Registries::new(self.configuration()?, self.settings.is_offline);
        locked_content(name, locked, &self.cache, &registries)
    }

    /// The registry of a package, as lock files name it.
    pub fn registry_of(&self, name: &str) -> Result<Option<String>, Diagnostic> {
        let registry = self.configuration()?.registry_of(name);
        Ok(registry.map(str::to_string))
    }

    /// The file that was given for a package.
    pub fn given_for(&self, wanted: &Wanted) -> Option<PathBuf> {
        self.given(wanted)
    }

    /// The files of the project, with all that is wrong with them.
    pub fn project_files(&self) -> Result<Project, Report> {
        self.project.get_or_init(Project::here).clone()
    }

    /// The same, with nothing that was read or found so far.
    pub fn anew(&self) -> Packages {
        Packages::here(self.settings.clone())
    }

    fn newest_in_cache(&self, wanted: &Wanted) -> Option<Result<Newest, Diagnostic>> {
        let releases = self.cache.releases(&wanted.name);
        let there = releases
            .iter()
            .filter(|(_, digest)| self.cache.content(digest).is_some());
        let there: BTreeMap<&Version, &String> = there.collect();
        let best = wanted.best(there.keys().copied())?;
        let digest = there[best];
        let content = self.cache.content(digest)?;
        Some(content.map(|path| Newest {
            version: best.clone(),
            digest: digest.clone(),
            path,
        }))
    }

    fn image(&self, image: &Image) -> Result<PathBuf, Diagnostic> {
        let known = || {
            let digest = self.cache.image(image)?;
            self.cache.content(&digest)?.ok()
        };
        // A digest is always the same content; a tag may have moved.
        if (self.settings.is_offline || image.digest.is_some())
            && let Some(path) = known()
        {
            return Ok(path);
        }
        let registries = Registries::new(self.configuration()?, self.settings.is_offline);
        let pulled = registries.pull(image)?;
        let path = self.cache.put(&pulled.bytes)?;
        self.cache.put_image(image, &pulled.digest)?;
        Ok(path)
    }

    /// That a package is nowhere, with where it was looked for and what is similar.
    fn unknown(
        &self,
        wanted: &Wanted,
        registries: &Registries<'_>,
        asked: Option<&str>,
    ) -> Diagnostic {
        let name = wanted.name.as_str();
        let mut known: BTreeSet<String> = registries.names();
        known.extend(self.cache.names());
        let given = self.settings.given.iter();
        known.extend(given.map(|(given, _)| given.name.clone()));
        let mut roots = vec![PathBuf::from(DEPS)];
        if let Ok(project) = self.project() {
            roots = project.deps();
            known.extend(project.lock.names().map(str::to_string));
        }
        known.extend(layout::known(&roots));
        known.remove(name);
        let finding = origin::unknown(name).note(match asked {
            Some(asked) => format!("looked for `{asked}`"),
            None => "no registry is configured for it".to_string(),
        });
        if let Some(meant) = did_you_mean(name, known.iter().map(String::as_str)) {
            return finding.help(format!("did you mean `@{meant}`?"));
        }
        let namespace = name.split(':').next().unwrap_or(name);
        let finding = finding.help(format!("pass the file: `--package {name}=FILE`"));
        match (asked, Configuration::usual_file()) {
            (None, Some(_)) => finding.help(format!(
                "or add its registry to `wasm-pkg/config.toml`, under `[namespace_registries]`: \
                 `{namespace} = \"registry.example\"`"
            )),
            _ => finding,
        }
    }
}

/// Where else a package was looked for, if it is nowhere.
fn looked_in(roots: &[PathBuf], wanted: &Wanted, mut finding: Diagnostic) -> Diagnostic {
    if finding.code.name == UNKNOWN.name {
        let version = wanted.version().map(|version| version.to_string());
        let files = layout::candidates(roots, &wanted.name, version.as_deref());
        let files = files
            .iter()
            .filter(|path| path.to_string_lossy().ends_with(".wasm"));
        let files: Vec<String> = files.map(|path| format!("`{}`", path.display())).collect();
        let note = format!("looked for {}", escape::and(&files));
        finding.notes.insert(0, note);
    }
    finding
}

/// The content of what was locked: from the cache, or else from its registry.
pub(crate) fn locked_content(
    name: &str,
    locked: &Locked,
    cache: &Cache,
    registries: &Registries<'_>,
) -> Result<PathBuf, Diagnostic> {
    let damaged = match cache.content(&locked.digest) {
        Some(Ok(path)) => return Ok(path),
        Some(Err(damaged)) => Some(damaged),
        None => None,
    };
    let shown = format!("{name}@{}", locked.version);
    let found = match registries.origin(name) {
        Ok(Some(origin)) => fetched(name, &locked.version, &origin, cache, registries),
        Ok(None) => Err(origin::unknown(&shown).note("no registry is configured for it")),
        Err(finding) => Err(finding),
    };
    match found {
        Ok((path, digest)) if digest == locked.digest => Ok(path),
        Ok((_, digest)) => Err(cache::mismatch(&shown, &locked.digest, &digest)
            .note("the digest that is expected is that in `wkg.lock`")
            .help("find out who changed the version; to accept it, run `witkit deps update`")),
        Err(finding) => Err(damaged.unwrap_or(finding)),
    }
}

/// The content of a version and its digest; what was pulled is in the cache from then on.
pub(crate) fn fetched(
    name: &str,
    version: &Version,
    origin: &origin::Origin,
    cache: &Cache,
    registries: &Registries<'_>,
) -> Result<(PathBuf, String), Diagnostic> {
    match registries.content(name, version, origin)? {
        Content::File(path, digest) => Ok((path, digest)),
        Content::Pulled(pulled) => {
            let path = cache.put(&pulled.bytes)?;
            cache.put_release(name, version, &pulled.digest)?;
            Ok((path, pulled.digest))
        }
    }
}

/// That no version matches, with those that there are.
pub(crate) fn no_version(wanted: &Wanted, versions: &BTreeSet<Version>, place: &str) -> Diagnostic {
    /// The newest ones are of interest.
    const LISTED: usize = 12;
    let newest: Vec<String> = versions
        .iter()
        .rev()
        .take(LISTED)
        .map(|v| format!("`{v}`"))
        .collect();
    let more = versions.len().saturating_sub(newest.len());
    let all = match more {
        0 => escape::and(&newest),
        more => format!("{} and {more} more", newest.join(", ")),
    };
    let finding = NO_VERSION
        .report(format!(
            "no version of `{}` matches `{}`",
            wanted.name, wanted.requirement
        ))
        .at(Locus::File(wanted.to_string()), "")
        .note(format!("`{place}` has {all}"));
    match versions.last() {
        Some(newest) => finding.help(format!("use one of them: `@{}@{newest}`", wanted.name)),
        None => finding,
    }
}

/// That the path of an override does not exist.
fn gone(path: &Path, manifest: &Path) -> Diagnostic {
    let name = path.display().to_string();
    source::UNREADABLE
        .report(format!("cannot find file or folder `{name}`"))
        .at(Locus::File(name), "")
        .note(format!(
            "`[overrides]` of `{}` names it",
            manifest.display()
        ))
}

/// The first error of a report, without the text that it points into.
pub(crate) fn first(report: &Report) -> Diagnostic {
    let mut all = report.diagnostics().into_iter().cloned();
    let found = all.find(|found| found.severity == crate::diag::Severity::Error);
    let Some(mut found) = found else {
        // INVARIANT: what fails with a report has an error in it.
        return source::UNREADABLE.report("cannot read the files of the project");
    };
    for label in &mut found.labels {
        label.locus = Locus::File(label.locus.file().to_string());
    }
    found
}
