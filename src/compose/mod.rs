//! `compose`: many components in, one component out.
//!
//! The steps: [`Options`] name files (`parts`), from which a [`Plan`] is made by name (`resolve`,
//! with `manual`, `candidates`, `matching` and `leftovers`). The plan is built while the validator
//! checks every section (`build`, with `assembly` and `dedupe`). If it rejects one, `explain` says
//! why.
//!
//! May import: `source`, `diag`, `config`, `wasm`, `surface`, `spin` (ranks 0–2).
//! Deliberately absent: writing files and printing (`cli`), and a type checker of our own.

mod answered;
mod as_script;
mod assembly;
mod build;
mod candidates;
mod codes;
pub mod config;
mod dedupe;
mod docs;
mod explain;
mod generated;
mod identity;
mod leftovers;
mod manifests;
mod manual;
mod matching;
mod options;
mod part_names;
mod parts;
mod plan_tree;
mod recorded;
mod resolve;
mod resources;
mod script;
mod scripted;
mod spin;
mod types;
mod virtuals;
mod walk;
#[cfg(feature = "yaml")]
mod yaml;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use as_script::{AsScript, Wanted, as_script};
pub use assembly::Composed;
pub use codes::CODES;
pub use options::{
    ChainSpec, Declared, Options, PartSpec, ReplaySpec, StubValue, ValuePlace, WireSpec,
};
pub use plan_tree::tree;
#[doc(hidden)]
pub use script::CODES as SCRIPT_CODES;
pub(crate) use script::is_script;
pub(crate) use spin::component as of_manifest;
pub use virtuals::{Virtual, read as read_virtual};

use crate::diag::Report;
pub use crate::plan::Plan;
use crate::plan::Role;
use crate::source::{self, Source};
use crate::surface::Surface;
use crate::wasm::structure::Structure;
use crate::wasm::{self, Component, Validation};
use answered::Asked;
use parts::{NewPart, Parts};
use recorded::Recorded;
use resolve::Resolved;
use script::planned;
use scripted::Script;

/// The result of composing.
///
/// [`compose()`] has an example.
#[non_exhaustive]
pub struct Outcome {
    /// The composed component, unless the report has errors.
    pub composed: Option<Composed>,
    /// The plan, as far as it could be made: there is none if a part could not be read.
    pub plan: Option<Plan>,
    /// Everything that is wrong or noteworthy.
    pub report: Report,
    /// Every file that was read.
    pub files: Vec<PathBuf>,
    /// All parts that were read, including unused ones.
    pub parts: Vec<Loaded>,
    /// The `package …;` of the script that was composed.
    package: Option<String>,
}

impl Outcome {
    fn nothing() -> Outcome {
        Outcome {
            composed: None,
            plan: None,
            report: Report::new(),
            files: Vec::new(),
            parts: Vec::new(),
            package: None,
        }
    }

    /// Validates the parts that are in the composition, each file once and identical ones once; the
    /// rest of it was validated as it was built. Nothing is wrong with what was not composed.
    pub(crate) fn validate(&self, validation: Validation) -> Report {
        let (Some(plan), Some(_)) = (&self.plan, &self.composed) else {
            return Report::new();
        };
        let parts = plan.parts.iter().map(|part| part.name.as_str());
        let values = plan.components.iter().map(|value| value.name.as_str());
        let names: HashSet<&str> = parts.chain(values).collect();
        let composed = |part: &&Loaded| names.contains(part.name.as_str());
        wasm::validate_all(&distinct(self.parts.iter().filter(composed)), validation)
    }

    /// Parts whose structure is invalid, or that were made for a pre-release: other errors may follow
    /// from that, so these come first.
    fn damaged(&self) -> Report {
        let is_small = |part: &&Loaded| match part.component.structure() {
            Ok(structure) => structure.items.len() <= MOST_ITEMS,
            Err(_) => true,
        };
        let small = distinct(self.parts.iter().filter(is_small));
        let report = wasm::validate_all(&small, Validation::Types);
        let advised =
            report
                .diagnostics()
                .into_iter()
                .cloned()
                .map(|found| match found.help.is_empty() {
                    true => found.help("rebuild it, or download it again"),
                    false => found,
                });
        let advised = advised.collect();
        report.with(advised)
    }
}

