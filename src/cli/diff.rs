//! `witkit diff`.

mod json;

use std::path::PathBuf;

use super::deps;
use super::output::{self, Exit};
use super::{DenyWarnings, Format};
use crate::baseline::Baseline;
use crate::diag::Report;
use crate::diff::{self, Diff, Input, Options, RULES};
use crate::escape::visible;
use crate::source::folder_of;

/// Compare two WIT packages or components: what has changed, and whom it breaks
///
/// OLD and NEW are folders or files of WIT, WIT packages in binary form, two components, or
/// git:REVISION[:PATH], which is read from the repository without checking anything out; PATH
/// begins at its root, and without one it is that of the other side, or `wit`. Packages that a
/// revision lacks are taken from `deps` in the work tree, and a note says so.
///
/// Each change is told with its place on both sides, whom it breaks (guests built against OLD,
/// hosts for OLD; at linking, or in source), and the version that it takes. It is an error if the
/// version of NEW does not cover it, as Cargo reads versions. Without versions, what breaks guests
/// is an error; so is, between two components, what breaks their hosts. What is @unstable may
/// change. `witkit explain CODE` prints the page of a rule.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit diff git:v0.2.0 wit
  witkit diff git:main:wit wit --format github
  witkit diff old.wasm new.wasm
  witkit diff old/wit new/wit --allow param-renamed --allow 'docs-*'

Exit codes: 0 the version covers what has changed, 1 it does not, 2 wrong usage.")]
pub struct Args {
    /// What was there before: a path, or git:REVISION[:PATH]
    #[arg(required_unless_present = "list")]
    old: Option<String>,

    /// What is there now
    #[arg(required_unless_present = "list")]
    new: Option<String>,

    #[command(flatten)]
    deps: deps::Args,

    /// Do not tell changes of this rule, nor count them; * stands for any text
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    allow: Vec<String>,

    /// Hold @unstable items to what they were, too
    #[arg(long)]
    unstable_too: bool,

    /// Hide the changes that FILE knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the changes to FILE instead of printing them, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "deny_warnings"])]
    write_baseline: Option<PathBuf>,

    #[command(flatten)]
    warnings: DenyWarnings,

    /// How to print changes
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    /// List all rules
    #[arg(long, exclusive = true)]
    list: bool,
}

pub(super) fn run(args: Args) -> Exit {
    if args.list {
        return output::print(list().as_bytes());
    }
    if let Some(exit) = output::unknown_rule(&args.allow, diff::known) {
        return exit;
    }
    // INVARIANT: clap has asked for both, as there is no --list.
    let (Some(old), Some(new)) = (&args.old, &args.new) else {
        return output::usage_error("give OLD and NEW");
    };
    if old == "-" && new == "-" {
        return output::usage_error("only one side can come from standard input");
    }
    match execute(&args, &Input::parse(old), &Input::parse(new)) {
        Ok(exit) => exit,
        Err(report) => output::findings(&report, args.format),
    }
}

fn execute(args: &Args, old: &Input, new: &Input) -> Result<Exit, Report> {
    let options = Options {
        allow: args.allow.clone(),
        unstable_too: args.unstable_too,
        search: args.deps.search(output::configuration(None).as_deref())?,
    };
    let mut baseline = match &args.baseline {
        Some(path) => Some(Baseline::read(path, "diff")?),
        None => None,
    };
    let mut found = output::with_progress("comparing", || diff::diff(old, new, &options))?;
    let unused = args.deps.unused(&options.search, &Report::new());
    found.report.extend(unused);
    if let Some(path) = &args.write_baseline {
        return output::write_baseline(path, &found.to_know(), "diff", "change");
    }
    if let (Some(baseline), Some(path)) = (&mut baseline, &args.baseline) {
        found.hide(baseline, folder_of(path));
        if let Some(stale) = baseline.stale(&path.to_string_lossy()) {
            found.report.push(stale);
        }
    }
    let exit = print(&found, args.format);
    Ok(args.warnings.exit(exit, &found.report))
}

fn print(found: &Diff, format: Format) -> Exit {
    let exit = match format {
        Format::Json => Exit::of(&found.report),
        _ => output::findings(&found.report, format),
    };
    let more = match format {
        Format::Json => json::render(found),
        Format::Human => {
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
    match output::print(more.as_bytes()) {
        Exit::Clean => exit,
        failed => failed,
    }
}

/// The list of all rules.
fn list() -> String {
    let names = RULES.iter().map(|rule| format!("{}\n", rule.name()));
    names.collect()
}
