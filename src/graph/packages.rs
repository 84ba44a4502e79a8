//! The graph of WIT: packages, or interfaces and worlds.
//!
//! Lives here: [`of_wit`]. May import: `wit`; wit-parser, which stays behind this door and that of
//! `world`. Deliberately absent: opinions on WIT (`lint`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use wit_parser::{
    InterfaceId, PackageId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldId, WorldItem,
    WorldKey,
};

use super::assemble::{Fact, Traced};
use super::declared::Declared;
use super::model::{Edge, EdgeKind, Node, NodeKind, Port};
use super::world::{interface_text, world_texts};
use crate::diag::Report;
use crate::source::Input;
use crate::wit::{Options, Search, Wit, convert};

/// The level of detail.
///
/// [`of_wit`] shows it in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Packages; an edge for each interface that one needs of another.
    Packages,
    /// Worlds and interfaces.
    #[default]
    Interfaces,
}

fn path_of(input: &Input) -> Option<PathBuf> {
    match input {
        Input::Path(path) => Some(path.clone()),
        Input::Bytes(source) => source.path().map(PathBuf::from),
    }
}

/// The graph of WIT packages in any form that `witkit wit` reads, together with what they need of
/// others, which is looked for with `search` as well. `texts` says whether nodes and edges have their WIT.
///
/// Fails with everything that is wrong with any of them.
///
/// ```
/// use witkit::graph::{Detail, of_wit};
/// use witkit::wit::Search;
///
/// let kv = ("kv.wit", "package acme:kv; interface store { get: func(); }");
/// let app = ("app.wit", "package acme:app; interface i { f: func(); }");
/// let inputs = vec![app.into(), kv.into()];
/// let traced = of_wit(inputs, Detail::Packages, false, &Search::default())?;
/// assert_eq!(traced.graph.nodes.len(), 2);
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn of_wit(
    inputs: Vec<Input>,
    detail: Detail,
    texts: bool,
    search: &Search,
) -> Result<Traced, Report> {
    let options = Options {
        all_features: true,
        search: search
            .clone()
            .among(inputs.iter().filter_map(path_of).collect()),
        ..Options::default()
    };
    let mut report = Report::new();
    let mut drawing = Drawing {
        detail,
        texts,
        nodes: BTreeMap::new(),
        edges: BTreeMap::new(),
        printed: BTreeMap::new(),
    };
    let mut names = Vec::new();
    for input in inputs {
        let name = input.name();
        match convert::read_input(input, &options) {
            Ok(wit) => drawing.add(&name, &wit),
            Err(found) => report.extend(found),
        }
        names.push(name);
    }
    report.or_ok(())?;
    Ok(drawing.finish(names.join(", ")))
}

/// What tells edges apart.
type Key = (String, String, EdgeKind, String);

struct Drawing {
    detail: Detail,
    texts: bool,
    /// By id, with the file.
    nodes: BTreeMap<String, (Node, String)>,
    edges: BTreeMap<Key, Edge>,
    /// What was printed already, of the package that is being added.
    printed: BTreeMap<InterfaceId, Option<String>>,
}

