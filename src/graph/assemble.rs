//! From levels to the graph: nodes and edges in order, and the facts that checks need.
//!
//! Lives here: [`Traced`] and how it is made of [`Levels`].
//! May import: `names`, the sibling data. Deliberately absent: judging it (`check`).

use std::collections::{BTreeMap, BTreeSet};

use super::level::Instance;
use super::levels::{InstanceKind, Levels, Place, place};
use super::model::{Edge, EdgeKind, Graph, Node, NodeKind};
use super::resolve::{Provider, Who};
use super::world::{Extern, World};
use crate::names::Patterns;
use crate::wasm::instantiation::Origin;

/// The id of the user of the exports of a component.
pub(super) const CALLER: &str = "caller";
/// The id of the provider of the imports of a component.
pub(super) const HOST: &str = "host";

/// A graph, and facts about its nodes that are not drawn.
///
/// ```
/// use witkit::graph::{Options, check, graph};
///
/// let app = r#"(component (import "log" (func)))"#;
/// let traced = graph(("app.wat", app), &Options::default())?;
/// assert_eq!(traced.graph.title, "app.wat");
/// assert!(check(&traced).has_warnings(), "nothing provides `log`");
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// The graph.
    pub graph: Graph,
    /// By the ids of nodes.
    pub(super) facts: BTreeMap<String, Fact>,
}

/// The facts about a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Fact {
    /// Its file.
    pub file: String,
    /// Its path in that file.
    pub path: Vec<String>,
    /// Nodes whose components have the same bytes have the same number.
    pub bytes: Option<usize>,
    /// Where those bytes are.
    pub place: Place,
    /// The names of its exports that have no functions in them.
    pub types_only: BTreeSet<String>,
    /// The names of its exports that are used.
    pub used: BTreeSet<String>,
    /// It is used as a whole.
    pub whole_used: bool,
    /// It contains others.
    pub is_group: bool,
}

/// A node with its providers: the caller, or one of [`Levels::nodes`].
type From = Option<usize>;

struct Assembly<'s, 'a> {
    sites: &'s Levels<'a>,
    outer: &'s World,
    allowed: &'s Patterns,
    edges: Vec<(From, Who, Edge)>,
    used: Vec<BTreeSet<String>>,
    whole_used: Vec<bool>,
}

/// Something that is wanted by name.
struct Asked<'f> {
    from: From,
    name: &'f str,
    sort: &'static str,
    item: Option<&'f Extern>,
}

/// The graph of all `levels`. `outer` is what the whole imports and exports, as far as it is known;
/// what of its imports is `allowed` is provided by the host, and all others are unresolved.
pub(super) fn assemble(
    title: String,
    sites: &Levels<'_>,
    outer: &World,
    allowed: &Patterns,
) -> Traced {
    let mut assembly = Assembly {
        sites,
        outer,
        allowed,
        edges: Vec::new(),
        used: vec![BTreeSet::new(); sites.nodes.len()],
        whole_used: vec![false; sites.nodes.len()],
    };
    assembly.exports();
    for site in 0..sites.sites.len() {
        assembly.instances(site);
        assembly.code(site);
    }
    assembly.finish(title)
}

impl<'s, 'a> Assembly<'s, 'a> {
    fn exports(&mut self) {
        let Some(top) = self.sites.sites.first() else {
            return;
        };
        for given in &top.level.exports.all {
            let item = self.outer.export(given.name);
            let asked = Asked {
                from: None,
                name: item.map_or(given.name, |item| &item.name),
                sort: given.sort,
                item,
            };
            let providers = self.sites.providers(0, &given.origin);
            self.add(&asked, &providers);
        }
    }

    fn instances(&mut self, site: usize) {
        let here = &self.sites.sites[site];
        for (at, seat) in here.seats.iter().enumerate() {
            let Instance::Of { args, .. } = &here.level.instances[at] else {
                continue;
            };
            self.made_of(site, at);
            let InstanceKind::Node(node) = seat else {
                continue;
            };
            let externs = &self.sites.nodes[*node].externs;
            for arg in &args.all {
                let item = externs.import(arg.name);
                let asked = Asked {
                    from: Some(*node),
                    name: item.map_or(arg.name, |item| &item.name),
                    sort: arg.sort,
                    item,
                };
                let providers = self.sites.providers(site, &arg.origin);
                self.add(&asked, &providers);
            }
        }
    }

    /// Instances need the component that they are instances of, if it is passed as a component.
    fn made_of(&mut self, site: usize, instance: usize) {
        let here = &self.sites.sites[site];
        let Instance::Of {
            component: None,
            made_of,
            ..
        } = &here.level.instances[instance]
        else {
            return;
        };
        let nodes = match here.seats[instance] {
            InstanceKind::Node(node) => vec![node],
            InstanceKind::InstantiatedLevel(inner) => self.fronts(inner),
            InstanceKind::Bundle => Vec::new(),
        };
        let name = match made_of {
            Origin::Import(at) => here.level.imports.get(*at).map(|import| import.name),
            Origin::Export(_, name) => Some(*name),
            _ => None,
        };
        let Some(name) = name else {
            return;
        };
        let providers = self.sites.providers(site, made_of);
        for node in nodes {
            let asked = Asked {
                from: Some(node),
                name,
                sort: "component",
                item: None,
            };
            self.add(&asked, &providers);
        }
    }

