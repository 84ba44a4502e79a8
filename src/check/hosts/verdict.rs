//! Does a guest run on a host?
//!
//! Lives here: [`judge`]. May import: the siblings, `diag`, `names` (rank 0).
//! Deliberately absent: which functions an interface has in a version; versions are compared by number
//! only.

use std::collections::BTreeMap;

use semver::Version;

use super::codes;
use super::data::{Host, Release, Support};
use super::fit::{Fit, exported, lookup};
use super::guest::Guest;
use crate::check::display::{in_short, package, several, spoken, typed};
use crate::diag::{Diagnostic, Locus, Severity};
use crate::escape;
use crate::names;

/// A guest checked against a host.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The host's name on the command line.
    pub host: String,
    /// The host's display name.
    pub title: String,
    /// The release of the host.
    pub version: String,
    /// The date of that release.
    pub date: String,
    /// The answer.
    pub verdict: Verdict,
    /// What it needs: flags, settings, additions.
    pub flags: Vec<String>,
    /// Why it does not run, or why that is unknown, in a few words each.
    pub reasons: Vec<String>,
    /// The findings, one for each kind of reason.
    pub findings: Vec<Diagnostic>,
}

/// Whether a guest runs on a host, as far as imports, exports and features tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Runs,
    /// It does, if the host is given the flags.
    RunsWith,
    /// It could not be established.
    Unknown,
    /// It does not.
    Fails,
}

impl Verdict {
    /// In a word or two.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Runs => "runs",
            Verdict::RunsWith => "runs with",
            Verdict::Unknown => "unknown",
            Verdict::Fails => "does not run",
        }
    }
}

/// The verdicts for `guest` on several hosts, in one note: for formats without tables.
pub fn note<'j>(guest: &Guest, judged: impl Iterator<Item = &'j Judgement>) -> Diagnostic {
    let judged: Vec<&Judgement> = judged.collect();
    let runs = |told: &Judgement| matches!(told.verdict, Verdict::Runs | Verdict::RunsWith);
    let count = judged.iter().filter(|told| runs(told)).count();
    let (file, all) = (&guest.file, judged.len());
    let message = format!("`{file}` runs on {count} of {all} hosts");
    let mut finding = codes::HOSTS
        .report(message)
        .at(Locus::File(file.clone()), "");
    for told in judged {
        let verdict = told.verdict.as_str();
        let why = match told.verdict {
            Verdict::Runs => Vec::new(),
            Verdict::RunsWith => told.flags.clone(),
            Verdict::Unknown | Verdict::Fails => told.reasons.clone(),
        };
        let text = match (told.verdict, why.as_slice()) {
            (_, []) => verdict.to_string(),
            (Verdict::RunsWith, why) => format!("{verdict} {}", why.join("; ")),
            (_, why) => format!("{verdict}: {}", why.join("; ")),
        };
        let host = format!("{} {}", told.host, told.version);
        finding = finding.at(Locus::item(file, [host]), text);
    }
    finding
}

/// Imports that share a finding.
#[derive(Default)]
struct Alike {
    imports: Vec<String>,
    /// The versions that are provided.
    offered: Vec<String>,
}

/// A judgement in the making.
struct Case<'a> {
    guest: &'a Guest,
    host: &'a Host,
    release: &'a Release,
    all: &'a [Host],
    told: Judgement,
    /// Reasons with the severity of what they are about.
    reasons: Vec<(Severity, String)>,
}

