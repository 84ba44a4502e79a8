//! A graph as a tree for people, or as a list of its nodes where a tree would be too deep to read.
//!
//! Lives here: [`tree`]. May import: the sibling data and `escape`.
//! Deliberately absent: colours, and sparing of lines: each link is one; and the width of a
//! terminal (`cli`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::label::{details, grouped, name, shortened, shown};
use super::links::{Link, links};
use super::model::{EdgeKind, Graph, Node, NodeKind};
use crate::escape::visible;

/// How deep a tree goes before it goes on below, at the margin.
const DEEPEST: usize = 20;

/// With so many nodes, each is shown once at the margin, with what provides for it below.
const MANY: usize = 15;

/// The graph from its caller on, or from its unused nodes: each node with its providers.
/// A node that was there already is not shown again with that; what no way leads to comes last.
///
/// From about fifteen nodes on, nodes are not nested but follow each other, as in a plan.
///
/// `graph` may be a part of `whole`, which says what a way leads to; otherwise they are the same.
///
/// [`Graph`] shows it in use.
pub fn tree(graph: &Graph, whole: &Graph) -> String {
    let mut tree = Tree {
        graph,
        links: vec![Vec::new(); graph.nodes.len()],
        shown: vec![false; graph.nodes.len()],
        below: VecDeque::new(),
        deepest: match graph.nodes.len() >= MANY {
            true => 1,
            false => DEEPEST,
        },
        out: String::new(),
    };
    let mut served = vec![false; graph.nodes.len()];
    for link in links(graph) {
        served[link.to] = true;
        tree.links[link.from].push(link);
    }
    let groups: BTreeSet<&str> = graph
        .nodes
        .iter()
        .filter_map(|node| node.within.as_deref())
        .collect();
    tree.line(&visible(&graph.title));
    let mut nodes = graph.nodes.iter();
    let caller = nodes.position(|n| n.kind == NodeKind::Caller);
    if let Some(caller) = caller {
        tree.grow(caller);
    }
    let reached = reached(whole);
    for (is_reached, heading) in [
        (true, "\nconnected by what is not drawn"),
        (false, "\nnot reachable from any export"),
    ] {
        let mut heading = caller.map(|_| heading);
        // Unused nodes first, so that what they need is below them.
        for only_unserved in [true, false] {
            for (at, node) in graph.nodes.iter().enumerate() {
                let left = !tree.shown[at]
                    && reached.contains(node.id.as_str()) == is_reached
                    && !groups.contains(node.id.as_str())
                    && node.kind != NodeKind::Host;
                if !left || (only_unserved && served[at]) {
                    continue;
                }
                if let Some(heading) = heading.take() {
                    tree.line(heading);
                }
                let line = tree.mention(node);
                tree.line(&line);
                tree.grow(at);
            }
        }
    }
    tree.out
}

/// The nodes that a way leads to from the caller, by their ids.
fn reached(graph: &Graph) -> BTreeSet<&str> {
    let callers = graph.nodes.iter().filter(|n| n.kind == NodeKind::Caller);
    let mut pending: Vec<&str> = callers.map(|node| node.id.as_str()).collect();
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in &graph.edges {
        next.entry(&edge.from).or_default().push(&edge.to);
    }
    let mut reached = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if reached.insert(id) {
            pending.extend(next.get(id).into_iter().flatten());
        }
    }
    reached
}

struct Tree<'g> {
    graph: &'g Graph,
    /// By the node that they begin at.
    links: Vec<Vec<Link>>,
    /// Whether each node was mentioned.
    shown: Vec<bool>,
    /// Nodes whose links are still to come.
    below: VecDeque<usize>,
    /// How deep nodes are nested before they go on below.
    deepest: usize,
    out: String,
}

/// A node whose links are being written.
struct Frame {
    node: usize,
    next: usize,
    indent: String,
}

