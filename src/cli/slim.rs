//! `witkit slim`.

use std::path::PathBuf;

use super::Run;
use super::args::{BinaryArgs, ReportArgs};
use super::lines::{columns, share};
use super::terminal::{Exit, Failure, Findings, Format, Terminal, usage};
use crate::escape::{size, visible};
use crate::slim::{self, Options, Removal, Summary};
use crate::source::Source;

/// Remove debug info, custom sections and duplicate parts
///
/// Removes custom sections from a component or core module and from all nested parts. As with
/// `wasm-tools strip`, `name`, `component-type*` and `dylink.0` are kept, and so is metadata
/// (`authors`, `licenses`, …). Identical nested components and core modules are stored once.
/// Nothing else changes: the result is validated and behaves the same. Prints what was removed from
/// each part.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit slim app.wasm -o app.slim.wasm
  witkit slim app.wasm -o app.slim.wasm --all
  witkit slim app.wasm -o app.slim.wasm --keep-section component-name
  witkit slim app.wasm -o app.slim.wasm --delete '.debug_*' --delete producers
  witkit slim app.wasm -o app.slim.wasm --wasm-opt
  witkit slim app.wasm -o app.slim.wasm --wasm-opt='-O3 --converge'"))]
pub struct Args {
    /// The component or core module (.wasm or .wat, - for stdin)
    input: PathBuf,

    #[command(flatten)]
    target: BinaryArgs,

    /// Remove all custom sections, including names
    #[arg(short, long)]
    all: bool,

    /// Remove only custom sections whose name matches PATTERN: '.debug_*'
    #[arg(long, value_name = "PATTERN", conflicts_with = "all")]
    delete: Vec<String>,

    /// Keep custom sections whose name matches PATTERN: component-name
    ///
    /// For example component-name, which contains the names of parts.
    #[arg(long = "keep-section", value_name = "PATTERN")]
    keep: Vec<String>,

    /// Keep all copies of identical nested parts
    #[arg(long)]
    no_dedupe: bool,

    /// Run `wasm-opt` on every core module, with ARGS [default: -Os]
    ///
    /// A result that is invalid, not smaller, or has other imports or exports is discarded.
    #[arg(
        long,
        value_name = "ARGS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "-Os",
        allow_hyphen_values = true
    )]
    wasm_opt: Option<String>,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_document()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let target = self.target.target("the result")?;
        let wasm_opt = match self.wasm_opt.as_deref().map(slim::find_wasm_opt) {
            Some(None) => {
                return Err(usage(
                    "cannot find `wasm-opt` on PATH; install Binaryen, or remove `--wasm-opt`",
                ));
            }
            Some(found) => found,
            None => None,
        };
        let request = Options {
            removal: Removal {
                all: self.all,
                delete: self.delete.clone(),
                keep: self.keep.clone(),
            },
            keep_duplicates: self.no_dedupe,
            wasm_opt,
        };
        let source = Source::open(&self.input)?;
        let slimmed = terminal.during("slimming", || slim::slim(source, &request))?;
        terminal.report(&slimmed.report);
        if terminal.fails(&slimmed.report) {
            return Ok(terminal.exit_of(&slimmed.report));
        }
        let exit = target.write(&slimmed.bytes, terminal)?;
        Ok(match terminal.format() {
            _ if exit != Exit::Clean => exit,
            Format::Json if target.path.is_none() => {
                terminal.print_beside(&slimmed.summary.to_json())
            }
            Format::Json => terminal.print(slimmed.summary.to_json().as_bytes()),
            // Standard output has the result.
            _ if target.path.is_none() => terminal.say(&table(&slimmed.summary)),
            _ => terminal.summarize(&table(&slimmed.summary)),
        })
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
            "" => "(input)".to_string(),
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
