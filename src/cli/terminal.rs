//! Where the results and messages of a command go, in which form, and how the command ends.
//!
//! May import: everything (rank 5). Deliberately absent: flags (`args`) and files (`target`).

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use super::look::Look;
use crate::diag::{Diagnostic, Report, Severity};
use crate::escape::{size, visible};
use crate::render::{github, gitlab, human, json, junit, markdown, plain, sarif};
use crate::source::{self, Access};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// All is as it was asked for.
    Clean = 0,
    /// The input is at fault.
    Findings = 1,
    /// The command line or the environment is, or witkit itself.
    Usage = 2,
}

/// The codes of findings that are no fault of an input: what was named does not exist or cannot be
/// read or written, or witkit itself is at fault.
const ENVIRONMENT: &[&str] = &[
    "diff/no-git",
    "diff/no-path",
    "diff/no-revision",
    "input/changed",
    "input/unreadable",
    "output/unwritable",
    "package/digest-mismatch",
    "package/invalid-reference",
    "package/no-version",
    "package/offline",
    "package/protocol",
    "package/unknown",
    "registry/denied",
    "registry/invalid-answer",
    "registry/invalid-reference",
    "registry/no-client",
    "registry/not-found",
    "registry/unreachable",
    "registry/wrong-digest",
    "split/not-empty",
    "witkit/bug",
];

impl Exit {
    /// How a command ends that fails with these findings. What could not be looked at outweighs what
    /// is wrong with the rest.
    fn failed_by(report: &Report) -> Exit {
        let findings = report.diagnostics();
        let errors = findings.iter().filter(|f| f.severity == Severity::Error);
        match errors
            .into_iter()
            .any(|f| ENVIRONMENT.contains(&f.code.name))
        {
            true => Exit::Usage,
            false => Exit::Findings,
        }
    }
}

/// Why a command ends before its work is done.
pub(super) enum Failure {
    /// The command line is at fault.
    Usage(String),
    /// What these findings say is.
    Findings(Report),
}

impl From<Report> for Failure {
    fn from(report: Report) -> Failure {
        Failure::Findings(report)
    }
}

impl From<Diagnostic> for Failure {
    fn from(finding: Diagnostic) -> Failure {
        Failure::Findings(finding.into())
    }
}

/// A failure of the command line.
pub(super) fn usage(message: impl Into<String>) -> Failure {
    Failure::Usage(message.into())
}

/// In which form reports and plans are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// For people, in sentences: for screen readers, and wherever drawings are in the way
    Plain,
    /// For programs; see docs/json.md
    Json,
    /// For code scanning and editors: SARIF 2.1.0
    Sarif,
    /// For annotations in GitHub Actions
    Github,
    /// For code quality reports in GitLab
    Gitlab,
    /// For test reports in CI: JUnit XML
    Junit,
    /// For job summaries and comments: a table
    Markdown,
}

impl Format {
    /// Whether it is read by people, who want to be told what was done as well.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Human | Format::Plain)
    }
}

/// A standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Stdout,
    Stderr,
    /// Standard error, and nothing without findings: standard output has a document, and programs
    /// read no second one that says nothing.
    BesideDocument,
}

/// How the findings of a command are printed, and which of them fail it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Findings {
    pub format: Format,
    /// Standard output if they are the result, so that `--format sarif > FILE` is all it takes; else
    /// standard error, beside a result that may be on its way to standard output.
    pub to: Stream,
    pub deny_warnings: bool,
}

impl Findings {
    /// Of a command that only prints, and has none but that it was called wrongly.
    pub const PRINTS: Findings = Findings {
        format: Format::Human,
        to: Stream::Stderr,
        deny_warnings: false,
    };
}

/// How much is said, and whether in colour
#[derive(Clone, Copy, Default, clap::Args)]
pub(super) struct Manner {
    /// Color the output [default: auto]
    #[arg(
        long,
        global = true,
        help_heading = "Global options",
        value_enum,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    color: Option<Color>,

    /// Print results and findings only, no summaries
    #[arg(
        short,
        long,
        global = true,
        help_heading = "Global options",
        conflicts_with = "verbose"
    )]
    quiet: bool,

    /// Print to standard error what is read, chosen and skipped
    #[arg(short, long, global = true, help_heading = "Global options")]
    verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// What a command speaks with.
#[derive(Clone, Copy)]
pub(super) struct Terminal {
    findings: Findings,
    manner: Manner,
}

