//! Full validation of many files at once, for a set of features or a baseline.
//!
//! Lives here: [`validate`] with its [`Options`] and [`Outcome`], and [`Features`].
//! May import: `source`, `diag` (rank 0), `wasm` (1), `features`, `wit` (2).
//! Deliberately absent: the validator itself (`wasm::validate`, which others use as well), and
//! printing.

mod codes;
mod features;
mod inputs;

use wasmparser::WasmFeatures;

pub use codes::CODES;
pub use features::Features;

use crate::diag::{Report, Severity};
use crate::features::{BEYOND_BASELINE, Baseline, beyond, with_all_of_components};
use crate::source::{Input, Source};
use crate::wasm::Validation;
use crate::wasm::validate::{Verdict, findings, validate as verdicts};

/// What to validate, and for which features.
///
/// [`validate`](validate()) has an example.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files, folders, `-` for standard input, or bytes. A folder stands for the `.wasm` and `.wat`
    /// files in it.
    pub inputs: Vec<Input>,
    /// Whether folders within folders are searched, too.
    pub recursive: bool,
    /// The enabled proposals.
    pub features: Features,
    /// The release whose features components may use.
    pub baseline: Option<Baseline>,
}

/// The result of a validation.
///
/// [`validate`](validate()) has an example.
#[non_exhaustive]
#[derive(Debug, Default)]
pub struct Outcome {
    /// All findings.
    pub report: Report,
    /// The names of all validated files, in the order of the options.
    pub files: Vec<String>,
}

impl Outcome {
    /// The files that are invalid or could not be read, with the number of errors in each.
    pub fn failed(&self) -> Vec<(&str, usize)> {
        let mut failed: Vec<(&str, usize)> = Vec::new();
        for finding in self.report.diagnostics() {
            let file = finding.labels.first().map_or("", |l| l.locus.file());
            if finding.severity != Severity::Error {
                continue;
            }
            match failed.iter_mut().find(|(known, _)| *known == file) {
                Some((_, errors)) => *errors += 1,
                None => failed.push((file, 1)),
            }
        }
        failed
    }
}

/// Validates modules and components, binary or text, including function bodies.
///
/// All files are validated, even if some are invalid. For each, the first problem of its
/// structure and its invalid functions up to a limit are reported; with a baseline, also each
/// feature of a component that it does not have. The findings do not depend on the number of cores.
///
/// ```
/// use witkit::{validate, validate::Options};
///
/// let outcome = validate(&Options {
///     inputs: vec![("m.wat", "(module (func (result i32)))").into()],
///     ..Options::default()
/// });
/// assert_eq!(outcome.failed(), [("m.wat", 1)]);
/// ```
pub fn validate(options: &Options) -> Outcome {
    let mut outcome = Outcome::default();
    let found = match inputs::inputs(&options.inputs, options.recursive) {
        Ok(found) => found,
        // What is not there does not keep the rest from being looked at.
        Err((found, report)) => {
            outcome.report.extend(report);
            found
        }
    };
    outcome.files = found.iter().map(Input::name).collect();
    let mut sources = Vec::new();
    for read in inputs::read(&found) {
        match read {
            Ok(source) => sources.push(source),
            Err(report) => outcome.report.extend(report),
        }
    }
    match options.baseline {
        None => against(&sources, options.features.0, None, &mut outcome.report),
        Some(baseline) => {
            within(baseline, sources, options.features.0, &mut outcome.report);
        }
    }
    outcome
}

fn against(
    sources: &[Source],
    features: WasmFeatures,
    baseline: Option<Baseline>,
    report: &mut Report,
) {
    let bytes: Vec<&[u8]> = sources.iter().map(Source::bytes).collect();
    let verdicts: Vec<Verdict> = verdicts(&bytes, features, Validation::Full);
    for (source, verdict) in sources.iter().zip(&verdicts) {
        findings(source, verdict, baseline.map(Baseline::name), report);
    }
}

/// Only with the features of the component model that `baseline` has.
fn within(baseline: Baseline, sources: Vec<Source>, features: WasmFeatures, report: &mut Report) {
    let strictly = baseline.within(features);
    let (mut fit, mut unfit) = (Vec::new(), Vec::new());
    for source in sources {
        let mut found = Report::new();
        if wasmparser::Parser::is_component(source.bytes()) {
            beyond(&source, baseline, &mut found);
        }
        // What is malformed, the validator says as well, and better.
        let said = found.diagnostics();
        match said.iter().any(|d| d.code.name == BEYOND_BASELINE.name) {
            true => {
                report.extend(found);
                unfit.push(source);
            }
            false => fit.push(source),
        }
    }
    against(&fit, strictly, Some(baseline), report);
    // What they use beyond it has been said, each feature with its place; the validator would say
    // the first again and stop there.
    against(&unfit, with_all_of_components(features), None, report);
}