/// Checks `guest` against `host`, in the release `asked` or the newest known one; `all` are the hosts
/// to recommend instead.
pub(super) fn judge(
    guest: &Guest,
    host: &Host,
    asked: Option<&Version>,
    all: &[Host],
) -> Judgement {
    let newest = host.newest();
    let at = |release: &Release| Judgement {
        host: host.name().to_string(),
        title: host.title().to_string(),
        version: release.version.to_string(),
        date: release.date.clone(),
        verdict: Verdict::Unknown,
        flags: Vec::new(),
        reasons: Vec::new(),
        findings: Vec::new(),
    };
    let release = match asked {
        None => newest,
        Some(version) => match host.at(version) {
            Some(release) => release,
            None => {
                let oldest = &host.releases[0].version;
                let mut told = at(newest);
                told.version = shown(version);
                told.date = String::new();
                told.reasons
                    .push(format!("releases before {oldest} are not known"));
                told.findings.push(
                    codes::HOST_UNKNOWN
                        .report(format!(
                            "unknown release {} {}: the oldest known release is {oldest}",
                            host.title(),
                            shown(version),
                        ))
                        .at(Locus::File(guest.file.clone()), ""),
                );
                return told;
            }
        },
    };
    let mut case = Case {
        guest,
        host,
        release,
        all,
        told: at(release),
        reasons: Vec::new(),
    };
    if let Some(version) = asked {
        let line = |v: &Version| (v.major, v.minor);
        if line(version) > line(&newest.version) && version.minor != u64::MAX
            || version.major > newest.version.major
        {
            let message = format!(
                "{} {} is newer than any known release: checked as {}",
                host.title(),
                shown(version),
                newest.version
            );
            case.unknown(
                message,
                format!("releases after {} are not known", newest.version),
            );
        }
    }
    if case.kind() {
        case.imports();
        case.exports();
        case.features();
    }
    let mut told = case.told;
    told.verdict = verdict(&told);
    // If something is missing for certain, doubts do not matter.
    let fails = told.verdict == Verdict::Fails;
    let tells = |severity| !fails || severity == Severity::Error;
    let reasons = case.reasons.into_iter();
    told.reasons = reasons
        .filter(|(severity, _)| tells(*severity))
        .map(|(_, reason)| reason)
        .collect();
    told
}

fn verdict(told: &Judgement) -> Verdict {
    let has = |severity| told.findings.iter().any(|f| f.severity == severity);
    if has(Severity::Error) {
        Verdict::Fails
    } else if has(Severity::Warning) {
        Verdict::Unknown
    } else if told.flags.is_empty() {
        Verdict::Runs
    } else {
        Verdict::RunsWith
    }
}

/// A version as it was typed: missing parts are the highest possible.
fn shown(version: &Version) -> String {
    match (version.minor, version.patch) {
        (u64::MAX, _) => version.major.to_string(),
        (_, u64::MAX) => format!("{}.{}", version.major, version.minor),
        _ => version.to_string(),
    }
}