impl Terminal {
    pub fn new(findings: Findings, manner: Manner) -> Terminal {
        Terminal { findings, manner }
    }

    /// The same, with findings beside a result.
    pub fn beside_result(&self) -> Terminal {
        let findings = Findings {
            to: Stream::Stderr,
            ..self.findings
        };
        Terminal::new(findings, self.manner)
    }

    pub fn format(&self) -> Format {
        self.findings.format
    }

    /// Whether what is printed is for people.
    pub fn is_human(&self) -> bool {
        self.format().is_for_people()
    }

    /// Prints findings, and says how a command ends that has nothing else to say. The forms for
    /// programs are written without findings as well. What was found in inputs that have changed
    /// meanwhile is not true of anything.
    pub fn report(&self, report: &Report) -> Exit {
        /// Whether that was said: once is enough.
        static TOLD: AtomicBool = AtomicBool::new(false);
        let changed = source::changed().map(Report::from);
        if changed.is_some() && TOLD.swap(true, Ordering::Relaxed) {
            return Exit::Usage;
        }
        let report = changed.as_ref().unwrap_or(report);
        let exit = self.exit_of(report);
        match self.findings.to {
            Stream::Stdout => match print(|out| out.write_all(self.rendered(report).as_bytes())) {
                Ok(()) => exit,
                Err(e) => self.failed(unprintable(&e)),
            },
            Stream::Stderr | Stream::BesideDocument => {
                self.print_beside(&self.rendered(report));
                exit
            }
        }
    }

    fn rendered(&self, report: &Report) -> String {
        match self.format() {
            _ if report.is_empty() && self.findings.to == Stream::BesideDocument => String::new(),
            Format::Human if is_without_graphics() => plain::render(report),
            Format::Human => human::render(report, self.style(self.findings.to)),
            Format::Plain => plain::render(report),
            Format::Json => json::render(report),
            Format::Sarif => sarif::render(report),
            Format::Github => github::render(report),
            Format::Gitlab => gitlab::render(report),
            Format::Junit => junit::render(report),
            Format::Markdown => markdown::render(report),
        }
    }

    /// Whether a command fails that has these findings.
    pub fn fails(&self, report: &Report) -> bool {
        report.has_errors() || (self.findings.deny_warnings && report.has_warnings())
    }

    /// How a command ends that has these findings.
    pub fn exit_of(&self, report: &Report) -> Exit {
        match self.fails(report) {
            true => Exit::failed_by(report),
            false => Exit::Clean,
        }
    }

    /// Says why a command ends.
    pub fn failed(&self, failure: Failure) -> Exit {
        match failure {
            Failure::Usage(message) => {
                let _ = writeln!(io::stderr().lock(), "error: {message}");
                Exit::Usage
            }
            Failure::Findings(report) => self.report(&report),
        }
    }

    /// Writes a result to standard output.
    pub fn print(&self, bytes: &[u8]) -> Exit {
        self.print_with(|out| out.write_all(bytes))
    }

    /// Has `write` write a result to standard output, unless its inputs have changed.
    pub fn print_with(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
        if let Some(changed) = source::changed_of_few() {
            return self.report(&changed.into());
        }
        let Err(error) = print(write) else {
            return Exit::Clean;
        };
        // What cannot be read of a mapped file cannot be written either.
        match source::changed() {
            Some(changed) => self.report(&changed.into()),
            None => self.failed(unprintable(&error)),
        }
    }

    /// How a command ends that would end with `exit`: inputs may have changed while results were
    /// printed.
    pub fn ended(&self, exit: Exit) -> Exit {
        match source::changed() {
            Some(changed) if exit != Exit::Usage => self.report(&changed.into()),
            _ => exit,
        }
    }

    /// Prints a tree for people, in a terminal no wider than that.
    pub fn print_tree(&self, text: &str) -> Exit {
        self.print(self.look().outline(text).as_bytes())
    }

    /// How results look on standard output.
    pub fn look(&self) -> Look {
        Look {
            color: self.is_coloured(),
            width: self.width(),
        }
    }

    /// Prints what a command has done or found in all, for people; findings come before it.
    pub fn summarize(&self, text: &str) -> Exit {
        match self.manner.quiet {
            true => Exit::Clean,
            false => self.print(text.as_bytes()),
        }
    }

    /// Tells people what was done, on standard error.
    pub fn say(&self, text: &str) -> Exit {
        match self.manner.quiet {
            true => Exit::Clean,
            false => self.print_beside(text),
        }
    }

