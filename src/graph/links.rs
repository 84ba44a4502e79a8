//! Edges as they are drawn: all of one kind between the same two nodes are one.
//!
//! May import: the model. Deliberately absent: where they are (`layout`), what they say (`label`,
//! `layout`).

use std::collections::BTreeMap;

use super::model::{Edge, EdgeKind, Graph};

/// All edges of one kind from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The index of the node that needs it.
    pub from: usize,
    /// The index of the node that has it.
    pub to: usize,
    /// Why.
    pub kind: EdgeKind,
    /// The indices of the edges, in their order.
    pub edges: Vec<usize>,
}

impl Link {
    /// The edges themselves, in the graph that it is of.
    pub fn edges_of<'g>(&self, graph: &'g Graph) -> impl Iterator<Item = &'g Edge> {
        self.edges.iter().map(|&at| &graph.edges[at])
    }
}

/// The indices of nodes, by their ids.
pub(super) fn numbers(graph: &Graph) -> BTreeMap<&str, usize> {
    let mut numbers = BTreeMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        numbers.entry(node.id.as_str()).or_insert(at);
    }
    numbers
}

/// The links of a graph, by their first edges. Edges at nodes that are not there are left out.
pub(super) fn links(graph: &Graph) -> Vec<Link> {
    let ids = numbers(graph);
    let mut known: BTreeMap<(usize, usize, EdgeKind), usize> = BTreeMap::new();
    let mut links: Vec<Link> = Vec::new();
    for (at, edge) in graph.edges.iter().enumerate() {
        let ends = ids.get(edge.from.as_str()).zip(ids.get(edge.to.as_str()));
        let Some((&from, &to)) = ends else {
            continue;
        };
        let link = *known.entry((from, to, edge.kind)).or_insert(links.len());
        if link == links.len() {
            links.push(Link {
                from,
                to,
                kind: edge.kind,
                edges: Vec::new(),
            });
        }
        links[link].edges.push(at);
    }
    links
}
