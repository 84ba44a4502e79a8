//! All checks of one component at once.
//!
//! Lives here: [`Options`] and [`check`]. May import: the checks.
//! Deliberately absent: configuration files (`config`), and what only a command has: several
//! components, tables, options without effect (`cli`).

use std::path::Path;

use super::hosts;
use super::policy::Policy;
use super::size::Limit;
use super::{Guest, Input, Interface, Package, Subject, World};
use super::{baseline, implements, policy, size, target};
use crate::diag::Report;
use crate::features::Baseline;
use crate::source;
use crate::wit;

/// A world, or interfaces, that a component has to fit.
///
/// ```
/// use witkit::check::{Options, Target, check};
///
/// let wit = "package acme:app; interface run { run: func(); } world app { export run; }";
/// let target = Target { implements: vec!["run".into()], ..Target::new(("app.wit", wit)) };
/// let options = Options { target: Some(target.world("app")), ..Options::default() };
/// let report = check(("empty.wat", "(component)"), &options)?;
/// assert!(report.has_errors(), "it exports nothing");
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The WIT package with the world and the interfaces: a path or bytes. A component stands for the
    /// world that it was built for.
    pub wit: source::Input,
    /// What of that package is wanted.
    pub options: wit::Options,
    /// The world, if the package has several.
    pub world: Option<String>,
    /// Interfaces that must be exported; without [`Target::world`], the world is not checked then.
    pub implements: Vec<String>,
    /// Patterns of imports that are allowed although the world does not have them.
    pub allow: Vec<String>,
}

impl Target {
    /// The only world of the WIT package at a path or in bytes.
    pub fn new(wit: impl Into<source::Input>) -> Target {
        Target {
            wit: wit.into(),
            ..Target::default()
        }
    }

    /// This world of the package.
    pub fn world(mut self, name: impl Into<String>) -> Target {
        self.world = Some(name.into());
        self
    }

    /// The world and the interfaces in `package`; what is wrong with their names goes to `report`.
    fn of<'p>(
        &self,
        package: &'p Package,
        report: &mut Report,
    ) -> (Option<World<'p>>, Vec<Interface<'p>>) {
        let (mut world, mut interfaces) = (None, Vec::new());
        if self.world.is_some() || self.implements.is_empty() {
            match World::of(package, self.world.as_deref()) {
                Ok(found) => world = Some(found.allowing(&self.allow)),
                Err(finding) => report.push(finding),
            }
        }
        for name in &self.implements {
            match Interface::of(package, name) {
                Ok(interface) => interfaces.push(interface),
                Err(finding) => report.push(finding),
            }
        }
        (world, interfaces)
    }
}

/// What a component is held to.
///
/// [`check`] has an example.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The world.
    pub target: Option<Target>,
    /// Hosts that must run it, `wasmtime-serve@38`.
    pub hosts: Vec<String>,
    /// What it may import.
    pub policy: Policy,
    /// The release of WASI whose features it may use.
    pub baseline: Option<Baseline>,
    /// Its largest size.
    pub max_size: Option<Limit>,
}

/// Checks a component, at a path or in memory, against all that `options` name; the report has every
/// misfit. Without any options, it has only what makes the component invalid, function bodies
/// excepted.
///
/// Fails if an input cannot be read, or if `options` name a world, an interface or a host that does
/// not exist.
///
/// ```
/// use witkit::{check, check::Options, check::policy::Policy};
///
/// let plugin = r#"(component (import "wasi:sockets/network@0.2.0"
///     (instance (export "drop" (func)))))"#;
/// let report = check(
///     ("plugin.wat", plugin),
///     &Options {
///         policy: Policy::denying(["network"])?,
///         ..Options::default()
///     },
/// )?;
/// assert_eq!(report.diagnostics()[0].code.name, "check/denied-import");
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn check(component: impl Into<source::Input>, options: &Options) -> Result<Report, Report> {
    let mut wrong = options.policy.doubts();
    let package = options.target.as_ref().and_then(|target| {
        let package = Package::open(&target.wit, &target.options);
        package.map_err(|found| wrong.extend(found)).ok()
    });
    let (world, interfaces) = match (&options.target, &package) {
        (Some(target), Some(package)) => target.of(package, &mut wrong),
        _ => (None, Vec::new()),
    };
    let known = hosts::known()?;
    let selected = hosts::select(&known, &options.hosts);
    let selected = selected.map_err(|message| wrong.push(hosts::unknown(message)));
    let input = Input::open(component).map_err(|found| wrong.extend(found));
    let (Ok(input), Ok(selected), false) = (input, selected, wrong.has_errors()) else {
        return Err(wrong);
    };
    let mut report = wrong;
    let governed = options.policy.applies_to(Path::new(input.source().name()));
    if !selected.is_empty() {
        let guest = Guest::of(&input)?;
        for host in &selected {
            let judged = host.judge(&guest);
            judged.findings.into_iter().for_each(|f| report.push(f));
        }
    }
    if let Some(limit) = options.max_size {
        size::check(input.source(), limit, &mut report);
    }
    let of_components = package.is_some() || options.baseline.is_some() || governed;
    let subject = match input {
        Input::Component(subject) => subject,
        // Core modules run on some hosts, and have a size.
        Input::CoreModule(_) if !of_components => return Ok(report),
        Input::CoreModule(source) => Subject::new(source)?,
    };
    if let Some(world) = &world {
        target::check(&subject, world, &mut report);
    }
    for interface in &interfaces {
        // What the world exports is part of it.
        if !world.as_ref().is_some_and(|w| w.exports(interface)) {
            implements::check(&subject, interface, &mut report);
        }
    }
    if governed {
        policy::check(&subject, &options.policy, &mut report);
    }
    if let Some(release) = options.baseline {
        baseline::check(&subject, release, &mut report);
    }
    Ok(report)
}
