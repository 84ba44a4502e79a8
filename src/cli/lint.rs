//! `witkit lint`.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::deps;
use super::output::{self, Exit};
use super::{DenyWarnings, Format};
use crate::baseline::Baseline;
use crate::diag::Report;
use crate::lint::{self, Group, Options, RULES};
use crate::no_effect;
use crate::source::{NewFile, Source, folder_of};
use crate::wit::{self, find};

/// Lint WIT: what is wrong, unused, costly or undocumented in packages
///
/// PATH is a folder (each folder below it that has .wit files is a package; its `deps` are read
/// for it, but not linted), a .wit file, or - for standard input. Everything that is wrong with
/// the text or with names in it is an error; beyond that, rules have their say. `witkit explain
/// CODE` prints the page of a rule.
///
/// `// witkit: allow(RULE)` on a line allows what is found there; on a line of its own, what is
/// found in the item below it, and above `package …;` in the file.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit lint wit
  witkit lint wit --fix
  witkit lint wit --select correctness,docs --ignore docs-missing-type
  witkit lint wit --format sarif > lint.sarif
  witkit lint wit --write-baseline lint-baseline.json
  witkit lint wit --baseline lint-baseline.json --deny-warnings

Exit codes: 0 no errors (with --deny-warnings: and no warnings), 1 findings, 2 wrong usage.")]
pub struct Args {
    /// What to lint: folders, .wit files, - for stdin
    #[arg(required_unless_present_any = ["list", "stdin_filename"])]
    paths: Vec<PathBuf>,

    /// Lint the text on standard input as that of the file PATH, which need not exist
    ///
    /// Its package, its `deps` and the nearest witkit.toml are found as if it were there, and
    /// findings carry its name: for editors, whose files are not saved yet. With --fix, no other
    /// file is changed.
    #[arg(long, value_name = "PATH", conflicts_with = "list")]
    stdin_filename: Option<PathBuf>,

    /// Mend what can be mended for certain, and report what is left
    ///
    /// Files are written only if the package still resolves afterwards. What is given on standard
    /// input goes to standard output.
    #[arg(long)]
    fix: bool,

    /// With --fix: also make changes that may not be meant, or that others may notice
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,

    /// Ask these rules only: names, groups (correctness, versions, portability, docs, style), all
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,

    /// Do not ask these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,

    #[command(flatten)]
    deps: deps::Args,

    #[command(flatten)]
    warnings: DenyWarnings,

    /// Hide the findings that FILE knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the findings to FILE instead of printing them, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix", "deny_warnings"])]
    write_baseline: Option<PathBuf>,

    /// Features whose @unstable items are there; without any, all are
    #[arg(long, value_name = "FEATURE", value_delimiter = ',')]
    features: Vec<String>,

    /// Configuration; without it, the nearest witkit.toml
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// How to print findings
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    /// List all rules with their groups, and the levels that they have by default
    #[arg(long, exclusive = true)]
    list: bool,
}

pub(super) fn run(args: Args) -> Exit {
    if args.list {
        return output::print(list().as_bytes());
    }
    let names = args.select.iter().chain(&args.ignore);
    if let Some(exit) = output::unknown_rule(names, lint::known) {
        return exit;
    }
    if let Some(exit) = output::not_stdin_only(&args.paths, args.stdin_filename.as_deref()) {
        return exit;
    }
    match execute(&args) {
        Ok(exit) => exit,
        Err(report) => output::findings(&report, args.format),
    }
}

fn execute(args: &Args) -> Result<Exit, Report> {
    let settings = settings(args)?;
    let mut baseline = match &args.baseline {
        Some(path) => Some(Baseline::read(path, "lint")?),
        None => None,
    };
    let mut options = wit::Options {
        features: args.features.clone(),
        all_features: args.features.is_empty(),
        search: args.deps.search(configuration(args).as_deref())?,
    };
    let stdin = match &args.stdin_filename {
        Some(path) => Some(Stdin::read(path)?),
        None => None,
    };
    let packages = match &stdin {
        Some(stdin) => vec![find::package_of(&stdin.source)],
        None => find::packages(&args.paths)?,
    };
    let paths = packages.iter().map(|package| package.path.clone());
    options.search = options.search.among(paths.collect());
    let (mut report, changes) = output::with_progress("linting", || {
        let mut report = Report::new();
        let mut changes = Changes::default();
        for package in packages {
            let settings = Options {
                only: package.only,
                ..settings.clone()
            };
            let found = match &stdin {
                Some(stdin) => stdin.lint(&package.path, &options, &settings, args, &mut changes),
                None => lint_one(&package.path, &options, &settings, args, &mut changes),
            };
            match found {
                Ok(found) | Err(found) => report.extend(found),
            }
        }
        (report, changes)
    });
    // What flags override may well do nothing.
    if args.select.is_empty() && args.ignore.is_empty() {
        report.extend(settings.unused.clone());
    }
    for rule in args.select.iter().filter(|rule| args.ignore.contains(rule)) {
        let short = rule.strip_prefix("wit/").unwrap_or(rule);
        let is_rule = RULES.iter().any(|known| known.name() == short);
        report.push(match is_rule {
            true => no_effect::without_effect(
                &format!("--ignore {rule}"),
                &format!("--select {rule} names the rule itself"),
            ),
            false => no_effect::without_effect(
                &format!("--select {rule}"),
                &format!("--ignore {rule} wins over it"),
            ),
        });
    }
    report.extend(args.deps.unused(&options.search, &report));
    // What does not load may have any gates.
    if !report.has_errors() {
        let asked = &options.features;
        report.extend(wit::gates::unknown_features(asked, &changes.features));
    }
    let to_stdout = changes.write()?;
    if let Some(path) = &args.write_baseline {
        return write_baseline(path, report, args.format);
    }
    if let (Some(baseline), Some(path)) = (&mut baseline, &args.baseline) {
        report = baseline.hide(report, folder_of(path));
        if let Some(stale) = baseline.stale(&path.to_string_lossy()) {
            report.push(stale);
        }
    }
    // Standard output has the text, if it was given on standard input to be mended.
    let exit = match to_stdout {
        true => {
            output::report(&report, args.format);
            Exit::of(&report)
        }
        false => output::findings(&report, args.format),
    };
    Ok(args.warnings.exit(exit, &report))
}

