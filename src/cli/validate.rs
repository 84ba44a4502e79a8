//! `witkit validate`.

use std::path::PathBuf;

use super::output::{self, Exit};
use super::{DenyWarnings, Format};
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
    warnings: DenyWarnings,

    /// How to print findings
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> Exit {
    let request = match request(&args) {
        Ok(request) => request,
        Err(message) => return output::usage_error(&message),
    };
    let mut outcome = output::with_progress("validating", || validate::validate(&request));
    if args.recursive && !args.files.iter().any(|file| file.is_dir()) {
        let finding = no_effect::without_effect("--recursive", "no folder is given");
        outcome.report.push(finding);
    }
    let exit = output::findings(&outcome.report, args.format);
    let exit = args.warnings.exit(exit, &outcome.report);
    if args.format != Format::Human || exit == Exit::Usage {
        return exit;
    }
    match output::print(summary(&outcome).as_bytes()) {
        Exit::Clean => exit,
        failed => failed,
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
            _ => format!("{} are valid\n", output::counted(files, "file")),
        };
    }
    if files < 2 {
        return String::new();
    }
    let is = if failed.len() == 1 { "is" } else { "are" };
    let of = output::counted(files, "file");
    let mut text = format!("\n{} of {of} {is} not valid:\n", failed.len());
    for (file, errors) in failed {
        let errors = output::counted(errors, "error");
        text.push_str(&format!("  {}: {errors}\n", visible(file)));
    }
    text
}
