//! `witkit print`.

use std::path::PathBuf;

use super::Run;
use super::args::{OutputArgs, ReportArgs};
use super::extension::{self, Holds};
use super::target::Target;
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::source::Source;
use crate::wasm;

/// Print a module or component as WebAssembly text
///
/// The binary form is made from text again with `witkit parse`. To print WIT, use `witkit wit`.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit print app.wasm
  witkit print app.wasm -o app.wat"))]
pub struct Args {
    /// The component or core module (.wasm or .wat, - for stdin)
    input: PathBuf,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.beside_document()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let path = self.output.path();
        if !matches!(extension::holds(path), None | Some(Holds::Wat)) {
            return Err(usage(extension::cannot_hold(path, "WebAssembly text")));
        }
        let source = wasm::module_or_component(Source::open(&self.input)?)?;
        let target = Target {
            path,
            is_text: true,
        };
        terminal.during("printing", || target.write(source.bytes(), terminal))
    }
}