    /// Prints on standard error, because standard output has something else. If standard error is
    /// closed, there is nothing to be done.
    pub fn print_beside(&self, text: &str) -> Exit {
        let _ = io::stderr().lock().write_all(text.as_bytes());
        Exit::Clean
    }

    /// Tells who wants to know what was chosen.
    pub fn detail(&self, text: impl FnOnce() -> String) {
        if self.manner.verbose {
            detail(&text());
        }
    }

    /// Does `work`, and says `what` is being done on a terminal when it takes over a second.
    pub fn during<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        if self.manner.quiet || self.manner.verbose || !io::stderr().is_terminal() {
            return work();
        }
        let (done, wait) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let waited = wait.recv_timeout(Duration::from_secs(1));
                if waited == Err(mpsc::RecvTimeoutError::Timeout) {
                    let _ = write!(io::stderr(), "{what} …\r");
                    let _ = wait.recv();
                    let _ = write!(io::stderr(), "\x1b[2K\r");
                }
            });
            let value = work();
            drop(done);
            value
        })
    }

    /// Runs a command, and tells who wants to know what it read and wrote, and how long it took.
    pub fn timed<T>(&self, run: impl FnOnce() -> T) -> T {
        if !self.manner.verbose {
            return run();
        }
        source::observe(|access, name, bytes| {
            let (done, name) = (access.as_str(), visible(name));
            match access {
                Access::Skipped => detail(&format!("{done} {name}")),
                _ => detail(&format!("{done} {name}, {}", size(bytes))),
            }
        });
        let start = Instant::now();
        let value = run();
        detail(&format!("done in {:.1?}", start.elapsed()));
        value
    }

    /// The columns of the terminal that results go to; none if they go elsewhere.
    pub fn width(&self) -> Option<usize> {
        width(Stream::Stdout)
    }

    /// Whether results are printed in colour.
    pub fn is_coloured(&self) -> bool {
        self.colours(Stream::Stdout)
    }

    fn colours(&self, stream: Stream) -> bool {
        let is_set = |name: &str| {
            let value = std::env::var_os(name).unwrap_or_default();
            !value.is_empty() && (name != "CLICOLOR_FORCE" || value != "0")
        };
        match self.manner.color {
            Some(Color::Always) => true,
            Some(Color::Never) => false,
            _ if is_set("NO_COLOR") => false,
            _ if is_set("CLICOLOR_FORCE") => true,
            _ => is_terminal(stream) && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        }
    }

    /// How reports look on a stream.
    fn style(&self, stream: Stream) -> human::Style {
        let color = self.colours(stream);
        human::Style {
            color,
            unicode: !is_terminal(stream) || supports_unicode::supports_unicode(),
            links: color && supports_hyperlinks::supports_hyperlinks(),
            width: width(stream),
        }
    }
}

/// Has `write` write to standard output. A reader that has seen enough is no failure.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match write(&mut out).and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

/// Why nothing more is printed.
fn unprintable(error: &io::Error) -> Failure {
    let reason = source::reason(error);
    usage(format!("cannot write to standard output: {reason}"))
}

/// Writes a line for `--verbose`.
fn detail(text: &str) {
    let _ = writeln!(io::stderr().lock(), "witkit: {text}");
}

/// Whether a stream is a terminal.
pub(super) fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::Stdout => io::stdout().is_terminal(),
        _ => io::stderr().is_terminal(),
    }
}

/// How many columns a terminal has; none if the stream is no terminal.
#[cfg(any(unix, windows))]
fn width(stream: Stream) -> Option<usize> {
    use terminal_size::{Width, terminal_size_of};
    let size = match stream {
        Stream::Stdout => terminal_size_of(io::stdout()),
        _ => terminal_size_of(io::stderr()),
    };
    size.map(|(Width(columns), _)| usize::from(columns))
}

/// Without an operating system that says so, as in WASI, no stream has a width.
#[cfg(not(any(unix, windows)))]
fn width(_: Stream) -> Option<usize> {
    None
}

/// Whether reports for people do without drawings, as it is said to all programs that report with
/// miette.
fn is_without_graphics() -> bool {
    std::env::var_os("NO_GRAPHICS").is_some_and(|value| !value.is_empty() && value != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_environment_exist() {
        let codes = crate::codes();
        for name in ENVIRONMENT {
            assert!(codes.iter().any(|code| code.name == *name), "{name}");
        }
    }
}
