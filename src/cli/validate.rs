//! `witkit validate`.

use std::path::PathBuf;

use super::Run;
use super::args::{ConfigArgs, RecursiveArgs, ReleaseArgs, ReportArgs};
use super::lines::counted;
use super::paths::{Takes, given_or_usual};
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::escape::visible;
use crate::no_effect;
use crate::source::{Input, is_dir};
use crate::validate::{self, Features, Options, Outcome};

/// Validate modules and components in full
///
/// FILE is a module or component, binary or text (a binary WIT package is a component, too), a
/// folder with .wasm and .wat files, or - for stdin. Function bodies are validated as well. All
/// files are validated, on all cores, and all invalid ones are reported: each with the first
/// problem of its structure and up to 20 invalid functions, by nested part, function and
/// instruction.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Features have the names of wasmparser: simd, memory64, cm-async, … `all` stands for all of them;
mvp, wasm1, wasm2, wasm3 and lime1 are sets that replace all features before them. By default, the
same features are enabled as in `wasm-tools validate`: proposals at phase 4 or later.

Examples:
  witkit validate app.wasm
  witkit validate target/wasm --recursive
  witkit validate app.wasm --wasm-features all,-simd
  witkit validate app.wasm --release wasi-0.2
  witkit validate dist --format junit > validate.xml"))]
pub struct Args {
    /// What to validate: files, folders, - for stdin
    ///
    /// The default is `components` of [paths] in witkit.toml, or else the files in this folder.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    nested: RecursiveArgs,

    /// Enable WebAssembly features, or disable them with `-`: all,-simd
    #[arg(
        long,
        value_name = "LIST",
        alias = "features",
        allow_hyphen_values = true
    )]
    wasm_features: Vec<String>,

    #[command(flatten)]
    release: ReleaseArgs,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.as_result()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let request = request(&self, terminal)?;
        let mut outcome = terminal.during("validating", || validate::validate(&request));
        if self.nested.recursive && !request.inputs.iter().any(is_folder) {
            let finding = no_effect::without_effect("--recursive", "no folder was given");
            outcome.report.push(finding);
        }
        let exit = terminal.report(&outcome.report);
        if !terminal.is_human() || exit == Exit::Usage {
            return Ok(exit);
        }
        Ok(match terminal.summarize(&summary(&outcome)) {
            Exit::Clean => exit,
            failed => failed,
        })
    }
}

fn is_folder(input: &Input) -> bool {
    matches!(input, Input::Path(path) if is_dir(path))
}

fn request(args: &Args, terminal: &Terminal) -> Result<Options, Failure> {
    let mut features = Features::default();
    for list in &args.wasm_features {
        features = features.with(list).map_err(usage)?;
    }
    let config = match args.files.is_empty() {
        true => args.config.file(None),
        false => None,
    };
    let release = args.release.release.as_deref().map(ReleaseArgs::named);
    let paths = given_or_usual(&args.files, Takes::Components, config.as_deref(), terminal)?;
    Ok(Options {
        inputs: paths.into_iter().map(Input::Path).collect(),
        recursive: args.nested.recursive,
        features,
        baseline: release.transpose()?,
    })
}

/// How many files are valid, and which are not.
fn summary(outcome: &Outcome) -> String {
    let failed = outcome.failed();
    let files = outcome.files.len();
    if failed.is_empty() {
        return match outcome.files.as_slice() {
            [file] => format!("{} is valid\n", visible(file)),
            _ => format!("{} are valid\n", counted(files, "file")),
        };
    }
    if files < 2 {
        return String::new();
    }
    let is = if failed.len() == 1 { "is" } else { "are" };
    let of = counted(files, "file");
    let mut text = format!("\n{} of {of} {is} not valid:\n", failed.len());
    for (file, errors) in failed {
        let errors = counted(errors, "error");
        text.push_str(&format!("  {}: {errors}\n", visible(file)));
    }
    text
}
