//! Everything that is wrong or suspicious in a graph.
//!
//! Lives here: [`check`], and the checks that look at each node or edge once; `cycles` and
//! `middleware` follow edges. May import: `diag`, `names`, the sibling data.
//! Deliberately absent: types; `compose` and the validator check whether wires fit.

mod cycles;
mod middleware;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::{CALLER, Fact, Traced};
use super::codes;
use super::model::{Edge, EdgeKind, Node, NodeKind};
use crate::diag::{Locus, Report};

/// More names than these are not listed in a message.
const LISTED: usize = 6;

/// All findings about a graph.
///
/// Unresolved imports and cycles are errors, the rest are warnings: versions, identical bytes, unused
/// exports and parts, and the order of middleware.
///
/// [`Traced`] has an example.
pub fn check(traced: &Traced) -> Report {
    let mut report = Report::new();
    let view = View::new(traced);
    open_imports(&view, &mut report);
    versions::check(&view, &mut report);
    same_bytes(&view, &mut report);
    let reached = view.reached();
    unreached_parts(&view, &reached, &mut report);
    unused_exports(&view, &reached, &mut report);
    cycles::check(&view, &mut report);
    middleware::check(&view, &mut report);
    report
}

/// A graph, by name.
struct View<'g> {
    traced: &'g Traced,
    /// By the node that they begin at.
    from: BTreeMap<&'g str, Vec<&'g Edge>>,
    /// By the node that they end at.
    to: BTreeMap<&'g str, Vec<&'g Edge>>,
}

impl<'g> View<'g> {
    fn new(traced: &'g Traced) -> View<'g> {
        let graph = &traced.graph;
        let mut view = View {
            traced,
            from: BTreeMap::new(),
            to: BTreeMap::new(),
        };
        for edge in &graph.edges {
            view.from.entry(&edge.from).or_default().push(edge);
            view.to.entry(&edge.to).or_default().push(edge);
        }
        view
    }

    fn edges_from(&self, id: &str) -> &[&'g Edge] {
        self.from.get(id).map_or(&[], Vec::as_slice)
    }

    fn edges_to(&self, id: &str) -> &[&'g Edge] {
        self.to.get(id).map_or(&[], Vec::as_slice)
    }

    fn fact(&self, id: &str) -> Option<&'g Fact> {
        self.traced.facts.get(id)
    }

    /// Instances with their facts, except those that contain others.
    fn instances(&self) -> impl Iterator<Item = (&'g Node, &'g Fact)> {
        let nodes = self.traced.graph.nodes.iter();
        nodes
            .filter(|node| node.kind == NodeKind::Instance)
            .filter_map(|node| Some((node, self.traced.facts.get(&node.id)?)))
            .filter(|(_, fact)| !fact.is_group)
    }

    /// The place of a node, or of something of it.
    fn locus(&self, id: &str, item: Option<String>) -> Locus {
        let Some(fact) = self.fact(id) else {
            return Locus::item(&self.traced.graph.title, item);
        };
        let path = fact.path.iter().cloned().chain(item);
        Locus::item(&fact.file, path)
    }

    /// The nodes that are reachable from the caller.
    fn reached(&self) -> BTreeSet<&'g str> {
        let mut todo: Vec<&str> = vec![CALLER];
        let mut reached = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if reached.insert(id) {
                todo.extend(self.edges_from(id).iter().map(|edge| edge.to.as_str()));
            }
        }
        reached
    }
}

/// Names as a list, the rest counted.
fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let shown = names.iter().take(LISTED);
    let shown: Vec<String> = shown.map(|name| format!("`{}`", name.as_ref())).collect();
    let mut text = shown.join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    text
}

/// `a`, `b` and `c`, as code.
fn quoted(names: &[&str]) -> String {
    let quote = |name: &&str| format!("`{name}`");
    match names {
        [] => String::new(),
        [one] => quote(one),
        [first @ .., last] if names.len() <= LISTED => {
            let first: Vec<String> = first.iter().map(quote).collect();
            format!("{} and {}", first.join(", "), quote(last))
        }
        many => {
            let first: Vec<String> = many.iter().take(LISTED).map(quote).collect();
            format!("{} and {} more", first.join(", "), many.len() - LISTED)
        }
    }
}

