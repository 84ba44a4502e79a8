//! `deps`: what packages need, chosen, locked, and written where tools look for it.
//!
//! Lives here: [`fetch`], for the WIT packages and components of a project; `choose` (which version),
//! `locals` (packages that are folders), `written` (files that may have been edited), [`tree`], [`add`]
//! and `config`, the table in `witkit.toml`.
//! May import: `config`, `diag`, `packages`, `source`, `wasm`, `wit` (ranks 0 to 3).
//! Deliberately absent: where packages are (`packages`), and solving requirements against each other: one
//! version is chosen for each requirement, as wasm-pkg-tools does.

mod add;
mod choose;
mod codes;
pub mod config;
mod locals;
mod tree;
mod wit_deps;
mod wit_package;
mod written;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use add::{Added, Addition, add};
pub use codes::CODES;
pub use tree::{Dependency, Tree, has_wit, json, text, tree};

use crate::diag::{Locus, Report, did_you_mean};
use crate::no_effect;
use crate::packages::{Lock, Packages, Project, Wanted, layout};
use crate::source::{self, NewFile, Source};
use choose::{Chooser, Chosen};
use written::Step;

/// What to fetch, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folders of WIT packages, whose dependencies go into their `deps`.
    pub wit: Vec<PathBuf>,
    /// Components, which go into `deps` of the project; each with where it is asked for.
    pub components: Vec<(Wanted, Locus)>,
    /// Fail if the lock file would change.
    pub is_locked: bool,
    /// Replace files that were edited.
    pub force: bool,
    /// What is chosen anew, although it is locked.
    pub update: Update,
}

/// Which packages are chosen anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// None: what is locked stays.
    #[default]
    Nothing,
    /// All of them.
    Everything,
    /// Those of these names.
    Only(BTreeSet<String>),
}

impl Update {
    fn has(&self, name: &str) -> bool {
        match self {
            Update::Nothing => false,
            Update::Everything => true,
            Update::Only(names) => names.contains(name),
        }
    }
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// In a line each: `locked acme:kv 0.2.1`, `wrote wit/deps/acme-kv-0.2.1/package.wit`.
    pub done: Vec<String>,
    /// Warnings.
    pub report: Report,
}

/// Chooses versions for all that is needed, locks them, and writes their files. Nothing is written if
/// anything is wrong.
///
/// Fails with everything that is wrong: packages that are not found or that no version matches
/// (`package/…`), a lock file that would have to change (`deps/lock-outdated`), files that were edited
/// (`deps/edited`), packages that need each other (`deps/cycle`), and WIT that is malformed (`wit/…`).
pub fn fetch(packages: &Packages, options: &Options) -> Result<Outcome, Report> {
    let project = packages.project_files()?;
    let mut report = Report::new();
    let mut chooser = Chooser::new(packages, &project, options);
    let mut steps: Vec<Step> = Vec::new();
    let mut planned: BTreeSet<PathBuf> = BTreeSet::new();
    for folder in &options.wit {
        match wit_package::files(folder, &mut chooser) {
            Ok(files) => {
                let plan = written::plan(folder, &files, options.force, &mut report);
                steps.extend(
                    plan.into_iter()
                        .filter(|step| planned.insert(step.path().into())),
                );
            }
            Err(found) => report.extend(found),
        }
    }
    let mut components = Vec::new();
    for (wanted, place) in &options.components {
        if packages.given_for(wanted).is_some() {
            continue;
        }
        components.extend(chooser.choose(wanted, place));
    }
    report.extend(std::mem::take(&mut chooser.report));
    let lock = chooser.lock();
    report.extend(outdated(&chooser, &project, &lock, options));
    report.extend(not_locked(&project.lock, &lock, options));
    let root = project.folder.join(crate::packages::DEPS);
    for chosen in &components {
        steps.extend(component(&root, chosen, options.force, &mut report));
    }
    steps.extend(unneeded(&root, &project.lock, &lock));
    if report.has_errors() {
        return Err(report);
    }
    let mut done = changes(&project.lock, &lock);
    for step in &steps {
        done.extend(step.carry_out()?);
    }
    let file = project.lock_file();
    let text = lock.text();
    let is_new = Source::open(&file).map_or(true, |old| old.bytes() != text.as_bytes());
    if is_new && (!lock.is_empty() || source::is_file(&file)) {
        NewFile::whole(&file, text.as_bytes())?;
        done.push(format!("wrote {}", file.display()));
    }
    Ok(Outcome { done, report })
}

