//! Advice about items that only one side has.
//!
//! May import: `names` (rank 0), `features` (2), `surface` (3), the siblings.
//! Deliberately absent: the findings themselves (`findings`).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::display::package_of;
use crate::diag::Diagnostic;
use crate::features::is_released_with_wasi;
use crate::names;
use crate::surface::wit::readable;
use crate::surface::{ExternName, Item, Side, Surface};

/// By how many letters a misspelt name may differ.
const SLIP: usize = 2;

/// Misspellings are not searched for among more names than this: there may be thousands.
const MANY: usize = 500;

/// Why one side lacks something; items that lack for one reason become one finding.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// The package, or WASI, only exists in an incompatible version.
    Track {
        package: String,
        wanted: String,
        version: String,
    },
    /// There is nothing similar: the package, or `wasi`, or its own name.
    Nothing(String),
    /// Anything else: the package, and what to say about it.
    Told(String, Remarks),
}

/// A fact, and what to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Remarks {
    note: Option<String>,
    help: Option<String>,
}

impl Remarks {
    fn note(text: impl Into<String>) -> Remarks {
        Remarks {
            note: Some(text.into()),
            help: None,
        }
    }

    fn help(text: impl Into<String>) -> Remarks {
        Remarks::default().with_help(text)
    }

    fn with_help(mut self, text: impl Into<String>) -> Remarks {
        self.help = Some(text.into());
        self
    }

    /// Adds them to a finding.
    pub fn on(self, mut finding: Diagnostic) -> Diagnostic {
        if let Some(note) = self.note {
            finding = finding.note(note);
        }
        match self.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}

/// Imports or exports, by all of their names.
struct Known<'a> {
    names: Vec<&'a str>,
    whole: HashMap<String, &'a (ExternName, Item)>,
    /// In which order they are.
    positions: HashMap<String, usize>,
    /// By the name without its version: the first one.
    bases: HashMap<String, String>,
    /// By the package without its version, or WASI: one of each version.
    packages: HashMap<String, Vec<String>>,
    /// By the interface that they implement under a name of their own.
    implementers: HashMap<String, String>,
}

impl<'a> Known<'a> {
    fn new(items: &'a [(ExternName, Item)]) -> Known<'a> {
        let mut known = Known {
            names: Vec::new(),
            whole: HashMap::new(),
            positions: HashMap::new(),
            bases: HashMap::new(),
            packages: HashMap::new(),
            implementers: HashMap::new(),
        };
        for item in items {
            let name = item.0.full_name().into_owned();
            known.names.push(item.0.name.as_str());
            if name.contains('/') {
                let base = names::unversioned(&name).to_string();
                known.bases.entry(base).or_insert_with(|| name.clone());
                let package = known.packages.entry(family(&name)).or_default();
                if !package.iter().any(|other| version(other) == version(&name)) {
                    package.push(name.clone());
                }
            }
            if let Some(interface) = item.0.full_implements() {
                let implementers = known.implementers.entry(interface.into_owned());
                implementers.or_insert_with(|| name.clone());
            }
            known.positions.insert(name.clone(), known.positions.len());
            known.whole.insert(name, item);
        }
        known
    }

    /// The same interface in an incompatible version, or without one.
    fn other_track(&self, name: &str) -> Option<&String> {
        self.bases.get(names::unversioned(name))
    }

    /// Something of the same package, or of WASI, if that only exists in incompatible versions; the
    /// interface may have another name there.
    fn other_package(&self, name: &str) -> Option<&String> {
        let family = family(name);
        let track = |name: &str| names::track_or_name(&format!("@{}", version(name)));
        let others = self.packages.get(&family)?;
        let same = others.iter().any(|other| track(other) == track(name));
        others.first().filter(|_| !same)
    }

    /// The names that are not among those of `others`.
    fn but<'b>(&'b self, others: &Known<'_>) -> Vec<&'a str> {
        let others: HashSet<&str> = others.names.iter().copied().collect();
        let own = self.names.iter().copied();
        own.filter(|name| !others.contains(name)).collect()
    }
}

/// What advice is based on.
pub(super) struct Advice<'a> {
    subject: &'a str,
    /// ``world `acme:app/service` ``.
    held: String,
    /// The imports and exports of the component, and of the world.
    asks: Known<'a>,
    provides: Known<'a>,
    offers: Known<'a>,
    expects: Known<'a>,
    /// What only the world imports, and what only the component exports.
    free_offers: Vec<&'a str>,
    free_provides: Vec<&'a str>,
}

