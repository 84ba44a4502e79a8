//! What a world's text names, and not what it imports only because that uses it.
//!
//! Lives here: [`Declared`]. May import: `wit`; wit-parser's ids, which stay behind this door.
//! Deliberately absent: worlds without a text.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{InterfaceId, Resolve, Span, WorldId, WorldKey};

use crate::wit::Wit;
use crate::wit::names::{Place, Target};
use crate::wit::syntax::{Node, NodeKind};

/// What the texts of a package name.
pub(super) struct Declared<'w> {
    wit: &'w Wit,
    /// By the position of the name in the text.
    interfaces: BTreeMap<Place, InterfaceId>,
    worlds: BTreeMap<Place, WorldId>,
}

impl<'w> Declared<'w> {
    pub fn new(wit: &'w Wit) -> Declared<'w> {
        let mut written = Declared {
            wit,
            interfaces: BTreeMap::new(),
            worlds: BTreeMap::new(),
        };
        for (id, interface) in wit.resolve.interfaces.iter() {
            if let Some(node) = written.definition(interface.span, NodeKind::Interface) {
                written
                    .interfaces
                    .extend(written.place(node).map(|place| (place, id)));
            }
        }
        for (id, world) in wit.resolve.worlds.iter() {
            if let Some(node) = written.definition(world.span, NodeKind::World) {
                written
                    .worlds
                    .extend(written.place(node).map(|place| (place, id)));
            }
        }
        written
    }

    pub fn resolve(&self) -> &'w Resolve {
        &self.wit.resolve
    }

    /// The interfaces that the text of a world names, and those of the worlds that it includes;
    /// none if it has no text.
    pub fn by(&self, world: WorldId) -> Option<BTreeSet<InterfaceId>> {
        self.text(world)?;
        let mut named = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut todo = vec![world];
        while let Some(world) = todo.pop() {
            if !seen.insert(world) {
                continue;
            }
            let Some(text) = self.text(world) else {
                let imports = self.resolve().worlds[world].imports.keys();
                named.extend(imports.filter_map(|key| match key {
                    WorldKey::Interface(id) => Some(*id),
                    WorldKey::Name(_) => None,
                }));
                continue;
            };
            let paths = text
                .descendants()
                .filter(|node| node.kind() == NodeKind::Path);
            for path in paths {
                match self.meant(path) {
                    Some(Meant::Interface(id)) => {
                        named.insert(id);
                    }
                    Some(Meant::World(id)) => todo.push(id),
                    None => {}
                }
            }
        }
        Some(named)
    }

    fn text(&self, world: WorldId) -> Option<Node<'w>> {
        self.definition(self.resolve().worlds[world].span, NodeKind::World)
    }

    fn definition(&self, span: Span, kind: NodeKind) -> Option<Node<'w>> {
        let name = self.wit.node(span)?;
        name.ancestors().find(|node| node.kind() == kind)
    }

    fn place(&self, node: Node<'_>) -> Option<Place> {
        let files = self.wit.files().iter();
        let mut names = files.map(|file| file.tree.name());
        Some(Place {
            file: names.position(|name| name == node.tree().name())?,
            node: node.index(),
        })
    }

    /// What a path means, through the names that a file gives by `use`.
    fn meant(&self, path: Node<'_>) -> Option<Meant> {
        let mut place = self.place(path)?;
        let mut seen = BTreeSet::new();
        while seen.insert(place) {
            let target = match self.wit.names().target(place.file, place.node)? {
                Target::Node(target) => target,
                Target::Foreign(foreign) => {
                    let mut packages = self.resolve().packages.iter();
                    let (_, package) = packages
                        .find(|(_, package)| package.name.to_string() == foreign.package)?;
                    let interface = package.interfaces.get(&foreign.item).copied();
                    let world = package.worlds.get(&foreign.item).copied();
                    return interface.map(Meant::Interface).or(world.map(Meant::World));
                }
            };
            if let Some(id) = self.interfaces.get(&target) {
                return Some(Meant::Interface(*id));
            }
            if let Some(id) = self.worlds.get(&target) {
                return Some(Meant::World(*id));
            }
            let file = self.wit.files().get(target.file)?;
            let name = file.tree.node(target.node)?.child(NodeKind::Path)?;
            place = Place {
                file: target.file,
                node: name.index(),
            };
        }
        None
    }
}

enum Meant {
    Interface(InterfaceId),
    World(WorldId),
}
