//! A part of a graph.
//!
//! Lives here: [`Filter`]. May import: `diag`, `names`, the sibling data.
//! Deliberately absent: changing what is left; nodes and edges are kept or go.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::codes;
use super::model::{Graph, Node, NodeKind};
use crate::diag::{Locus, Report, did_you_mean};
use crate::names::{Patterns, unversioned};

/// What of a graph is wanted.
///
/// ```
/// use witkit::graph::{Filter, Options, graph};
///
/// let wit = "package a:b; interface i { f: func(); } interface j { g: func(); }";
/// let all = graph(("b.wit", wit), &Options::default())?.graph;
/// let filter = Filter { hide: vec!["*/j".into()], ..Filter::default() };
/// let (left, doubts) = filter.of(&all);
/// assert!(doubts.is_empty() && left.nodes.len() < all.nodes.len());
/// # Ok::<(), witkit::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Patterns of nodes and interfaces that are wanted, with their neighbours; none for all.
    pub focus: Vec<String>,
    /// How many edges away from these; or, without any, from where the graph begins.
    pub depth: Option<usize>,
    /// Patterns of nodes and interfaces that are not wanted.
    pub hide: Vec<String>,
}

impl Filter {
    /// What is left of `graph`, and a warning for each pattern that means nothing in it; of those
    /// to hide, for what is nearly something in it.
    pub fn of(&self, graph: &Graph) -> (Graph, Report) {
        let mut report = Report::new();
        for (flag, patterns) in [("--hide", &self.hide), ("--focus", &self.focus)] {
            for pattern in patterns {
                unknown(graph, flag, pattern, &mut report);
            }
        }
        let mut left = graph.clone();
        if !self.hide.is_empty() {
            hide(&mut left, &Patterns::new(&self.hide));
        }
        let keep = match (self.focus.is_empty(), self.depth) {
            (false, depth) => Some(focused(
                &left,
                &Patterns::new(&self.focus),
                depth.unwrap_or(1),
            )),
            (true, Some(depth)) => Some(near_the_start(&left, depth)),
            (true, None) => None,
        };
        if let Some(keep) = keep {
            keep_only(&mut left, &keep);
        }
        (left, report)
    }
}

fn matches(node: &Node, patterns: &Patterns) -> bool {
    patterns.allow(&node.name) || patterns.allow(&node.id)
}

fn unknown(graph: &Graph, flag: &str, pattern: &str, report: &mut Report) {
    let patterns = Patterns::new([pattern]);
    let known = graph.nodes.iter().any(|node| matches(node, &patterns))
        || graph.edges.iter().any(|e| patterns.allow(&e.interface));
    if known {
        return;
    }
    let nodes = graph.nodes.iter().map(|node| node.id.as_str());
    let edges = graph.edges.iter().map(|edge| edge.interface.as_str());
    let names: BTreeSet<&str> = nodes.chain(edges).collect();
    let meant = did_you_mean(pattern, names.iter().copied())
        .or_else(|| did_you_mean(pattern, names.iter().map(|name| unversioned(name))));
    let finding = codes::UNKNOWN_PATTERN
        .report(format!("`{flag} {pattern}` matches nothing in the graph"))
        .at(Locus::File(graph.title.clone()), "");
    match meant {
        Some(meant) => report.push(finding.help(format!("did you mean `{meant}`?"))),
        // Hiding nothing is not a mistake.
        None if flag == "--hide" => {}
        None => report.push(finding.note("`*` matches any text: `wasi:*`")),
    }
}

/// Takes nodes and edges out, and the ends of the graph if nothing is left to lead there.
fn hide(graph: &mut Graph, patterns: &Patterns) {
    let gone = |node: &Node| matches(node, patterns);
    let mut hidden: BTreeSet<String> = BTreeSet::new();
    for node in &graph.nodes {
        // Nodes stand behind the one that they are in.
        let around_is = node.within.as_ref().is_some_and(|id| hidden.contains(id));
        if gone(node) || around_is {
            hidden.insert(node.id.clone());
        }
    }
    graph.edges.retain(|edge| {
        !patterns.allow(&edge.interface)
            && !hidden.contains(&edge.from)
            && !hidden.contains(&edge.to)
    });
    let mut ends: BTreeSet<&str> = BTreeSet::new();
    for edge in &graph.edges {
        ends.extend([edge.from.as_str(), edge.to.as_str()]);
    }
    graph.nodes.retain(|node| {
        let is_end = matches!(node.kind, NodeKind::Caller | NodeKind::Host);
        !hidden.contains(&node.id) && (!is_end || ends.contains(node.id.as_str()))
    });
}