/// The largest part, in items, that is checked for damage when something else is wrong. The validator
/// takes minutes for absurdly many items.
const MOST_ITEMS: usize = 5000;

/// The bytes of parts, identical ones once.
fn distinct<'p>(parts: impl Iterator<Item = &'p Loaded>) -> Vec<&'p Source> {
    let mut distinct: Vec<&Arc<Component>> = Vec::new();
    for part in parts {
        let same = |other: &&Arc<Component>| {
            Arc::ptr_eq(other, &part.component) || other.bytes() == part.component.bytes()
        };
        if !distinct.iter().any(same) {
            distinct.push(&part.component);
        }
    }
    distinct
        .into_iter()
        .map(|component| component.source())
        .collect()
}

/// A part that was read.
///
/// ```
/// use witkit::compose::{Options, compose};
///
/// let outcome = compose(&Options::default().root(("app.wat", "(component)")));
/// for part in &outcome.parts {
///     println!("{} ({}): {} bytes", part.name, part.path, part.component.bytes().len());
/// }
/// assert_eq!(outcome.parts.len(), 1);
/// ```
#[non_exhaustive]
pub struct Loaded {
    /// Its name.
    pub name: String,
    /// Its file, as it was named.
    pub path: String,
    /// Why it was read.
    pub role: Role,
    /// Its bytes.
    pub component: Arc<Component>,
}

/// Whether the root of a composition is a script.
pub(crate) fn has_script(options: &Options) -> bool {
    // What comes from a pipe can be read only once.
    let root = options.root.as_ref();
    let source = root.and_then(|root| match options.in_memory.get(&root.path) {
        Some(source) => Some(source.clone()),
        None if root.path == std::path::Path::new("-") => None,
        None if source::begins_with(&root.path, b"\0asm") => None,
        None => Source::open(&root.path).ok(),
    });
    source.is_some_and(|source| is_script(&source))
}

/// Composes, and validates the parts as deep as `options` says.
///
/// Nothing is written; see [`Composed::write_to`].
///
/// ```
/// use witkit::{compose, compose::Options};
///
/// let app = r#"(component (import "acme:kv/store@1.0.0" (instance (export "get" (func)))))"#;
/// let outcome = compose(&Options::default().root(("app.wat", app)));
/// assert!(outcome.composed.is_none());
/// assert_eq!(outcome.report.diagnostics()[0].code.name, "compose/open-import");
/// ```
pub fn compose(options: &Options) -> Outcome {
    let mut outcome = unvalidated(options);
    let found = outcome.validate(options.validation);
    outcome.report.extend(found);
    if outcome.report.has_errors() {
        outcome.composed = None;
    }
    outcome
}

/// Composes without validating the parts: callers that write the composition validate them meanwhile,
/// and callers that only need the plan need not.
pub(crate) fn unvalidated(options: &Options) -> Outcome {
    let mut outcome = attempt(options);
    if outcome.report.has_errors() {
        outcome.composed = None;
        // Warnings are about the plan, which has errors.
        outcome.report.forget_warnings();
        let damaged = outcome.damaged();
        if damaged.has_errors() {
            outcome.report = damaged;
        }
    }
    outcome
}

fn attempt(options: &Options) -> Outcome {
    let read = match script::read(options) {
        Ok(read) => read,
        Err(report) => {
            return Outcome {
                report,
                ..Outcome::nothing()
            };
        }
    };
    let Some(read) = read else {
        return carry_out(options, None);
    };
    let (options, script, files) = (read.options, read.script, read.files);
    let mut outcome = carry_out(&options, Some((script, read.declarations)));
    outcome.package = read.package;
    outcome.files.extend(files);
    outcome.report.extend(read.warnings);
    outcome
}

