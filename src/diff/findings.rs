//! From changes to findings: whether the version of NEW covers the changes.
//!
//! Lives here: [`findings`], [`Options`], [`Diff`] and [`Summary`].
//! May import: `diag`, the context and the rules. Deliberately absent: finding changes (`walk`).

use std::collections::BTreeSet;
use std::path::Path;

use wildmatch::WildMatch;

use super::context::{Change, Context, Scope, Told};
use super::rule::{Kind, Rule};
use super::rules::{RULES, VERSION_TOO_LOW};
use super::verdict::{Bump, Position, Verdict};
use super::version::Versions;
use super::walk::Package;
use crate::baseline::Baseline;
use crate::diag::{Locus, Report, Severity, did_you_mean};
use crate::wit::Search;

/// Which changes are accepted.
///
/// [`diff`](crate::diff()) has an example.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Rules whose changes are accepted, by name, with or without `diff/`; `*` matches any text.
    pub allow: Vec<String>,
    /// Whether changes of `@unstable` items count.
    pub unstable_too: bool,
    /// Where dependencies are searched that a side does not contain.
    pub search: Search,
}

/// All changes, and what follows from them.
///
/// ```
/// use witkit::{diff, diff::{Options, Position, Verdict}};
///
/// let old = "package acme:kv@1.0.0; interface store { get: func(); }";
/// let new = "package acme:kv@1.0.0; interface store { get: func(); put: func(); }";
/// let found = diff(&("old.wit", old).into(), &("new.wit", new).into(), &Options::default())?;
/// let added = &found.changes[0];
/// println!("{}: {}", added.rule.name(), added.message);
/// assert!(added.verdict.guests_link, "a host for NEW has all that guests for OLD need");
/// assert_eq!(added.verdict.broken().as_deref(), Some("hosts (link, source)"));
/// assert!(added.verdict.breaks());
/// // What the same change does to an interface that is exported:
/// let position = Position::EXPORT;
/// assert!(!Verdict::of(added.rule.effect, position).guests_link);
/// assert_eq!(position.and(Position::IMPORT).or_imported(), Position::IMPORT.and(Position::EXPORT));
///
/// let summary = &found.packages[0];
/// assert_eq!(summary.changes, 1);
/// assert_eq!(summary.needs.name(), added.verdict.bump().name());
/// println!("{}", summary.line());
/// # Ok::<(), witkit::Report>(())
/// ```
pub struct Diff {
    /// A finding for each change, and those that follow from all of them.
    pub report: Report,
    /// The changes that the report tells of, in no particular order.
    pub changes: Vec<ReportedChange>,
    /// The packages that were compared, the main one first.
    pub packages: Vec<Summary>,
}

/// A change, for those who count and do not read.
///
/// [`Diff`] shows it in use.
#[derive(Clone, Debug)]
pub struct ReportedChange {
    /// What kind of change it is.
    pub rule: &'static Rule,
    /// Its message in the report.
    pub message: String,
    /// Its place in OLD; none if only NEW has what it is about.
    pub old: Option<Locus>,
    /// Its place in NEW; none if only OLD has what it is about.
    pub new: Option<Locus>,
    /// Which of [`Diff::packages`] it is in.
    pub package: usize,
    /// The version step that it requires; none if it may change freely.
    pub needs: Bump,
    /// Whom it breaks.
    pub verdict: Verdict,
    /// Whether it is of an item that may change freely.
    pub unstable: bool,
}

/// The changes of a package, in numbers.
///
/// [`Diff`] shows it in use.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The name of the package, or the files of two components.
    pub name: String,
    /// Its versions.
    pub versions: Versions,
    /// How many changes there are that are neither allowed nor free.
    pub changes: usize,
    /// How many of them break guests, at linking or in source.
    pub break_guests: usize,
    /// How many of them break hosts.
    pub break_hosts: usize,
    /// How many changes were allowed.
    pub allowed: usize,
    /// How many changes a baseline knows.
    pub known: usize,
    /// How many changes of unstable items there are.
    pub unstable: usize,
    /// The version step that they require.
    pub needs: Bump,
    /// Whether the step from OLD to NEW is that large.
    pub covered: bool,
    /// Whether there are no versions, as two components were compared.
    pub is_component: bool,
}

/// Whether `name` is a rule, or a pattern; else, what may have been meant.
#[doc(hidden)]
pub fn known(name: &str) -> Result<(), String> {
    let short = short(name);
    if RULES.iter().any(|rule| names(short, rule)) {
        return Ok(());
    }
    Err(
        match did_you_mean(short, RULES.iter().map(|rule| rule.name())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "run `witkit diff --list` to list all rules".to_string(),
        },
    )
}

fn short(name: &str) -> &str {
    name.strip_prefix("diff/").unwrap_or(name)
}

