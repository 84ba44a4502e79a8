//! The command line: one file a command, whose documentation is its help.
//!
//! A command is its `Args`, which describe it, and [`Run`] for them. May import: everything (rank 5).
//! Deliberately absent: doing anything; arguments describe, and the library does.

mod args;
mod check;
mod componentize;
mod compose;
mod diff;
mod explain;
mod extension;
mod fmt;
mod graph;
mod inspect;
mod lines;
mod lint;
mod slim;
mod split;
mod target;
mod terminal;
mod validate;
mod wit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::diag::Report;
use crate::guard;
use terminal::{Exit, Failure, Findings, Format, Stream, Terminal};

/// A toolchain for the WebAssembly component model.
#[derive(Parser)]
#[command(
    name = "witkit",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// A command, by its arguments.
trait Run: clap::Args {
    /// How its findings are printed, and where.
    fn findings(&self) -> Findings;

    /// Does it.
    fn run(self, terminal: &Terminal) -> Result<Exit, Failure>;
}

/// Declares the commands, in the order of the help, and runs them.
macro_rules! commands {
    ($($Name:ident: $module:ident),* $(,)?) => {
        #[derive(Subcommand)]
        enum Command {
            $($Name(Box<$module::Args>)),*
        }

        fn run(command: Command) -> Exit {
            match command {
                $(Command::$Name(args) => execute(*args)),*
            }
        }
    };
}

commands! {
    Check: check,
    Componentize: componentize,
    Compose: compose,
    Diff: diff,
    Fmt: fmt,
    Graph: graph,
    Inspect: inspect,
    Lint: lint,
    Slim: slim,
    Split: split,
    Validate: validate,
    Wit: wit,
    Explain: explain,
}

fn execute(args: impl Run) -> Exit {
    let terminal = Terminal::new(args.findings());
    let exit = args.run(&terminal);
    exit.unwrap_or_else(|failure| terminal.failed(failure))
}

/// Runs the command that the process's arguments ask for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    guard::record();
    let exit = guard::caught(|| run(cli.command)).unwrap_or_else(|said| {
        let bug = guard::bug("running this command", &said, &[]);
        let terminal = Terminal::new(Findings {
            format: Format::Human,
            to: Stream::Stderr,
            deny_warnings: false,
        });
        terminal.report(&Report::from(bug))
    });
    ExitCode::from(exit as u8)
}