    /// The nodes of a nested composition that have what it exports: edges begin and end at them,
    /// and not at what is around them. Without any, the first of its nodes.
    fn fronts(&self, site: usize) -> Vec<usize> {
        let Some(group) = self.sites.sites[site].group else {
            return Vec::new();
        };
        let nodes = &self.sites.nodes;
        let inside = |node: usize| {
            let mut around = nodes[node].within;
            while let Some(at) = around.filter(|at| *at != group) {
                around = nodes[at].within;
            }
            around == Some(group)
        };
        let exports = &self.sites.sites[site].level.exports.all;
        let providers = exports
            .iter()
            .flat_map(|given| self.sites.providers(site, &given.origin));
        let fronts: BTreeSet<usize> = providers
            .filter_map(|provider| match provider.who {
                Who::Node(node) => Some(node),
                Who::Host(_) => None,
            })
            .filter(|node| inside(*node))
            .collect();
        if fronts.is_empty() {
            let leaves = (0..nodes.len()).filter(|at| !nodes[*at].is_group);
            return leaves.filter(|at| inside(*at)).take(1).collect();
        }
        fronts.into_iter().collect()
    }

    /// Core code imports single functions; the graph shows their interfaces.
    fn code(&mut self, site: usize) {
        let here = &self.sites.sites[site];
        let (Some(node), Some(lowered)) = (here.code, &here.level.code) else {
            return;
        };
        let mut known: BTreeSet<Provider<'a>> = BTreeSet::new();
        for origin in lowered {
            for provider in self.sites.providers(site, origin) {
                let Some(name) = provider.name else { continue };
                if provider.who == Who::Node(node) || !known.insert(provider.clone()) {
                    continue;
                }
                let item = self.face_of(&provider);
                let asked = Asked {
                    from: Some(node),
                    name: item.map_or(name, |item| &item.name),
                    sort: match (provider.inside, item) {
                        (true, _) => "interface",
                        (false, Some(item)) => item.sort,
                        (false, None) => "function",
                    },
                    item,
                };
                self.add(&asked, &[provider]);
            }
        }
    }

    /// What a provider exports, as far as that is known.
    fn face_of(&self, provider: &Provider<'_>) -> Option<&'s Extern> {
        match provider.who {
            Who::Node(at) => self.sites.nodes[at].externs.export(provider.name?),
            Who::Host(_) => self.outer.import(provider.name?),
        }
    }

    fn add(&mut self, asked: &Asked<'_>, providers: &[Provider<'a>]) {
        // There is one edge to a node that provides several items of an interface.
        let mut by_node: BTreeMap<Who, Vec<&Provider<'a>>> = BTreeMap::new();
        let mut order = Vec::new();
        for provider in providers {
            let of_node = by_node.entry(provider.who).or_default();
            if of_node.is_empty() {
                order.push(provider.who);
            }
            of_node.push(provider);
        }
        for who in order {
            let mut names = Vec::new();
            let mut served = None;
            for provider in &by_node[&who] {
                let item = self.face_of(provider);
                served = served.or(item);
                names.extend(item.map_or(provider.name, |item| Some(&item.name)));
            }
            let provided_as = names.join(", ");
            let differs = !names.is_empty() && provided_as != asked.name;
            let item = asked.item.or(served);
            let edge = Edge {
                from: String::new(),
                to: String::new(),
                kind: self.kind(asked, who),
                interface: asked.name.to_string(),
                provided_as: differs.then_some(provided_as),
                sort: asked.sort,
                functions: item.and_then(|item| item.functions),
                wit: item
                    .and_then(|item| item.wit.clone())
                    .or_else(|| served.and_then(|served| served.wit.clone())),
            };
            let names: Vec<String> = names.into_iter().map(str::to_string).collect();
            if let Who::Node(at) = who {
                self.whole_used[at] |= names.is_empty();
                self.used[at].extend(names);
            }
            self.edges.push((asked.from, who, edge));
        }
    }

    fn kind(&self, asked: &Asked<'_>, who: Who) -> EdgeKind {
        let open = match who {
            Who::Node(_) => false,
            Who::Host(at) => {
                let import = &self.sites.sites[0].level.imports[at];
                let full = self.outer.import(import.name);
                let name = full.map_or(import.name, |item| &item.name);
                let allowed = import.by_hand || self.allowed.allow(name);
                let types_only = asked.item.is_some_and(|item| item.types_only);
                asked.sort != "type" && !types_only && (import.trouble || !allowed)
            }
        };
        match (asked.from, open) {
            (_, true) => EdgeKind::Open,
            (None, false) => EdgeKind::Export,
            (Some(_), false) => EdgeKind::Wire,
        }
    }