impl<'a> Advice<'a> {
    pub fn new(
        subject: &'a str,
        held: String,
        component: &'a Surface,
        world: &'a Surface,
    ) -> Advice<'a> {
        let [asks, provides] = [&component.imports, &component.exports].map(|i| Known::new(i));
        let [offers, expects] = [&world.imports, &world.exports].map(|i| Known::new(i));
        Advice {
            subject,
            held,
            free_offers: offers.but(&asks),
            free_provides: provides.but(&expects),
            asks,
            provides,
            offers,
            expects,
        }
    }

    /// What the component is checked against: ``world `acme:app/service` ``.
    pub fn held(&self) -> &str {
        &self.held
    }

    /// An import or export of the component.
    pub fn in_component(&self, side: Side, name: &str) -> Option<&'a (ExternName, Item)> {
        let known = match side {
            Side::Import => &self.asks,
            Side::Export => &self.provides,
        };
        known.whole.get(name).copied()
    }

    /// How many imports of the component come before this one.
    pub fn position(&self, import: &str) -> Option<usize> {
        self.asks.positions.get(import).copied()
    }

    fn in_world(&self, side: Side, name: &str) -> Option<&'a (ExternName, Item)> {
        let known = match side {
            Side::Import => &self.offers,
            Side::Export => &self.expects,
        };
        known.whole.get(name).copied()
    }

    /// Why the world lacks an import.
    pub fn import(&self, name: &str) -> Reason {
        if let Some(other) = self.offers.other_track(name) {
            return track(name, other);
        }
        if let Some(told) = self.near_import(name) {
            return Reason::Told(package_of(name), told);
        }
        if let Some(other) = self.offers.other_package(name) {
            return track(name, other);
        }
        match self.in_component(Side::Import, name) {
            Some((_, Item::Module(_) | Item::Component(_) | Item::Value(_))) => Reason::Told(
                package_of(name),
                Remarks::note(
                    "WIT cannot express imports of core modules, components and values, so no \
                     world has it",
                ),
            ),
            _ => Reason::Nothing(match namespace(name) {
                Some("wasi") => "wasi".to_string(),
                _ => package_of(names::unversioned(name)),
            }),
        }
    }

    /// What the world imports that is similar.
    fn near_import(&self, name: &str) -> Option<Remarks> {
        let held = &self.held;
        let import = self.in_component(Side::Import, name);
        if let Some((import, _)) = import
            && let Some(interface) = import.full_implements()
            && self.offers.whole.contains_key(interface.as_ref())
        {
            let note = format!("{held} imports `{interface}` under its own name only");
            let help = format!("add `import {name}: {interface};` to {held}");
            return Some(Remarks::note(note).with_help(help));
        }
        if let Some(known) = self.offers.implementers.get(name) {
            let note = format!("{held} imports an implementation of it as `{known}`");
            return Some(Remarks::note(note).with_help(format!("import `{known}` instead")));
        }
        let meant = similar(name, &self.free_offers)?;
        Some(Remarks::note(format!(
            "{held} has a similar import: `{meant}`"
        )))
    }

    /// Remarks on imports that the world lacks for one reason.
    pub fn imports(&self, reason: &Reason, names: &[&str]) -> Remarks {
        let (subject, held) = (self.subject, &self.held);
        match reason {
            Reason::Told(_, told) => told.clone(),
            Reason::Track {
                wanted, version, ..
            } => {
                let (ours, theirs) = (at_version(names, wanted), at_version(names, version));
                Remarks::note(format!(
                    "{held} has {theirs}, which is not compatible with {ours}"
                ))
                .with_help(format!("rebuild `{subject}` for {theirs}"))
            }
            Reason::Nothing(_) => {
                let (the_import, it) = match names.len() {
                    1 => ("the import", "it"),
                    _ => ("the imports", "them"),
                };
                Remarks::help(format!(
                    "add {the_import} to {held}, or pass `--allow '{}'` if the host provides {it}",
                    pattern(names)
                ))
            }
        }
    }

    /// Remarks on exports that are missing for one reason.
    pub fn exports(&self, reason: &Reason, names: &[&str]) -> Remarks {
        let subject = self.subject;
        match reason {
            Reason::Track {
                wanted, version, ..
            } => {
                let (ours, theirs) = (at_version(names, version), at_version(names, wanted));
                Remarks::note(format!(
                    "`{subject}` exports {ours}, which is not compatible with {theirs}"
                ))
                .with_help(format!("rebuild `{subject}` for {theirs}"))
            }
            Reason::Told(_, told) => told.clone(),
            Reason::Nothing(_) => Remarks::default(),
        }
    }

    /// Why an export is missing; `wanted` is its type.
    pub fn export(&self, name: &str, wanted: &str) -> Reason {
        match self.provides.other_track(name) {
            Some(other) => track(name, other),
            None => Reason::Told(name.to_string(), self.other_export(name, wanted)),
        }
    }

    fn other_export(&self, name: &str, wanted: &str) -> Remarks {
        let subject = self.subject;
        if let Some(known) = self.provides.implementers.get(name) {
            let note = format!("`{subject}` exports an implementation of it as `{known}`");
            return Remarks::note(note).with_help(format!("export it as `{name}`"));
        }
        let expected = self.in_world(Side::Export, name);
        let implements = expected.and_then(|(known, _)| known.full_implements());
        if let Some(interface) = &implements
            && self.provides.whole.contains_key(interface.as_ref())
        {
            let note = format!("`{subject}` exports `{interface}` under its own name only");
            return Remarks::note(note).with_help(format!("export it as `{name}: {interface}`"));
        }
        if let Some(meant) = similar(name, &self.free_provides) {
            return Remarks::note(format!("`{subject}` has a similar export: `{meant}`"));
        }
        let what = match (expected, implements) {
            (Some((_, Item::Func(_))), _) => format!("{}: {wanted}", readable(name)),
            (_, Some(interface)) => format!("{name}: {interface}"),
            _ => name.to_string(),
        };
        Remarks::help(format!(
            "add `export {what};` to the world that `{subject}` is built for, and implement it"
        ))
    }

    /// Notes on members that one side lacks and whose names are similar to members that only the other
    /// side has.
    pub fn similar_members(
        &self,
        side: Side,
        in_component: &str,
        in_world: &str,
        wanted: &[&str],
    ) -> Vec<String> {
        let ours = members(self.in_component(side, in_component));
        let theirs = members(self.in_world(side, in_world));
        let (asking, asked) = match side {
            Side::Import => (ours, theirs),
            Side::Export => (theirs, ours),
        };
        let spoken: HashSet<&str> = asking.iter().map(String::as_str).collect();
        let asked = asked.iter().map(String::as_str);
        let free: Vec<&str> = asked.filter(|name| !spoken.contains(name)).collect();
        let near = wanted.iter().filter_map(|wanted| {
            let meant = similar(wanted, &free)?;
            Some(format!("a name similar to `{wanted}` exists: `{meant}`"))
        });
        near.collect()
    }

    /// Remarks on members of an interface that one side lacks.
    pub fn other_member(&self, side: Side, in_component: &str, in_world: &str) -> Remarks {
        let (subject, held) = (self.subject, &self.held);
        let versions = versions_differ(in_component, in_world);
        let help = match (side, versions) {
            (Side::Import, Some((_, theirs))) => {
                format!("update the package, or rebuild `{subject}` for version {theirs}")
            }
            (Side::Export, Some((_, theirs))) => {
                format!("rebuild `{subject}` for version {theirs}")
            }
            (Side::Import, None) => {
                format!("add what is missing to `{in_world}`, or build `{subject}` without it")
            }
            (Side::Export, None) => format!(
                "regenerate the bindings of `{subject}` from this package, and implement what is \
                 missing"
            ),
        };
        let remarks = versions.map(|(ours, theirs)| {
            Remarks::note(format!(
                "`{subject}` was built for version {ours}, but {held} has version {theirs}"
            ))
        });
        remarks.unwrap_or_default().with_help(help)
    }
}

