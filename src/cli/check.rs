//! `witkit check`.

mod hosts;
mod policy;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::deps;
use super::output::{self, Exit};
use super::{DenyWarnings, Format, Stop};
use crate::check::hosts::{Selected, Verdict};
use crate::check::policy::Policy;
use crate::check::size::Limit;
use crate::check::{self, Guest, Input, Interface, Package, Subject, World, settings};
use crate::config;
use crate::diag::Report;
use crate::features::Baseline;
use crate::shown::visible;
use crate::wit::Options;

/// Check whether components fit: a world, a host, a policy, a baseline
///
/// All that does not fit is in one report: imports that the world does not offer, exports that it
/// expects and the component lacks, and every type that differs, with the way to the difference and
/// both types; what the host lacks; what the policy denies, with the part that asks for it and how an
/// export leads there; features beyond the baseline. Versions on one semver track are the same
/// interface: only what was really added or changed matters.
///
/// What is not given here is taken from [check] and [policy] in witkit.toml, so that CI needs no flags.
/// A component that is checked against nothing is an error.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  witkit check app.wasm --wit wit --world service
  witkit check app.wasm --wit wit --world service --allow 'wasi:cli/*' --allow 'wasi:io/*'
  witkit check plugins/*.wasm --wit wit --implements acme:kv/store@0.2.0
  witkit check new.wasm --wit old.wasm
  witkit check app.wasm --host wasmtime-serve@38 --host spin
  witkit check app.wasm --host all
  witkit check app.wasm --deny network --deny wasi:cli/exit.exit
  witkit check app.wasm --baseline wasi-0.2
  witkit check app.wasm --max-size 2M
  witkit check --format sarif > check.sarif

Exit codes: 0 all of them fit (with --deny-warnings: without warnings), 1 misfits, 2 wrong usage.")]
pub struct Args {
    /// Components: .wasm or .wat, - for stdin; without any, `components` of [check]
    #[arg(value_name = "COMPONENT")]
    components: Vec<PathBuf>,

    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    deps: deps::Args,

    #[command(flatten)]
    hosts: hosts::Args,

    #[command(flatten)]
    policy: policy::Args,

    /// Only features, and interfaces of WASI, of this release: wasi-0.2, wasi-0.3.0, wasi-0.3.1
    #[arg(long, value_name = "NAME", help_heading = "Baseline")]
    baseline: Option<String>,

    /// The largest size that is allowed, in total: 500k, 2M, 64KiB
    #[arg(long, value_name = "SIZE", help_heading = "Size", value_parser = Limit::read)]
    max_size: Option<Limit>,

    #[command(flatten)]
    warnings: DenyWarnings,

    /// Configuration; without it, the nearest witkit.toml
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// How to print findings
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// What components are held to: WIT.
#[derive(clap::Args)]
struct TargetArgs {
    /// The WIT package: a file, a folder with its deps, a package in binary form, -
    ///
    /// A component will do as well: then the question is whether the new one fits where that does.
    #[arg(long, value_name = "PATH", help_heading = "World")]
    wit: Option<PathBuf>,

    /// The world to fit, if the package has several: service, or acme:app/service
    #[arg(short, long, value_name = "NAME", help_heading = "World")]
    world: Option<String>,

    /// The inverse question: is this interface exported, with all functions? May be repeated
    ///
    /// Then no world is asked for, unless --world is given as well.
    #[arg(long, value_name = "INTERFACE", help_heading = "World")]
    implements: Vec<String>,

    /// Imports that the host offers, whatever the world says: 'wasi:cli/*'. May be repeated
    ///
    /// With --deny of a capability: imports that may pass although their capabilities are unknown.
    #[arg(long, value_name = "PATTERN", help_heading = "World")]
    allow: Vec<String>,

    /// Features whose @unstable items are to be there
    #[arg(
        long,
        value_name = "F,G,…",
        value_delimiter = ',',
        help_heading = "World"
    )]
    features: Vec<String>,

    /// All @unstable items are to be there
    #[arg(long, conflicts_with = "features", help_heading = "World")]
    all_features: bool,
}

pub(super) fn run(args: Args) -> Exit {
    match execute(&args) {
        Ok(exit) => exit,
        Err(Stop::Usage(message)) => output::usage_error(&message),
        Err(Stop::Report(report)) => output::findings(&report, args.format),
    }
}

fn execute(args: &Args) -> Result<Exit, Stop> {
    let here = std::env::current_dir().unwrap_or_default();
    let config = args.config.clone().or_else(|| config::find(&here));
    let settings = settings(args, config.as_deref())?;
    if settings.components.is_empty() {
        return Err(Stop::Usage(
            "there is no component to check; give some, or `components` in [check] of witkit.toml"
                .to_string(),
        ));
    }
    let inputs = settings.components.iter().chain(&settings.wit);
    if inputs.filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Stop::Usage(
            "standard input can be read only once; - is given twice".to_string(),
        ));
    }
    let known = check::hosts::known()?;
    let chosen = check::hosts::select(&known, &settings.hosts).map_err(Stop::Usage)?;
    let (table, chosen) = match args.hosts.wants_table() {
        false => (Exit::Clean, chosen),
        true if !args.asks_more_than_hosts() => {
            return Ok(hosts::print_table(
                &settings.components,
                &chosen,
                args.format,
            ));
        }
        true if args.format != Format::Human => {
            return Err(Stop::Usage(
                "--host all makes a document of its own; in this format, ask for the rest in another run"
                    .to_string(),
            ));
        }
        true if settings
            .components
            .iter()
            .any(|path| path == Path::new("-")) =>
        {
            return Err(Stop::Usage(
                "standard input can be read only once: --host all reads it, and so do the other checks"
                    .to_string(),
            ));
        }
        true => {
            let table = hosts::print_table(&settings.components, &chosen, args.format);
            (table, Vec::new())
        }
    };
    let policy = args.policy.policy(config.as_deref(), &settings.allow)?;
    let baseline = settings.baseline.as_deref().map(|name| {
        Baseline::named(name)
            .map_err(|advice| Stop::Usage(format!("there is no baseline `{name}`; {advice}")))
    });
    let baseline = baseline.transpose()?;
    let others = settings.wit.is_some()
        || !chosen.is_empty()
        || baseline.is_some()
        || settings.max_size.is_some();
    nothing_to_check(&settings, &policy, others)?;

    let mut passed = Vec::new();
    let report = output::with_progress("checking", || {
        let mut report = policy.doubts();
        let package = match &settings.wit {
            Some(path) => Package::open(path, &settings.options).map(Some),
            None => Ok(None),
        };
        match package {
            Ok(package) => {
                let (world, interfaces) = targets(&settings, package.as_ref(), &mut report);
                let questions = Questions {
                    world,
                    interfaces,
                    hosts: chosen,
                    policy,
                    baseline,
                    max_size: settings.max_size,
                };
                for path in &settings.components {
                    questions.ask(path, others, &mut report, &mut passed);
                }
            }
            Err(found) => {
                report.extend(found);
                // What is wrong with the components themselves is said in the same go.
                for path in &settings.components {
                    if let Err(found) = Subject::open(path) {
                        report.extend(found);
                    }
                }
            }
        }
        report
    });
    let mut report = report;
    report.extend(args.deps.unused(&settings.options.search, &report));
    let exit = output::findings(&report, args.format);
    if args.format == Format::Human {
        let _ = io::stderr().lock().write_all(passed.concat().as_bytes());
    }
    Ok(args.warnings.exit(exit, &report).max(table))
}

impl Args {
    /// Whether flags ask for anything besides hosts.
    fn asks_more_than_hosts(&self) -> bool {
        let target = &self.target;
        let wit = target.wit.is_some() || target.world.is_some() || !target.implements.is_empty();
        wit || self.policy.any() || self.baseline.is_some() || self.max_size.is_some()
    }
}

/// Stops where nothing would be asked, which nobody can have meant.
fn nothing_to_check(
    settings: &settings::Settings,
    policy: &Policy,
    others: bool,
) -> Result<(), Stop> {
    let of_package = settings.world.is_some() || !settings.implements.is_empty();
    let message = if settings.wit.is_none() && of_package {
        "--world and --implements are looked for in a package; give it with --wit PATH"
    } else if others || settings.components.iter().any(|p| policy.applies_to(p)) {
        return Ok(());
    } else if policy.is_empty() {
        "there is nothing to check against; give --wit, --host, --deny, --allow-only, --baseline \
         or --max-size, or have [check] or [policy] in witkit.toml"
    } else {
        "no rule of [policy] in witkit.toml is for any of these paths"
    };
    Err(Stop::Usage(message.to_string()))
}

/// What is asked of every component.
struct Questions<'a> {
    world: Option<World<'a>>,
    interfaces: Vec<Interface<'a>>,
    hosts: Vec<Selected<'a>>,
    policy: Policy,
    baseline: Option<Baseline>,
    max_size: Option<Limit>,
}

impl Questions<'_> {
    /// Asks all; what fits gets a line in `passed`. That no rule of the policy is for a path is
    /// said unless `others` are asked, too.
    fn ask(&self, path: &Path, others: bool, report: &mut Report, passed: &mut Vec<String>) {
        let governed = self.policy.applies_to(path);
        if !governed && !others && !self.policy.is_empty() {
            let name = path.display().to_string();
            let name = visible(&name);
            passed.push(format!("no rule of [policy] is for `{name}`\n"));
        }
        let mut found = Report::new();
        let mut fits = Vec::new();
        // Core modules run on some hosts, and have a size.
        let only_hosts = self.world.is_none()
            && self.interfaces.is_empty()
            && self.baseline.is_none()
            && !governed
            && (!self.hosts.is_empty() || self.max_size.is_some());
        let opened = match Input::open(path) {
            // Says that it is no component.
            Ok(Input::CoreModule(source)) if !only_hosts => {
                Subject::new(source).map(Input::Component)
            }
            opened => opened,
        };
        let input = match opened {
            Ok(input) => input,
            Err(wrong) => {
                report.extend(wrong);
                return;
            }
        };
        let name = input.source().name().to_string();
        if let Some(limit) = self.max_size {
            check::size::check(input.source(), limit, &mut found);
            fits.push(format!("is no larger than {limit}"));
        }
        if let Input::Component(subject) = &input {
            self.ask_component(subject, governed, &mut found, &mut fits);
        }
        match (!self.hosts.is_empty()).then(|| Guest::of(&input)) {
            Some(Ok(guest)) => {
                for host in &self.hosts {
                    let told = host.judge(&guest);
                    if matches!(told.verdict, Verdict::Runs | Verdict::RunsWith) {
                        fits.push(format!("runs on {} {}", told.host, told.version));
                    }
                    for finding in told.findings {
                        found.push(finding);
                    }
                }
            }
            Some(Err(wrong)) => found.extend(wrong),
            None => {}
        }
        if !found.has_errors() && !fits.is_empty() {
            passed.push(format!("{} {}\n", visible(&name), fits.join(", ")));
        }
        report.extend(found);
    }

    fn ask_component(
        &self,
        subject: &Subject,
        governed: bool,
        found: &mut Report,
        fits: &mut Vec<String>,
    ) {
        if let Some(world) = &self.world {
            check::target::check(subject, world, found);
            fits.push(format!("fits world {}", world.name()));
        }
        for interface in &self.interfaces {
            // What the world exports has been asked for with it.
            if !self.world.as_ref().is_some_and(|w| w.exports(interface)) {
                check::implements::check(subject, interface, found);
            }
            fits.push(format!("implements {}", interface.name()));
        }
        if governed {
            check::policy::check(subject, &self.policy, found);
            fits.push("keeps to the policy".to_string());
        }
        if let Some(baseline) = self.baseline {
            check::baseline::check(subject, baseline, found);
            fits.push(format!("has nothing beyond {}", baseline.name()));
        }
    }
}

/// The world and the interfaces that are asked for.
fn targets<'p>(
    settings: &settings::Settings,
    package: Option<&'p Package>,
    report: &mut Report,
) -> (Option<World<'p>>, Vec<Interface<'p>>) {
    let (mut asked, mut interfaces) = (None, Vec::new());
    let Some(package) = package else {
        return (asked, interfaces);
    };
    if settings.world.is_some() || settings.implements.is_empty() {
        match World::of(package, settings.world.as_deref()) {
            Ok(world) => asked = Some(world.allowing(&settings.allow)),
            Err(finding) => report.push(finding),
        }
    }
    for name in &settings.implements {
        match Interface::of(package, name) {
            Ok(interface) => interfaces.push(interface),
            Err(finding) => report.push(finding),
        }
    }
    (asked, interfaces)
}

/// What the configuration says, and the flags; flags win.
fn settings(args: &Args, config: Option<&Path>) -> Result<settings::Settings, Report> {
    let mut settings = match config {
        Some(file) => settings::read(file)?,
        None => settings::Settings::default(),
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
    if !target.features.is_empty() || target.all_features {
        settings.options = Options {
            features: target.features.clone(),
            all_features: target.all_features,
            ..Options::default()
        };
    }
    settings.options.search = args.deps.search(config)?;
    settings.allow.extend(target.allow.iter().cloned());
    if !args.hosts.host.is_empty() {
        settings.hosts = args.hosts.host.clone();
    }
    if args.baseline.is_some() {
        settings.baseline = args.baseline.clone();
    }
    settings.max_size = args.max_size.or(settings.max_size);
    Ok(settings)
}
