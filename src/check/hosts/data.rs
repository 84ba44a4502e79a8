//! The data about a host, as read from its file.
//!
//! Lives here: [`Host`], [`Release`] and reading them. A release lists what changed in it; the rest is
//! as in the previous release.
//! May import: `config`, `diag`, `source` (ranks 0 and 1).
//! Deliberately absent: any judgement (`verdict`), and the facts, which are in the files.

use std::collections::BTreeMap;

use semver::Version;

use crate::config::{self, Table};
use crate::diag::Report;
use crate::source::Source;

/// Something that runs components or core modules.
#[derive(Debug)]
pub struct Host {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// Its other names there.
    pub(super) also: Vec<String>,
    /// Its display name.
    pub(super) title: String,
    pub(super) homepage: String,
    /// The command that runs a guest.
    pub(super) command: String,
    /// What could not be established.
    pub(super) open: Vec<String>,
    pub(super) sources: Vec<Cited>,
    /// What to do if something is missing: `component`, `core module`, `export`, or a pattern of
    /// imports.
    pub(super) instead: Vec<(String, String)>,
    /// Patterns of interfaces that give no access by default, and how to give access.
    pub(super) grants: Vec<(String, String)>,
    /// Patterns of interfaces that it does not provide itself, and what adds them; empty for nothing.
    pub(super) otherwise: Vec<(String, String)>,
    /// Kinds of guests, patterns of interfaces and names of features for which support is unknown, and
    /// why.
    pub(super) unknown: Vec<(String, String)>,
    /// Oldest first; there is at least one.
    pub(super) releases: Vec<Release>,
}

/// The source of a fact.
#[derive(Debug)]
pub(super) struct Cited {
    pub what: String,
    pub version: String,
    pub date: String,
}

/// What a host has since a release.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub version: Version,
    pub date: String,
    /// `component`, `core module`.
    pub takes: Vec<String>,
    /// Those of them that take a flag.
    pub take_flags: BTreeMap<String, String>,
    /// Whether an interface satisfies imports of semver-compatible versions.
    pub by_track: bool,
    /// A component has to export one of these, if there are any.
    pub exports: Vec<String>,
    /// A core module has to export one of these, if there are any.
    pub module_exports: Vec<String>,
    /// Patterns of modules that a core module may import from.
    pub modules: Vec<String>,
    /// Those of them that take a flag.
    pub module_flags: BTreeMap<String, String>,
    /// Core modules may import interfaces by their names: it makes components of them.
    pub makes_components: bool,
    /// What is known of features, by the names that `inspect` has for them; those of core
    /// WebAssembly begin with `core `.
    pub features: BTreeMap<String, Support>,
    /// Interfaces that come and go together, by the name of the group.
    pub offers: BTreeMap<String, Offer>,
}

/// Whether a feature is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Support {
    Yes,
    Flag(String),
    No,
}

/// Interfaces in some versions.
#[derive(Clone, Debug, Default)]
pub(super) struct Offer {
    /// Their names, without versions.
    pub interfaces: Vec<String>,
    /// The versions; empty for none, `0.2.x` for any on that track.
    pub versions: Vec<String>,
    /// What it takes.
    pub flag: Option<String>,
}

impl Host {
    /// What it is called on the command line.
    pub fn name(&self) -> &str {
        self.name
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The interfaces that its newest known release offers, with their versions, and the flag that
    /// each takes.
    pub fn interfaces(&self) -> Vec<(String, Option<String>)> {
        let mut all = Vec::new();
        for offer in self.newest().offers.values() {
            for version in &offer.versions {
                for interface in &offer.interfaces {
                    let name = match version.as_str() {
                        "" => interface.clone(),
                        version => format!("{interface}@{version}"),
                    };
                    all.push((name, offer.flag.clone()));
                }
            }
        }
        all.sort();
        all
    }

    /// Its newest release that is known.
    pub(super) fn newest(&self) -> &Release {
        // INVARIANT: reading a host fails if it has no release.
        &self.releases[self.releases.len() - 1]
    }

    /// What is known at `version`: the newest release up to it.
    pub(super) fn at(&self, version: &Version) -> Option<&Release> {
        self.releases.iter().rfind(|r| r.version <= *version)
    }

    /// Why it is not known whether this is there: a kind of guest, an interface without its
    /// version, or the name of a feature.
    pub(super) fn doubt(&self, about: &str) -> Option<&str> {
        said(&self.unknown, about)
    }

    /// What to do where this is not there: a kind of guest, `export`, or an interface without its
    /// version.
    pub(super) fn instead_of(&self, what: &str) -> Option<&str> {
        said(&self.instead, what)
    }

    /// The flag that gives an interface, without its version, that it does not have itself.
    pub(super) fn otherwise(&self, interface: &str) -> Option<&str> {
        let fits = |pattern: &str| wildmatch::WildMatch::new(pattern).matches(interface);
        let fitting = self.otherwise.iter().filter(|(pattern, _)| fits(pattern));
        // The most specific decides, as files have their keys in no order of their own.
        let (_, flag) = fitting.max_by_key(|(pattern, _)| pattern.len())?;
        Some(flag.as_str()).filter(|flag| !flag.is_empty())
    }

    /// How access is given to what an interface stands for.
    pub(super) fn grant(&self, interface: &str) -> Option<&str> {
        said(&self.grants, interface)
    }
}

/// What is said of the first pattern that fits.
fn said<'a>(pairs: &'a [(String, String)], about: &str) -> Option<&'a str> {
    let fits = |pattern: &str| wildmatch::WildMatch::new(pattern).matches(about);
    let found = pairs.iter().find(|(pattern, _)| fits(pattern));
    found.map(|(_, text)| text.as_str())
}

