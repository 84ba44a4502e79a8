//! `witkit validate`.

use std::path::PathBuf;

use super::Run;
use super::args::ReportArgs;
use super::lines::counted;
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::escape::visible;
use crate::features::Baseline;
use crate::no_effect;
use crate::validate::{self, Features, Options, Outcome};

/// Validate modules and components in full, function bodies included
///
/// FILE is a module or component, in binary form or as text (WIT packages in binary form are
/// components, too), a folder (the .wasm and .wat files in it), or - for standard input. All files
/// are validated, on all cores, and all that fail are reported: each with the first problem of its
/// structure and up to 20 functions that are not valid, by nested part, function and instruction.
#[derive(clap::Args)]
#[command(after_long_help = "\
Features have the names that wasmparser gives them: simd, memory64, cm-async, … `all` is all of
them; mvp, wasm1, wasm2, wasm3 and lime1 are sets that take the place of all before. Without
--features, those are on that `wasm-tools validate` has on: what is at phase 4 or beyond.

Examples:
  witkit validate app.wasm
  witkit validate target/wasm --recursive
  witkit validate app.wasm --features all,-simd
  witkit validate app.wasm --baseline wasi-0.2
  witkit validate dist --format junit > validate.xml

Exit codes: 0 all are valid, 1 some are not, 2 wrong usage.")]
pub struct Args {
    /// What to validate: files, folders, - for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Look into folders within folders, too
    #[arg(short, long)]
    recursive: bool,

    /// Features to switch on, or with - before the name, off
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    features: Vec<String>,

    /// Allow only what this WASI release has of the component model: wasi-0.2, wasi-0.3.0,
    /// wasi-0.3.1
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.as_result()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let request = request(&self).map_err(usage)?;
        let mut outcome = terminal.during("validating", || validate::validate(&request));
        if self.recursive && !self.files.iter().any(|file| file.is_dir()) {
            let finding = no_effect::without_effect("--recursive", "no folder is given");
            outcome.report.push(finding);
        }
        let exit = terminal.report(&outcome.report);
        if !terminal.is_human() || exit == Exit::Usage {
            return Ok(exit);
        }
        Ok(match terminal.print(summary(&outcome).as_bytes()) {
            Exit::Clean => exit,
            failed => failed,
        })
    }
}

fn request(args: &Args) -> Result<Options, String> {
    let mut features = Features::default();
    for list in &args.features {
        features = features.with(list)?;
    }
    let baseline = args.baseline.as_deref().map(|name| {
        Baseline::named(name).map_err(|advice| format!("there is no baseline `{name}`; {advice}"))
    });
    Ok(Options {
        paths: args.files.clone(),
        recursive: args.recursive,
        features,
        baseline: baseline.transpose()?,
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
