//! Groups of flags that commands share: a flag here is the same everywhere, in its name, its help and
//! what it does.
//!
//! May import: everything (rank 5). Deliberately absent: flags of one command alone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;

use super::extension;
use super::lines::counted;
use super::target::Target;
use super::terminal::{Exit, Failure, Findings, Format, Stream, Terminal, is_terminal, usage};
use crate::baseline::Baseline;
use crate::config;
use crate::diag::Report;
use crate::features;
use crate::packages::Configuration;
use crate::registry;
use crate::source::{NewFile, folder_of};
use crate::wasm::Validation;
use crate::wit::find::as_typed;
use crate::wit::{self, Search};

/// What a command can print: findings in any form, its result in some of them.
pub(super) trait Printable: ValueEnum + Send + Sync + 'static {
    /// What is printed without a flag.
    const DEFAULT: Self;

    /// What `--json` is short for.
    const JSON: Self;

    /// How findings are printed beside it: in the format of that name, if there is one, and else for
    /// people.
    fn of_findings(&self) -> Format {
        let named = self.to_possible_value();
        let format = named.and_then(|value| Format::from_str(value.get_name(), false).ok());
        format.unwrap_or(Format::Human)
    }
}

impl Printable for Format {
    const DEFAULT: Format = Format::Human;
    const JSON: Format = Format::Json;
}

/// How results and findings are printed, and which of them fail
#[derive(clap::Args)]
pub(super) struct ReportArgs<F: Printable = Format> {
    /// Print in this format; the first one is the default
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<F>,

    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Exit with 1 if there is a warning, as for an error
    #[arg(long)]
    deny_warnings: bool,
}

impl<F: Printable> ReportArgs<F> {
    /// The format that is asked for.
    pub fn given(&self) -> Option<F> {
        match self.json {
            true => Some(F::JSON),
            false => self.format.clone(),
        }
    }

    /// How what is printed is printed.
    pub fn format(&self) -> F {
        self.given().unwrap_or(F::DEFAULT)
    }

    /// Of a command whose result the findings are.
    pub fn as_result(&self) -> Findings {
        Findings {
            format: self.format().of_findings(),
            to: Stream::Stdout,
            deny_warnings: self.deny_warnings,
        }
    }

    /// Of a command whose result is something else.
    pub fn beside_result(&self) -> Findings {
        Findings {
            to: Stream::Stderr,
            ..self.as_result()
        }
    }

    /// Of a command whose result is a document if that is asked for: without findings, there is only
    /// that.
    pub fn beside_document(&self) -> Findings {
        let findings = self.beside_result();
        match findings.format {
            Format::Json => Findings {
                to: Stream::BesideDocument,
                ..findings
            },
            _ => findings,
        }
    }
}

/// Where the result goes
#[derive(clap::Args)]
pub(super) struct OutputArgs {
    /// Write to PATH; without it, or with -, to standard output
    ///
    /// A known extension determines the format: .wasm, .wat, .wit, .wac, .json, .svg, .html, .dot,
    /// .mmd.
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

impl OutputArgs {
    /// None for standard output.
    pub fn path(&self) -> Option<&Path> {
        // As for inputs, `-` is the standard stream.
        self.given().filter(|path| *path != Path::new("-"))
    }

    /// As it was given.
    pub fn given(&self) -> Option<&Path> {
        self.output.as_deref()
    }
}

/// Where a module or component goes
#[derive(clap::Args)]
pub(super) struct BinaryArgs {
    #[command(flatten)]
    pub output: OutputArgs,

    /// Write WebAssembly text instead of binary
    #[arg(short = 't', long)]
    pub wat: bool,
}

impl BinaryArgs {
    /// Where `what`, such as `a component`, goes; fails if that is a terminal.
    pub fn target(&self, what: &str) -> Result<Target<'_>, Failure> {
        let target = Target {
            path: self.output.path(),
            is_text: extension::as_text(self.output.path(), self.wat).map_err(usage)?,
        };
        if target.path.is_none() && !target.is_text && is_terminal(Stream::Stdout) {
            return Err(binary_on_terminal(what));
        }
        Ok(target)
    }
}

/// What is said where `what` would be written to a terminal.
pub(super) fn binary_on_terminal(what: &str) -> Failure {
    usage(format!(
        "refusing to write {what} to a terminal; use `-o FILE`, or `-t` for text"
    ))
}