/// Composes; of a script, with the part that it declares.
fn carry_out(options: &Options, script: Option<(Script, Option<NewPart>)>) -> Outcome {
    let mut outcome = Outcome::nothing();
    let mut parts = match Parts::load(options) {
        Ok(parts) => parts,
        Err(report) => {
            outcome.report = report;
            return outcome;
        }
    };
    if let Some((script, declarations)) = script {
        parts.script = Some(script);
        parts.add(declarations.into_iter().collect());
    }
    outcome.report = parts.warnings.clone();
    let recorded = match Recorded::read(options) {
        Ok(recorded) => recorded,
        Err(report) => {
            outcome.report.extend(report);
            return outcome;
        }
    };
    let read = |path: &PathBuf| !options.in_memory.contains_key(path);
    let replayed: Vec<PathBuf> = recorded.paths().filter(read).collect();
    let mut asked = Asked::read(options, &parts, recorded);
    let wires = match generated::add(options, &mut asked, &mut parts) {
        Ok((wires, warnings)) => {
            outcome.report.extend(warnings);
            wires
        }
        Err(report) => {
            outcome.report.extend(report);
            Vec::new()
        }
    };
    outcome.files = parts.files.clone();
    outcome.files.extend(replayed);
    let loaded = parts.all().iter().map(|part| Loaded {
        name: part.name.clone(),
        path: part.path.clone(),
        role: part.role,
        component: Arc::clone(&part.component),
    });
    outcome.parts = loaded.collect();
    for (name, path, component) in &parts.values {
        // One that has instances as well is there by these.
        if parts.by_name(name).is_none() {
            outcome.parts.push(Loaded {
                name: name.clone(),
                path: path.clone(),
                role: Role::Found,
                component: Arc::clone(component),
            });
        }
    }
    let mut structures: Vec<Structure<'_>> = Vec::new();
    for part in parts.all() {
        match part.component.structure() {
            Ok(structure) => structures.push(structure),
            Err(finding) => outcome.report.push(finding),
        }
    }
    if outcome.report.has_errors() {
        return outcome;
    }
    let Resolved {
        mut plan,
        report,
        complete,
    } = match (&options.plan, &parts.script) {
        (Some(plan), _) => Resolved {
            plan: plan.clone(),
            report: Report::new(),
            complete: true,
        },
        (None, Some(script)) => planned::resolve(script, options, &parts, &structures, &wires),
        (None, None) => resolve::resolve(options, &parts, &structures, &asked, &wires),
    };
    outcome.report.extend(report);
    if outcome.report.has_errors() {
        // The names are wrong; report what is wrong with the types as well.
        if complete {
            let types = explain::type_findings(&plan, &parts, &structures);
            outcome.report.extend(types);
        }
        outcome.plan = Some(plan);
        return outcome;
    }
    let mut inputs = Vec::new();
    for part in &plan.parts {
        // INVARIANT: the parts of a plan were either chosen among the parts or loaded for it.
        if let Some(index) = parts.by_name(&part.name) {
            inputs.push(build::Input {
                component: &parts.all()[index].component,
                structure: &structures[index],
            });
        }
    }
    let mut values: Vec<(&Arc<Component>, Structure<'_>)> = Vec::new();
    for (_, _, component) in &parts.values {
        match component.structure() {
            Ok(structure) => values.push((component, structure)),
            Err(finding) => outcome.report.push(finding),
        }
    }
    if outcome.report.has_errors() {
        return outcome;
    }
    inputs.extend(values.iter().map(|(component, structure)| build::Input {
        component,
        structure,
    }));
    match build::build(&plan, &inputs, !options.no_docs) {
        Ok(built) => {
            plan.exports = built.exports;
            if let Some(script) = &parts.script {
                outcome.report.extend(fits(script, &built.composed));
            } else if options.plan.is_none() {
                // Only now is it known which types are exported as well.
                let hidden = resolve::hidden_by_chain(&plan, &parts, &structures);
                outcome.report.extend(hidden);
            }
            outcome.composed = Some(built.composed);
        }
        Err(failure) => {
            let report = explain::explain(failure, &plan, &parts, &structures);
            outcome.report.extend(report);
        }
    }
    outcome.plan = Some(plan);
    outcome
}

/// Whether what a script composed fits the world that it targets, if it does.
fn fits(script: &Script, composed: &Composed) -> Report {
    if script.target.is_none() {
        return Report::new();
    }
    match wasm::decode::decode(&composed.to_vec()) {
        Ok(decoded) => script::fits(script, &Surface::read(decoded.types(), decoded.component())),
        Err(broken) => codes::REFUSED
            .report(format!("invalid composition: {}", broken.message))
            .into(),
    }
}
