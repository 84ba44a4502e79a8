//! Rule `dep-outdated-patch`.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::PackageId;

use super::rule;
use crate::diag::{Diagnostic, Fix};
use crate::lint::facts::items::listed;
use crate::lint::facts::packages::{Named, Way, named, needed, track, version_text};
use crate::lint::{Context, edits};
use crate::wit::syntax::{Node, NodeKind};

rule! {
    /// The package depends on several compatible versions of another package, such as `0.2.1` and
    /// `0.2.6`. The newest one has everything that the others have. As long as several are named,
    /// their types are different types, and readers, bindings and hosts have to deal with all of
    /// them.
    ///
    /// ```wit bad
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   use acme:log/sink@1.0.0.{message};
    ///
    ///   /// All messages so far.
    ///   history: func() -> list<message>;
    /// }
    ///
    /// /// Storage as a service.
    /// world service {
    ///   import acme:log/sink@1.2.0;
    ///   export store;
    /// }
    ///
    /// package acme:log@1.0.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// A log message.
    ///     type message = string;
    ///     /// Writes a message.
    ///     write: func(message: message);
    ///   }
    /// }
    ///
    /// package acme:log@1.2.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// A log message.
    ///     type message = string;
    ///     /// Writes a message.
    ///     write: func(message: message);
    ///     /// Waits until all messages are written.
    ///     flush: func();
    ///   }
    /// }
    /// ```
    ///
    /// Use the newest version everywhere. `--unsafe-fixes` does this where the newest version has
    /// everything that is used; it is unsafe because it changes what a component imports. If a
    /// dependency names the older version, update that dependency.
    ///
    /// ```wit fixed
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage.
    /// interface store {
    ///   use acme:log/sink@1.2.0.{message};
    ///
    ///   /// All messages so far.
    ///   history: func() -> list<message>;
    /// }
    ///
    /// /// Storage as a service.
    /// world service {
    ///   import acme:log/sink@1.2.0;
    ///   export store;
    /// }
    ///
    /// package acme:log@1.0.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// A log message.
    ///     type message = string;
    ///     /// Writes a message.
    ///     write: func(message: message);
    ///   }
    /// }
    ///
    /// package acme:log@1.2.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// A log message.
    ///     type message = string;
    ///     /// Writes a message.
    ///     write: func(message: message);
    ///     /// Waits until all messages are written.
    ///     flush: func();
    ///   }
    /// }
    /// ```
    ///
    /// Incompatible versions are reported by `dep-versions-conflict`. A single version is never
    /// reported, however old it is:
    ///
    /// ```wit good
    /// package acme:kv@1.0.0;
    ///
    /// /// Storage as a service.
    /// world service {
    ///   import acme:log/sink@1.0.0;
    /// }
    ///
    /// package acme:log@1.0.0 {
    ///   /// A log sink.
    ///   interface sink {
    ///     /// Writes a message.
    ///     write: func(message: string);
    ///   }
    /// }
    /// ```
    DEP_OUTDATED_PATCH: "dep-outdated-patch", Versions, Warning, on, check
}

