//! What needs something behind a gate that is closed, or is in it without a gate of its own.
//!
//! May import: `diag` (rank 0), the syntax and `names`. Deliberately absent: which items a gate
//! leaves out; wit-parser does that, and stops at the first reference to one of them.

use std::collections::BTreeMap;

use super::Translate;
use crate::diag::Diagnostic;
use crate::wit::codes;
use crate::wit::gates::{described, has_to_be_gated};
use crate::wit::names::Target;
use crate::wit::syntax::{Node, NodeKind};

/// How many places of one gate are shown.
const SHOWN: usize = 8;

/// A reference to something behind a gate.
struct Use<'t> {
    /// What is referred to, in full.
    name: String,
    /// The reference.
    node: Node<'t>,
}

impl<'t> Translate<'t> {
    /// All references to what is behind a closed gate, from what is not: a finding a gate.
    pub fn gates(&self) -> Vec<Diagnostic> {
        let mut gates: BTreeMap<(usize, usize), (Node<'t>, &'t str, Vec<Use<'t>>)> =
            BTreeMap::new();
        for (file, text) in self.files.iter().enumerate() {
            for node in text.tree.nodes() {
                let Some((gate, feature, used)) = self.behind(file, node) else {
                    continue;
                };
                let key = (self.position(gate).unwrap_or_default(), gate.index());
                let (.., uses) = gates.entry(key).or_insert((gate, feature, Vec::new()));
                uses.push(used);
            }
        }
        let findings = gates.into_values();
        findings
            .map(|(gate, feature, uses)| closed(gate, feature, &uses))
            .collect()
    }

    /// If `node` refers to something behind a closed gate, the gate.
    fn behind(&self, file: usize, node: Node<'t>) -> Option<(Node<'t>, &'t str, Use<'t>)> {
        let reference = match node.kind() {
            NodeKind::Path | NodeKind::TypeName => node,
            NodeKind::UseName => node.name_node()?,
            _ => return None,
        };
        let Some(Target::Node(target)) = self.names.target(file, reference.index()) else {
            return None;
        };
        let item = node.ancestors().find(|around| around.kind().is_item())?;
        if item
            .with_ancestors()
            .any(|around| self.gate_on(around).is_some())
        {
            // It is not there, either.
            return None;
        }
        let definition = self.files.get(target.file)?.tree.node(target.node)?;
        let (gate, feature) = definition
            .with_ancestors()
            .find_map(|node| self.gate_on(node))?;
        let mut name = reference.name().unwrap_or_default().to_string();
        match node.kind() {
            NodeKind::Path => name = reference.text().to_string(),
            NodeKind::UseName => {
                let path = item.child(NodeKind::Path)?;
                // The interface is not there, and nothing in it.
                if let Some((_, whole, _)) = self.behind(file, path)
                    && whole == feature
                {
                    return None;
                }
                name = format!("{}.{{{name}}}", path.text());
            }
            _ => {}
        }
        Some((
            gate,
            feature,
            Use {
                name,
                node: reference,
            },
        ))
    }

    /// What has to be behind the closed gate of what it is in, and is not: a finding a gate. Those
    /// are types of interfaces and worlds, and functions of resources.
    pub(super) fn ungated(&self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for text in self.files {
            for around in text.tree.nodes() {
                let Some((gate, feature)) = self.gate_on(around) else {
                    continue;
                };
                // What is around it is not there, and nothing in it is looked at.
                let mut outer = around.ancestors();
                if outer.any(|outer| self.gate_on(outer).is_some()) {
                    continue;
                }
                let items = has_to_be_gated(around);
                let items: Vec<Node<'t>> =
                    items.filter(|item| self.gate_on(*item).is_none()).collect();
                if !items.is_empty() {
                    findings.push(always_there(around, gate, feature, &items));
                }
            }
        }
        findings
    }

    fn gate_on(&self, node: Node<'t>) -> Option<(Node<'t>, &'t str)> {
        let gate = node.attribute("unstable")?;
        let feature = gate.children_of(NodeKind::Name).nth(1)?.name()?;
        let active = self.all_features || self.features.contains(feature);
        (!active).then_some((gate, feature))
    }
}

/// That `items` are there without the feature of what is around them.
fn always_there(around: Node<'_>, gate: Node<'_>, feature: &str, items: &[Node<'_>]) -> Diagnostic {
    let whole = described(around);
    let (first, are) = match items {
        [only] => (called(*only), "is"),
        _ => (and(items.iter().map(|item| called(*item))), "are"),
    };
    let mut finding = codes::GATE.report(format!(
        "{first} {are} not gated, but {whole} requires the feature `{feature}`"
    ));
    for item in items.iter().take(SHOWN) {
        let place = item
            .name_node()
            .or_else(|| item.child(NodeKind::Path))
            .unwrap_or(*item);
        finding = finding.at(place.locus(), "always available");
    }
    let on = if items.len() == 1 {
        "it"
    } else {
        "each of them"
    };
    finding
        .at(gate.locus(), format!("gate of {whole}"))
        .help(format!("add `@unstable(feature = {feature})` to {on}"))
}

/// An item by its kind and name; of a `use`, several of which may be of one interface, with the
/// names.
fn called(item: Node<'_>) -> String {
    let path = item.child(NodeKind::Path);
    match path.filter(|_| item.kind() == NodeKind::Use) {
        Some(path) => {
            let names = item.children_of(NodeKind::UseName).map(Node::text);
            let names: Vec<&str> = names.collect();
            format!("the `use` of `{}.{{{}}}`", path.text(), names.join(", "))
        }
        None => described(item),
    }
}

/// A few of the names, with commas and `and` between them.
fn and(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut names: Vec<String> = names.take(SHOWN).collect();
    if count > SHOWN {
        names.push(format!("{} more", count - SHOWN));
    }
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        last => last.unwrap_or_default(),
    }
}

fn closed(gate: Node<'_>, feature: &str, uses: &[Use<'_>]) -> Diagnostic {
    let name = uses.first().map_or("", |first| first.name.as_str());
    let mut finding = codes::GATE.report(format!(
        "`{name}` requires the feature `{feature}`, which is not enabled"
    ));
    for used in uses.iter().take(SHOWN) {
        finding = finding.at(used.node.locus(), "requires the feature");
    }
    finding = finding.at(gate.locus(), "gated here");
    let more = uses.len().saturating_sub(SHOWN);
    let finding = finding.help(format!(
        "enable it with `--features {feature}`, or add `@unstable(feature = {feature})` to the items that use it"
    ));
    match more {
        0 => finding,
        1 => finding.note("used in 1 more place"),
        more => finding.note(format!("used in {more} more places")),
    }
}