impl Drawing {
    fn add(&mut self, file: &str, wit: &Wit) {
        self.printed.clear();
        let resolve = &wit.resolve;
        let mut own: BTreeSet<PackageId> = wit.own.iter().copied().collect();
        own.insert(wit.main);
        let mut worlds = Vec::new();
        let mut todo = Vec::new();
        for package in &own {
            let package = &resolve.packages[*package];
            worlds.extend(package.worlds.values().copied());
            todo.extend(package.interfaces.values().copied());
            if self.detail == Detail::Packages {
                let name = package.name.to_string();
                let node = Node::new(&name, NodeKind::Package);
                self.node(file, node);
            }
        }
        let world_texts = match self.texts && self.detail == Detail::Interfaces {
            true => world_texts(resolve, &worlds),
            false => vec![None; worlds.len()],
        };
        let written = Declared::new(wit);
        for (world, text) in worlds.iter().zip(world_texts) {
            self.world(file, &written, *world, text, &mut todo);
        }
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if seen.insert(id) {
                self.interface(file, resolve, id, &mut todo);
            }
        }
    }

    fn node(&mut self, file: &str, node: Node) {
        let known = self.nodes.entry(node.id.clone());
        let (known, _) = known.or_insert_with(|| (node.clone(), file.to_string()));
        // What a package only needs may be there in full in another input.
        if known.imports.len() + known.exports.len() < node.imports.len() + node.exports.len() {
            *known = node;
        }
    }

    fn world(
        &mut self,
        file: &str,
        written: &Declared<'_>,
        id: WorldId,
        text: Option<String>,
        todo: &mut Vec<InterfaceId>,
    ) {
        let resolve = written.resolve();
        let named = written.by(id);
        let world = &resolve.worlds[id];
        // INVARIANT: every world of a finished resolve has a package.
        let Some(package) = world.package else { return };
        let mut node = Node::new(&resolve.id_of_name(package, &world.name), NodeKind::World);
        if self.detail == Detail::Packages {
            node.id = resolve.packages[package].name.to_string();
        }
        for (items, kind) in [
            (&world.imports, EdgeKind::Import),
            (&world.exports, EdgeKind::Export),
        ] {
            for (key, item) in items {
                let sort = match item {
                    WorldItem::Interface { .. } => "interface",
                    WorldItem::Function(_) => "function",
                    WorldItem::Type { .. } => "type",
                };
                let port = Port {
                    name: resolve.name_world_key(key),
                    sort,
                };
                match kind {
                    EdgeKind::Export => node.exports.push(port.clone()),
                    _ => node.imports.push(port.clone()),
                }
                match item {
                    WorldItem::Interface { id, .. } => {
                        if resolve.interfaces[*id].name.is_none() {
                            // It is written where it is used, and the world imports or exports
                            // what it uses as well.
                            todo.extend(used(resolve, *id).into_keys());
                            continue;
                        }
                        todo.push(*id);
                        // What an interface uses is imported as well; its own edge says so, and
                        // one from each world would only be in the way.
                        let implied = kind == EdgeKind::Import
                            && matches!(key, WorldKey::Interface(_))
                            && named.as_ref().is_some_and(|named| !named.contains(id));
                        if implied {
                            continue;
                        }
                        let to = resolve.id_of(*id).unwrap_or_default();
                        let labelled = self.detail == Detail::Interfaces
                            && matches!(key, WorldKey::Name(_))
                            && port.name != to;
                        let (name, provided) = match labelled {
                            true => (port.name, Some(to)),
                            false => (to, None),
                        };
                        self.edge(&node.id, resolve, *id, kind, name, provided);
                    }
                    // The world imports the interface that it uses as well.
                    WorldItem::Type { id, .. } => {
                        todo.extend(origin(resolve, *id).map(|(other, _)| other));
                    }
                    WorldItem::Function(_) => {}
                }
            }
        }
        if self.detail == Detail::Interfaces {
            node.wit = text;
            self.node(file, node);
        }
    }

    fn interface(
        &mut self,
        file: &str,
        resolve: &Resolve,
        id: InterfaceId,
        todo: &mut Vec<InterfaceId>,
    ) {
        let Some(name) = resolve.id_of(id) else {
            return;
        };
        let interface = &resolve.interfaces[id];
        let mut node = Node::new(&name, NodeKind::Interface);
        let port = |name: &str, sort| Port {
            name: name.to_string(),
            sort,
        };
        let types = interface.types.keys().map(|name| port(name, "type"));
        let functions = interface.functions.keys();
        node.exports = types
            .chain(functions.map(|name| port(name, "function")))
            .collect();
        node.wit = self.text(resolve, id);
        let from = match (self.detail, interface.package) {
            (Detail::Packages, Some(package)) => {
                let name = resolve.packages[package].name.to_string();
                self.node(file, Node::new(&name, NodeKind::Package));
                name
            }
            _ => node.id.clone(),
        };
        for (other, types) in used(resolve, id) {
            todo.push(other);
            self.use_edge(&from, resolve, other, &types);
        }
        if self.detail == Detail::Interfaces {
            self.node(file, node);
        }
    }

    fn text(&mut self, resolve: &Resolve, id: InterfaceId) -> Option<String> {
        if !self.texts {
            return None;
        }
        let print = || interface_text(resolve, id, "");
        self.printed.entry(id).or_insert_with(print).clone()
    }

    fn use_edge(&mut self, from: &str, resolve: &Resolve, other: InterfaceId, types: &[String]) {
        let name = resolve.id_of(other).unwrap_or_default();
        let kind = EdgeKind::Use;
        let Some(edge) = self.edge(from, resolve, other, kind, name.clone(), None) else {
            return;
        };
        edge.wit = Some(format!("use {name}.{{{}}};", types.join(", ")));
    }

    fn edge(
        &mut self,
        from: &str,
        resolve: &Resolve,
        to: InterfaceId,
        kind: EdgeKind,
        interface: String,
        provided_as: Option<String>,
    ) -> Option<&mut Edge> {
        let target = &resolve.interfaces[to];
        let id = match self.detail {
            Detail::Packages => resolve.packages[target.package?].name.to_string(),
            Detail::Interfaces => resolve.id_of(to)?,
        };
        if id == from {
            return None;
        }
        // What of it is used says more.
        let wit = match kind {
            EdgeKind::Use => None,
            _ => self.text(resolve, to),
        };
        let key = (from.to_string(), id.clone(), kind, interface.clone());
        let edge = self.edges.entry(key).or_insert_with(|| Edge {
            from: from.to_string(),
            to: id,
            kind,
            interface,
            provided_as,
            sort: "interface",
            functions: Some(target.functions.len()),
            wit,
        });
        Some(edge)
    }

    fn finish(self, title: String) -> Traced {
        let mut traced = Traced::default();
        traced.graph.title = title;
        let mut nodes: Vec<(Node, String)> = self.nodes.into_values().collect();
        // Worlds come first; they need interfaces, and nothing needs them.
        nodes.sort_by_key(|(node, _)| node.kind != NodeKind::World);
        let order: BTreeMap<String, usize> = nodes
            .iter()
            .enumerate()
            .map(|(at, (node, _))| (node.id.clone(), at))
            .collect();
        let mut edges: Vec<Edge> = self.edges.into_values().collect();
        edges.retain(|edge| order.contains_key(&edge.from) && order.contains_key(&edge.to));
        edges.sort_by_key(|edge| order[&edge.from]);
        traced.graph.edges = edges;
        for (node, file) in nodes {
            let fact = Fact {
                file,
                path: vec![node.id.clone()],
                ..Fact::default()
            };
            traced.facts.insert(node.id.clone(), fact);
            traced.graph.nodes.push(node);
        }
        traced
    }
}

/// The interfaces that an interface uses, each with the types.
fn used(resolve: &Resolve, id: InterfaceId) -> BTreeMap<InterfaceId, Vec<String>> {
    let mut used: BTreeMap<InterfaceId, Vec<String>> = BTreeMap::new();
    for ty in resolve.interfaces[id].types.values() {
        if let Some((other, name)) = origin(resolve, *ty)
            && other != id
        {
            used.entry(other).or_default().push(name);
        }
    }
    used
}

/// The interface that a type is taken from by `use`, and its name there.
fn origin(resolve: &Resolve, id: TypeId) -> Option<(InterfaceId, String)> {
    let TypeDefKind::Type(Type::Id(of)) = resolve.types[id].kind else {
        return None;
    };
    let ty = &resolve.types[of];
    let TypeOwner::Interface(interface) = ty.owner else {
        return None;
    };
    Some((interface, ty.name.clone()?))
}
