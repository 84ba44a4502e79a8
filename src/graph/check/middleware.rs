//! Middleware that is bypassed, and chains with the same link twice.
//!
//! May import: `diag`, `names`, the sibling data. Deliberately absent: what middleware does; it
//! is recognised by its imports and exports alone.

use std::collections::{BTreeMap, BTreeSet};

use super::{View, quoted};
use crate::diag::Report;
use crate::graph::assemble::{CALLER, HOST};
use crate::graph::codes;
use crate::graph::model::{Edge, NodeKind};
use crate::names::track_or_name;

/// An instance together with the track of an interface that it imports and exports.
type Link<'g> = (&'g str, String);

/// The edges from middleware to what it wraps, by link.
type Behind<'g> = BTreeMap<Link<'g>, Vec<&'g Edge>>;

/// The edges to a node, by the track of what it provides.
type Served<'g> = BTreeMap<(&'g str, String), Vec<&'g Edge>>;

pub(super) fn check(view: &View<'_>, report: &mut Report) {
    let behind = links(view);
    let mut served = Served::new();
    for edge in view.traced.graph.edges.iter().filter(|e| is_called(e)) {
        let key = (edge.to.as_str(), track_there(edge));
        served.entry(key).or_default().push(edge);
    }
    for (link, edges) in &behind {
        for edge in edges {
            bypassed(view, &behind, &served, link, edge, report);
        }
    }
    twice(view, &behind, report);
}

/// Whether an edge stands for calls: an interface with functions, or a function.
fn is_called(edge: &Edge) -> bool {
    matches!(edge.sort, "interface" | "function") && edge.functions != Some(0)
}

/// Its name in the providing node.
fn served_as(edge: &Edge) -> &str {
    edge.provided_as.as_ref().unwrap_or(&edge.interface)
}

/// The track of what the providing node provides.
fn track_there(edge: &Edge) -> String {
    match edge.to == HOST {
        true => track_or_name(&edge.interface),
        false => track_or_name(served_as(edge)),
    }
}

fn links<'g>(view: &View<'g>) -> Behind<'g> {
    let mut behind = Behind::new();
    for node in &view.traced.graph.nodes {
        if node.kind != NodeKind::Instance {
            continue;
        }
        let exports: BTreeSet<String> = node
            .exports
            .iter()
            .filter(|port| matches!(port.sort, "interface" | "function"))
            .map(|port| track_or_name(&port.name))
            .collect();
        for edge in view.edges_from(&node.id) {
            let track = track_or_name(&edge.interface);
            if is_called(edge) && edge.to != node.id && exports.contains(&track) {
                behind.entry((&node.id, track)).or_default().push(edge);
            }
        }
    }
    behind
}

