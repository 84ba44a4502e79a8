//! The command line: one file a command, whose documentation is its help.
//!
//! May import: everything (rank 5). Deliberately absent: doing anything; arguments describe, and
//! the library does.

mod check;
mod componentize;
mod compose;
mod deps;
mod diff;
mod explain;
mod extension;
mod fmt;
mod graph;
mod inspect;
mod lint;
mod output;
mod slim;
mod split;
mod validate;
mod wit;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::diag::Report;
use crate::guard;
use crate::wasm::Validation;

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

#[derive(Subcommand)]
enum Command {
    Check(Box<check::Args>),
    Componentize(Box<componentize::Args>),
    Compose(Box<compose::Args>),
    Diff(Box<diff::Args>),
    Fmt(fmt::Args),
    Graph(Box<graph::Args>),
    Inspect(Box<inspect::Args>),
    Lint(Box<lint::Args>),
    Slim(slim::Args),
    Split(Box<split::Args>),
    Validate(validate::Args),
    Wit(Box<wit::Args>),
    Explain(explain::Args),
}

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// All is as it was asked for.
    Clean = 0,
    /// The input is at fault.
    Findings = 1,
    /// The command line or the environment is, or witkit itself.
    Usage = 2,
}

impl Exit {
    /// How a command ends that reports this and has nothing else to say.
    fn of(report: &Report) -> Exit {
        match report.has_errors() {
            true if guard::is_bug(report) => Exit::Usage,
            true => Exit::Findings,
            false => Exit::Clean,
        }
    }
}

/// Why a command stops before its work begins.
enum Stop {
    /// The command line or the environment is at fault.
    Usage(String),
    /// The input is.
    Report(Report),
}

impl From<Report> for Stop {
    fn from(report: Report) -> Stop {
        Stop::Report(report)
    }
}

/// In which form reports and plans are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// For programs: `witkit.report/1` and `witkit.plan/1`.
    Json,
    /// For code scanning and editors: SARIF 2.1.0.
    Sarif,
    /// For annotations in GitHub Actions: workflow commands.
    Github,
    /// For test reports in CI: JUnit XML, errors as failures, anything else as skipped.
    Junit,
}

/// How much is validated of what a command makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Validate {
    /// Structure, types and wiring: everything but function bodies
    Types,
    /// Everything, function bodies included
    Full,
}

impl From<Validate> for Validation {
    fn from(validate: Validate) -> Validation {
        match validate {
            Validate::Types => Validation::Types,
            Validate::Full => Validation::Full,
        }
    }
}

/// The flag of every command that can warn.
#[derive(clap::Args)]
struct DenyWarnings {
    /// Exit with 1 if there is a warning, as for an error
    #[arg(long)]
    deny_warnings: bool,
}

impl DenyWarnings {
    /// Whether a command fails that reports this.
    fn fails(&self, report: &Report) -> bool {
        report.has_errors() || (self.deny_warnings && report.has_warnings())
    }

    /// How a command ends that reports this and would end so otherwise.
    fn exit(&self, exit: Exit, report: &Report) -> Exit {
        match exit {
            Exit::Clean if self.fails(report) => Exit::Findings,
            exit => exit,
        }
    }
}

/// Runs the command that the process's arguments ask for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    guard::record();
    let exit = guard::caught(|| run(cli.command)).unwrap_or_else(|said| {
        let bug = guard::bug("running this command", &said, &[]);
        output::report(&Report::from(bug), Format::Human);
        Exit::Usage
    });
    ExitCode::from(exit as u8)
}

fn run(command: Command) -> Exit {
    match command {
        Command::Check(args) => check::run(*args),
        Command::Componentize(args) => componentize::run(*args),
        Command::Compose(args) => compose::run(*args),
        Command::Diff(args) => diff::run(*args),
        Command::Fmt(args) => fmt::run(args),
        Command::Graph(args) => graph::run(*args),
        Command::Inspect(args) => inspect::run(*args),
        Command::Lint(args) => lint::run(*args),
        Command::Slim(args) => slim::run(args),
        Command::Split(args) => split::run(*args),
        Command::Validate(args) => validate::run(args),
        Command::Wit(args) => wit::run(*args),
        Command::Explain(args) => explain::run(&args),
    }
}