fn lint_one(
    path: &Path,
    options: &wit::Options,
    settings: &Options,
    args: &Args,
    changes: &mut Changes,
) -> Result<Report, Report> {
    if !args.fix {
        let wit = wit::load(path, options)?;
        changes.features.extend(wit.features());
        return Ok(lint::lint(&wit, settings));
    }
    let fixed = lint::fix(path, options, settings, args.unsafe_fixes)?;
    changes.features.extend(fixed.wit.features());
    changes.mended += fixed.mended;
    if path == Path::new("-") {
        // As it is, if nothing was to be mended: whoever reads it wants the text.
        let text = fixed.wit.files().first().map(|f| f.tree.text().to_string());
        changes.files.push((None, text.unwrap_or_default()));
    } else {
        changes.files.extend(fixed.files);
    }
    Ok(fixed.report)
}

/// Standard input in place of a file.
struct Stdin {
    source: Source,
    name: String,
    text: Arc<str>,
}

impl Stdin {
    fn read(path: &Path) -> Result<Stdin, Report> {
        let source = Source::stdin_for(path)?;
        let name = find::as_typed(path).to_string_lossy().into_owned();
        let text = wit::text_of(&source, &name)?.into();
        Ok(Stdin { source, name, text })
    }

    fn lint(
        &self,
        path: &Path,
        options: &wit::Options,
        settings: &Options,
        args: &Args,
        changes: &mut Changes,
    ) -> Result<Report, Report> {
        let text = || Arc::clone(&self.text);
        if !args.fix {
            let texts = [(self.name.clone(), text())].into();
            let wit = wit::load_over(path, options, &texts)?;
            changes.features.extend(wit.features());
            return Ok(lint::lint(&wit, settings));
        }
        let over = (self.name.as_str(), text());
        let fixed = lint::fix_text(path, options, settings, args.unsafe_fixes, over)?;
        changes.features.extend(fixed.wit.features());
        let files = fixed.wit.files().iter();
        let own = files.map(|f| &f.tree).find(|tree| tree.name() == self.name);
        let text = own.map(|tree| tree.text().to_string());
        changes.files.push((None, text.unwrap_or_default()));
        Ok(fixed.report)
    }
}

/// Files that `--fix` changes.
#[derive(Default)]
struct Changes {
    files: Vec<(Option<PathBuf>, String)>,
    mended: usize,
    /// The features that gates name, in all that was linted.
    features: BTreeSet<String>,
}

impl Changes {
    /// Writes all files, or none; whether standard output was written.
    fn write(self) -> Result<bool, Report> {
        let mut new = Vec::new();
        let mut to_stdout = false;
        for (path, text) in &self.files {
            let Some(path) = path else {
                to_stdout = true;
                // Whether anyone reads it does not matter to what was found.
                let _ = io::stdout().lock().write_all(text.as_bytes());
                continue;
            };
            let mut file = NewFile::create(path)?;
            file.write(|out| out.write_all(text.as_bytes()))?;
            new.push(file);
        }
        let files = new.len();
        for file in new {
            file.finish()?;
        }
        if files > 0 {
            let _ = writeln!(
                io::stderr().lock(),
                "mended {} in {}",
                output::counted(self.mended, "finding"),
                output::counted(files, "file")
            );
        }
        Ok(to_stdout)
    }
}

/// The configuration that is named, or else the nearest.
fn configuration(args: &Args) -> Option<PathBuf> {
    let file = args.config.clone();
    file.or_else(|| output::configuration(args.stdin_filename.as_deref()))
}

/// What the configuration says, and the flags; flags win.
fn settings(args: &Args) -> Result<Options, Report> {
    let mut settings = match configuration(args) {
        Some(file) => lint::read(&file)?,
        None => Options::default(),
    };
    if !args.select.is_empty() {
        settings.select = args.select.clone();
    }
    settings.ignore.extend(args.ignore.iter().cloned());
    Ok(settings)
}

fn write_baseline(path: &Path, report: Report, format: Format) -> Result<Exit, Report> {
    // What does not load has no findings that could be known.
    let (rules, broken): (Vec<_>, Vec<_>) = report
        .diagnostics()
        .into_iter()
        .cloned()
        .partition(|finding| RULES.iter().any(|rule| rule.code.name == finding.code.name));
    if !broken.is_empty() {
        return Ok(output::findings(&report.with(broken), format));
    }
    output::write_baseline(path, &report.with(rules), "lint", "finding")
}

/// The list of all rules.
fn list() -> String {
    let widest = RULES
        .iter()
        .map(|rule| rule.name().len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for group in Group::ALL {
        text.push_str(&format!("{}\n", group.name()));
        for rule in RULES.iter().filter(|rule| rule.group == group) {
            let level = match rule.on {
                true => rule.code.severity.as_str(),
                false => "off",
            };
            text.push_str(&format!("  {:widest$}  {level}\n", rule.name()));
        }
    }
    text
}