/// That `--locked` was given and what is needed is not locked, or not as it is.
fn outdated(chooser: &Chooser<'_>, project: &Project, lock: &Lock, options: &Options) -> Report {
    if !options.is_locked || (chooser.missing.is_empty() && *lock == project.lock) {
        return Report::new();
    }
    let file = project.lock_file();
    let name = file.to_string_lossy().into_owned();
    let mut finding = codes::OUTDATED
        .report(format!("`{name}` is out of date"))
        .at(Locus::File(name), "");
    for wanted in &chooser.missing {
        finding = finding.note(format!(
            "not locked: `{}`, requirement `{}`",
            wanted.name, wanted.requirement
        ));
    }
    for change in changes(&project.lock, lock) {
        finding = finding.note(change);
    }
    finding
        .help("run `witkit deps fetch` without `--locked`, and commit the lock file")
        .into()
}

/// Names that are to be updated and that nothing needs.
fn not_locked(old: &Lock, new: &Lock, options: &Options) -> Report {
    let mut report = Report::new();
    let Update::Only(names) = &options.update else {
        return report;
    };
    let known: BTreeSet<&str> = old.names().chain(new.names()).collect();
    for name in names.iter().filter(|name| !known.contains(name.as_str())) {
        let finding = no_effect::not_done(name, "nothing needs this package");
        report.push(match did_you_mean(name, known.iter().copied()) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding,
        });
    }
    report
}

/// How two lock files differ, in a line each.
fn changes(old: &Lock, new: &Lock) -> Vec<String> {
    let find = |lock: &Lock, name: &str, requirement: &str| {
        let mut of = lock.of(name).map(|(_, locked)| locked.clone());
        of.find(|locked| locked.requirement.to_string() == requirement)
    };
    let mut lines = Vec::new();
    for (name, _, locked) in new.all() {
        let requirement = locked.requirement.to_string();
        match find(old, name, &requirement) {
            None => lines.push(format!("locked {name} {}", locked.version)),
            Some(before) if before.version != locked.version => lines.push(format!(
                "updated {name} {} to {}",
                before.version, locked.version
            )),
            Some(before) if before.digest != locked.digest => lines.push(format!(
                "updated {name} {}: the content has changed",
                locked.version
            )),
            Some(_) => {}
        }
    }
    for (name, _, locked) in old.all() {
        if find(new, name, &locked.requirement.to_string()).is_none() {
            lines.push(format!("unlocked {name} {}", locked.version));
        }
    }
    lines
}

/// The file of a component, if it is not there yet.
fn component(root: &Path, chosen: &Chosen, force: bool, report: &mut Report) -> Option<Step> {
    let path = layout::file(root, &chosen.name, &chosen.version);
    if source::is_file(&path) {
        match written::digest_of(&path) {
            Ok(digest) if digest == chosen.digest => return None,
            Ok(_) if force => {}
            Ok(digest) => {
                report.push(written::edited(&path).note(format!(
                    "it has the digest `{digest}`, expected `{}`",
                    chosen.digest
                )));
                return None;
            }
            Err(found) => {
                report.push(found);
                return None;
            }
        }
    }
    match Source::open(&chosen.path) {
        Ok(content) => Some(Step::Write(path, content.bytes().to_vec())),
        Err(found) => {
            report.push(found);
            None
        }
    }
}

/// The files of components that are not locked any more, as far as they are as they were fetched.
fn unneeded(root: &Path, old: &Lock, new: &Lock) -> Vec<Step> {
    let mut steps = Vec::new();
    for (name, _, locked) in old.all() {
        let path = layout::file(root, name, &locked.version);
        let stays = new.of(name).any(|(_, of)| of.version == locked.version);
        if !stays
            && source::is_file(&path)
            && written::digest_of(&path).is_ok_and(|digest| digest == locked.digest)
        {
            steps.push(Step::Remove(path));
        }
    }
    steps
}
