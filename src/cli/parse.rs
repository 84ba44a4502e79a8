//! `witkit parse`.

use std::path::PathBuf;

use super::Run;
use super::args::{OutputArgs, ReportArgs, binary_on_terminal};
use super::extension::{self, Holds};
use super::target::Target;
use super::terminal::{Exit, Failure, Findings, Stream, Terminal, is_terminal, usage};
use crate::source::Source;
use crate::wasm;

/// Write WebAssembly text in binary form
///
/// The result is not validated: use `witkit validate`. To encode WIT, use `witkit wit --wasm`.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit parse app.wat -o app.wasm"))]
pub struct Args {
    /// The component or core module (.wat or .wasm, - for stdin)
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
        if !matches!(extension::holds(path), None | Some(Holds::Wasm)) {
            return Err(usage(extension::cannot_hold(path, "binary WebAssembly")));
        }
        if path.is_none() && is_terminal(Stream::Stdout) {
            return Err(binary_on_terminal("the result"));
        }
        let source = wasm::module_or_component(Source::open(&self.input)?)?;
        let target = Target {
            path,
            is_text: false,
        };
        target.write(source.bytes(), terminal)
    }
}
