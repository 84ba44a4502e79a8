//! `witkit fmt`.

mod diff;

use std::path::{Path, PathBuf};

use super::Run;
use super::args::{ConfigArgs, ReportArgs, StdinArgs};
use super::paths::{Takes, given_or_usual};
use super::terminal::{Exit, Failure, Findings, Terminal};
use crate::diag::{Report, Severity};
use crate::lint;
use crate::source::{NewFile, Source};
use crate::wit::format::{self, Style, settings};
use crate::wit::{find, syntax};

/// Format WIT files and scripts of wac
///
/// Only whitespace and trailing commas change. Files are rewritten in place, and the names of
/// changed files are printed. The order of items, all comments and the meaning of the package,
/// including its docs, stay the same. A file with syntax errors is not changed, its errors are
/// printed, and the exit code is 1; the other files are formatted anyway.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
The rules:
  One item per line, indentation by two spaces, lines of up to 100 columns if possible. One empty
  line between the items of a file, and around items that take several lines or have comments or
  attributes before them; other empty lines are kept, at most one at a time. Lists on several
  lines have a trailing comma, lists on one line have none. Attributes are on lines of their own.
  Comments at the end of a line stay there; comments on lines of their own are indented like the
  surrounding items.

  In witkit.toml, the nearest one from the working directory upwards:
    [fmt]
    width = 100
    indent = 2

Examples:
  witkit fmt wit/
  witkit fmt --check .
  witkit fmt --diff wit/world.wit
  witkit fmt - < wit/world.wit"))]
pub struct Args {
    /// Files and folders; - reads standard input and writes to standard output
    ///
    /// A folder stands for all .wit and .wac files in it and below. Folders named `deps`, which contain
    /// packages of others, hidden folders, `target` and `node_modules` are skipped unless they are
    /// given explicitly. The default is `wit` of [paths] in witkit.toml, or else the folder wit/,
    /// or else this folder.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    stdin: StdinArgs,

    /// Report what is wrong instead of writing; exit with 1 if anything is
    ///
    /// Lists the files that would be reformatted.
    #[arg(long)]
    check: bool,

    /// Print what would change instead of writing; exit with 1 if anything would
    #[arg(long)]
    diff: bool,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    /// Beside the text, but where what is not formatted is a finding for programs, and not a list
    /// for people.
    fn findings(&self) -> Findings {
        let is_result = (self.check || self.diff) && !self.report.format().is_for_people();
        match is_result {
            true => self.report.as_result(),
            false => self.report.beside_result(),
        }
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let named = self.stdin.file(&self.paths)?;
        let config = self.config.file(named);
        let style = match &config {
            Some(file) => settings::read(file)?,
            None => Style::default(),
        };
        let mut report = Report::new();
        let mut done = Done::new(named, terminal);
        let paths = match named {
            Some(_) => vec![PathBuf::from("-")],
            None => {
                let config = config.as_deref();
                let given = given_or_usual(&self.paths, Takes::Wit, config, terminal)?;
                paths(&given, &mut report)
            }
        };
        for path in paths {
            if let Err(found) = done.file(&path, style, &self) {
                report.extend(found);
            }
        }
        let would_change = (self.check || self.diff) && done.changed > 0;
        report.extend(std::mem::take(&mut done.found));
        let exit = terminal.report(&report);
        let printed = terminal.print(done.out.as_bytes());
        if terminal.is_human() && !done.only_stdin() {
            terminal.say(&format!("{}\n", done.summary(&self)));
        }
        Ok(match printed {
            Exit::Clean if would_change => exit.max(Exit::Findings),
            Exit::Clean => exit,
            failed => failed,
        })
    }
}

/// The files that are meant, each once.
fn paths(given: &[PathBuf], report: &mut Report) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for path in given {
        match find::files(path) {
            Ok(found) => {
                let new = found.into_iter().filter(|file| seen.insert(file.clone()));
                paths.extend(new);
            }
            Err(finding) => report.push(finding),
        }
    }
    paths
}

/// What has been done, and what is to be printed of it.
struct Done<'a> {
    /// The file that standard input stands for.
    named: Option<&'a Path>,
    terminal: &'a Terminal,
    out: String,
    /// What is not formatted, as findings.
    found: Report,
    changed: usize,
    unchanged: usize,
    failed: usize,
    /// Files, and not standard input.
    files: usize,
}

impl<'a> Done<'a> {
    fn new(named: Option<&'a Path>, terminal: &'a Terminal) -> Done<'a> {
        Done {
            named,
            terminal,
            out: String::new(),
            found: Report::new(),
            changed: 0,
            unchanged: 0,
            failed: 0,
            files: 0,
        }
    }

    /// Formats a file, or says what would become of it.
    fn file(&mut self, path: &Path, style: Style, args: &Args) -> Result<(), Report> {
        let is_stdin = path == Path::new("-");
        self.files += usize::from(!is_stdin);
        self.failed += 1;
        let source = match self.named {
            Some(named) => Source::stdin_for(named)?,
            None => Source::open(path)?,
        };
        let text = format::format_source(&source, style)?;
        let changes = source.bytes() != text.as_bytes();
        let name = source.name();
        if is_stdin && !args.check && !args.diff {
            self.out.push_str(&text);
        } else if changes {
            if (args.check || args.diff) && !self.terminal.is_human() {
                // It was text when it was formatted.
                let old = String::from_utf8_lossy(source.bytes());
                let tree = syntax::parse(name, old.as_ref());
                let mut finding = lint::not_formatted(&tree, text);
                finding.severity = Severity::Error;
                self.found.push(finding);
                self.found.add_text(name, tree.text().clone());
            } else if args.diff {
                // It was text when it was formatted.
                let old = String::from_utf8_lossy(source.bytes());
                let coloured = self.terminal.is_coloured();
                self.out
                    .push_str(&diff::unified(name, &old, &text, coloured));
            } else {
                if !args.check {
                    NewFile::whole(path, text.as_bytes())?;
                }
                self.out.push_str(name);
                self.out.push('\n');
            }
        }
        self.failed -= 1;
        self.changed += usize::from(changes);
        self.unchanged += usize::from(!changes);
        Ok(())
    }

    fn only_stdin(&self) -> bool {
        self.files == 0
    }

    /// What was done, in one line.
    fn summary(&self, args: &Args) -> String {
        let changed = match args.check || args.diff {
            true => "would be reformatted",
            false => "formatted",
        };
        let mut parts = Vec::new();
        for (count, what) in [
            (self.changed, changed),
            (self.unchanged, "unchanged"),
            (self.failed, "with errors"),
        ] {
            if count > 0 {
                let files = match (parts.is_empty(), count) {
                    (true, 1) => " file",
                    (true, _) => " files",
                    _ => "",
                };
                parts.push(format!("{count}{files} {what}"));
            }
        }
        match parts.is_empty() {
            true => "no files".to_string(),
            false => parts.join(", "),
        }
    }
}