/// That `wanted` only exists as `other`.
fn track(wanted: &str, other: &str) -> Reason {
    Reason::Track {
        package: family(wanted),
        wanted: version(wanted).to_string(),
        version: version(other).to_string(),
    }
}

/// The package of an interface, without its version; those that are released with WASI have their
/// versions in common.
fn family(name: &str) -> String {
    let package = package_of(names::unversioned(name));
    match is_released_with_wasi(&package) {
        true => "WASI".to_string(),
        false => package,
    }
}

fn namespace(name: &str) -> Option<&str> {
    name.split_once(':').map(|(namespace, _)| namespace)
}

/// The package of these in a version, or WASI in that version if they are of several.
fn at_version(names: &[&str], version: &str) -> String {
    let packages = packages(names);
    match (packages.as_slice(), version) {
        ([package], NO_VERSION) => format!("`{package}` without a version"),
        ([package], version) => format!("`{package}@{version}`"),
        (_, version) => format!("WASI {version}"),
    }
}

/// The packages of names, without versions, each once.
fn packages(names: &[&str]) -> Vec<String> {
    let packages = names.iter().map(|n| package_of(names::unversioned(n)));
    packages.collect::<BTreeSet<_>>().into_iter().collect()
}

const NO_VERSION: &str = "no version";

