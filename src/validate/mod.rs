//! Full validation of many files at once, held to features or to a baseline.
//!
//! Lives here: [`validate`] with its [`Options`] and [`Outcome`], and [`Features`].
//! May import: `source`, `diag` (rank 0), `wasm` (1), `features`, `wit` (2).
//! Deliberately absent: the validating itself (`wasm::validate`, which others need as well), and
//! printing.

mod codes;
mod features;
mod inputs;

use wasmparser::WasmFeatures;

pub use codes::CODES;
pub use features::Features;

use crate::diag::{Report, Severity};
use crate::features::{BEYOND_BASELINE, Baseline, beyond, with_all_of_components};
use crate::source::Source;
use crate::wasm::Validation;
use crate::wasm::validate::{Verdict, findings, validate as verdicts};

/// What is to be validated, and against what.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files, folders, `-` for standard input. A folder stands for the `.wasm` and `.wat` files in
    /// it.
    pub paths: Vec<std::path::PathBuf>,
    /// Whether folders within folders are searched, too.
    pub recursive: bool,
    /// The proposals that are on.
    pub features: Features,
    /// The release that components may not go beyond.
    pub baseline: Option<Baseline>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Everything that is wrong.
    pub report: Report,
    /// The names of all files that were looked at, in the order of the options.
    pub files: Vec<String>,
}

impl Outcome {
    /// The files that are not valid or could not be read, with the number of errors in each.
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

/// Validates modules and components, in binary form or as text, function bodies included.
///
/// Each file is validated whatever is wrong with others. Of each, the first problem of its
/// structure is reported, and all functions that are not valid up to a bound; with a baseline, each
/// feature of a component that is not in it. What is found does not depend on the number of cores.
pub fn validate(options: &Options) -> Outcome {
    let mut outcome = Outcome::default();
    let paths = match inputs::paths(&options.paths, options.recursive) {
        Ok(paths) => paths,
        // What is not there does not keep the rest from being looked at.
        Err((paths, report)) => {
            outcome.report.extend(report);
            paths
        }
    };
    outcome.files = paths.iter().map(|p| inputs::name(p)).collect();
    let mut sources = Vec::new();
    for read in inputs::read(&paths) {
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

/// With only what `baseline` has of the component model.
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
