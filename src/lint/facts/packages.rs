//! The packages that own files refer to, and those that come along with them.
//!
//! Not a rule, but what those about versions need. May import: `wit`. Deliberately absent:
//! packages in `deps` that nothing refers to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use semver::Version;
use wit_parser::{PackageId, PackageName};

use crate::lint::Context;
use crate::wit::syntax::{Node, NodeKind};

/// A path in an own file that names another package.
#[derive(Clone, Copy)]
pub(in crate::lint) struct Named<'w> {
    /// The path.
    pub path: Node<'w>,
    /// The package that it names.
    pub package: PackageId,
    /// The package that it is in.
    pub from: PackageId,
}

/// How a package comes to be needed.
#[derive(Clone, Copy)]
pub(in crate::lint) struct Way<'w> {
    /// The first path that names it, or names what needs it.
    pub path: Node<'w>,
    /// The package that the path names.
    pub by: PackageId,
}

impl Way<'_> {
    /// What is to be said of `package` where the path is.
    pub fn label(self, cx: &Context<'_>, package: PackageId) -> String {
        let packages = &cx.wit.resolve.packages;
        let version = version_text(&packages[package].name);
        match self.by == package {
            true => format!("{version} used here"),
            false => format!("{version} used through `{}`", packages[self.by].name),
        }
    }
}

/// The version of a package in words.
pub(in crate::lint) fn version_text(name: &PackageName) -> String {
    match &name.version {
        Some(version) => version.to_string(),
        None => "no version".to_string(),
    }
}

/// The paths that name another package than the one they are in; in the order of the text.
///
/// A package that refers to another version of itself does not depend on it in the usual sense:
/// nothing is said of these.
pub(in crate::lint) fn named<'w>(cx: &Context<'w>) -> Vec<Named<'w>> {
    let resolve = &cx.wit.resolve;
    let mut found = Vec::new();
    for path in cx.nodes(NodeKind::Path) {
        let Some(package) = name_in(path).and_then(|name| resolve.package_names.get(&name)) else {
            continue;
        };
        let from = package_around(cx, path);
        let (a, b) = (
            &resolve.packages[*package].name,
            &resolve.packages[from].name,
        );
        if (&a.namespace, &a.name) != (&b.namespace, &b.name) {
            let package = *package;
            found.push(Named {
                path,
                package,
                from,
            });
        }
    }
    found
}

/// All packages that own files need, and how: those that are named first by the first path that
/// names them.
pub(in crate::lint) fn needed<'w>(
    cx: &Context<'w>,
    named: &[Named<'w>],
) -> BTreeMap<PackageId, Way<'w>> {
    let mut ways = BTreeMap::new();
    let mut queue = VecDeque::new();
    for Named { path, package, .. } in named {
        let way = Way {
            path: *path,
            by: *package,
        };
        queue.push_back((*package, way));
    }
    // First in, first out: what is named is reached before what comes along.
    while let Some((package, way)) = queue.pop_front() {
        if ways.contains_key(&package) {
            continue;
        }
        ways.insert(package, way);
        let direct: BTreeSet<_> = cx.wit.resolve.package_direct_deps(package).collect();
        queue.extend(direct.into_iter().map(|next| (next, way)));
    }
    ways
}

/// The package that a node of an own file is in.
pub(in crate::lint) fn package_around(cx: &Context<'_>, node: Node<'_>) -> PackageId {
    let nested = node
        .ancestors()
        .find(|around| around.kind() == NodeKind::NestedPackage)
        .and_then(|nested| nested.child(NodeKind::PackageName))
        .and_then(name_of)
        .and_then(|name| cx.wit.resolve.package_names.get(&name));
    nested.copied().unwrap_or(cx.wit.main)
}

/// What a `PackageName` says.
pub(in crate::lint) fn name_of(node: Node<'_>) -> Option<PackageName> {
    let mut names = node.children_of(NodeKind::Name);
    package_name(names.next()?, names.next()?, node)
}

/// The package that a path names, if it does.
fn name_in(path: Node<'_>) -> Option<PackageName> {
    let names: Vec<_> = path.children_of(NodeKind::Name).collect();
    match names.as_slice() {
        [namespace, name, _] => package_name(*namespace, *name, path),
        _ => None,
    }
}

fn package_name(namespace: Node<'_>, name: Node<'_>, around: Node<'_>) -> Option<PackageName> {
    let version = match around.child(NodeKind::Version) {
        Some(version) => Some(Version::parse(version.text()).ok()?),
        None => None,
    };
    Some(PackageName {
        namespace: namespace.name()?.to_string(),
        name: name.name()?.to_string(),
        version,
    })
}

/// The semver track of a package: versions on the same one can stand in for each other.
pub(in crate::lint) fn track(name: &PackageName) -> Option<Version> {
    let version = name.version.as_ref()?;
    Some(PackageName::version_compat_track(version).0)
}