fn version(name: &str) -> &str {
    name.split_once('@')
        .map_or(NO_VERSION, |(_, version)| version)
}

/// The versions of two names, if they have some and these differ.
pub(super) fn versions_differ<'a>(ours: &'a str, theirs: &'a str) -> Option<(&'a str, &'a str)> {
    let (_, ours) = ours.split_once('@')?;
    let (_, theirs) = theirs.split_once('@')?;
    (ours != theirs).then_some((ours, theirs))
}

/// A pattern for `--allow` that matches all of these: their package, or their namespace.
fn pattern(names: &[&str]) -> String {
    let first = names.first().copied().unwrap_or_default();
    match (packages(names).as_slice(), namespace(first)) {
        ([package], _) if first.contains('/') => format!("{package}/*"),
        ([_, _, ..], Some(namespace)) => format!("{namespace}:*"),
        _ => first.to_string(),
    }
}

/// What an interface has, by names as people read them.
fn members(interface: Option<&(ExternName, Item)>) -> Vec<String> {
    match interface {
        Some((_, Item::Instance(instance))) => instance
            .exports
            .iter()
            .map(|(name, _)| readable(&name.full_name()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The one of `known` that is probably the same name, misspelt.
fn similar<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    if known.len() > MANY {
        return None;
    }
    let near = known.iter().copied().filter(|other| {
        let lengths = other.len().abs_diff(name.len());
        lengths <= SLIP && other.len() > 2 * SLIP
    });
    let near = near.map(|other| (strsim::osa_distance(name, other), other));
    let near = near.filter(|(distance, _)| *distance <= SLIP);
    near.min().map(|(_, other)| other)
}
