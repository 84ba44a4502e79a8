//! `witkit deps`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Subcommand;

use super::Run;
use super::args::{ConfigArgs, ReportArgs};
use super::packages::wanted;
use super::paths::{Takes, given_or_usual};
use super::terminal::{Exit, Failure, Findings, Format, Terminal, usage};
use crate::deps::{self, Addition, Options, Update};
use crate::packages::Packages;
use crate::source::{Source, is_dir};
use crate::wit::find;

/// Fetch what WIT packages and projects need
///
/// The dependencies of a WIT package are the packages that its files name; they go into its folder
/// deps. The components of a project are those in [deps.components] of witkit.toml; they go into the
/// folder deps beside wkg.lock. wkg.lock has the version and the digest of each of them. wkg.toml and
/// wkg.lock are those of wasm-pkg-tools.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit deps fetch
  witkit deps fetch wit --locked --offline
  witkit deps update acme:kv
  witkit deps add acme:kv@0.2
  witkit deps add acme:kv --path ../kv/wit
  witkit deps tree"))]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Fetch(Fetch),
    Update(UpdateArgs),
    Tree(Tree),
    Add(Add),
}

/// Write the dependencies into deps, and lock them
///
/// What is locked stays. Of what is not, the newest version that matches is chosen.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit deps fetch
  witkit deps fetch wit --locked"))]
struct Fetch {
    /// Folders of WIT packages [default: [paths] in witkit.toml, or wit]
    dirs: Vec<PathBuf>,

    /// Fail if wkg.lock would change
    #[arg(long)]
    locked: bool,

    #[command(flatten)]
    common: Common,
}

/// Choose the newest versions, and lock them
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit deps update
  witkit deps update acme:kv"))]
struct UpdateArgs {
    /// Update only these packages: acme:kv
    packages: Vec<String>,

    #[command(flatten)]
    common: Common,
}

/// Print what needs what, from the files that were fetched
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit deps tree
  witkit deps tree --json"))]
struct Tree {
    /// Folders of WIT packages [default: [paths] in witkit.toml, or wit]
    dirs: Vec<PathBuf>,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,
}

/// Add a package to the project, and fetch it
///
/// A WIT package is added to [overrides] of wkg.toml, a component to [deps.components] of witkit.toml.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit deps add acme:kv@0.2
  witkit deps add acme:kv --path ../kv/wit"))]
struct Add {
    /// The package: acme:kv, acme:kv@0.2
    package: String,

    /// Use the WIT package in this file or folder
    #[arg(long, value_name = "PATH")]
    path: Option<PathBuf>,

    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args)]
struct Common {
    /// Replace files that were edited
    #[arg(long)]
    overwrite: bool,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        match &self.verb {
            Verb::Fetch(args) => args.common.report.beside_document(),
            Verb::Update(args) => args.common.report.beside_document(),
            Verb::Add(args) => args.common.report.beside_document(),
            Verb::Tree(args) => args.report.beside_document(),
        }
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        let packages = Packages::installed();
        let packages = packages.ok_or_else(|| usage("packages cannot be found"))?;
        match self.verb {
            Verb::Fetch(args) => {
                let mut options = options(&args.dirs, &args.common.config, terminal)?;
                options.is_locked = args.locked;
                options.force = args.common.overwrite;
                something(&options, &args.dirs, packages)?;
                fetch(packages, &options, terminal)
            }
            Verb::Update(args) => {
                let mut options = options(&[], &args.common.config, terminal)?;
                options.force = args.common.overwrite;
                something(&options, &[], packages)?;
                let names = args.packages.iter().map(|text| wanted(text));
                let names = names.collect::<Result<Vec<_>, _>>()?;
                if let Some(of) = names.iter().find(|wanted| wanted.is_given) {
                    return Err(usage(format!(
                        "expected the name of a package, found `{of}`; to change the requirement, use \
                         `witkit deps add {of}`"
                    )));
                }
                let names: BTreeSet<String> = names.into_iter().map(|wanted| wanted.name).collect();
                options.update = match names.is_empty() {
                    true => Update::Everything,
                    false => Update::Only(names),
                };
                fetch(packages, &options, terminal)
            }
            Verb::Tree(args) => {
                let options = options(&args.dirs, &args.config, terminal)?;
                something(&options, &args.dirs, packages)?;
                let tree = deps::tree(packages, &options)?;
                Ok(match terminal.format() {
                    Format::Human | Format::Plain => terminal.print_tree(&deps::text(&tree)),
                    _ => terminal.print(deps::json(&tree).as_bytes()),
                })
            }
            Verb::Add(args) => add(&args, packages, terminal),
        }
    }
}