    fn finish(self, title: String) -> Traced {
        let order = self.order();
        let mut place_of = vec![0; order.len()];
        for (at, node) in order.iter().enumerate() {
            place_of[*node] = at;
        }
        let mut edges = self.edges;
        edges.sort_by_key(|(from, ..)| from.map(|node| place_of[node]));
        let has_caller = edges.iter().any(|(from, ..)| from.is_none());
        let has_host = edges.iter().any(|(_, to, _)| matches!(to, Who::Host(_)));
        let drawn = &self.sites.nodes;
        let mut traced = Traced::default();
        traced.graph.title = title;
        let nodes = &mut traced.graph.nodes;
        if has_caller {
            nodes.push(Node::new(CALLER, NodeKind::Caller));
        }
        nodes.extend(order.iter().map(|at| drawn[*at].node.clone()));
        if has_host {
            nodes.push(Node::new(HOST, NodeKind::Host));
        }
        traced.graph.edges = edges
            .into_iter()
            .map(|(from, to, edge)| Edge {
                from: from.map_or(CALLER, |at| &drawn[at].node.id).to_string(),
                to: match to {
                    Who::Node(at) => drawn[at].node.id.clone(),
                    Who::Host(_) => HOST.to_string(),
                },
                ..edge
            })
            .collect();
        let classes = classes(self.sites);
        let used = self.used.into_iter().zip(self.whole_used);
        for (at, (used, whole_used)) in used.enumerate() {
            let node = &drawn[at];
            let fact = Fact {
                file: node.file.to_string(),
                path: node.path.clone(),
                bytes: classes[at],
                place: place(node.bytes),
                types_only: node
                    .externs
                    .exports
                    .iter()
                    .filter(|item| item.functions == Some(0))
                    .map(|item| item.name.clone())
                    .collect(),
                used,
                whole_used,
                is_group: node.is_group,
            };
            traced.facts.insert(node.node.id.clone(), fact);
        }
        traced
    }

    /// The nodes: each before its providers where possible, and after the node that contains it.
    fn order(&self) -> Vec<usize> {
        let nodes = &self.sites.nodes;
        let mut serving: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        let mut first = Vec::new();
        for (from, to, _) in &self.edges {
            if let Who::Node(to) = to {
                match from {
                    Some(from) => serving[*from].push(*to),
                    None => first.push(*to),
                }
            }
        }
        // Depth first and without recursion, as chains can be long; finished nodes are those
        // whose providers are all there. What the caller does not reach comes last.
        let mut done = Vec::new();
        let mut seen = vec![false; nodes.len()];
        let rest: Vec<usize> = (0..nodes.len()).rev().collect();
        let mut finished_by_rest = 0;
        for (starts, is_rest) in [(first, false), (rest, true)] {
            let before = done.len();
            for start in starts.into_iter().rev() {
                let mut way = vec![(start, serving[start].len())];
                if std::mem::replace(&mut seen[start], true) {
                    continue;
                }
                while let Some((node, left)) = way.last_mut() {
                    if *left == 0 {
                        done.push(*node);
                        way.pop();
                        continue;
                    }
                    *left -= 1;
                    let next = serving[*node][*left];
                    if !std::mem::replace(&mut seen[next], true) {
                        way.push((next, serving[next].len()));
                    }
                }
            }
            if is_rest {
                finished_by_rest = done.len() - before;
            }
        }
        let reached = done.len() - finished_by_rest;
        let (reached, rest) = done.split_at(reached);
        let mut order = Vec::new();
        let mut placed = vec![false; nodes.len()];
        for node in reached.iter().rev().chain(rest.iter().rev()) {
            let mut around = Vec::new();
            let mut at = Some(*node);
            while let Some(inner) = at.filter(|inner| !placed[*inner]) {
                placed[inner] = true;
                around.push(inner);
                at = nodes[inner].within;
            }
            order.extend(around.into_iter().rev());
        }
        order
    }
}

/// For each node, which bytes it is made of.
fn classes(sites: &Levels<'_>) -> Vec<Option<usize>> {
    let mut by_place: BTreeMap<Place, usize> = BTreeMap::new();
    // By length first: then only what may be equal is compared.
    let mut by_bytes: BTreeMap<(usize, &[u8]), usize> = BTreeMap::new();
    let mut classes = Vec::new();
    for drawn in &sites.nodes {
        // Without an instance there is no separate state.
        if drawn.node.size.is_none() || drawn.node.kind == NodeKind::Component {
            classes.push(None);
            continue;
        }
        let class = *by_place.entry(place(drawn.bytes)).or_insert_with(|| {
            let next = by_bytes.len();
            let key = (drawn.bytes.len(), drawn.bytes);
            *by_bytes.entry(key).or_insert(next)
        });
        classes.push(Some(class));
    }
    classes
}
