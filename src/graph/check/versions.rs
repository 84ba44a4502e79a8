//! Packages that are used in two semver-compatible versions.
//!
//! May import: `diag`, `names`, the sibling data. Deliberately absent: incompatible versions;
//! both may be needed.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::{View, listed, quoted};
use crate::diag::Report;
use crate::escape;
use crate::graph::assemble::CALLER;
use crate::graph::codes;
use crate::graph::model::NodeKind;
use crate::names::{track, unversioned};

/// What is known of a version of a package.
#[derive(Default)]
struct Used<'g> {
    /// Who uses it.
    users: BTreeSet<&'g str>,
    /// The nodes that are of it.
    own: BTreeSet<&'g str>,
    /// Its interfaces that are used, behind the package.
    interfaces: BTreeSet<(&'g str, &'g str)>,
}

/// By version.
type Versions<'g> = BTreeMap<Version, Used<'g>>;

/// A namespace, and the versions of a package in it.
type Release<'g> = (&'g str, Vec<Version>);

pub(super) fn check(view: &View<'_>, report: &mut Report) {
    // Packages of one namespace with the same versions are one finding.
    let mut alike: BTreeMap<Release<'_>, Vec<(&str, Versions<'_>)>> = BTreeMap::new();
    for ((package, _), versions) in packages(view) {
        if versions.len() > 1 {
            let (namespace, name) = package.split_once(':').unwrap_or(("", package));
            let key = (namespace, versions.keys().cloned().collect());
            alike.entry(key).or_default().push((name, versions));
        }
    }
    for ((namespace, numbers), packages) in alike {
        let names: Vec<&str> = packages.iter().map(|(name, _)| *name).collect();
        let what = match names.as_slice() {
            [one] => format!("{namespace}:{one}"),
            several => format!("{namespace}:{{{}}}", several.join(", ")),
        };
        let texts: Vec<String> = numbers.iter().map(Version::to_string).collect();
        let mut finding = codes::TWO_VERSIONS.report(format!(
            "`{what}` is used in {} compatible versions: {}",
            texts.len(),
            escape::and(&texts)
        ));
        for number in &numbers {
            let mut all = Used::default();
            for used in packages.iter().filter_map(|(_, v)| v.get(number)) {
                all.users.extend(&used.users);
                all.own.extend(&used.own);
                all.interfaces.extend(&used.interfaces);
            }
            let interfaces: Vec<&str> = all.interfaces.into_iter().map(|(_, name)| name).collect();
            let mut text = match (packages.len(), interfaces.as_slice()) {
                (_, []) => number.to_string(),
                (1, few) => format!("{number} of {}", listed(few)),
                (_, [one]) => format!("{number} of `{one}`"),
                (_, many) => format!("{number} of {} interfaces", many.len()),
            };
            // Neither the caller nor the host can switch to another version.
            let users: Vec<&str> = all
                .users
                .into_iter()
                .filter(|user| view.fact(user).is_some())
                .collect();
            let first = all.own.first().or(users.first()).copied().unwrap_or(CALLER);
            if users.len() > 1 || (!users.is_empty() && !all.own.is_empty()) {
                text.push_str(&format!(", by {}", quoted(&users)));
            }
            finding = finding.at(view.locus(first, None), text);
        }
        report.push(finding.help(match texts.last() {
            Some(highest) => {
                format!("build all of them against one version, for example {highest}")
            }
            None => "build all of them against one version".to_string(),
        }));
    }
}

/// By package and track.
fn packages<'g>(view: &View<'g>) -> BTreeMap<(&'g str, String), Versions<'g>> {
    let graph = &view.traced.graph;
    // Who, what, and whether it is the thing itself.
    let mut uses: Vec<(&str, &str, bool)> = Vec::new();
    for edge in &graph.edges {
        uses.push((&edge.from, &edge.interface, false));
        let there = edge.provided_as.as_deref();
        uses.extend(there.map(|name| (edge.to.as_str(), name, false)));
    }
    for node in &graph.nodes {
        match node.kind {
            NodeKind::Package | NodeKind::Interface => uses.push((&node.id, &node.id, true)),
            NodeKind::Instance => {
                let ports = node.imports.iter().chain(&node.exports);
                let ports = ports.filter(|port| port.sort == "interface");
                uses.extend(ports.map(|port| (node.id.as_str(), port.name.as_str(), false)));
            }
            _ => {}
        }
    }
    let mut packages: BTreeMap<(&str, String), Versions<'_>> = BTreeMap::new();
    for (user, name, itself) in uses {
        let Some((track, version)) = track(name) else {
            continue;
        };
        let base = unversioned(name);
        let (package, interface) = base.split_once('/').unwrap_or((base, ""));
        let on = track.split_once('@').map_or("", |(_, on)| on);
        let versions = packages.entry((package, on.to_string())).or_default();
        let used = versions.entry(version).or_default();
        match itself {
            true => used.own.insert(user),
            false => used.users.insert(user),
        };
        if !interface.is_empty() {
            used.interfaces.insert((package, interface));
        }
    }
    packages
}