fn add(args: &Add, packages: &Packages, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = args.common.config.file(None);
    let addition = Addition {
        wanted: wanted(&args.package)?,
        path: args.path.clone(),
        config: config.clone(),
    };
    if addition.path.is_some() && addition.wanted.is_given {
        return Err(usage("`--path` cannot be combined with a version"));
    }
    let added = deps::add(packages, &addition)?;
    added.write()?;
    // The files of the project are read anew, with the new line.
    let again = packages.anew();
    let fetched = options(&[], &args.common.config, terminal).and_then(|mut options| {
        options.force = args.common.overwrite;
        deps::fetch(&again, &options).map_err(Failure::from)
    });
    let outcome = match fetched {
        Ok(outcome) => outcome,
        Err(failure) => {
            added.undo()?;
            return Err(failure);
        }
    };
    terminal.say(&format!(
        "added {} to {}\n",
        added.line,
        added.file.display()
    ));
    Ok(told(&outcome, terminal))
}

fn fetch(packages: &Packages, options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let outcome = terminal.during("fetching", || deps::fetch(packages, options))?;
    Ok(told(&outcome, terminal))
}

fn told(outcome: &deps::Outcome, terminal: &Terminal) -> Exit {
    for line in &outcome.done {
        terminal.say(&format!("{line}\n"));
    }
    if outcome.done.is_empty() {
        terminal.say("everything is up to date\n");
    }
    match outcome.report.is_empty() {
        true => Exit::Clean,
        false => terminal.beside_result().report(&outcome.report),
    }
}

/// What the folders and the configuration say.
fn options(dirs: &[PathBuf], config: &ConfigArgs, terminal: &Terminal) -> Result<Options, Failure> {
    let config = config.file(None);
    let components = match &config {
        Some(file) => deps::config::components(file)?,
        None => Vec::new(),
    };
    let paths = given_or_usual(dirs, Takes::Wit, config.as_deref(), terminal)?;
    let is_given = !dirs.is_empty();
    let mut wit = BTreeSet::new();
    for path in paths {
        if !is_dir(&path) {
            // What is not there is reported as such.
            Source::open(&path)?;
            return Err(usage(format!(
                "expected the folder of a WIT package, found the file `{path}`; dependencies go into the \
                 folder `deps` in it",
                path = path.display()
            )));
        }
        // Of a repository, each package; the usual folder need not have any.
        match is_given || deps::has_wit(&path) {
            true => wit.extend([path]),
            false => {
                let found = find::packages(std::slice::from_ref(&path)).unwrap_or_default();
                wit.extend(found.into_iter().map(|found| found.path));
            }
        }
    }
    Ok(Options {
        wit: wit.into_iter().collect(),
        components,
        ..Options::default()
    })
}

/// Fails if there is nothing that could need anything.
fn something(options: &Options, dirs: &[PathBuf], packages: &Packages) -> Result<(), Failure> {
    if dirs.is_empty() && packages.project_files()?.manifest.is_workspace {
        return Err(usage(
            "wkg.toml is the root of a workspace; pass the folders of its members",
        ));
    }
    match options.wit.is_empty() && options.components.is_empty() {
        true => Err(usage(
            "nothing to fetch for: no WIT package in `wit`, and no [deps.components] in witkit.toml",
        )),
        false => Ok(()),
    }
}
