//! What to do about something that one side has and the other has not.
//!
//! May import: `names`, `diag` (rank 0), `surface` (3), the siblings.
//! Deliberately absent: the findings themselves (`findings`).

use std::collections::{HashMap, HashSet};

use super::words::package_of;
use crate::names;
use crate::surface::wit::readable;
use crate::surface::{ExternName, Item, Side, Surface};

/// How many letters two names may differ by to be taken for the same one, misspelt.
const SLIP: usize = 2;

/// Among more names than these no slip is looked for: a report may be about thousands.
const MANY: usize = 500;

/// Imports or exports, by all that they go by.
struct Known<'a> {
    names: Vec<&'a str>,
    whole: HashMap<String, &'a (ExternName, Item)>,
    /// By the name without its version: the first one.
    bases: HashMap<String, String>,
    /// By the package without its version: the first one.
    packages: HashMap<String, String>,
    /// By the interface that they implement under a name of their own.
    implementers: HashMap<String, String>,
}

impl<'a> Known<'a> {
    fn new(items: &'a [(ExternName, Item)]) -> Known<'a> {
        let mut known = Known {
            names: Vec::new(),
            whole: HashMap::new(),
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
                let package = package_of(names::unversioned(&name));
                known
                    .packages
                    .entry(package)
                    .or_insert_with(|| name.clone());
            }
            if let Some(interface) = item.0.full_implements() {
                let implementers = known.implementers.entry(interface.into_owned());
                implementers.or_insert_with(|| name.clone());
            }
            known.whole.insert(name, item);
        }
        known
    }

    /// The same interface in a version that is another track, or without one.
    fn other_track(&self, name: &str) -> Option<&String> {
        self.bases.get(names::unversioned(name))
    }

    /// Something of the same package on another track, in which the interface may be called
    /// otherwise.
    fn other_package(&self, name: &str) -> Option<&String> {
        let package = package_of(names::unversioned(name));
        let other = self.packages.get(&package)?;
        let track = |name: &str| package_of(&names::track_or_name(name));
        (track(other) != track(name)).then_some(other)
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
    /// `world acme:app/service`.
    held: String,
    /// The imports and exports of the component, and of the world.
    asks: Known<'a>,
    provides: Known<'a>,
    offers: Known<'a>,
    expects: Known<'a>,
    /// What the world offers and nobody asks for, and what is provided and not expected.
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

    /// What the component is held to: `world acme:app/service`.
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

    fn in_world(&self, side: Side, name: &str) -> Option<&'a (ExternName, Item)> {
        let known = match side {
            Side::Import => &self.offers,
            Side::Export => &self.expects,
        };
        known.whole.get(name).copied()
    }

    /// About an import that is not offered.
    pub fn import(&self, name: &str) -> Vec<String> {
        if let Some(other) = self.offers.other_track(name) {
            return vec![self.track(name, "offers", other)];
        }
        let import = self.in_component(Side::Import, name);
        if let Some((import, _)) = import
            && let Some(interface) = import.full_implements()
            && self.offers.whole.contains_key(interface.as_ref())
        {
            return vec![format!(
                "`{name}` implements {interface}, which {} offers under that name only; add `import \
                 {name}: {interface};` to it",
                self.held
            )];
        }
        if let Some(known) = self.offers.implementers.get(name) {
            return vec![format!(
                "{} offers an implementation of it as `{known}`; import it by that name",
                self.held
            )];
        }
        if let Some(meant) = similar(name, &self.free_offers) {
            return vec![format!("{} offers {meant}, a similar name", self.held)];
        }
        if let Some(other) = self.offers.other_package(name) {
            return vec![format!(
                "{} offers {}, which is on another semver track, and nothing of that name",
                self.held,
                package_of(other)
            )];
        }
        match import {
            Some((_, Item::Module(_) | Item::Component(_) | Item::Value(_))) => {
                vec!["WIT has no words for it, so no world can offer it".to_string()]
            }
            _ => vec![format!(
                "have {} import what is missing, or say with --allow '{}' that the host offers it in \
                 any case",
                self.held,
                pattern(name)
            )],
        }
    }

    /// About an export that is missing; `wanted` is its type.
    pub fn export(&self, name: &str, wanted: &str) -> Vec<String> {
        if let Some(other) = self.provides.other_track(name) {
            return vec![self.track(name, "exports", other)];
        }
        let subject = self.subject;
        if let Some(known) = self.provides.implementers.get(name) {
            return vec![format!(
                "`{subject}` exports an implementation of it, but by the name `{known}`"
            )];
        }
        let expected = self.in_world(Side::Export, name);
        let implements = expected.and_then(|(known, _)| known.full_implements());
        if let Some(interface) = &implements
            && self.provides.whole.contains_key(interface.as_ref())
        {
            return vec![format!(
                "`{subject}` exports {interface}, which `{name}` is to implement, under that name \
                 only; export it as `{name}: {interface}`"
            )];
        }
        if let Some(meant) = similar(name, &self.free_provides) {
            return vec![format!("`{subject}` exports {meant}, a similar name")];
        }
        let what = match (expected, implements) {
            (Some((_, Item::Func(_))), _) => format!("{}: {wanted}", readable(name)),
            (_, Some(interface)) => format!("{name}: {interface}"),
            _ => name.to_string(),
        };
        vec![format!(
            "add `export {what};` to the world that `{subject}` is built for, and implement it"
        )]
    }

    /// Members that one side lacks and that are called much like some of an interface on the other,
    /// which nobody asks for.
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
            Some(format!("there is `{meant}`, a similar name to `{wanted}`"))
        });
        near.collect()
    }

    /// About members of an interface that one side lacks.
    pub fn other_member(&self, side: Side, in_component: &str, in_world: &str) -> String {
        let subject = self.subject;
        match (side, versions_differ(in_component, in_world)) {
            (Side::Import, Some((ours, theirs))) => format!(
                "`{subject}` was built for version {ours}, and {} has {theirs}; update the package, \
                 or build `{subject}` for {theirs}",
                self.held
            ),
            (Side::Export, Some((ours, theirs))) => format!(
                "`{subject}` was built for version {ours}, and {} has {theirs}; build it again for \
                 {theirs}",
                self.held
            ),
            (Side::Import, None) => {
                format!("add what is missing to {in_world}, or build `{subject}` without it")
            }
            (Side::Export, None) => format!(
                "make the bindings of `{subject}` again from this package, and implement what is \
                 missing"
            ),
        }
    }

    fn track(&self, name: &str, verb: &str, other: &str) -> String {
        let who = match verb {
            "offers" => self.held.to_string(),
            _ => format!("`{}`", self.subject),
        };
        format!(
            "{who} {verb} {}, which is not the same: {} and {} are on different semver tracks",
            package_of(other),
            version(name),
            version(other),
        )
    }
}

fn version(name: &str) -> &str {
    name.split_once('@')
        .map_or("no version", |(_, version)| version)
}

/// The versions of two names, if they have some and these differ.
pub(super) fn versions_differ<'a>(ours: &'a str, theirs: &'a str) -> Option<(&'a str, &'a str)> {
    let (_, ours) = ours.split_once('@')?;
    let (_, theirs) = theirs.split_once('@')?;
    (ours != theirs).then_some((ours, theirs))
}

/// A pattern for `--allow` that lets the name and its like pass.
fn pattern(name: &str) -> String {
    match names::unversioned(name).split_once('/') {
        Some((package, _)) => format!("{package}/*"),
        None => name.to_string(),
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
