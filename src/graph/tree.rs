//! A graph as a tree for people.
//!
//! Lives here: [`tree`]. May import: the sibling data and `shown`.
//! Deliberately absent: colours, and sparing of lines: each strand is one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::label::{Strand, details, grouped, name, shortened, strands};
use super::model::{EdgeKind, Graph, Node, NodeKind};
use crate::shown::visible;

/// How deep a tree goes before it goes on below, at the margin.
const DEEPEST: usize = 20;

/// The graph from its caller on, or from whatever nobody needs: each node with what serves it.
/// A node that was there already is not shown again with what serves it; what no way leads to
/// comes last.
pub fn tree(graph: &Graph) -> String {
    let mut tree = Tree {
        nodes: graph.nodes.iter().map(|n| (n.id.as_str(), n)).collect(),
        strands: BTreeMap::new(),
        shown: BTreeSet::new(),
        below: VecDeque::new(),
        title: &graph.title,
        out: String::new(),
    };
    let mut served: BTreeSet<&str> = BTreeSet::new();
    for strand in strands(graph) {
        served.insert(strand.to);
        tree.strands.entry(strand.from).or_default().push(strand);
    }
    let groups: BTreeSet<&str> = graph
        .nodes
        .iter()
        .filter_map(|node| node.within.as_deref())
        .collect();
    tree.line(&visible(&graph.title));
    let caller = graph.nodes.iter().find(|n| n.kind == NodeKind::Caller);
    if let Some(caller) = caller {
        tree.grow(&caller.id);
    }
    let left = |tree: &Tree<'_>, node: &Node| {
        !tree.shown.contains(node.id.as_str())
            && !groups.contains(node.id.as_str())
            && node.kind != NodeKind::Host
    };
    // Those that nobody needs first, so that what they need stands below them.
    let mut heading = caller.is_some();
    for only_unserved in [true, false] {
        for node in &graph.nodes {
            if !left(&tree, node) || (only_unserved && served.contains(node.id.as_str())) {
                continue;
            }
            if std::mem::take(&mut heading) {
                tree.line("\nnot reached from outside");
            }
            let line = tree.mention(node);
            tree.line(&line);
            tree.grow(&node.id);
        }
    }
    tree.out
}

struct Tree<'g> {
    nodes: BTreeMap<&'g str, &'g Node>,
    /// By the node that they begin at.
    strands: BTreeMap<&'g str, Vec<Strand<'g>>>,
    /// Nodes that were mentioned.
    shown: BTreeSet<&'g str>,
    /// Nodes whose strands are still to come.
    below: VecDeque<&'g str>,
    title: &'g str,
    out: String,
}

/// A node whose strands are being written.
struct Frame<'g> {
    node: &'g str,
    next: usize,
    indent: String,
}

impl<'g> Tree<'g> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// Writes all that serves a node, below it.
    fn grow(&mut self, start: &'g str) {
        self.shown.insert(start);
        self.below.push_back(start);
        let mut is_first = true;
        while let Some(start) = self.below.pop_front() {
            if !std::mem::take(&mut is_first)
                && let Some(node) = self.nodes.get(start)
            {
                let text = name(node);
                self.line(&text);
            }
            let mut way = vec![Frame {
                node: start,
                next: 0,
                indent: String::new(),
            }];
            while let Some(frame) = way.last_mut() {
                let strands = self.strands.get(frame.node);
                let count = strands.map_or(0, Vec::len);
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
                let (text, grown) = self.strand(way[depth - 1].node, at, depth);
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

    /// A strand of a node, and the node that is to be gone on with.
    fn strand(&mut self, from: &str, at: usize, depth: usize) -> (String, Option<&'g str>) {
        let strand = &self.strands[from][at];
        let (to, kind) = (strand.to, strand.kind);
        let from_wit = !matches!(
            self.nodes.get(from).map(|node| node.kind),
            Some(NodeKind::Caller | NodeKind::Instance | NodeKind::Code)
        );
        let text = match from_wit {
            true => of_wit(strand, &self.nodes),
            false => of_wires(strand),
        };
        if kind == EdgeKind::Open {
            return (format!("{text} → nobody (open)"), None);
        }
        let Some(node) = self.nodes.get(to).copied() else {
            return (text, None);
        };
        let known = self.shown.contains(to);
        let mut target = match known {
            true => name(node),
            false => self.mention(node),
        };
        let other = match self.strands[from][at].edges.as_slice() {
            [edge] => edge.provided_as.as_deref().map(|other| {
                let other = shortened(&edge.interface, other);
                format!(" (as {})", visible(&other))
            }),
            _ => None,
        };
        target.push_str(&other.unwrap_or_default());
        let has_more = self.strands.contains_key(to);
        self.shown.insert(to);
        let grown = match (known, has_more) {
            (true, true) => {
                target.push_str(" (above)");
                None
            }
            (false, true) if depth >= DEEPEST => {
                self.below.push_back(to);
                target.push_str(" (below)");
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

    /// A node with what is to be said of it where it is mentioned first.
    fn mention(&self, node: &Node) -> String {
        match (name(node), details(node, self.title).as_str()) {
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

fn of_wires(strand: &Strand<'_>) -> String {
    let names: Vec<&str> = strand.edges.iter().map(|e| e.interface.as_str()).collect();
    let names: Vec<String> = match names.as_slice() {
        few @ ([_] | [_, _]) => few.iter().map(|name| visible(name)).collect(),
        many => grouped(many).iter().map(|name| visible(name)).collect(),
    };
    names.join(", ")
}

/// What stands behind the node: nothing where it is the interface itself.
fn of_wit(strand: &Strand<'_>, nodes: &BTreeMap<&str, &Node>) -> String {
    let is_package = nodes
        .get(strand.to)
        .is_some_and(|node| node.kind == NodeKind::Package);
    if is_package {
        let names = strand.edges.iter().map(|edge| {
            let name = edge.interface.split('@').next().unwrap_or_default();
            visible(name.split_once('/').map_or(name, |(_, name)| name))
        });
        return format!(": {}", names.collect::<Vec<_>>().join(", "));
    }
    let others: Vec<String> = strand
        .edges
        .iter()
        .filter(|edge| edge.provided_as.is_some())
        .map(|edge| visible(&edge.interface))
        .collect();
    match (others.len(), strand.edges.len()) {
        (0, _) => String::new(),
        (named, all) if named < all => format!(", also as {}", others.join(", ")),
        _ => format!(" as {}", others.join(", ")),
    }
}
