//! Nodes that depend on each other in a cycle.
//!
//! May import: `diag`, the sibling data. Deliberately absent: listing every cycle, of which there
//! can be very many; each strongly connected component is one finding.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::View;
use crate::diag::Report;
use crate::graph::codes;
use crate::graph::model::{Edge, NodeKind};

/// Reports each knot with the shortest cycle through its first node.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for knot in knots(view) {
        let Some(way) = shortest(view, &knot) else {
            continue;
        };
        let first = way[0].from.as_str();
        let mut names: Vec<&str> = vec![first];
        names.extend(way.iter().map(|edge| edge.to.as_str()));
        let others = knot.len() - way.len();
        let more = match others {
            0 => String::new(),
            1 => " (and 1 more node in such cycles)".to_string(),
            _ => format!(" (and {others} more nodes in such cycles)"),
        };
        let mut finding =
            codes::CYCLE.report(format!("cyclic dependency: {}{more}", names.join(" → ")));
        for edge in &way {
            let item = format!("import {}", edge.interface);
            let text = format!("provided by `{}`", edge.to);
            finding = finding.at(view.locus(&edge.from, Some(item)), text);
        }
        report.push(finding.help(
            "wire one of these imports to another part or to the host, or move what both need into a third part",
        ));
    }
}

/// The sets of nodes that depend on each other, directly or indirectly: strongly connected components
/// with an edge in them, by Tarjan's algorithm, without recursion.
fn knots<'g>(view: &View<'g>) -> Vec<BTreeSet<&'g str>> {
    struct Seen {
        index: usize,
        low: usize,
        open: bool,
    }
    let mut seen: BTreeMap<&str, Seen> = BTreeMap::new();
    let mut open: Vec<&'g str> = Vec::new();
    let mut knots = Vec::new();
    for node in &view.traced.graph.nodes {
        if matches!(node.kind, NodeKind::Caller | NodeKind::Host)
            || seen.contains_key(node.id.as_str())
        {
            continue;
        }
        let mut way: Vec<(&'g str, usize)> = vec![(&node.id, 0)];
        while let Some((id, next)) = way.last_mut() {
            let id = *id;
            let index = seen.len();
            if *next == 0 && !seen.contains_key(id) {
                let low = index;
                let open_too = true;
                seen.insert(
                    id,
                    Seen {
                        index,
                        low,
                        open: open_too,
                    },
                );
                open.push(id);
            }
            if let Some(edge) = view.edges_from(id).get(*next) {
                *next += 1;
                let to = edge.to.as_str();
                match seen.get(to).map(|s| (s.index, s.open)) {
                    None => way.push((to, 0)),
                    Some((index, true)) => {
                        if let Some(own) = seen.get_mut(id) {
                            own.low = own.low.min(index);
                        }
                    }
                    Some((_, false)) => {}
                }
                continue;
            }
            way.pop();
            let (index, low) = seen.get(id).map_or((0, 0), |s| (s.index, s.low));
            if let Some((parent, _)) = way.last()
                && let Some(parent) = seen.get_mut(parent)
            {
                parent.low = parent.low.min(low);
            }
            if low != index {
                continue;
            }
            let mut knot = BTreeSet::new();
            while let Some(last) = open.pop() {
                if let Some(last) = seen.get_mut(last) {
                    last.open = false;
                }
                knot.insert(last);
                if last == id {
                    break;
                }
            }
            let to_itself = || view.edges_from(id).iter().any(|edge| edge.to == id);
            if knot.len() > 1 || to_itself() {
                knots.push(knot);
            }
        }
    }
    knots
}

/// The shortest cycle through the first node of a knot.
fn shortest<'g>(view: &View<'g>, knot: &BTreeSet<&'g str>) -> Option<Vec<&'g Edge>> {
    let start = *knot.first()?;
    let mut came: BTreeMap<&str, &'g Edge> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(id) = queue.pop_front() {
        for edge in view.edges_from(id) {
            let to = edge.to.as_str();
            if !knot.contains(to) || came.contains_key(to) {
                continue;
            }
            came.insert(to, edge);
            if to != start {
                queue.push_back(to);
                continue;
            }
            let mut way = vec![*edge];
            while let Some(before) = way.last().filter(|edge| edge.from != start) {
                way.push(came.get(before.from.as_str())?);
            }
            way.reverse();
            return Some(way);
        }
    }
    None
}
