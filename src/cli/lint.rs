//! `witkit lint`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Run;
use super::args::{
    BaselineArgs, ConfigArgs, DepsArgs, FeatureArgs, ReportArgs, StdinArgs, rules_exist,
    write_baseline,
};
use super::lines::counted;
use super::paths::{Takes, given_or_usual};
use super::terminal::{Exit, Failure, Findings, Terminal};
use crate::diag::Report;
use crate::lint::{self, Group, Options, RULES};
use crate::no_effect;
use crate::source::{NewFile, Source, folder_of};
use crate::wit::{self, find};

/// Find mistakes in WIT packages, and fix them
///
/// PATH is a folder (each folder below it with .wit files is a package; its `deps` are read, but
/// not linted), a .wit file, or - for stdin. Syntax and name errors are reported as errors; lint
/// rules report everything else. `witkit explain CODE` prints the page of a rule.
///
/// `// witkit: allow(RULE)` allows findings on its line; on a line of its own, in the item below
/// it, and above `package …;`, in the whole file.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit lint wit
  witkit lint wit --fix
  witkit lint wit --select correctness,docs --ignore docs-missing-type
  witkit lint wit --format sarif > lint.sarif
  witkit lint wit --write-baseline lint-baseline.json
  witkit lint wit --baseline lint-baseline.json --deny-warnings"))]
pub struct Args {
    /// What to lint: folders, .wit files, - for stdin
    ///
    /// The default is `wit` of [paths] in witkit.toml, or else the folder wit/, or else this
    /// folder.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    stdin: StdinArgs,

    /// Apply safe fixes, and report the remaining findings
    ///
    /// Files are written only if the package still resolves afterwards. Standard input is written
    /// to standard output.
    #[arg(long, conflicts_with = "write_baseline")]
    fix: bool,

    /// With --fix, also apply fixes that others may notice
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,

    /// Run only these rules: names, groups, or all
    ///
    /// The groups are correctness, versions, portability, docs and style.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,

    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,

    #[command(flatten)]
    deps: DepsArgs,

    #[command(flatten)]
    features: FeatureArgs,

    #[command(flatten)]
    baseline: BaselineArgs,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    report: ReportArgs,

    /// List all rules
    ///
    /// Shows their groups and default levels.
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
        rules_exist(self.select.iter().chain(&self.ignore), lint::known)?;
        lint(&self, terminal)
    }
}

fn lint(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let named = args.stdin.file(&args.paths)?;
    let config = args.config.file(named);
    let settings = settings(args, config.as_deref())?;
    let baseline = args.baseline.read("lint")?;
    let mut options = args.features.options();
    // Without any flag, all gates are open: what is behind them is linted, too.
    options.all_features |= !args.features.is_given();
    options.search = args.deps.search(config.as_deref())?;
    let stdin = match named {
        Some(path) => Some(Stdin::read(path)?),
        None => None,
    };
    let packages = match &stdin {
        Some(stdin) => vec![find::package_of(&stdin.source)],
        None => {
            let config = config.as_deref();
            find::packages(&given_or_usual(&args.paths, Takes::Wit, config, terminal)?)?
        }
    };
    let paths = packages.iter().map(|package| package.path.clone());
    options.search = options.search.among(paths.collect());
    let (mut report, changes) = terminal.during("linting", || {
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
                &format!("`--select {rule}` selects the rule itself"),
            ),
            false => no_effect::without_effect(
                &format!("--select {rule}"),
                &format!("`--ignore {rule}` overrides it"),
            ),
        });
    }
    report.extend(args.deps.unused(&options.search, &report));
    // What does not load may have any gates.
    if !report.has_errors() {
        let asked = &options.features;
        report.extend(wit::gates::unknown_features(asked, &changes.features));
    }
    let to_stdout = changes.write(terminal)?;
    if let Some(path) = args.baseline.to_write() {
        return known(path, report, terminal);
    }
    if let Some((mut baseline, path)) = baseline {
        report = baseline.hide(report, folder_of(path));
        if let Some(stale) = baseline.stale(&path.to_string_lossy()) {
            report.push(stale);
        }
    }
    // Standard output has the text, if it was given on standard input to be mended.
    Ok(match to_stdout {
        true => terminal.beside_result().report(&report),
        false => terminal.report(&report),
    })
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
    changes.mended += fixed.count;
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
    fn write(self, terminal: &Terminal) -> Result<bool, Report> {
        let mut new = Vec::new();
        let mut to_stdout = false;
        for (path, text) in &self.files {
            let Some(path) = path else {
                to_stdout = true;
                // Whether anyone reads it does not matter to what was found.
                terminal.print(text.as_bytes());
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
            let findings = counted(self.mended, "finding");
            let files = counted(files, "file");
            terminal.say(&format!("fixed {findings} in {files}\n"));
        }
        Ok(to_stdout)
    }
}

/// What the configuration says, and the flags; flags win.
fn settings(args: &Args, config: Option<&Path>) -> Result<Options, Report> {
    let mut settings = match config {
        Some(file) => lint::read(file)?,
        None => Options::default(),
    };
    if !args.select.is_empty() {
        settings.select = args.select.clone();
    }
    settings.ignore.extend(args.ignore.iter().cloned());
    Ok(settings)
}

/// Writes what there is to know, unless there is something that cannot be known.
fn known(path: &Path, report: Report, terminal: &Terminal) -> Result<Exit, Failure> {
    // What does not load has no findings that could be known.
    let (rules, broken): (Vec<_>, Vec<_>) = report
        .diagnostics()
        .into_iter()
        .cloned()
        .partition(|finding| RULES.iter().any(|rule| rule.code.name == finding.code.name));
    if !broken.is_empty() {
        return Ok(terminal.report(&report.with(broken)));
    }
    write_baseline(path, &report.with(rules), "lint", "finding", terminal)
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
