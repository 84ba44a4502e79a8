//! Which level every node is in, and which hops every link consists of.
//!
//! A nested composition is a level of its own, and one item of the level around it. An edge across
//! its border is one hop inside and one outside, which meet at a port.
//!
//! May import: the model and `links`. Deliberately absent: sizes and places (`compound`).

use std::collections::BTreeMap;

use crate::graph::links::Link;
use crate::graph::model::{EdgeKind, Graph, NodeKind};

/// How deep nested compositions are drawn; what is deeper is drawn there.
const DEEPEST: usize = 120;

/// Where edges cross the border of a level. Those to the same node meet there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Port {
    /// Whether they come in, or else go out.
    pub inward: bool,
    /// The node that they go to in the end.
    pub to: usize,
    /// Whether they are unresolved.
    pub open: bool,
}

/// An end of a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// A node of the level itself.
    Node(usize),
    /// A port of a node of the level.
    At(usize, Port),
    /// A port of the level.
    Border(Port),
}

/// The part of links that is in one level.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub from: Spot,
    pub to: Spot,
    /// The link that begins here: its label is here as well.
    pub first_of: Option<usize>,
    pub open: bool,
}

/// One level.
#[derive(Clone, Debug, Default)]
pub(super) struct Inside {
    pub nodes: Vec<usize>,
    pub parts: Vec<Part>,
}

/// The graph by levels.
#[derive(Clone, Debug)]
pub(super) struct Nest {
    /// The node that each node is inside of.
    pub parent: Vec<Option<usize>>,
    /// How many nodes each is inside of.
    pub depth: Vec<usize>,
    /// What is inside of each node, and then, as the last, the whole.
    pub levels: Vec<Inside>,
    /// The level and the part of each hop of each link, in order.
    pub hops: Vec<Vec<(usize, usize)>>,
}

impl Nest {
    pub fn new(graph: &Graph, links: &[Link]) -> Nest {
        let (parent, depth) = parents(graph);
        let whole = graph.nodes.len();
        let mut levels = vec![Inside::default(); whole + 1];
        for (node, parent) in parent.iter().enumerate() {
            levels[parent.unwrap_or(whole)].nodes.push(node);
        }
        let mut nest = Nest {
            parent,
            depth,
            levels,
            hops: Vec::with_capacity(links.len()),
        };
        let mut known = BTreeMap::new();
        for at in 0..links.len() {
            let hops = nest.split(links, at, &mut known);
            nest.hops.push(hops);
        }
        nest
    }

    /// Whether a node has others inside.
    pub fn is_group(&self, node: usize) -> bool {
        !self.levels[node].nodes.is_empty()
    }

    fn split(
        &mut self,
        links: &[Link],
        at: usize,
        known: &mut BTreeMap<(usize, Spot, Spot), usize>,
    ) -> Vec<(usize, usize)> {
        let link = &links[at];
        let whole = self.parent.len();
        let open = link.kind == EdgeKind::Open;
        let port = |inward| Port {
            inward,
            to: link.to,
            open,
        };
        // Up from both ends to the level that has both.
        let (mut from, mut to) = (link.from, link.to);
        let mut rising = Vec::new();
        let mut falling = Vec::new();
        while from != to && self.parent[from] != self.parent[to] {
            if self.depth[from] >= self.depth[to] {
                rising.push(from);
                from = self.parent[from].unwrap_or(from);
            } else {
                falling.push(to);
                to = self.parent[to].unwrap_or(to);
            }
        }
        let spot = |node: usize, end: usize, inward| match node == end {
            true => Spot::Node(node),
            false => Spot::At(node, port(inward)),
        };
        let mut steps = Vec::new();
        for &node in &rising {
            let level = self.parent[node].unwrap_or(whole);
            let border = Spot::Border(port(false));
            steps.push((level, spot(node, link.from, false), border));
        }
        if from != to || link.from == link.to {
            let level = self.parent[from].unwrap_or(whole);
            let ends = (spot(from, link.from, false), spot(to, link.to, true));
            steps.push((level, ends.0, ends.1));
        }
        for &node in falling.iter().rev() {
            let level = self.parent[node].unwrap_or(whole);
            let border = Spot::Border(port(true));
            steps.push((level, border, spot(node, link.to, true)));
        }
        let mut hops = Vec::with_capacity(steps.len());
        for (step, (level, from, to)) in steps.into_iter().enumerate() {
            let parts = &mut self.levels[level].parts;
            let part = match step {
                0 => parts.len(),
                _ => *known.entry((level, from, to)).or_insert(parts.len()),
            };
            if part == parts.len() {
                parts.push(Part {
                    from,
                    to,
                    first_of: (step == 0).then_some(at),
                    open,
                });
            }
            hops.push((level, part));
        }
        hops
    }
}

/// What each node is inside of, without circles and without what is not there.
fn parents(graph: &Graph) -> (Vec<Option<usize>>, Vec<usize>) {
    let mut ids = BTreeMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        ids.entry(node.id.as_str()).or_insert(at);
    }
    let named: Vec<Option<usize>> = graph
        .nodes
        .iter()
        .map(|node| {
            let parent = *ids.get(node.within.as_deref()?)?;
            let ends = matches!(node.kind, NodeKind::Caller | NodeKind::Host);
            (!ends).then_some(parent)
        })
        .collect();
    let count = graph.nodes.len();
    let mut parent = vec![None; count];
    let mut depth = vec![usize::MAX; count];
    for node in 0..count {
        // Up to something whose depth is known, and down again.
        let mut path = Vec::new();
        let mut at = Some(node);
        while let Some(here) = at.filter(|&here| depth[here] == usize::MAX) {
            depth[here] = usize::MAX - 1;
            path.push(here);
            at = named[here];
        }
        // A circle is cut open where it was entered.
        let mut above = at.filter(|&here| depth[here] != usize::MAX - 1);
        for &here in path.iter().rev() {
            while let Some(deep) = above.filter(|&above| depth[above] >= DEEPEST) {
                above = parent[deep];
            }
            parent[here] = above;
            depth[here] = above.map_or(0, |above| depth[above] + 1);
            above = Some(here);
        }
    }
    (parent, depth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Node;
    use crate::graph::layout::samples::wire;

    fn within(id: &str, parent: &str) -> Node {
        let mut node = Node::new(id, NodeKind::Instance);
        node.within = Some(parent.to_string());
        node
    }

    #[test]
    fn circles_of_nesting_are_cut_and_what_is_not_there_is_not_around_anything() {
        let graph = Graph {
            nodes: vec![
                within("a", "b"),
                within("b", "a"),
                within("c", "nowhere"),
                within("d", "d"),
            ],
            ..Graph::default()
        };
        let (parent, depth) = parents(&graph);
        assert_eq!(parent, [Some(1), None, None, None]);
        assert_eq!(depth, [1, 0, 0, 0]);
    }

    #[test]
    fn an_edge_across_borders_has_a_hop_in_each_level() {
        let graph = Graph {
            nodes: vec![
                Node::new("box", NodeKind::Instance),
                within("in", "box"),
                Node::new("out", NodeKind::Instance),
            ],
            edges: vec![
                wire("in", "out", "x"),
                wire("box", "in", "y"),
                wire("in", "box", "z"),
            ],
            ..Graph::default()
        };
        let nest = Nest::new(&graph, &crate::graph::links::links(&graph));
        let levels: Vec<Vec<usize>> = nest
            .hops
            .iter()
            .map(|hops| hops.iter().map(|hop| hop.0).collect())
            .collect();
        assert_eq!(levels, [vec![0, 3], vec![0], vec![0]]);
    }
}
