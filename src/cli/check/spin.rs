//! `witkit check -c spin.toml`: every component of an application, with its dependencies.
//!
//! May import: `check`, `compose` (rank 4), `spin`, the siblings. Deliberately absent: judging.

use std::path::{Path, PathBuf};

use super::questions::{Answers, Questions};
use crate::check::spin::{Uses, check};
use crate::check::{Input, Subject};
use crate::compose;
use crate::diag::{Diagnostic, Label, Report};
use crate::escape::{self, visible};
use crate::source::{self, Source};
use crate::spin::{self, Component, Manifest, Origin};
use crate::surface::ExternName;
use crate::wasm::Validation;

/// The host that components of a manifest have to run on.
pub(super) const HOST: &str = "spin";

/// A manifest, and which of its components is meant, if only one is.
pub(super) struct Application {
    file: PathBuf,
    source: Source,
    id: Option<String>,
}

/// What `-c FILE[#COMPONENT]` names, if that is a manifest of Spin.
pub(super) fn application(config: Option<&Path>) -> Option<Application> {
    let config = config?;
    let typed = config.to_string_lossy();
    let (file, id) = match typed.rsplit_once('#') {
        Some((file, id)) if !config.is_file() => (PathBuf::from(file), Some(id.to_string())),
        _ => (config.to_path_buf(), None),
    };
    // What cannot be read is for those to report who read it.
    let source = Source::open(&file).ok()?;
    let text = String::from_utf8_lossy(source.bytes());
    spin::is_manifest(&file, &text).then_some(Application {
        file,
        source: source.clone(),
        id,
    })
}

impl Application {
    /// The manifest; fails with all that is wrong with it.
    pub fn read(&self) -> Result<Manifest, Report> {
        let manifest = spin::read(&self.source)?;
        if self.id.is_some() {
            manifest.choose(self.id.as_deref())?;
        }
        Ok(manifest)
    }

    /// Asks all of its components, or the one that is meant. Those that only satisfy imports of others
    /// are checked with these.
    pub fn ask(&self, manifest: &Manifest, questions: &Questions<'_>, answers: &mut Answers) {
        let asked: Vec<&Component> = match self.id.as_deref() {
            Some(id) => manifest.choose(Some(id)).into_iter().collect(),
            None => manifest.main(),
        };
        for component in &asked {
            if let Err(wrong) = self.ask_one(manifest, component, questions, answers) {
                answers.report.extend(wrong);
                answers.unread = true;
            }
        }
        let others = manifest.components.iter();
        let others = others.filter(|other| asked.iter().all(|asked| asked.id != other.id));
        if self.id.is_none() && !answers.unread {
            answers.passed.extend(others.map(|other| {
                format!(
                    "{} is only a dependency, and was checked as part of others\n",
                    visible(&other.id)
                )
            }));
        }
    }

    fn ask_one(
        &self,
        manifest: &Manifest,
        component: &Component,
        questions: &Questions<'_>,
        answers: &mut Answers,
    ) -> Result<(), Report> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        let mut uses = Uses::default();
        // By itself, it may be a core module, and is named by its file.
        if let (Origin::File(path), []) = (&component.source, component.dependencies.as_slice()) {
            let path = source::beside(folder, path);
            let mut noteworthy = Report::new();
            manifest.lend_text(&mut noteworthy);
            let warnings = manifest.warnings.iter().cloned();
            warnings
                .chain(component.not_composed())
                .for_each(|warning| noteworthy.push(warning));
            answers.report.extend(noteworthy);
            let input = Input::open(path.as_path()).map_err(|wrong| {
                let findings = wrong.diagnostics().into_iter().cloned();
                let place = component.source_place.clone();
                let findings = findings
                    .map(|f| f.at(place.clone(), "named here"))
                    .collect();
                let mut wrong = wrong.with(findings);
                manifest.lend_text(&mut wrong);
                wrong
            })?;
            if let Input::Component(subject) = &input {
                uses = uses_of(subject, &component.id)?;
            }
            let is_component = matches!(input, Input::Component(_));
            self.ask_input(manifest, component, (&path, Ok(input)), questions, answers);
            if is_component {
                check(manifest, component, &uses, &mut answers.report);
            }
            return Ok(());
        }
        let config = compose::of_manifest(manifest, component, folder).map_err(|mut wrong| {
            manifest.lend_text(&mut wrong);
            wrong
        })?;
        answers.report.extend(config.warnings);
        let options = config.options.under(folder);
        let outcome = compose::unvalidated(&options);
        let mut report = outcome.report.clone();
        report.extend(outcome.validate(Validation::Types));
        let (Some(composed), Some(plan), false) =
            (&outcome.composed, &outcome.plan, report.has_errors())
        else {
            return Err(report);
        };
        answers.report.extend(report);
        for import in &plan.imports {
            let served = import.serves.iter().filter(|served| served.types.is_none());
            let named = served.filter(|served| plan.part(&served.part).is_some());
            let by_files = named.filter(|served| {
                let part = plan.part(&served.part);
                part.is_some_and(|part| part.generated.is_none())
            });
            uses.open
                .extend(by_files.map(|served| (served.import.clone(), served.part.clone())));
        }
        if let Some(declared) = &options.declared {
            let refused = declared.denied.iter().chain(&declared.emptied);
            let refused = refused.map(|(part, import)| (import.clone(), part.clone()));
            uses.refused.extend(refused);
        }
        let exports = plan.exports.iter().map(|export| export.name.clone());
        uses.exports = exports.collect();
        let name = format!("{}#{}", manifest.file, component.id);
        let path = PathBuf::from(&name);
        let input = Input::new(Source::memory(name, composed.to_vec()));
        self.ask_input(manifest, component, (&path, input), questions, answers);
        check(manifest, component, &uses, &mut answers.report);
        Ok(())
    }
}