/// Nodes by their ids, each with its neighbours.
type Neighbours<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// The ids of nodes that are at most `depth` steps away from `starts`.
fn within<'a>(
    starts: impl IntoIterator<Item = &'a str>,
    depth: usize,
    neighbours: &Neighbours<'a>,
) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut queue: VecDeque<(&str, usize)> = starts.into_iter().map(|id| (id, 0)).collect();
    while let Some((id, away)) = queue.pop_front() {
        if found.insert(id) && away < depth {
            let next = neighbours.get(id).into_iter().flatten();
            queue.extend(next.map(|next| (*next, away + 1)));
        }
    }
    found
}

fn focused(graph: &Graph, patterns: &Patterns, depth: usize) -> BTreeSet<String> {
    let mut starts: BTreeSet<&str> = BTreeSet::new();
    for node in &graph.nodes {
        let around = node.within.as_deref();
        if matches(node, patterns) || around.is_some_and(|id| starts.contains(id)) {
            starts.insert(&node.id);
        }
    }
    for edge in &graph.edges {
        if patterns.allow(&edge.interface) {
            starts.extend([edge.from.as_str(), edge.to.as_str()]);
        }
    }
    let ends: BTreeSet<&str> = graph
        .nodes
        .iter()
        .filter(|node| matches!(node.kind, NodeKind::Caller | NodeKind::Host))
        .map(|node| node.id.as_str())
        .collect();
    let mut neighbours = Neighbours::new();
    for edge in &graph.edges {
        // Through the host, everything is near everything.
        for (from, to) in [(&edge.from, &edge.to), (&edge.to, &edge.from)] {
            if !ends.contains(from.as_str()) {
                neighbours.entry(from).or_default().push(to);
            }
        }
    }
    let found = within(starts, depth, &neighbours);
    found.into_iter().map(str::to_string).collect()
}

fn near_the_start(graph: &Graph, depth: usize) -> BTreeSet<String> {
    let mut neighbours = Neighbours::new();
    let mut served: BTreeSet<&str> = BTreeSet::new();
    for edge in &graph.edges {
        neighbours.entry(&edge.from).or_default().push(&edge.to);
        served.insert(&edge.to);
    }
    let is_group: BTreeSet<&str> = graph
        .nodes
        .iter()
        .filter_map(|node| node.within.as_deref())
        .collect();
    let caller = graph.nodes.iter().find(|n| n.kind == NodeKind::Caller);
    let starts: Vec<&str> = match caller {
        Some(caller) => vec![&caller.id],
        None => {
            let ids = graph.nodes.iter().map(|node| node.id.as_str());
            ids.filter(|id| !served.contains(id) && !is_group.contains(id))
                .collect()
        }
    };
    let found = within(starts, depth, &neighbours);
    found.into_iter().map(str::to_string).collect()
}

/// Takes everything out that is not in `keep`, nor around something that is.
fn keep_only(graph: &mut Graph, keep: &BTreeSet<String>) {
    let around: BTreeMap<String, String> = graph
        .nodes
        .iter()
        .filter_map(|node| Some((node.id.clone(), node.within.clone()?)))
        .collect();
    let mut kept: BTreeSet<String> = BTreeSet::new();
    for id in keep {
        let mut at = Some(id);
        while let Some(id) = at.filter(|id| !kept.contains(*id)) {
            kept.insert(id.clone());
            at = around.get(id);
        }
    }
    graph.nodes.retain(|node| kept.contains(&node.id));
    graph
        .edges
        .retain(|edge| keep.contains(&edge.from) && keep.contains(&edge.to));
}
