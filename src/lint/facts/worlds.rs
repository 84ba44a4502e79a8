//! What worlds import, export and include, as their texts say it.
//!
//! Not a rule. May import: `wit`. Deliberately absent: what an interface brings along because it
//! needs it, and what worlds of packages in binary form have: the resolve knows it, but not what
//! of it somebody wrote down.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use wit_parser::{InterfaceId, PackageId, WorldId};

use super::paths::Paths;
use crate::lint::Context;
use crate::wit::Wit;
use crate::wit::syntax::{Node, NodeKind};

/// An interface that a world imports or exports under its own name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lint) struct Extern {
    pub interface: InterfaceId,
    pub is_export: bool,
}

/// What is in the text of a world.
#[derive(Default)]
pub(in crate::lint) struct Contents<'w> {
    pub externs: Vec<(Extern, Node<'w>)>,
    pub includes: Vec<(WorldId, Node<'w>)>,
    /// What types are used of.
    pub uses: Vec<(InterfaceId, Node<'w>)>,
}

/// Looks into worlds, and remembers what it saw.
pub(in crate::lint) struct Worlds<'w> {
    wit: &'w Wit,
    /// Whether what depends on features is left out of what includes bring.
    surely: bool,
    paths: Paths<'w>,
    brought: BTreeMap<WorldId, Rc<BTreeSet<Extern>>>,
}

impl<'w> Worlds<'w> {
    /// With `surely`, what includes bring is only what does not depend on features.
    pub fn new(wit: &'w Wit, surely: bool) -> Worlds<'w> {
        Worlds {
            wit,
            surely,
            paths: Paths::new(wit),
            brought: BTreeMap::new(),
        }
    }

    /// The worlds in the package's own files that are not gated off.
    pub fn own(&self, cx: &Context<'w>) -> Vec<(Node<'w>, PackageId)> {
        let worlds = cx.nodes(NodeKind::World).into_iter();
        worlds
            .filter_map(|world| {
                let package = self.paths.package_of(world)?;
                let known = &self.wit.resolve.packages[package].worlds;
                known.get(world.name()?).map(|_| (world, package))
            })
            .collect()
    }

    /// What is in the text of a world of `package`.
    pub fn contents(&mut self, world: Node<'w>, package: PackageId) -> Contents<'w> {
        let mut contents = Contents::default();
        for item in world.children() {
            let is_export = item.kind() == NodeKind::Export;
            let path = item.child(NodeKind::Path);
            match (item.kind(), path) {
                // With a label, an interface is there under that name, as often as one likes.
                (NodeKind::Import | NodeKind::Export, Some(path)) if item.name_node().is_none() => {
                    if let Some(interface) = self.paths.interface(path, package) {
                        let item_of = Extern {
                            interface,
                            is_export,
                        };
                        contents.externs.push((item_of, item));
                    }
                }
                (NodeKind::Use, Some(path)) => {
                    let interface = self.paths.interface(path, package);
                    contents.uses.extend(interface.map(|id| (id, item)));
                }
                (NodeKind::Include, Some(path)) => {
                    if let Some(world) = self.paths.world(path, package) {
                        contents.includes.push((world, item));
                    }
                }
                _ => {}
            }
        }
        contents
    }

    /// What an include of `world` brings, by way of other includes as well.
    pub fn brought(&mut self, world: WorldId) -> Rc<BTreeSet<Extern>> {
        // First what it includes, then itself; without recursion, as chains may be long.
        let mut open = vec![world];
        let mut seen = BTreeMap::new();
        while let Some(id) = open.last().copied() {
            if self.brought.contains_key(&id) {
                open.pop();
                continue;
            }
            let Some(contents) = seen.remove(&id) else {
                let contents = self.counted(id);
                open.extend(contents.includes.iter().map(|(world, _)| *world));
                seen.insert(id, contents);
                continue;
            };
            let mut all: BTreeSet<Extern> = contents.externs.iter().map(|(e, _)| *e).collect();
            for (included, _) in &contents.includes {
                if let Some(more) = self.brought.get(included) {
                    all.extend(more.iter());
                }
            }
            self.brought.insert(id, Rc::new(all));
            open.pop();
        }
        self.brought.get(&world).cloned().unwrap_or_default()
    }

    /// What counts of the text of a world.
    fn counted(&mut self, id: WorldId) -> Contents<'w> {
        let world = &self.wit.resolve.worlds[id];
        let node = self
            .wit
            .node(world.span)
            .and_then(|name| name.ancestors().find(|node| node.kind() == NodeKind::World));
        let (Some(package), Some(node)) = (world.package, node) else {
            return Contents::default();
        };
        let mut contents = self.contents(node, package);
        if self.surely {
            let is_sure = |node: &Node<'_>| node.attribute("unstable").is_none();
            contents.externs.retain(|(_, node)| is_sure(node));
            contents.includes.retain(|(_, node)| is_sure(node));
        }
        contents
    }
}