fn names(pattern: &str, rule: &Rule) -> bool {
    WildMatch::new(short(pattern)).matches(rule.name())
}

/// Judges the changes that were found.
pub(super) fn findings(mut cx: Context<'_>, packages: &[Package], options: &Options) -> Diff {
    let is_component = cx.new.is_component;
    let mut summaries: Vec<Summary> = packages.iter().map(|p| summary(p, is_component)).collect();
    if is_component {
        for one in &mut summaries {
            one.name = format!("{} → {}", cx.old.name, cx.new.name);
        }
    }
    let allowed = |change: &Change| options.allow.iter().any(|name| names(name, change.rule));
    let mut kept = Vec::new();
    // The packages in which something is broken that the version does not cover.
    let mut broken = BTreeSet::new();
    for change in std::mem::take(&mut cx.changes) {
        let summary = &mut summaries[change.package];
        if allowed(&change) {
            summary.allowed += 1;
            continue;
        }
        let free = change.unstable && !options.unstable_too;
        if free {
            summary.unstable += 1;
        } else if change.rule.kind != Kind::Remark {
            summary.changes += 1;
            let verdict = &change.verdict;
            summary.break_guests += usize::from(!(verdict.guests_link && verdict.guest_source));
            summary.break_hosts += usize::from(!(verdict.hosts_link && verdict.host_source));
            let needs = step(&change, is_component);
            summary.needs = summary.needs.max(needs);
            if verdict.breaks() && summary.versions.made() < needs {
                broken.insert(change.package);
            }
        }
        kept.push(change);
    }
    for (at, summary) in summaries.iter_mut().enumerate() {
        summary.covered = covers(&summary.versions, summary.needs, is_component);
        let (Some(old), Some(new), false) = (
            &summary.versions.old,
            &summary.versions.new,
            summary.covered,
        ) else {
            continue;
        };
        // A lower version is a finding of its own.
        if summary.needs < Bump::Minor || summary.versions.lowered() {
            continue;
        }
        let Some(needed) = summary.versions.needed(summary.needs) else {
            continue;
        };
        let message = match old == new {
            true => format!(
                "package `{}` has changed, but its version is still {new}",
                summary.name
            ),
            false => format!(
                "version {new} of package `{}` is too low for the changes since {old}",
                summary.name
            ),
        };
        let scope = Scope::of_package(at);
        let told = Told::new(message, "").help(format!("set the version to {needed}"));
        cx.push(&scope, &VERSION_TOO_LOW, told);
    }
    kept.extend(cx.changes.drain(..).filter(|change| !allowed(change)));

    let mut report = Report::new();
    let mut found = Vec::new();
    for change in kept {
        let versions = &summaries[change.package].versions;
        let free = change.unstable && !options.unstable_too;
        let (severity, note) = judged(&change, versions, free, is_component);
        let needs = match free {
            true => Bump::None,
            false => step(&change, is_component),
        };
        found.push(ReportedChange {
            rule: change.rule,
            message: change.finding.message.clone(),
            old: change.old,
            new: change.new,
            package: change.package,
            needs,
            verdict: change.verdict,
            unstable: change.unstable,
        });
        let mut finding = change.finding;
        let follows = finding.code.name == VERSION_TOO_LOW.code.name;
        finding.severity = match follows && !broken.contains(&change.package) {
            true => Severity::Warning,
            false => severity,
        };
        finding.notes.splice(0..0, note);
        report.push(finding);
    }
    report.take_texts(&cx.old.wit.texts());
    report.take_texts(&cx.new.wit.texts());
    Diff {
        report,
        changes: found,
        packages: summaries,
    }
}

fn summary(package: &Package, is_component: bool) -> Summary {
    Summary {
        name: package.name.clone(),
        versions: package.versions.clone(),
        changes: 0,
        break_guests: 0,
        break_hosts: 0,
        allowed: 0,
        known: 0,
        unstable: 0,
        needs: Bump::None,
        covered: true,
        is_component,
    }
}

/// The step that a change takes.
fn step(change: &Change, is_component: bool) -> Bump {
    let least = match change.rule.kind {
        Kind::Remark => return Bump::None,
        Kind::Addition => Bump::Minor,
        Kind::Change => Bump::Patch,
    };
    // A component takes the place of another: what was written for both of them is the host.
    let by_effect = match (is_component, change.verdict.hosts_link) {
        (true, false) => Bump::Major,
        (true, true) => Bump::Patch,
        (false, _) => change.verdict.bump(),
    };
    least.max(by_effect)
}

fn covers(versions: &Versions, needs: Bump, is_component: bool) -> bool {
    match versions.none() || is_component {
        // There is no version that could say so.
        true => needs < Bump::Major,
        false => versions.made() >= needs,
    }
}