fn open_imports(view: &View<'_>, report: &mut Report) {
    // By the import, one finding each.
    let mut open: BTreeMap<&str, Vec<&Edge>> = BTreeMap::new();
    for edge in &view.traced.graph.edges {
        if edge.kind == EdgeKind::Open {
            let name = edge.provided_as.as_ref().unwrap_or(&edge.interface);
            open.entry(name).or_default().push(edge);
        }
    }
    for (name, edges) in open {
        let mut importers: Vec<&str> = edges.iter().map(|edge| edge.from.as_str()).collect();
        importers.dedup();
        let mut finding = codes::OPEN_IMPORT.report(match importers.as_slice() {
            [CALLER] => {
                format!("the exported `{name}` is an unresolved import: no part exports it")
            }
            importers => format!(
                "unresolved import `{name}` of {}: no part exports it",
                quoted(importers)
            ),
        });
        for edge in edges.iter().take(LISTED) {
            let side = if edge.from == CALLER {
                "export"
            } else {
                "import"
            };
            let item = format!("{side} {}", edge.interface);
            finding = finding.at(view.locus(&edge.from, Some(item)), "");
        }
        let pattern = match name.split_once(['/', '@']) {
            Some((package, _)) if name.contains(':') => format!("{package}/*"),
            _ => name.to_string(),
        };
        report.push(finding.help(format!(
            "compose with a component that exports it, or leave it to the host: `--allow '{pattern}'`"
        )));
    }
}

fn same_bytes(view: &View<'_>, report: &mut Report) {
    let graph = &view.traced.graph;
    let mut classes: BTreeMap<usize, Vec<(&Node, &Fact)>> = BTreeMap::new();
    for node in &graph.nodes {
        if let Some(fact) = view.fact(&node.id)
            && let Some(class) = fact.bytes
        {
            classes.entry(class).or_default().push((node, fact));
        }
    }
    let twins: BTreeSet<&str> = classes
        .values()
        .filter(|nodes| nodes.len() > 1)
        .flatten()
        .map(|(node, _)| node.id.as_str())
        .collect();
    // What is inside identical compositions is identical, too.
    let mut inside: BTreeSet<&str> = BTreeSet::new();
    for node in &graph.nodes {
        if let Some(around) = node.within.as_deref()
            && (twins.contains(around) || inside.contains(around))
        {
            inside.insert(&node.id);
        }
    }
    for nodes in classes.into_values() {
        let nodes: Vec<_> = nodes
            .into_iter()
            .filter(|(node, _)| !inside.contains(node.id.as_str()))
            .collect();
        if nodes.len() < 2 {
            continue;
        }
        let names: Vec<&str> = nodes.iter().map(|(node, _)| node.id.as_str()).collect();
        let files: BTreeSet<&str> = nodes.iter().map(|(_, fact)| fact.file.as_str()).collect();
        let places: BTreeSet<_> = nodes.iter().map(|(_, fact)| fact.place).collect();
        let embedded = match (files.len(), places.len()) {
            (_, 1) => "",
            (1, 2) => ", embedded twice",
            (1, _) => ", embedded several times",
            _ => ", in several files",
        };
        let mut finding =
            codes::SAME_BYTES.report(format!("{} have identical code{embedded}", quoted(&names)));
        for (node, _) in nodes.iter().take(LISTED) {
            finding = finding.at(view.locus(&node.id, None), "");
        }
        report.push(
            finding
                .note("each has its own memory and state")
                .help("wire all importers to one of them, unless separate state is intended"),
        );
    }
}

/// Reports parts that cannot be reached.
fn unreached_parts(view: &View<'_>, reached: &BTreeSet<&str>, report: &mut Report) {
    for (node, _) in view.instances() {
        if reached.contains(node.id.as_str()) {
            continue;
        }
        let users: Vec<&str> = view
            .edges_to(&node.id)
            .iter()
            .map(|edge| edge.from.as_str())
            .collect();
        let exports: Vec<&str> = node.exports.iter().map(|port| port.name.as_str()).collect();
        let text = match (exports.is_empty(), users.is_empty()) {
            (true, _) => "exports nothing".to_string(),
            (false, true) => format!("exports {}", listed(&exports)),
            (false, false) => format!("only used by {}, also unused", quoted(&users)),
        };
        report.push(
            codes::UNREACHED_PART
                .report(format!(
                    "unused part `{}`: not reachable from any export",
                    node.id
                ))
                .at(view.locus(&node.id, None), text)
                .help("leave it out, or wire the import that it is intended for"),
        );
    }
}

fn unused_exports(view: &View<'_>, reached: &BTreeSet<&str>, report: &mut Report) {
    for (node, fact) in view.instances() {
        if fact.whole_used || !reached.contains(node.id.as_str()) {
            continue;
        }
        let unused: Vec<&str> = node
            .exports
            .iter()
            .filter(|port| matches!(port.sort, "interface" | "function"))
            .map(|port| port.name.as_str())
            .filter(|name| !fact.used.contains(*name) && !fact.types_only.contains(*name))
            .collect();
        if unused.is_empty() {
            continue;
        }
        let mut finding = codes::UNUSED_EXPORT.report(format!(
            "unused {} of `{}`: {}",
            match unused.len() {
                1 => "export",
                _ => "exports",
            },
            node.id,
            listed(&unused)
        ));
        for name in unused.iter().take(LISTED) {
            let item = format!("export {name}");
            finding = finding.at(view.locus(&node.id, Some(item)), "");
        }
        report.push(finding);
    }
}
