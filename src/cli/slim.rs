//! `witkit slim`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::extension;
use super::inspect::lines::{columns, share};
use super::output::{self, Exit};
use super::{DenyWarnings, Format};
use crate::diag::Report;
use crate::escape::{size, visible};
use crate::slim::{self, Options, Removal, Summary};
use crate::source::{NewFile, Source};

/// Remove debug info, custom sections and duplicate parts
///
/// Removes all custom sections but `name`, `component-type*` and `dylink.0`, as `wasm-tools strip`
/// does, from a component or core module and from all that is nested in it. Metadata (`authors`,
/// `licenses`, …) stays as well. Identical nested components and core modules are kept once.
/// Nothing else changes: the result is validated and behaves the same. Prints what was saved, part
/// by part.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit slim app.wasm -o app.slim.wasm
  witkit slim app.wasm -o app.slim.wasm --all
  witkit slim app.wasm -o app.slim.wasm --keep component-name
  witkit slim app.wasm -o app.slim.wasm --delete '.debug_*' --delete producers
  witkit slim app.wasm -o app.slim.wasm --wasm-opt
  witkit slim app.wasm -o app.slim.wasm --wasm-opt='-O3 --converge'

Exit codes: 0 it is written, 1 the input is at fault, or there are warnings and --deny-warnings is
given, 2 wrong usage, or there is no wasm-opt on PATH.")]
pub struct Args {
    /// The component or core module (.wasm or .wat, - for stdin)
    input: PathBuf,

    /// Where to write the result; without it, or with -, to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Remove all custom sections, names as well
    #[arg(short, long)]
    all: bool,

    /// Remove only custom sections whose name matches PATTERN; `*` stands for any text
    #[arg(short, long, value_name = "PATTERN", conflicts_with = "all")]
    delete: Vec<String>,

    /// Keep custom sections whose name matches PATTERN, such as component-name: the names of parts
    #[arg(long, value_name = "PATTERN")]
    keep: Vec<String>,

    /// Keep identical nested parts as often as they occur
    #[arg(long)]
    no_dedupe: bool,

    /// Pass every core module through the `wasm-opt` on PATH, with ARGS [default: -Os]
    ///
    /// A result that is not valid, not smaller, or has other imports or exports is not taken.
    #[arg(
        long,
        value_name = "ARGS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "-Os",
        allow_hyphen_values = true
    )]
    wasm_opt: Option<String>,

    /// Print what was saved as JSON: `witkit.slim/1`
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    warnings: DenyWarnings,

    /// How to print reports (on standard error)
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

pub(super) fn run(args: Args) -> Exit {
    let to = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    if let Err(message) = extension::as_text(to, false) {
        return output::usage_error(&message);
    }
    if to.is_none() && io::stdout().is_terminal() {
        return output::usage_error("refusing to write binary output to a terminal; use `-o FILE`");
    }
    let wasm_opt = match args.wasm_opt.as_deref().map(slim::find_wasm_opt) {
        Some(None) => {
            return output::usage_error(
                "cannot find `wasm-opt` on PATH; install Binaryen, or leave out --wasm-opt",
            );
        }
        Some(found) => found,
        None => None,
    };
    let request = Options {
        removal: Removal {
            all: args.all,
            delete: args.delete.clone(),
            keep: args.keep.clone(),
        },
        keep_duplicates: args.no_dedupe,
        wasm_opt,
    };
    let slimmed = Source::open(&args.input)
        .map_err(Report::from)
        .and_then(|source| output::with_progress("slimming", || slim::slim(source, &request)));
    let slimmed = match slimmed {
        Ok(slimmed) => slimmed,
        Err(report) => {
            output::report(&report, args.format);
            return Exit::of(&report);
        }
    };
    output::report(&slimmed.report, args.format);
    if args.warnings.fails(&slimmed.report) {
        return Exit::Findings;
    }
    let text = match args.json {
        true => slimmed.summary.to_json(),
        false => table(&slimmed.summary),
    };
    match to {
        Some(path) => {
            let bytes = match extension::formed(path, &slimmed.bytes) {
                Ok(bytes) => bytes,
                Err(message) => return output::usage_error(&message),
            };
            match NewFile::whole(path, &bytes) {
                Ok(()) => output::print(text.as_bytes()),
                Err(finding) => {
                    output::report(&Report::from(finding), args.format);
                    Exit::Findings
                }
            }
        }
        None => {
            // Standard output has the result.
            let _ = io::stderr().lock().write_all(text.as_bytes());
            output::print(&slimmed.bytes)
        }
    }
}

/// What was saved, a line a part, largest savings first.
fn table(summary: &Summary) -> String {
    let (before, after) = (summary.before, summary.after);
    let file = visible(&summary.file);
    if after >= before {
        return format!("{file}: {}, nothing to remove\n", size(before));
    }
    let mut text = format!(
        "{file}: {}, was {} ({} saved)\n",
        size(after),
        size(before),
        share(before - after, before)
    );
    let header = ["  part", "size", "was", "removed"];
    let mut rows = vec![header.map(str::to_string).to_vec()];
    let mut parts: Vec<_> = summary
        .parts
        .iter()
        .filter(|part| part.before != part.after)
        .collect();
    parts.sort_by_key(|part| (part.after as i64 - part.before as i64, &part.index));
    for part in parts {
        let name = match part.path.as_str() {
            "" => "the input itself".to_string(),
            path => visible(path),
        };
        let mut removed: Vec<String> = part
            .removed
            .iter()
            .map(|removed| format!("{} {}", removed.what, size(removed.bytes)))
            .collect();
        if let Some(same) = &part.same_as {
            removed.push(format!("same as {}", visible(same)));
        }
        rows.push(vec![
            format!("  {name}"),
            size(part.after),
            size(part.before),
            removed.join(", "),
        ]);
    }
    for line in columns(&rows, &[1, 2]) {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
