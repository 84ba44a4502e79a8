//! `witkit check`.

mod hosts;
mod policy;
mod questions;
mod spin;
mod unused;

use std::path::{Path, PathBuf};

use questions::{Answers, Questions};
use unused::Given;

use super::Run;
use super::args::{AllowArgs, DepsArgs, FeatureArgs, ReleaseArgs, ReportArgs, nearest};
use super::paths::{Takes, given_or_usual, without_folders};
use super::terminal::{Exit, Failure, Findings, Terminal, usage};
use crate::check::config::Config;
use crate::check::policy::Policy;
use crate::check::size::Limit;
use crate::check::{self, Package};
use crate::diag::Report;
use crate::wit::Options;

/// Check whether components fit a world, a host or a policy
///
/// Reports all mismatches at once: imports that the world does not offer, missing exports, and
/// different types, with the path to the difference and both types; imports that the host lacks;
/// imports that the policy denies, with the part that has them and the path from an export to it;
/// features beyond the release. Versions on one semver track are the same interface: only actual
/// additions and changes matter.
///
/// Everything that is not given here is read from [check] and [policy] in witkit.toml, so CI needs
/// no flags. If there is nothing to check a component against, that is an error.
#[derive(clap::Args)]
#[command(after_long_help = examples!("\
Examples:
  witkit check app.wasm --wit wit --world service
  witkit check app.wasm --wit wit --world service --allow 'wasi:cli/*' --allow 'wasi:io/*'
  witkit check plugins/*.wasm --wit wit --implements acme:kv/store@0.2.0
  witkit check new.wasm --wit old.wasm
  witkit check app.wasm --host wasmtime-serve@38 --host spin
  witkit check app.wasm --host all
  witkit check app.wasm --host all --host spin --deny network
  witkit check app.wasm --deny network --deny wasi:cli/exit.exit
  witkit check app.wasm --release wasi-0.2
  witkit check app.wasm --max-size 2M
  witkit check -c spin.toml
  witkit check --format sarif > check.sarif"))]
pub struct Args {
    /// Components: .wasm or .wat, - for stdin
    ///
    /// The default is `components` of [check] in witkit.toml, or else those of [paths], or else the
    /// files in this folder.
    #[arg(value_name = "COMPONENT")]
    components: Vec<PathBuf>,

    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    deps: DepsArgs,

    #[command(flatten)]
    hosts: hosts::Args,

    #[command(flatten)]
    policy: policy::Args,

    #[command(flatten)]
    release: ReleaseArgs,

    /// Allow at most this size in total: 500k, 2M, 64KiB
    #[arg(long, value_name = "SIZE", help_heading = "Size", value_parser = Limit::read)]
    max_size: Option<Limit>,

    /// Read configuration from FILE, not from the nearest witkit.toml
    ///
    /// Of a spin.toml, all components are checked, composed with their dependencies, against Spin and
    /// the permissions in the manifest; `spin.toml#COMPONENT` is one of them.
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    report: ReportArgs,
}

/// What components are held to: WIT.
#[derive(clap::Args)]
struct TargetArgs {
    /// Use this WIT package: a file, a folder with its `deps`, or -
    ///
    /// With another component instead, check whether the new one fits wherever that one does.
    #[arg(long, value_name = "PATH", help_heading = "World")]
    wit: Option<PathBuf>,

    /// Use this world of the package, if it has several
    ///
    /// `service`, or `acme:app/service`.
    #[arg(short, long, value_name = "NAME", help_heading = "World")]
    world: Option<String>,

    /// Check that this interface is exported, with all its functions
    ///
    /// Can be repeated. The world is not checked then, unless --world is given as well.
    #[arg(long, value_name = "INTERFACE", help_heading = "World")]
    implements: Vec<String>,

    #[command(flatten)]
    allow: AllowArgs,

    #[command(flatten)]
    features: FeatureArgs,
}

impl Run for Args {
    fn findings(&self) -> Findings {
        self.report.as_result()
    }

    fn run(self, terminal: &Terminal) -> Result<Exit, Failure> {
        check(&self, terminal)
    }
}

fn check(args: &Args, terminal: &Terminal) -> Result<Exit, Failure> {
    let application = spin::application(args.config.as_deref());
    let config = match application.is_some() {
        true => None,
        false => args.config.clone().or_else(|| nearest(None)),
    };
    let mut settings = settings(args, config.as_deref())?;
    if application.is_some() {
        of_application(args, &mut settings)?;
    } else if settings.components.is_empty() {
        let found = given_or_usual(&[], Takes::Components, config.as_deref(), terminal)?;
        settings.components = without_folders(found)?;
    }
    if settings.components.is_empty() && application.is_none() {
        return Err(usage(
            "no components to check; pass some, or set `components` in `[check]` of witkit.toml",
        ));
    }
    let inputs = settings.components.iter().chain(&settings.wit);
    if inputs.filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(usage(
            "standard input can be read only once, but `-` is given twice",
        ));
    }
    let known = check::hosts::known()?;
    let required = check::hosts::select(&known, &settings.hosts).map_err(usage)?;
    let hosts = args.hosts.asked(&known, &settings.hosts, &required);
    let hosts = hosts.map_err(usage)?;
    let policy = args.policy.policy(config.as_deref(), &settings.allow)?;
    let release = settings.release.as_deref().map(ReleaseArgs::named);
    let baseline = release.transpose()?;
    let others = settings.wit.is_some()
        || !hosts.is_empty()
        || baseline.is_some()
        || settings.max_size.is_some();
    nothing_to_check(&settings, &policy, others)?;
    let manifest = application.as_ref().map(spin::Application::read);
    let manifest = manifest.transpose()?;

    let mut answers = terminal.during("checking", || {
        let mut report = policy.doubts();
        let package = settings.wit.as_ref().and_then(|path| {
            let opened = Package::open(path, &settings.options);
            opened.map_err(|wrong| report.extend(wrong)).ok()
        });
        let (world, interfaces) = questions::targets(&settings, package.as_ref(), &mut report);
        let questions = Questions {
            world,
            interfaces,
            hosts,
            policy,
            baseline,
            max_size: settings.max_size,
            of_components: settings.wit.is_some() || baseline.is_some(),
            others,
        };
        let mut answers = Answers::new(report, args.hosts.wants_table());
        for path in &settings.components {
            questions.ask(path, &mut answers);
        }
        if let (Some(application), Some(manifest)) = (&application, &manifest) {
            application.ask(manifest, &questions, &mut answers);
        }
        let given = Given {
            settings: &settings,
            allow_by_config: settings.allow.len() - args.target.allow.allow.len(),
            features_by_flag: args.target.features.is_given(),
            config: config.as_deref().filter(|_| args.components.is_empty()),
        };
        // What could not be read might have given any of them an effect.
        if !answers.unread && settings.wit.is_some() == package.is_some() {
            let (package, policy) = (package.as_ref(), &questions.policy);
            let unused = given.without_effect(package, policy, &answers.imports);
            answers.report.extend(unused);
        }
        answers
    });
    let unused = args.deps.unused(&settings.options.search, &answers.report);
    answers.report.extend(unused);
    let exit = match &answers.table {
        Some(table) => table.print(&answers.report, terminal),
        None => terminal.report(&answers.report),
    };
    if terminal.is_human() {
        terminal.say(&answers.passed.concat());
    }
    Ok(exit)
}

/// What is asked of an application: whether it runs on Spin, unless a release of it is named.
fn of_application(args: &Args, settings: &mut Config) -> Result<(), Failure> {
    if !args.components.is_empty() {
        return Err(usage(
            "components cannot be combined with `-c spin.toml`, which names them: choose one with \
             `-c spin.toml#COMPONENT`",
        ));
    }
    let is_spin = |host: &String| host.split('@').next() == Some(spin::HOST);
    if !settings.hosts.iter().any(is_spin) {
        settings.hosts.push(spin::HOST.to_string());
    }
    Ok(())
}

/// Fails if nothing would be checked, which cannot be intended.
fn nothing_to_check(settings: &Config, policy: &Policy, others: bool) -> Result<(), Failure> {
    let of_package = settings.world.is_some() || !settings.implements.is_empty();
    let message = if settings.wit.is_none() && of_package {
        "`--world` and `--implements` require a WIT package; pass it with `--wit PATH`"
    } else if others || settings.components.iter().any(|p| policy.applies_to(p)) {
        return Ok(());
    } else if let Some(wit) = settings.components.iter().find(|path| is_wit(path)) {
        return Err(usage(format!(
            "nothing to check against\n  help: to check against the WIT in `{path}`, pass it with \
             `--wit {path}`",
            path = wit.display()
        )));
    } else if let Some(manifest) = settings.components.iter().find(|path| is_manifest(path)) {
        return Err(usage(format!(
            "nothing to check against\n  help: to check the components of an application, use \
             `-c {}`",
            manifest.display()
        )));
    } else if policy.is_empty() {
        "nothing to check against; pass `--wit`, `--host`, `--deny`, `--allow-only`, `--release` \
         or `--max-size`, or add `[check]` or `[policy]` to witkit.toml"
    } else {
        "no rule of `[policy]` in witkit.toml applies to any of these paths"
    };
    Err(usage(message))
}

/// Whether a path that was given as a component is that of a WIT package, by its name: folders of
/// components have been replaced by what is in them.
fn is_wit(path: &Path) -> bool {
    crate::source::is_dir(path) || path.extension().is_some_and(|extension| extension == "wit")
}

/// Whether a path that was given as a component is that of a manifest, by its name.
fn is_manifest(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "toml")
}

/// What the configuration says, and the flags; flags win.
fn settings(args: &Args, config: Option<&Path>) -> Result<Config, Report> {
    let mut settings = match config {
        Some(file) => check::config::read(file)?,
        None => Config::default(),
    };
    let target = &args.target;
    if !args.components.is_empty() {
        settings.components = args.components.clone();
    }
    // Another package has other worlds, interfaces and features.
    if let Some(wit) = &target.wit {
        settings.wit = Some(wit.clone());
        settings.world = None;
        settings.implements = Vec::new();
        settings.options = Options::default();
    }
    // One question asked by hand is all that is asked.
    if target.world.is_some() || !target.implements.is_empty() {
        settings.world = target.world.clone();
        settings.implements = target.implements.clone();
    }
    if target.features.is_given() {
        settings.options = target.features.options();
    }
    settings.options.search = args.deps.search(config)?;
    settings.allow.extend(target.allow.allow.iter().cloned());
    let required = args.hosts.required();
    if !required.is_empty() {
        settings.hosts = required;
    }
    if args.release.release.is_some() {
        settings.release.clone_from(&args.release.release);
    }
    settings.max_size = args.max_size.or(settings.max_size);
    Ok(settings)
}