impl Tree<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// Writes the providers of a node, below it.
    fn grow(&mut self, start: usize) {
        self.shown[start] = true;
        self.below.push_back(start);
        let mut is_first = true;
        while let Some(start) = self.below.pop_front() {
            if !std::mem::take(&mut is_first) {
                let node = &self.graph.nodes[start];
                let text = match self.deepest {
                    DEEPEST => name(node),
                    _ => self.mention(node),
                };
                self.line(&text);
            }
            let mut way = vec![Frame {
                node: start,
                next: 0,
                indent: String::new(),
            }];
            while let Some(frame) = way.last_mut() {
                let count = self.links[frame.node].len();
                let at = frame.next;
                if at == count {
                    way.pop();
                    continue;
                }
                frame.next += 1;
                let last = at + 1 == count;
                let branch = if last { "└─" } else { "├─" };
                let bar = if last { "   " } else { "│  " };
                let line = format!("{}{branch} ", frame.indent);
                let indent = format!("{}{bar}", frame.indent);
                let depth = way.len();
                let (text, grown) = self.link(way[depth - 1].node, at, depth);
                self.line(&format!("{line}{text}"));
                if let Some(node) = grown {
                    way.push(Frame {
                        node,
                        next: 0,
                        indent,
                    });
                }
            }
        }
    }

    /// A link of a node, and the node to continue with.
    fn link(&mut self, from: usize, at: usize, depth: usize) -> (String, Option<usize>) {
        let (graph, link) = (self.graph, &self.links[from][at]);
        let (to, kind) = (link.to, link.kind);
        let from_wit = !matches!(
            graph.nodes[from].kind,
            NodeKind::Caller | NodeKind::Instance | NodeKind::Component | NodeKind::Code
        );
        let text = match from_wit {
            true => of_wit(graph, link),
            false => of_wires(graph, link),
        };
        if kind == EdgeKind::Open {
            return (format!("{text} → unresolved"), None);
        }
        let node = &graph.nodes[to];
        let known = self.shown[to];
        // In a list, the details of a node are on its own line.
        let listed = self.deepest != DEEPEST && !self.links[to].is_empty();
        let mut target = match known || listed {
            true => name(node),
            false => self.mention(node),
        };
        let other = match self.links[from][at].edges.as_slice() {
            [edge] => graph.edges[*edge].provided_as.as_deref().map(|other| {
                let other = shortened(&graph.edges[*edge].interface, other);
                format!(" (as {})", visible(&other))
            }),
            _ => None,
        };
        target.push_str(&other.unwrap_or_default());
        let has_more = !self.links[to].is_empty();
        self.shown[to] = true;
        let grown = match (known, has_more) {
            (true, true) => {
                if self.deepest == DEEPEST {
                    target.push_str(" (above)");
                }
                None
            }
            (false, true) if depth >= self.deepest => {
                self.below.push_back(to);
                if self.deepest == DEEPEST {
                    target.push_str(" (below)");
                }
                None
            }
            (false, true) => Some(to),
            (_, false) => None,
        };
        let line = match from_wit {
            true => format!("{} {target}{text}", verb(kind)),
            false => format!("{text} → {target}"),
        };
        (line, grown)
    }

    /// A node with its details, where it is mentioned first.
    fn mention(&self, node: &Node) -> String {
        match (name(node), details(node, &self.graph.title).as_str()) {
            (name, "") => name,
            (name, details) => format!("{name} ({details})"),
        }
    }
}

fn verb(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Use => "uses",
        EdgeKind::Export => "exports",
        _ => "imports",
    }
}

fn of_wires(graph: &Graph, link: &Link) -> String {
    let names: Vec<&str> = link
        .edges_of(graph)
        .map(|edge| edge.interface.as_str())
        .collect();
    let names: Vec<String> = match names.as_slice() {
        few @ ([_] | [_, _]) => few.iter().map(|name| shown(name)).collect(),
        many => grouped(many).iter().map(|name| shown(name)).collect(),
    };
    names.join(", ")
}

/// What stands behind the node: nothing where it is the interface itself.
fn of_wit(graph: &Graph, link: &Link) -> String {
    if graph.nodes[link.to].kind == NodeKind::Package {
        let names = link.edges_of(graph).map(|edge| {
            let name = edge.interface.split('@').next().unwrap_or_default();
            visible(name.split_once('/').map_or(name, |(_, name)| name))
        });
        return format!(": {}", names.collect::<Vec<_>>().join(", "));
    }
    let others: Vec<String> = link
        .edges_of(graph)
        .filter(|edge| edge.provided_as.is_some())
        .map(|edge| visible(&edge.interface))
        .collect();
    match (others.len(), link.edges.len()) {
        (0, _) => String::new(),
        (named, all) if named < all => format!(", also as {}", others.join(", ")),
        _ => format!(" as {}", others.join(", ")),
    }
}
