//! Edges as they are drawn: those that say the same are one.
//!
//! May import: the model. Deliberately absent: where they are (`level`), what they say (`labels`).

use std::collections::BTreeMap;

use crate::graph::model::{EdgeKind, Graph};

/// All edges of one kind from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::graph) struct Link {
    /// The index of the node that needs it.
    pub from: usize,
    /// The index of the node that has it.
    pub to: usize,
    /// Why.
    pub kind: EdgeKind,
    /// The indices of the edges, in their order.
    pub edges: Vec<usize>,
}

/// The links of a graph, by their first edges. Edges at nodes that are not there are left out.
pub(in crate::graph) fn links(graph: &Graph) -> Vec<Link> {
    let mut ids = BTreeMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        ids.entry(node.id.as_str()).or_insert(at);
    }
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