/// The files that were read
#[derive(clap::Args)]
pub(super) struct DepfileArgs {
    /// Write the files that were read to FILE, for make and ninja
    #[arg(long, value_name = "FILE")]
    depfile: Option<PathBuf>,
}

impl DepfileArgs {
    /// The depfile of what is written to `output`.
    pub fn path(&self, output: Option<&Path>) -> Result<Option<&Path>, Failure> {
        match (&self.depfile, output) {
            (Some(_), None) => Err(usage("`--depfile` requires `-o FILE`")),
            (depfile, _) => Ok(depfile.as_deref()),
        }
    }
}

/// How much is validated of what a command makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Validate {
    /// Structure, types and connections: everything except function bodies
    Types,
    /// Everything, including function bodies
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

/// The configuration
#[derive(clap::Args)]
pub(super) struct ConfigArgs {
    /// Read configuration from FILE, not from the nearest witkit.toml
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl ConfigArgs {
    /// The one that is named, or else the nearest, from the working directory or from the folder of
    /// the file `of` upwards.
    pub fn file(&self, of: Option<&Path>) -> Option<PathBuf> {
        self.config.clone().or_else(|| nearest(of))
    }

    /// Whether one is named.
    pub fn is_given(&self) -> bool {
        self.config.is_some()
    }
}

/// The nearest configuration, from the working directory or from the folder of a file upwards.
pub(super) fn nearest(of: Option<&Path>) -> Option<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let Some(file) = of else {
        return config::find(&here);
    };
    // As near as it can be said: what is above the working directory is shown from there.
    let folder = as_typed(folder_of(file));
    let is_below = folder.is_relative() && !folder.iter().any(|part| part == "..");
    if !is_below {
        let folder = folder
            .canonicalize()
            .or_else(|_| std::path::absolute(folder));
        let folder = folder.ok()?;
        return config::find(&folder).map(|found| {
            let up = found.iter().filter(|part| *part == "..").count();
            let above = folder.ancestors().nth(up).unwrap_or(&folder);
            above.join(config::FILE_NAME)
        });
    }
    let inside = folder
        .ancestors()
        .filter(|f| *f != Path::new(".") && *f != Path::new(""));
    let mut inside = inside.map(|folder| folder.join(config::FILE_NAME));
    inside
        .find(|file| config::is_there(file))
        .or_else(|| config::find(&here))
}

/// What may be left to the host
#[derive(clap::Args)]
pub(super) struct AllowArgs {
    /// Leave matching imports to the host: 'acme:kv/*'
    #[arg(long, value_name = "PATTERN", visible_alias = "import")]
    pub allow: Vec<String>,
}

/// Which features may be used
#[derive(clap::Args)]
pub(super) struct ReleaseArgs {
    /// Allow only features of this release: wasi-0.2, wasi-0.3.0, wasi-0.3.1
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
}

impl ReleaseArgs {
    /// The release of this name.
    pub fn named(name: &str) -> Result<features::Baseline, Failure> {
        features::Baseline::named(name)
            .map_err(|advice| usage(format!("unknown release `{name}`; {advice}")))
    }
}

/// How registries are reached
#[derive(clap::Args)]
pub(super) struct RegistryArgs {
    /// Use plain HTTP for these registries: registry.example:5000
    ///
    /// Registries of this machine (localhost) may use it anyway.
    #[arg(long, value_name = "HOST", value_delimiter = ',')]
    insecure: Vec<String>,

    /// Give up on a registry that is silent for SECONDS [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
}

impl RegistryArgs {
    /// What the client is told: what is given here, and what is configured for all commands.
    pub fn options(&self) -> Result<registry::Options, Failure> {
        let mut insecure = Configuration::usual()?.insecure();
        insecure.extend(self.insecure.iter().cloned());
        Ok(registry::Options { insecure })
    }

    /// How long a registry may be silent, if that is given.
    pub fn patience(&self) -> Option<Duration> {
        self.timeout.map(Duration::from_secs)
    }

    /// Whether any is given.
    pub fn is_given(&self) -> bool {
        !self.insecure.is_empty() || self.timeout.is_some()
    }
}

/// Whether what is nested is included
#[derive(clap::Args)]
pub(super) struct RecursiveArgs {
    /// Include nested folders or parts, at any depth
    #[arg(short, long)]
    pub recursive: bool,
}