/// Reads the file about the host `name`; fails with everything that is wrong in it.
pub(super) fn read(name: &'static str, text: &str) -> Result<Host, Report> {
    let source = Source::memory(format!("{name}.toml"), text.as_bytes().to_vec());
    config::read_toml(&source, |table, report| host(name, table, report))
}

fn host(name: &'static str, mut table: Table<'_>, report: &mut Report) -> Host {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    groups.extend(table.lists("groups", report));
    let mut host = Host {
        name,
        also: table.strings("also", report),
        title: required(&mut table, "title", report),
        homepage: required(&mut table, "homepage", report),
        command: required(&mut table, "command", report),
        open: table.strings("open", report),
        sources: Vec::new(),
        instead: table.pairs("instead", report),
        grants: table.pairs("grants", report),
        otherwise: table.pairs("otherwise", report),
        unknown: table.pairs("unknown", report),
        releases: Vec::new(),
    };
    if let Some(sources) = table.table("sources", report) {
        for (_, mut source) in sources.tables(report) {
            host.sources.push(Cited {
                what: required(&mut source, "what", report),
                version: required(&mut source, "version", report),
                date: required(&mut source, "date", report),
            });
            source.finish(report);
        }
    }
    let mut tables = Vec::new();
    if let Some(versions) = table.table("versions", report) {
        for (version, release) in versions.tables(report) {
            match Version::parse(&version) {
                Ok(version) => tables.push((version, release)),
                Err(_) => report
                    .push(release.bad_value("", &format!("`{version}` is not a valid version"))),
            }
        }
    }
    tables.sort_by(|a, b| a.0.cmp(&b.0));
    for (version, table) in tables {
        let before = host.releases.last();
        let next = release(version, before, &groups, table, report);
        host.releases.push(next);
    }
    if host.releases.is_empty() {
        report.push(table.missing("versions"));
    }
    table.finish(report);
    host
}

fn required(table: &mut Table<'_>, key: &'static str, report: &mut Report) -> String {
    table.string(key, report).unwrap_or_else(|| {
        if !table.has(key) {
            report.push(table.missing(key));
        }
        String::new()
    })
}

fn release(
    version: Version,
    before: Option<&Release>,
    groups: &BTreeMap<String, Vec<String>>,
    mut table: Table<'_>,
    report: &mut Report,
) -> Release {
    let nothing = || Release {
        version: version.clone(),
        date: String::new(),
        takes: Vec::new(),
        take_flags: BTreeMap::new(),
        by_track: false,
        exports: Vec::new(),
        module_exports: Vec::new(),
        modules: Vec::new(),
        module_flags: BTreeMap::new(),
        makes_components: false,
        features: BTreeMap::new(),
        offers: BTreeMap::new(),
    };
    let mut release = before.cloned().unwrap_or_else(nothing);
    release.version = version.clone();
    release.date = required(&mut table, "date", report);
    for (key, list) in [
        ("takes", &mut release.takes),
        ("exports", &mut release.exports),
        ("module-exports", &mut release.module_exports),
        ("modules", &mut release.modules),
    ] {
        if table.has(key) {
            *list = table.strings(key, report);
        }
    }
    if let Some(kind) = table.string("matching", report) {
        release.by_track = kind == "track";
        if !["track", "exact"].contains(&kind.as_str()) {
            report.push(table.bad_value("matching", "`matching` must be `track` or `exact`"));
        }
    }
    if let Some(how) = table.string("module-interfaces", report) {
        release.makes_components = how == "as-component";
        if !release.makes_components {
            let message = "`module-interfaces` must be `as-component`";
            report.push(table.bad_value("module-interfaces", message));
        }
    }
    release.take_flags.extend(table.pairs("take-flags", report));
    release
        .module_flags
        .extend(table.pairs("module-flags", report));
    for feature in table.strings("lacks", report) {
        release.features.insert(feature, Support::No);
    }
    for (feature, flag) in table.pairs("feature-flags", report) {
        release.features.insert(feature, Support::Flag(flag));
    }
    for feature in table.strings("features", report) {
        release.features.insert(feature, Support::Yes);
    }
    for (group, versions) in table.lists("offers", report) {
        let Some(interfaces) = groups.get(&group) else {
            report.push(table.bad_value("offers", &format!("unknown group `{group}`")));
            continue;
        };
        let offer = release.offers.entry(group).or_default();
        offer.interfaces.clone_from(interfaces);
        offer.versions = versions;
    }
    for (group, flag) in table.pairs("flags", report) {
        match release.offers.get_mut(&group) {
            Some(offer) => offer.flag = Some(flag).filter(|flag| !flag.is_empty()),
            None => report.push(table.bad_value("flags", &format!("`{group}` is not offered"))),
        }
    }
    table.finish(report);
    release
}