impl Case<'_> {
    /// The host and its release: `Spin 4.0.2`.
    fn name(&self) -> String {
        format!("{} {}", self.host.title(), self.release.version)
    }

    fn whole(&self) -> Locus {
        Locus::File(self.guest.file.clone())
    }

    fn at_imports(&self, mut finding: Diagnostic, imports: &[String]) -> Diagnostic {
        for import in imports {
            let locus = Locus::item(&self.guest.file, [format!("import {import}")]);
            finding = finding.at(locus, "");
        }
        finding
    }

    fn push(&mut self, finding: Diagnostic, reason: String) {
        self.reasons.push((finding.severity, reason));
        self.told.findings.push(finding);
    }

    fn unknown(&mut self, message: String, reason: String) {
        let finding = codes::HOST_UNKNOWN.report(message);
        let finding = finding.at(self.whole(), "");
        self.push(finding, reason);
    }

    fn flag(&mut self, flag: &str, finding: Diagnostic) {
        if !self.told.flags.iter().any(|known| known == flag) {
            self.told.flags.push(flag.to_string());
        }
        self.told.findings.push(finding);
    }

    /// Whether the host runs such guests; reports it if not.
    fn kind(&mut self) -> bool {
        let (kind, file) = (self.guest.kind, &self.guest.file);
        if !self.release.takes.iter().any(|taken| taken == kind) {
            let only = match kind {
                "component" => "core modules",
                _ => "components",
            };
            let message = format!("`{file}` is a {kind}, but {} only runs {only}", self.name());
            let mut finding = codes::HOST_KIND.report(message).at(self.whole(), "");
            if let Some(instead) = self.host.instead_of(kind) {
                finding = finding.help(instead);
            }
            self.push(finding, format!("only runs {only}"));
            return false;
        }
        if let Some(flag) = self.release.take_flags.get(kind) {
            let message = format!("{} needs {} for {kind}s", self.name(), typed(flag));
            let finding = codes::HOST_FLAG.report(message).at(self.whole(), "");
            self.flag(flag, finding);
        }
        if let Some(why) = self.host.doubt(kind) {
            let message = format!("it is not known whether {} runs `{file}`", self.name());
            let finding = codes::HOST_UNKNOWN.report(message);
            let finding = finding.at(self.whole(), "").note(why);
            self.push(finding, why.to_string());
        }
        true
    }

    fn imports(&mut self) {
        let mut missing: BTreeMap<&str, Alike> = BTreeMap::new();
        let mut versions: BTreeMap<(&str, Vec<String>), Alike> = BTreeMap::new();
        let mut newer: BTreeMap<String, Alike> = BTreeMap::new();
        let mut flags: BTreeMap<String, Alike> = BTreeMap::new();
        let mut doubts: BTreeMap<String, Alike> = BTreeMap::new();
        let mut grants: BTreeMap<String, Alike> = BTreeMap::new();
        for import in &self.guest.imports {
            let interface = names::unversioned(import);
            let fit = lookup(self.release, self.guest.kind, import);
            if let (Some(grant), true) = (self.host.grant(interface), fit.links()) {
                let alike = grants.entry(grant.to_string()).or_default();
                alike.imports.push(import.clone());
            }
            let alike = match fit {
                Fit::Served { flag: None } => continue,
                Fit::Served { flag: Some(flag) } => flags.entry(flag).or_default(),
                Fit::Newer { offered, flag } => {
                    if let Some(flag) = flag {
                        let alike = flags.entry(flag).or_default();
                        alike.imports.push(import.clone());
                    }
                    newer.entry(offered).or_default()
                }
                Fit::Versions(offered) => {
                    let alike = versions.entry((package(import), offered.clone()));
                    let alike = alike.or_default();
                    alike.offered = offered;
                    alike
                }
                Fit::Missing => {
                    match (self.host.otherwise(interface), self.host.doubt(interface)) {
                        (Some(flag), _) => flags.entry(flag.to_string()).or_default(),
                        (None, Some(why)) => doubts.entry(why.to_string()).or_default(),
                        (None, None) => missing.entry(package(import)).or_default(),
                    }
                }
            };
            alike.imports.push(import.clone());
        }
        for alike in missing.into_values() {
            self.missing(&alike);
        }
        for alike in versions.into_values() {
            self.versions(&alike);
        }
        for (offered, alike) in newer {
            let (what, name) = (several(&alike.imports), self.name());
            let message = format!("{name} provides {offered}, which is older than {what}");
            let finding = codes::HOST_NEWER.report(message);
            let finding = self.at_imports(finding, &alike.imports);
            let finding = finding.note(format!(
                "it links if the guest uses nothing that was added after {offered}"
            ));
            let what = in_short(&alike.imports);
            self.push(
                finding,
                format!("{what}: newer than the provided {offered}"),
            );
        }
        for (why, alike) in doubts {
            let what = several(&alike.imports);
            let message = format!("it is not known whether {} provides {what}", self.name());
            let finding = codes::HOST_UNKNOWN.report(message).note(why);
            let finding = self.at_imports(finding, &alike.imports);
            self.push(finding, format!("{}: not known", in_short(&alike.imports)));
        }
        for (flag, alike) in flags {
            let what = several(&alike.imports);
            let message = format!("{} needs {} for {what}", self.name(), typed(&flag));
            let finding = codes::HOST_FLAG.report(message);
            let finding = self.at_imports(finding, &alike.imports);
            self.flag(&flag, finding);
        }
        for (grant, alike) in grants {
            let what = several(&alike.imports);
            let message = format!("{} gives no access through {what} by default", self.name());
            let finding = codes::HOST_GRANT.report(message).help(grant);
            self.told.findings.push(finding.at(self.whole(), ""));
        }
    }

    fn missing(&mut self, alike: &Alike) {
        let what = several(&alike.imports);
        let message = format!("{} does not provide {what}", self.name());
        let finding = codes::HOST_IMPORT.report(message);
        let mut finding = self.at_imports(finding, &alike.imports);
        let offers = |host: &Host| {
            let release = host.newest();
            let kind = self.guest.kind;
            let all = || alike.imports.iter();
            release.takes.iter().any(|taken| taken == kind)
                && all().all(|import| lookup(release, kind, import).links())
        };
        let others: Vec<&str> = self
            .all
            .iter()
            .filter(|h| offers(h))
            .map(Host::title)
            .collect();
        if !others.is_empty() {
            let them = if alike.imports.len() > 1 {
                "them"
            } else {
                "it"
            };
            finding = finding.note(format!("hosts that provide {them}: {}", others.join(", ")));
        } else if self.guest.kind == "component" && !alike.imports[0].starts_with("wasi:") {
            let help = "compose it with a component that exports it: `witkit compose`";
            finding = finding.help(help);
        }
        if let Some(instead) = self.host.instead_of(names::unversioned(&alike.imports[0])) {
            finding = finding.help(instead);
        }
        self.push(finding, format!("no {}", in_short(&alike.imports)));
    }

    fn versions(&mut self, alike: &Alike) {
        let offered = escape::and(&spoken(&alike.offered));
        let what = several(&alike.imports);
        let message = format!("{} does not provide {what}, only {offered}", self.name());
        let finding = codes::HOST_VERSION.report(message);
        let mut finding = self.at_imports(finding, &alike.imports);
        let serve = |release: &&Release| {
            let kind = self.guest.kind;
            let mut all = alike.imports.iter();
            all.all(|import| lookup(release, kind, import).links())
        };
        let able: Vec<&Release> = self.host.releases.iter().filter(serve).collect();
        if let (Some(first), Some(last)) = (able.first(), able.last()) {
            let next = self.host.releases.iter().find(|r| r.version > last.version);
            finding = finding.note(match next {
                Some(next) => format!(
                    "provided since release {}, until {}",
                    first.version, next.version
                ),
                None => format!("provided since release {}", first.version),
            });
        }
        self.push(
            finding.help(format!(
                "build it for {}",
                escape::or(&spoken(&alike.offered))
            )),
            format!("{} only in {offered}", in_short(&alike.imports)),
        );
    }

    fn exports(&mut self) {
        let wanted = match self.guest.kind {
            "component" => &self.release.exports,
            _ => &self.release.module_exports,
        };
        let exports = &self.guest.exports;
        if wanted.is_empty() || wanted.iter().any(|wanted| exported(wanted, exports)) {
            return;
        }
        let file = &self.guest.file;
        let message = format!("`{file}` has no export that {} can start", self.name());
        let list: Vec<String> = wanted.iter().map(|name| format!("`{name}`")).collect();
        let which = match list.as_slice() {
            [one] => format!("expected the export {one}"),
            several => format!("expected one of these exports: {}", several.join(", ")),
        };
        let mut finding = codes::HOST_EXPORT.report(message);
        finding = finding.at(self.whole(), "").note(which);
        if let Some(instead) = self.host.instead_of("export") {
            finding = finding.help(instead);
        }
        // The versions would take too much space.
        let mut short: Vec<&str> = Vec::new();
        for wanted in wanted {
            let interface = names::unversioned(wanted);
            if !short.contains(&interface) {
                short.push(interface);
            }
        }
        let reason = match short.as_slice() {
            [one] => format!("exports no {one}"),
            _ => format!("exports none of {}", short.join(", ")),
        };
        self.push(finding, reason);
    }

    fn features(&mut self) {
        for (feature, path) in &self.guest.features {
            let place = || match path.is_empty() {
                true => self.whole(),
                false => Locus::item(&self.guest.file, path),
            };
            let known = self.release.features.get(feature);
            if known == Some(&Support::Yes) {
                continue;
            }
            if let Some(Support::Flag(flag)) = known {
                let message = format!(
                    "{} needs {} for the feature `{feature}`",
                    self.name(),
                    typed(flag)
                );
                let finding = codes::HOST_FLAG.report(message).at(place(), "");
                let flag = flag.clone();
                self.flag(&flag, finding);
                continue;
            }
            let doubt = self.host.doubt(feature);
            if let (Some(Support::No), None) = (known, doubt) {
                let message = format!("{} does not support the feature `{feature}`", self.name());
                let mut finding = codes::HOST_FEATURE.report(message).at(place(), "");
                let has = |r: &&Release| {
                    r.version > self.release.version
                        && !matches!(r.features.get(feature), None | Some(Support::No))
                };
                if let Some(since) = self.host.releases.iter().find(has) {
                    finding = finding.help(format!("use release {} or later", since.version));
                }
                self.push(finding, format!("no {feature}"));
                continue;
            }
            let message = format!(
                "it is not known whether {} supports the feature `{feature}`",
                self.name()
            );
            let mut finding = codes::HOST_UNKNOWN.report(message).at(place(), "");
            if let Some(why) = doubt {
                finding = finding.note(why);
            }
            self.push(finding, format!("{feature}: not known"));
        }
    }
}