/// What is asked of components of applications otherwise: the export that a trigger needs, and what the
/// manifest has to permit.
const EXPORT: &str = "check/host-export";
const GRANT: &str = "check/host-grant";

impl Application {
    /// Asks all of a component, which is named by its file or, composed, by the manifest.
    fn ask_input(
        &self,
        manifest: &Manifest,
        component: &Component,
        (path, input): (&Path, Result<Input, Report>),
        questions: &Questions<'_>,
        answers: &mut Answers,
    ) {
        let name = path.to_string_lossy();
        let before = std::mem::take(&mut answers.report);
        questions.ask_opened(path, input, answers);
        let found = std::mem::replace(&mut answers.report, before);
        let triggers = &component.triggers;
        let mut known = spin::TRIGGERS.iter();
        let is_known = known.any(|(of, _)| triggers.contains(*of));
        let mut findings: Vec<Diagnostic> = Vec::new();
        for mut finding in found.diagnostics().into_iter().cloned() {
            if finding.code.name == GRANT {
                continue;
            }
            if finding.code.name == EXPORT && !is_known {
                let kinds: Vec<String> = triggers.iter().map(|kind| format!("`{kind}`")).collect();
                let why = match kinds.as_slice() {
                    [] => "no trigger runs it".to_string(),
                    kinds => format!("the trigger {} is not known", escape::and(kinds)),
                };
                let id = visible(&component.id).to_string();
                let told = format!("exports of {id} were not checked: {why}\n");
                answers.passed.push(told);
                continue;
            }
            // What is composed is no file: what is found in it is in the manifest, at the component.
            let place = match self.is_composed(&name) {
                true => &component.place,
                false => &component.source_place,
            };
            let first = finding.labels.first().map(|label| label.locus.file());
            if first.is_none_or(|file| file == name) {
                let label = Label {
                    locus: place.clone(),
                    text: String::new(),
                };
                finding.labels.insert(0, label);
            }
            findings.push(finding);
        }
        if !findings.is_empty() {
            manifest.lend_text(&mut answers.report);
        }
        answers.report.extend(found.with(findings));
    }

    /// Whether something has the name that compositions have here.
    fn is_composed(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.source.name());
        rest.is_some_and(|rest| rest.starts_with('#'))
    }
}

/// What a component imports, as the part of that name, and what it exports.
fn uses_of(subject: &Subject, part: &str) -> Result<Uses, Report> {
    let surface = subject.surface()?;
    let interface = |name: &ExternName| {
        let interface = name.full_implements().unwrap_or(name.full_name());
        interface.into_owned()
    };
    let imports = surface.imports.iter();
    let exports = surface.exports.iter();
    Ok(Uses {
        open: imports
            .map(|(name, _)| (interface(name), part.to_string()))
            .collect(),
        exports: exports.map(|(name, _)| interface(name)).collect(),
        ..Uses::default()
    })
}