/// Where packages are that WIT needs
#[derive(clap::Args)]
pub(super) struct DepsArgs {
    /// Also search DIR for packages that are not in `deps`
    ///
    /// DIR is a package, or a folder with packages at any depth; only packages that are needed are
    /// read. `deps` in [wit] of witkit.toml lists more such folders.
    #[arg(long, value_name = "DIR")]
    deps: Vec<PathBuf>,
}

impl DepsArgs {
    /// Where packages are looked for: what the flags name, then what the configuration does.
    pub fn search(&self, config: Option<&Path>) -> Result<Search, Report> {
        let mut places = self.deps.clone();
        if let Some(config) = config {
            places.extend(wit::configured(config)?);
        }
        Search::new(&places)
    }

    /// Warnings of flags that had no effect. After an error, it is unknown which packages are needed.
    pub fn unused(&self, search: &Search, report: &Report) -> Report {
        match report.has_errors() {
            true => Report::new(),
            false => search.unused(&self.deps),
        }
    }
}

/// What of WIT is there
#[derive(clap::Args)]
pub(super) struct FeatureArgs {
    /// Include the @unstable items of these features
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    features: Vec<String>,

    /// Include all @unstable items
    #[arg(long, conflicts_with = "features")]
    all_features: bool,
}

impl FeatureArgs {
    /// How WIT is read.
    pub fn options(&self) -> wit::Options {
        wit::Options {
            features: self.features.clone(),
            all_features: self.all_features,
            ..wit::Options::default()
        }
    }

    /// Whether there are any.
    pub fn is_given(&self) -> bool {
        !self.features.is_empty() || self.all_features
    }
}

/// Text that is linted and formatted
#[derive(clap::Args)]
pub(super) struct StdinArgs {
    /// Read standard input as the contents of the file PATH
    ///
    /// For editors: the file need not exist. Findings show its name, and its package, its `deps`
    /// and the nearest witkit.toml are found as if it existed. Other files are not changed.
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
}

impl StdinArgs {
    /// The file that standard input stands for; fails if it comes with other `paths` than `-`, or
    /// names no file.
    pub fn file(&self, paths: &[PathBuf]) -> Result<Option<&Path>, Failure> {
        let Some(named) = &self.stdin_filename else {
            return Ok(None);
        };
        if named.is_dir() || named == Path::new("-") || named == Path::new("") {
            return Err(usage(format!(
                "`--stdin-filename` requires a file name, found `{}`",
                named.display()
            )));
        }
        match paths.iter().all(|path| path == Path::new("-")) {
            true => Ok(Some(named)),
            false => Err(usage(
                "`--stdin-filename` reads standard input; remove all paths except `-`",
            )),
        }
    }
}

/// Findings that are known
#[derive(clap::Args)]
pub(super) struct BaselineArgs {
    /// Hide the findings that FILE lists
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the findings to FILE, for --baseline, and print none
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "deny_warnings"])]
    write_baseline: Option<PathBuf>,
}

impl BaselineArgs {
    /// What `command` has to hide, with its file.
    pub fn read(&self, command: &str) -> Result<Option<(Baseline, &Path)>, Report> {
        let Some(path) = &self.baseline else {
            return Ok(None);
        };
        Ok(Some((Baseline::read(path, command)?, path)))
    }

    /// Where findings are to be written instead of being printed.
    pub fn to_write(&self) -> Option<&Path> {
        self.write_baseline.as_deref()
    }
}

/// Writes the findings of `command` to `path`, for `--baseline`, and says how many `noun`s it knows.
pub(super) fn write_baseline(
    path: &Path,
    findings: &Report,
    command: &str,
    noun: &str,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let baseline = Baseline::of(findings, folder_of(path), command);
    NewFile::whole(path, baseline.to_json().as_bytes())?;
    let (path, known) = (path.display(), counted(baseline.len(), noun));
    terminal.say(&format!("wrote {known} to `{path}`\n"));
    Ok(Exit::Clean)
}

/// Fails if there is no rule of one of the names; `known` has advice for those.
pub(super) fn rules_exist<'a>(
    names: impl IntoIterator<Item = &'a String>,
    known: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Failure> {
    for name in names {
        known(name).map_err(|advice| usage(format!("unknown rule `{name}`; {advice}")))?;
    }
    Ok(())
}
