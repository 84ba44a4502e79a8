//! What paths in texts refer to, in terms of the resolve.
//!
//! Not a rule. May import: `wit`. Deliberately absent: names of types.

use std::collections::BTreeMap;

use wit_parser::{InterfaceId, PackageId, PackageName, WorldId};

use crate::wit::Wit;
use crate::wit::syntax::{Node, NodeKind};

/// The names that a file, or a package in braces, gives to interfaces and worlds by `use`.
type Aliases<'w> = BTreeMap<&'w str, Node<'w>>;

/// Looks up paths, and remembers what it saw.
pub(in crate::lint) struct Paths<'w> {
    wit: &'w Wit,
    /// By the name of the file and the number of the node.
    aliases: BTreeMap<(&'w str, usize), Aliases<'w>>,
}

impl<'w> Paths<'w> {
    pub fn new(wit: &'w Wit) -> Paths<'w> {
        Paths {
            wit,
            aliases: BTreeMap::new(),
        }
    }

    /// The package that a node of one of the package's own files is in.
    pub fn package_of(&self, node: Node<'_>) -> Option<PackageId> {
        let nested = node
            .ancestors()
            .find(|around| around.kind() == NodeKind::NestedPackage);
        match nested {
            None => Some(self.wit.main),
            Some(nested) => self.package(nested.child(NodeKind::PackageName)?),
        }
    }

    /// The interface that a path in `package` refers to; none if it is gated off.
    pub fn interface(&mut self, path: Node<'w>, package: PackageId) -> Option<InterfaceId> {
        let (package, name) = self.item(path, package)?;
        self.wit.resolve.packages[package]
            .interfaces
            .get(name)
            .copied()
    }

    /// The world that a path in `package` refers to; none if it is gated off.
    pub fn world(&mut self, path: Node<'w>, package: PackageId) -> Option<WorldId> {
        let (package, name) = self.item(path, package)?;
        self.wit.resolve.packages[package].worlds.get(name).copied()
    }

    /// The item's package and its name there.
    fn item(&mut self, path: Node<'w>, package: PackageId) -> Option<(PackageId, &'w str)> {
        let mut names = path.children_of(NodeKind::Name);
        let (first, more) = (names.next()?, names.next().is_some());
        if more {
            return self.full(path);
        }
        let name = first.name()?;
        let scope = path
            .ancestors()
            .find(|node| matches!(node.kind(), NodeKind::File | NodeKind::NestedPackage))?;
        let aliases = self
            .aliases
            .entry((path.tree().name(), scope.index()))
            .or_insert_with(|| aliases(scope));
        let Some(target) = aliases.get(name).copied() else {
            return Some((package, name));
        };
        if target.children_of(NodeKind::Name).nth(1).is_some() {
            return self.full(target);
        }
        Some((package, target.name()?))
    }

    /// What a path refers to that has its package in it.
    fn full(&self, path: Node<'w>) -> Option<(PackageId, &'w str)> {
        let item = path.children_of(NodeKind::Name).nth(2)?;
        Some((self.package(path)?, item.name()?))
    }

    /// The package that a name of a package, or a path with one, refers to.
    fn package(&self, name: Node<'_>) -> Option<PackageId> {
        let mut parts = name.children_of(NodeKind::Name);
        let version = name.child(NodeKind::Version);
        let name = PackageName {
            namespace: parts.next()?.name()?.to_string(),
            name: parts.next()?.name()?.to_string(),
            version: match version {
                Some(version) => Some(version.text().parse().ok()?),
                None => None,
            },
        };
        self.wit.resolve.package_names.get(&name).copied()
    }
}

/// The names that are given right inside of a file or a package in braces by `use`.
fn aliases(scope: Node<'_>) -> Aliases<'_> {
    let mut aliases = BTreeMap::new();
    for item in scope.children_of(NodeKind::TopUse) {
        let Some(path) = item.child(NodeKind::Path) else {
            continue;
        };
        let last = path.children_of(NodeKind::Name).last();
        if let Some(name) = item.name_node().or(last).and_then(|name| name.name()) {
            aliases.insert(name, path);
        }
    }
    aliases
}