fn check(cx: &mut Context<'_>) {
    let packages = &cx.wit.resolve.packages;
    let named = named(cx);
    let ways = needed(cx, &named);
    // By name and track: the versions that are needed.
    let mut tracks: BTreeMap<_, Vec<(PackageId, Way<'_>)>> = BTreeMap::new();
    for (package, way) in &ways {
        let name = &packages[*package].name;
        if let Some(track) = track(name) {
            let key = (name.namespace.clone(), name.name.clone(), track);
            tracks.entry(key).or_default().push((*package, *way));
        }
    }
    // For each version that is not the newest: the one that is.
    let mut newer: BTreeMap<PackageId, (PackageId, Way<'_>)> = BTreeMap::new();
    for versions in tracks.into_values() {
        let newest = versions
            .iter()
            .max_by_key(|(package, _)| &packages[*package].name.version)
            .copied();
        let older = versions
            .iter()
            .filter(|version| newest.map(|n| n.0) != Some(version.0));
        newer.extend(older.filter_map(|(package, _)| Some((*package, newest?))));
    }
    if newer.is_empty() {
        return;
    }
    let fixable = Fixable::new(cx, &named, &newer);
    let mut found = Vec::new();
    for place in &named {
        if let Some(newest) = newer.get(&place.package) {
            let finding = finding(cx, place.package, place.path, *newest);
            found.push(match fixable.fix(cx, place, newest.0) {
                Some(fix) => finding.fix(fix),
                None => finding,
            });
        }
    }
    // Indirect dependencies: one finding for the direct dependency that brings them.
    let mut along: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (package, newest) in &newer {
        if let Some(way) = ways.get(package).filter(|way| way.by != *package) {
            let version = version_text(&packages[newest.0].name);
            let path = (way.path.tree().name(), way.path.index());
            let all = along.entry((way.by, version, path)).or_default();
            all.push((*package, way.path, *newest));
        }
    }
    for ((by, ..), all) in along {
        found.extend(along_with(cx, by, &all));
    }
    for finding in found {
        cx.push(finding);
    }
}

/// The finding about `package` at `path`, which names it.
fn finding(
    cx: &Context<'_>,
    package: PackageId,
    path: Node<'_>,
    (newest, way): (PackageId, Way<'_>),
) -> Diagnostic {
    let packages = &cx.wit.resolve.packages;
    let old = &packages[package].name;
    let new_version = version_text(&packages[newest].name);
    let place = path.child(NodeKind::Version).unwrap_or(path);
    let message = format!("`{old}` is used, although {new_version} of the package is used as well");
    DEP_OUTDATED_PATCH
        .at(place, message, "older version")
        .at(way.path.locus(), way.label(cx, newest))
        .help(format!("use {new_version} here as well"))
}

/// The finding about packages that `by` depends on, where there is a newer version of each.
fn along_with<'w>(
    cx: &Context<'w>,
    by: PackageId,
    all: &[(PackageId, Node<'w>, (PackageId, Way<'w>))],
) -> Option<Diagnostic> {
    let packages = &cx.wit.resolve.packages;
    let (_, path, (newest, way)) = all.first()?;
    let new_version = version_text(&packages[*newest].name);
    let old = all.iter().map(|(package, ..)| &packages[*package].name);
    let old: Vec<String> = old.map(|name| format!("`{name}`")).collect();
    let (verb, noun) = match old.len() {
        1 => ("is", "the package"),
        _ => ("are", "the packages"),
    };
    let by = &packages[by].name;
    let message = format!(
        "{} {verb} used by `{by}`, although {new_version} of {noun} is used as well",
        listed(&old)
    );
    Some(
        DEP_OUTDATED_PATCH
            .at(*path, message, "dependency through this")
            .at(way.path.locus(), way.label(cx, *newest))
            .help(format!(
                "update `{}:{}` to a version that uses {new_version}",
                by.namespace, by.name
            )),
    )
}

/// What has to be known to tell whether a path may name the newest version.
struct Fixable<'w> {
    /// What each newest version needs, itself included.
    needs: BTreeMap<PackageId, BTreeSet<PackageId>>,
    /// How often a place has an interface, whatever its version: there must be only one after.
    times: BTreeMap<Spot<'w>, usize>,
}

/// The file, the number of what a path's item is in, the kind of that item, the newest version of
/// what the path names, and the item there.
type Spot<'w> = (&'w str, usize, usize, PackageId, &'w str);

impl<'w> Fixable<'w> {
    fn new(
        cx: &Context<'w>,
        named: &[Named<'w>],
        newer: &BTreeMap<PackageId, (PackageId, Way<'w>)>,
    ) -> Fixable<'w> {
        let mut needs = BTreeMap::new();
        for (newest, _) in newer.values() {
            needs.entry(*newest).or_insert_with(|| {
                let mut all = BTreeSet::new();
                let mut open = vec![*newest];
                while let Some(package) = open.pop() {
                    if all.insert(package) {
                        open.extend(cx.wit.resolve.package_direct_deps(package));
                    }
                }
                all
            });
        }
        let mut times = BTreeMap::new();
        for place in named {
            let newest = newer.get(&place.package).map_or(place.package, |n| n.0);
            if let Some(spot) = spot(place, newest) {
                *times.entry(spot).or_default() += 1;
            }
        }
        Fixable { needs, times }
    }

    /// Naming the newest version instead, if it has what is wanted there.
    fn fix(&self, cx: &Context<'w>, place: &Named<'w>, newest: PackageId) -> Option<Fix> {
        let resolve = &cx.wit.resolve;
        let item = place.path.parent()?;
        let package = &resolve.packages[newest];
        let (.., name) = spot(place, newest)?;
        let is_there = match item.kind() {
            NodeKind::Use => {
                let interface = &resolve.interfaces[*package.interfaces.get(name)?];
                let mut names = item.children_of(NodeKind::UseName);
                names.all(|used| used.name().is_some_and(|n| interface.types.contains_key(n)))
            }
            NodeKind::Import | NodeKind::Export => package.interfaces.contains_key(name),
            NodeKind::Include => {
                // What is renamed might not be there.
                package.worlds.contains_key(name) && item.child(NodeKind::IncludeName).is_none()
            }
            // It gives the file a name that others in it rely on.
            _ => false,
        };
        let once =
            item.kind() == NodeKind::Use || self.times.get(&spot(place, newest)?) == Some(&1);
        let cyclic = self.needs.get(&newest)?.contains(&place.from);
        if !is_there || !once || cyclic {
            return None;
        }
        let version = place.path.child(NodeKind::Version)?;
        let new = package.name.version.as_ref()?.to_string();
        Some(edits::fix(
            format!("use {new}"),
            false,
            edits::replace(place.path.tree(), version.range(), new),
        ))
    }
}

/// The spot of a path.
fn spot<'w>(place: &Named<'w>, newest: PackageId) -> Option<Spot<'w>> {
    let item = place.path.parent()?;
    let around = item.parent()?.index();
    let name = place.path.children_of(NodeKind::Name).last()?.name()?;
    let file = place.path.tree().name();
    Some((file, around, item.kind() as usize, newest, name))
}