/// How bad a change is, and what there is to say of it.
fn judged(
    change: &Change,
    versions: &Versions,
    free: bool,
    is_component: bool,
) -> (Severity, Option<String>) {
    if change.rule.kind == Kind::Remark {
        return (change.rule.code.severity, None);
    }
    if free {
        return (
            Severity::Note,
            Some("unstable items may change freely".into()),
        );
    }
    let broken = change.verdict.broken();
    let breaks = match &broken {
        Some(broken) => format!("breaks {broken}"),
        None => "not a breaking change".to_string(),
    };
    let step = step(change, is_component);
    if versions.none() || is_component {
        let severity = match step {
            Bump::Major => Severity::Error,
            Bump::Minor if !is_component && broken.is_some() => Severity::Warning,
            _ => Severity::Note,
        };
        return (severity, Some(breaks));
    }
    let covered = versions.made() >= step;
    let severity = match (covered, step) {
        (false, Bump::Major) => Severity::Error,
        (false, Bump::Minor) if broken.is_some() => Severity::Error,
        (false, Bump::Minor) | (true, Bump::Major) => Severity::Warning,
        _ => Severity::Note,
    };
    let note = match (covered, versions.needed(step), &versions.new) {
        (true, _, Some(new)) => format!("{breaks}; covered by version {new}"),
        (false, Some(needed), _) => format!("{breaks}; requires version {needed}"),
        _ => breaks,
    };
    (severity, Some(note))
}

impl Scope {
    /// A package as a whole.
    fn of_package(package: usize) -> Scope {
        Scope {
            name: String::new(),
            path: Vec::new(),
            position: Position::default(),
            unstable: false,
            foreign: false,
            package,
            old: Default::default(),
            new: Default::default(),
        }
    }
}

impl Diff {
    /// The changes that a baseline is to know: all of them, but not what follows from them.
    #[doc(hidden)]
    pub fn to_know(&self) -> Report {
        let mut report = self.report.clone();
        report.retain(|finding| {
            RULES.iter().any(|rule| {
                rule.code.name == finding.code.name && rule.code.name != VERSION_TOO_LOW.code.name
            })
        });
        report
    }

    /// Hides the changes that `baseline` knows, whose file is in `folder`. If nothing else takes
    /// it, the version is as good as it is.
    #[doc(hidden)]
    pub fn hide(&mut self, baseline: &mut Baseline, folder: &Path) {
        let before = self.report.diagnostics().len();
        self.report = baseline.hide(std::mem::take(&mut self.report), folder);
        let after = self.report.diagnostics().len();
        if !self.to_know().has_errors() {
            let too_low = VERSION_TOO_LOW.code.name;
            self.report.retain(|finding| finding.code.name != too_low);
            self.packages.iter_mut().for_each(|one| one.covered = true);
        }
        if let Some(first) = self.packages.first_mut() {
            first.known = before - after;
        }
        let left = self.report.diagnostics().into_iter();
        let left: BTreeSet<_> = left.map(|d| (d.code.name, d.message.as_str())).collect();
        self.changes
            .retain(|change| left.contains(&(change.rule.code.name, change.message.as_str())));
    }
}

impl Summary {
    /// All of it on one line.
    pub fn line(&self) -> String {
        let mut line = match (self.is_component, self.versions.none()) {
            (true, _) => self.name.clone(),
            (false, true) => format!("{}, unversioned", self.name),
            (false, false) => format!("{} {}", self.name, self.versions.shown()),
        };
        let count = |many: usize, one: &str, more: &str| match many {
            1 => format!("1 {one}"),
            _ => format!("{many} {more}"),
        };
        line.push_str(": ");
        line.push_str(&match self.changes {
            0 => "no changes".to_string(),
            many => count(many, "change", "changes"),
        });
        let mut breaks = Vec::new();
        if self.break_guests > 0 {
            breaks.push(count(self.break_guests, "breaks guests", "break guests"));
        }
        if self.break_hosts > 0 {
            breaks.push(count(self.break_hosts, "breaks hosts", "break hosts"));
        }
        if !breaks.is_empty() {
            line.push_str(&format!(", {}", breaks.join(", ")));
        }
        if self.allowed > 0 {
            line.push_str(&format!(", {} allowed", self.allowed));
        }
        if self.known > 0 {
            line.push_str(&format!(", {} known", self.known));
        }
        if self.unstable > 0 {
            line.push_str(&format!(", {} in unstable items", self.unstable));
        }
        line.push_str(&match (self.covered, &self.versions.new) {
            _ if self.changes == 0 => String::new(),
            (false, _) if self.versions.none() || self.is_component => String::new(),
            (false, _) => match self.versions.needed(self.needs) {
                Some(needed) => format!("; requires {needed}"),
                None => String::new(),
            },
            (true, Some(new)) if self.needs > Bump::Patch && self.known == 0 => {
                format!("; covered by {new}")
            }
            _ => String::new(),
        });
        line
    }
}
