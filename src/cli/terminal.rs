//! Where the results and messages of a command go, in which form, and how the command ends.
//!
//! May import: everything (rank 5). Deliberately absent: flags (`args`) and files (`target`).

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::mpsc;
use std::time::Duration;

use clap::ValueEnum;
use terminal_size::{Width, terminal_size_of};

use super::lines::folded;
use crate::diag::{Diagnostic, Report};
use crate::guard;
use crate::render::{github, human, json, junit, plain, sarif};

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
    /// For people.
    Human,
    /// For people, in sentences: for screen readers, and wherever drawings are in the way.
    Plain,
    /// For programs: `witkit.report/1` and `witkit.plan/1`.
    Json,
    /// For code scanning and editors: SARIF 2.1.0.
    Sarif,
    /// For annotations in GitHub Actions: workflow commands.
    Github,
    /// For test reports in CI: JUnit XML, errors as failures, anything else as skipped.
    Junit,
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

/// What a command speaks with.
#[derive(Clone, Copy)]
pub(super) struct Terminal {
    findings: Findings,
}

impl Terminal {
    pub fn new(findings: Findings) -> Terminal {
        Terminal { findings }
    }

    /// The same, with findings beside a result.
    pub fn beside_result(&self) -> Terminal {
        Terminal::new(Findings {
            to: Stream::Stderr,
            ..self.findings
        })
    }

    pub fn format(&self) -> Format {
        self.findings.format
    }

    /// Whether what is printed is for people.
    pub fn is_human(&self) -> bool {
        self.format().is_for_people()
    }

    /// Prints findings, and says how a command ends that has nothing else to say. The forms for
    /// programs are written without findings as well.
    pub fn report(&self, report: &Report) -> Exit {
        let exit = self.exit_of(report);
        match self.findings.to {
            Stream::Stdout => match self.print(self.rendered(report).as_bytes()) {
                Exit::Clean => exit,
                failed => failed,
            },
            Stream::Stderr => {
                // There is nobody left to tell if standard error is closed; the exit code still
                // says it.
                let text = self.rendered(report);
                let _ = io::stderr().lock().write_all(text.as_bytes());
                exit
            }
        }
    }

    fn rendered(&self, report: &Report) -> String {
        match self.format() {
            Format::Human if is_without_graphics() => plain::render(report),
            Format::Human => human::render(report, style(self.findings.to)),
            Format::Plain => plain::render(report),
            Format::Json => json::render(report),
            Format::Sarif => sarif::render(report),
            Format::Github => github::render(report),
            Format::Junit => junit::render(report),
        }
    }

    /// Whether a command fails that has these findings.
    pub fn fails(&self, report: &Report) -> bool {
        report.has_errors() || (self.findings.deny_warnings && report.has_warnings())
    }

    /// How a command ends that has these findings.
    pub fn exit_of(&self, report: &Report) -> Exit {
        match self.fails(report) {
            true if guard::is_bug(report) => Exit::Usage,
            true => Exit::Findings,
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

    /// Has `write` write a result to standard output. A reader that has seen enough is no failure.
    pub fn print_with(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
        let mut out = io::stdout().lock();
        match write(&mut out).and_then(|()| out.flush()) {
            Ok(()) => Exit::Clean,
            Err(e) if e.kind() == ErrorKind::BrokenPipe => Exit::Clean,
            Err(e) => self.failed(usage(format!(
                "cannot write to standard output: {}",
                crate::source::reason(&e)
            ))),
        }
    }

    /// Prints a tree for people, in a terminal no wider than that.
    pub fn print_tree(&self, text: &str) -> Exit {
        match self.width() {
            Some(width) => self.print(folded(text, width).as_bytes()),
            None => self.print(text.as_bytes()),
        }
    }

    /// Tells people what was done, on standard error.
    pub fn say(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Does `work`, and says `what` is being done on a terminal when it takes over a second.
    pub fn during<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        if !io::stderr().is_terminal() {
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

    /// Whether results are printed in colour.
    /// The columns of the terminal that results go to; none if they go elsewhere.
    pub fn width(&self) -> Option<usize> {
        width(Stream::Stdout)
    }

    pub fn is_coloured(&self) -> bool {
        is_coloured(Stream::Stdout)
    }
}

/// Whether a stream is a terminal.
pub(super) fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::Stdout => io::stdout().is_terminal(),
        Stream::Stderr => io::stderr().is_terminal(),
    }
}

/// On a terminal, unless `NO_COLOR` is set.
fn is_coloured(stream: Stream) -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    is_terminal(stream) && !no_color
}

/// How many columns a terminal has; none if the stream is no terminal.
fn width(stream: Stream) -> Option<usize> {
    let size = match stream {
        Stream::Stdout => terminal_size_of(io::stdout()),
        Stream::Stderr => terminal_size_of(io::stderr()),
    };
    size.map(|(Width(columns), _)| usize::from(columns))
}

/// How reports look on a stream. What is no terminal gets the same everywhere.
fn style(stream: Stream) -> human::Style {
    let color = is_coloured(stream);
    human::Style {
        color,
        unicode: !is_terminal(stream) || supports_unicode::supports_unicode(),
        links: color && supports_hyperlinks::supports_hyperlinks(),
        width: width(stream),
    }
}

/// Whether reports for people do without drawings, as it is said to all programs that report with
/// miette.
fn is_without_graphics() -> bool {
    std::env::var_os("NO_GRAPHICS").is_some_and(|value| !value.is_empty() && value != "0")
}
