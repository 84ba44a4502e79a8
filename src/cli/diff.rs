//! `witkit diff`.

mod json;
mod markdown;

use super::Run;
use super::args::{BaselineArgs, ConfigArgs, DepsArgs, ReportArgs, rules_exist, write_baseline};
use super::terminal::{Exit, Failure, Findings, Format, Terminal, usage};
use crate::diag::Report;
use crate::diff::{self, Diff, Input, Options, RULES};
use crate::escape::visible;
use crate::source::folder_of;

/// Compare two WIT packages or components
///
/// Shows what has changed, and who breaks.
///
/// OLD and NEW are folders or files of WIT, binary WIT packages, two components, or
/// git:REVISION[:PATH], which is read from the repository without a checkout. PATH is relative to
/// the root of the repository and defaults to the path of the other side, or `wit`. Packages that a
/// revision lacks are taken from `deps` in the work tree, with a note.
///
/// Each change is reported with its place on both sides, who breaks (guests built against OLD,
/// hosts for OLD; when linking, or in source), and the version that it requires. It is an error if
/// the version of NEW does not cover it, as in Cargo. Without versions, every change that breaks
/// guests is an error; between two components, every change that breaks hosts. @unstable items may
/// change. `witkit explain CODE` prints the page of a rule.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit diff git:v0.2.0 wit
  witkit diff git:main:wit wit --format github
  witkit diff old.wasm new.wasm
  witkit diff old/wit new/wit --ignore param-renamed --ignore 'docs-*'"))]
pub struct Args {
    /// The old version: a path, or git:REVISION[:PATH]
    #[arg(required_unless_present = "list")]
    old: Option<String>,

    /// The new version
    #[arg(required_unless_present = "list")]
    new: Option<String>,

    #[command(flatten)]
    deps: DepsArgs,

    /// Do not run these rules
    ///
    /// Their changes are neither reported nor counted; `*` is any text: 'docs-*'.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Report changes of @unstable items, too
    #[arg(long)]
    unstable_too: bool,

    #[command(flatten)]
    baseline: BaselineArgs,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,

    /// List all rules
    #[arg(long, exclusive = true)]
    list: bool,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.as_result()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        if self.list {
            return Ok(terminal.print(list().as_bytes()));
        }
        rules_exist(&self.ignore, diff::known)?;
        // INVARIANT: clap has asked for both, as there is no --list.
        let (Some(old), Some(new)) = (&self.old, &self.new) else {
            return Err(usage("missing OLD and NEW"));
        };
        if old == "-" && new == "-" {
            return Err(usage("only one side can come from standard input"));
        }
        let options = Options {
            allow: self.ignore.clone(),
            unstable_too: self.unstable_too,
            search: self.deps.search(self.config.file(None).as_deref())?,
        };
        let baseline = self.baseline.read("diff")?;
        let (old, new) = (Input::parse(old), Input::parse(new));
        let mut found = terminal.during("comparing", || diff::diff(&old, &new, &options))?;
        let unused = self.deps.unused(&options.search, &Report::new());
        found.report.extend(unused);
        if let Some(path) = self.baseline.to_write() {
            return write_baseline(path, &found.to_know(), "diff", "change", terminal);
        }
        if let Some((mut baseline, path)) = baseline {
            found.hide(&mut baseline, folder_of(path));
            if let Some(stale) = baseline.stale(&path.to_string_lossy()) {
                found.report.push(stale);
            }
        }
        Ok(print(&found, terminal))
    }
}

fn print(found: &Diff, terminal: &Terminal) -> Exit {
    let format = terminal.format();
    let exit = match format {
        Format::Json | Format::Markdown => terminal.exit_of(&found.report),
        _ => terminal.report(&found.report),
    };
    let more = match format {
        Format::Json => json::render(found),
        Format::Markdown => markdown::render(found),
        Format::Human | Format::Plain => {
            let lines: String = found
                .packages
                .iter()
                .map(|p| visible(&p.line()) + "\n")
                .collect();
            match found.report.is_empty() {
                true => lines,
                false => format!("\n{lines}"),
            }
        }
        _ => return exit,
    };
    let printed = match format {
        Format::Human | Format::Plain => terminal.summarize(&more),
        _ => terminal.print(more.as_bytes()),
    };
    match printed {
        Exit::Clean => exit,
        failed => failed,
    }
}

/// The list of all rules.
fn list() -> String {
    let names = RULES.iter().map(|rule| format!("{}\n", rule.name()));
    names.collect()
}
