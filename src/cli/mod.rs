//! The command line: one file a command, whose documentation is its help.
//!
//! A command is its `Args`, which describe it, and `Run` for them. May import: everything (rank 5).
//! Deliberately absent: doing anything; arguments describe, and the library does.

/// The examples of a command, with what all commands' exit codes mean.
macro_rules! examples {
    ($examples:literal) => {
        concat!(
            $examples,
            "\n\nExit codes:\n  0  everything is as requested\n  1  findings: the input is at fault",
            "\n  2  the command line or the environment is at fault"
        )
    };
}

mod args;
mod check;
mod completions;
mod componentize;
mod compose;
mod deps;
mod diff;
mod explain;
mod extension;
mod fmt;
mod graph;
mod init;
mod inspect;
mod lines;
mod lint;
mod look;
mod man;
mod other_tools;
mod packages;
mod parse;
mod paths;
mod print;
mod publish;
mod scripts;
mod slim;
mod split;
mod target;
mod terminal;
mod validate;
mod wit;

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use crate::diag::Report;
use crate::guard;
use crate::source;
use packages::PackageArgs;
use terminal::{Exit, Failure, Findings, Manner, Terminal, usage};

/// A toolchain for the WebAssembly component model.
#[derive(Parser)]
#[command(
    name = "witkit",
    version,
    long_version = long_version(),
    arg_required_else_help = true
)]
struct Cli {
    #[command(flatten)]
    manner: Manner,

    #[command(flatten)]
    packages: PackageArgs,

    #[command(subcommand)]
    command: Command,
}

/// A command, by its arguments.
trait Run: clap::Args {
    /// How its findings are printed, and where.
    fn findings(&self) -> Findings;

    /// Whether it does nothing without a registry.
    fn goes_online(&self) -> bool {
        false
    }

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

        fn run(command: Command, manner: Manner, packages: &PackageArgs) -> Exit {
            match command {
                $(Command::$Name(args) => execute(*args, manner, packages)),*
            }
        }
    };
}

commands! {
    Check: check,
    Componentize: componentize,
    Compose: compose,
    Deps: deps,
    Diff: diff,
    Fmt: fmt,
    Graph: graph,
    Init: init,
    Inspect: inspect,
    Lint: lint,
    Publish: publish,
    Slim: slim,
    Split: split,
    Validate: validate,
    Wit: wit,
    Print: print,
    Parse: parse,
    Explain: explain,
    Completions: completions,
    Man: man,
}

fn execute(args: impl Run, manner: Manner, packages: &PackageArgs) -> Exit {
    let terminal = Terminal::new(args.findings(), manner);
    if packages.is_offline() && args.goes_online() {
        return terminal.failed(usage(
            "`--offline` leaves nothing to do for this command; remove it, or pass `--dry-run`",
        ));
    }
    let packages = match packages.install() {
        Ok(packages) => packages,
        Err(failure) => return terminal.failed(failure),
    };
    let exit = terminal.timed(|| args.run(&terminal));
    let exit = exit.unwrap_or_else(|failure| terminal.failed(failure));
    let unused = packages.unused();
    match exit == Exit::Clean && !unused.is_empty() {
        // Whatever was done was done without it.
        true => terminal.beside_result().report(&unused),
        false => terminal.ended(exit),
    }
}

/// Runs the command that the process's arguments ask for.
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| refuse(&error));
    guard::record();
    source::map_files();
    let exit =
        guard::caught(|| run(cli.command, cli.manner, &cli.packages)).unwrap_or_else(|said| {
            let bug = guard::bug("running this command", &said, &[]);
            Terminal::new(Findings::PRINTS, cli.manner).report(&Report::from(bug))
        });
    ExitCode::from(exit as u8)
}

/// The version, with the commit that the binary was built from if that is known.
fn long_version() -> &'static str {
    env!("WITKIT_VERSION")
}

/// The command line, as clap has it: for its documentation.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Ends the process, because the command line is none: with what another tool's words are here, if
/// it is one of those, and else in clap's words.
fn refuse(error: &clap::Error) -> ! {
    // Names of files need not be text.
    let words = std::env::args_os().skip(1);
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => Some(argument),
        _ => None,
    };
    let advice = match (error.kind(), words.first(), argument) {
        (ErrorKind::InvalidSubcommand, ..) => other_tools::advice(&words),
        (ErrorKind::UnknownArgument, Some(command), Some(argument)) => {
            other_tools::one_too_many(command, argument)
        }
        _ => None,
    };
    match advice {
        Some(advice) => {
            let terminal = Terminal::new(Findings::PRINTS, Manner::default());
            std::process::exit(terminal.failed(usage(advice)) as i32)
        }
        None => error.exit(),
    }
}