/// Reports importers that bypass a link and use the provider behind it.
fn bypassed<'g>(
    view: &View<'g>,
    behind: &Behind<'g>,
    served: &Served<'g>,
    (link, track): &Link<'g>,
    wire: &Edge,
    report: &mut Report,
) {
    let mut around: Vec<&Edge> = Vec::new();
    let key = (wire.to.as_str(), track_there(wire));
    for edge in served.get(&key).into_iter().flatten() {
        let from = edge.from.as_str();
        let is_link = || behind.contains_key(&(from, track_or_name(&edge.interface)));
        if from != *link && !is_link() {
            around.push(edge);
        }
    }
    if around.is_empty() {
        return;
    }
    // What the link needs cannot go through it.
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let mut todo = vec![*link];
    while let Some(id) = todo.pop() {
        if needed.insert(id) {
            todo.extend(view.edges_from(id).iter().map(|edge| edge.to.as_str()));
        }
    }
    around.retain(|edge| !needed.contains(edge.from.as_str()));
    let Some(first) = around.first() else { return };
    let target = match wire.to == HOST {
        true => "the host".to_string(),
        false => format!("`{}`", wire.to),
    };
    let by_export = around.iter().any(|edge| edge.from == CALLER);
    let importers: BTreeSet<&str> = around
        .iter()
        .map(|edge| edge.from.as_str())
        .filter(|from| *from != CALLER)
        .collect();
    let importers: Vec<&str> = importers.into_iter().collect();
    let interface = &first.interface;
    let message = match (by_export, importers.as_slice()) {
        (true, []) => {
            format!(
                "the exported `{interface}` comes from {target} and bypasses the middleware `{link}`"
            )
        }
        (true, several) => format!(
            "the exported `{interface}` and the import of {} come from {target} and bypass the middleware `{link}`",
            quoted(several)
        ),
        (false, [one]) => {
            format!("`{one}` gets `{interface}` from {target} and bypasses the middleware `{link}`")
        }
        (false, several) => format!(
            "{} get `{interface}` from {target} and bypass the middleware `{link}`",
            quoted(several)
        ),
    };
    let mut finding = codes::MIDDLEWARE_ORDER.report(message);
    for edge in &around {
        let (side, id) = match edge.from == CALLER {
            true => ("export", &edge.to),
            false => ("import", &edge.from),
        };
        let item = format!("{side} {}", edge.interface);
        finding = finding.at(view.locus(id, Some(item)), format!("from {target}"));
    }
    let item = format!("import {}", wire.interface);
    let users = view.edges_to(link);
    let users = users.iter().any(|e| track_or_name(served_as(e)) == *track);
    let text = match users {
        true => "used by other importers",
        false => "not used by any importer",
    };
    finding = finding.at(view.locus(link, Some(item)), text);
    let outermost = outermost(view, behind, link, track);
    report.push(finding.help(format!(
        "wire them to `{outermost}`, unless bypassing `{link}` is intended"
    )));
}

/// The first link of a chain that a link is in.
fn outermost<'g>(view: &View<'g>, behind: &Behind<'g>, link: &'g str, track: &str) -> &'g str {
    let mut at = link;
    let mut passed = BTreeSet::new();
    while passed.insert(at) {
        let before = view.edges_to(at).iter().find(|edge| {
            let from = (edge.from.as_str(), track_or_name(&edge.interface));
            track_there(edge) == track && from.1 == track && behind.contains_key(&from)
        });
        match before {
            Some(edge) => at = &edge.from,
            None => break,
        }
    }
    at
}

/// Chains in which the same bytes are twice.
fn twice(view: &View<'_>, behind: &Behind<'_>, report: &mut Report) {
    let mut told: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for (head, track) in behind.keys() {
        let in_front = |edge: &&Edge| {
            let from = (edge.from.as_str(), track_or_name(&edge.interface));
            track_or_name(served_as(edge)) == *track && behind.contains_key(&from)
        };
        // Chains are followed from their heads; cycles are skipped.
        if view.edges_to(head).iter().any(in_front) {
            continue;
        }
        let mut bytes: BTreeMap<usize, &str> = BTreeMap::new();
        let mut passed: BTreeSet<&str> = BTreeSet::new();
        let mut at: Link<'_> = (head, track.clone());
        while passed.insert(at.0) {
            if let Some(own) = view.fact(at.0).and_then(|fact| fact.bytes)
                && let Some(other) = bytes.insert(own, at.0)
                && told.insert((other, at.0, track))
            {
                report.push(
                    codes::MIDDLEWARE_ORDER
                        .report(format!(
                            "`{other}` and `{}` are identical middleware for `{track}` in one chain",
                            at.0
                        ))
                        .at(view.locus(other, None), "passed first")
                        .at(view.locus(at.0, None), "passed again")
                        .help("remove one of them from the chain"),
                );
            }
            let next = behind.get(&at).into_iter().flatten().find_map(|edge| {
                let next = (edge.to.as_str(), track_or_name(served_as(edge)));
                behind.contains_key(&next).then_some(next)
            });
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
    }
}