#[cfg(test)]
mod tests {
    use crate::lint::facts::testing::linted;

    /// The findings in a text, each with whether it has a fix.
    fn found(text: &str) -> Vec<(String, bool)> {
        let report = linted("dep-outdated-patch", &[("a.wit", text)]);
        let findings = report.diagnostics().into_iter();
        findings
            .map(|finding| (finding.message.clone(), finding.fix.is_some()))
            .collect()
    }

    const OLD_AND_NEW: &str = "package d:d@1.0.0 { interface i { type gone = u8; type t = u8; } }\n\
        package d:d@1.1.0 { interface i { type t = u8; } }\n";

    fn is_fixed(text: &str) -> bool {
        let found = found(&format!("package a:b@1.0.0;\n{text}\n{OLD_AND_NEW}"));
        assert_eq!(
            found[0].0,
            "`d:d@1.0.0` is used, although 1.1.0 of the package is used as well"
        );
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].1
    }

    #[test]
    fn the_fix_is_offered_where_the_newest_version_has_all_that_is_used() {
        let other = "world v { import d:d/i@1.1.0; }";
        let t = "interface a { use d:d/i@1.0.0.{t}; }";
        let gone = "interface a { use d:d/i@1.0.0.{gone}; }";
        assert!(is_fixed(&format!("{t} {other}")));
        assert!(!is_fixed(&format!("{gone} {other}")));
    }

    #[test]
    fn the_fix_is_not_offered_where_a_world_would_import_an_interface_twice() {
        let both = "world w { import d:d/i@1.0.0; import d:d/i@1.1.0; }";
        let apart = "world w { import d:d/i@1.0.0; } world v { import d:d/i@1.1.0; }";
        assert!(!is_fixed(both));
        assert!(is_fixed(apart));
    }

    #[test]
    fn the_fix_is_not_offered_where_packages_would_need_each_other() {
        let found = found(
            "package a:b@1.0.0;\n\
             world w { import d:d/i@1.1.0; import x:x/i@1.0.0; }\n\
             package x:x@1.0.0 { interface i { use d:d/i@1.0.0.{t}; } }\n\
             package d:d@1.0.0 { interface i { type t = u8; } }\n\
             package d:d@1.1.0 { interface i { use x:x/i@1.0.0.{t}; } }",
        );
        let message = "`d:d@1.0.0` is used, although 1.1.0 of the package is used as well";
        assert_eq!(found, [(message.to_string(), false)]);
    }

    #[test]
    fn what_comes_along_with_another_package_is_found_at_the_path_that_names_that() {
        let files = [
            (
                "a.wit",
                "package a:b@1.0.0; world w { import x:x/i@1.0.0; import d:d/i@1.1.0; }",
            ),
            (
                "deps/x/x.wit",
                "package x:x@1.0.0; interface i { use d:d/i@1.0.0.{t}; }",
            ),
            (
                "deps/d1/d.wit",
                "package d:d@1.0.0; interface i { type t = u8; }",
            ),
            (
                "deps/d2/d.wit",
                "package d:d@1.1.0; interface i { type t = u8; }",
            ),
        ];
        let report = linted("dep-outdated-patch", &files);
        let [finding] = report.diagnostics()[..] else {
            panic!("{report:#}");
        };
        assert_eq!(
            finding.message,
            "`d:d@1.0.0` is used by `x:x@1.0.0`, although 1.1.0 of the package is used as well"
        );
        let text = files[0].1;
        assert_eq!(
            finding.labels[0].locus.start(),
            text.find("x:x/i").expect("it is there")
        );
        assert_eq!(
            finding.labels[1].locus.start(),
            text.find("d:d/i").expect("it is there")
        );
    }
}
