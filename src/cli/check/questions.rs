//! What `witkit check` asks of every component, and what came of it.
//!
//! May import: `check` (rank 4), the siblings. Deliberately absent: flags, configuration and
//! printing.

use std::collections::BTreeSet;
use std::path::Path;

use super::hosts::{Asked, Table};
use crate::check::config::Config;
use crate::check::hosts::Verdict;
use crate::check::policy::Policy;
use crate::check::size::Limit;
use crate::check::{self, Guest, Input, Interface, Package, Subject, World};
use crate::diag::Report;
use crate::escape::visible;
use crate::features::Baseline;

/// What is asked of every component.
pub(super) struct Questions<'a> {
    pub world: Option<World<'a>>,
    pub interfaces: Vec<Interface<'a>>,
    pub hosts: Vec<Asked<'a>>,
    pub policy: Policy,
    pub baseline: Option<Baseline>,
    pub max_size: Option<Limit>,
    /// Whether anything is asked that only components can answer, whether or not it could be read.
    pub of_components: bool,
    /// Whether anything besides the policy is asked.
    pub others: bool,
}

/// What came of them.
pub(super) struct Answers {
    pub report: Report,
    /// A line for each component that fits.
    pub passed: Vec<String>,
    /// What becomes of each on each host, if that is to be shown.
    pub table: Option<Table>,
    /// Whether any could not be read.
    pub unread: bool,
    /// What the components import.
    pub imports: BTreeSet<String>,
}

impl Answers {
    /// None yet, but what is wrong with the questions.
    pub fn new(report: Report, with_table: bool) -> Answers {
        Answers {
            report,
            passed: Vec::new(),
            table: with_table.then(Table::default),
            unread: false,
            imports: BTreeSet::new(),
        }
    }
}

impl Questions<'_> {
    /// Asks all of the component or core module at `path`.
    pub fn ask(&self, path: &Path, answers: &mut Answers) {
        self.ask_opened(path, Input::open(path), answers);
    }

    /// As [`Questions::ask`], of what was opened, or could not be.
    pub fn ask_opened(&self, path: &Path, input: Result<Input, Report>, answers: &mut Answers) {
        let governed = self.policy.applies_to(path);
        if !governed && !self.others && !self.policy.is_empty() {
            let name = path.display().to_string();
            let name = visible(&name);
            let passed = format!("no rule of `[policy]` applies to `{name}`\n");
            answers.passed.push(passed);
        }
        let asked = input.and_then(|input| self.ask_input(input, governed, answers));
        if let Err(wrong) = asked {
            answers.report.extend(wrong);
            answers.unread = true;
        }
    }

    fn ask_input(&self, input: Input, governed: bool, answers: &mut Answers) -> Result<(), Report> {
        let name = input.source().name().to_string();
        let mut found = Report::new();
        let mut fits = Vec::new();
        let judged = match self.hosts.is_empty() {
            true => Vec::new(),
            false => {
                let guest = Guest::of(&input)?;
                let hosts = self.hosts.iter();
                let judged: Vec<_> = hosts.map(|asked| asked.judge(&guest)).collect();
                if let Some(table) = &mut answers.table {
                    table.add(guest, judged.clone());
                }
                judged
            }
        };
        // Core modules run on some hosts, and have a size; anything else that is asked of one is
        // answered by saying what it is.
        let input = match input {
            Input::CoreModule(source) if self.of_components || governed => {
                Input::Component(Subject::new(source)?)
            }
            input => input,
        };
        if let Some(limit) = self.max_size {
            check::size::check(input.source(), limit, &mut found);
            fits.push(format!("is at most {limit}"));
        }
        if let Input::Component(subject) = &input {
            if let Ok(surface) = subject.surface() {
                let names = surface.imports.iter().flat_map(|(name, _)| {
                    let interface = name.full_implements();
                    [Some(name.full_name()), interface].into_iter().flatten()
                });
                answers.imports.extend(names.map(|name| name.into_owned()));
            }
            self.ask_component(subject, governed, &mut found, &mut fits);
        }
        for (told, _) in judged.into_iter().filter(|(_, required)| *required) {
            if matches!(told.verdict, Verdict::Runs | Verdict::RunsWith) {
                fits.push(format!("runs on {} {}", told.host, told.version));
            }
            told.findings.into_iter().for_each(|f| found.push(f));
        }
        if !found.has_errors() && !fits.is_empty() {
            let passed = format!("{} {}\n", visible(&name), fits.join(", "));
            answers.passed.push(passed);
        }
        answers.report.extend(found);
        Ok(())
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
            fits.push("complies with the policy".to_string());
        }
        if let Some(baseline) = self.baseline {
            check::baseline::check(subject, baseline, found);
            fits.push(format!("uses only features of {}", baseline.name()));
        }
    }
}

/// The world and the interfaces that are asked for.
pub(super) fn targets<'p>(
    settings: &Config,
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
