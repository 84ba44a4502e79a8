//! What needs something behind a gate that is closed.
//!
//! May import: `diag` (rank 0), the syntax and `names`. Deliberately absent: which items a gate
//! leaves out; wit-parser does that, and stops at the first reference to one of them.

use std::collections::BTreeMap;

use wit_parser::{SourceMap, Span};

use super::Translate;
use crate::diag::Diagnostic;
use crate::wit::codes;
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

    /// A type that is always there, in an interface or world that is not.
    pub(super) fn ungated(&self, map: &SourceMap, span: Span) -> Option<Diagnostic> {
        let node = self.node(map, span)?;
        let item = node
            .with_ancestors()
            .find(|around| around.kind().is_item() || around.kind() == NodeKind::Field)?;
        let around = item.parent()?;
        let (gate, feature) = self.gate_on(around)?;
        let kind = match around.kind() {
            NodeKind::World => "world",
            NodeKind::Resource => "resource",
            _ => "interface",
        };
        Some(
            codes::GATE
                .report(format!(
                    "`{}` has no gate, but its {kind} is only available with the feature `{feature}`",
                    item.name().unwrap_or("constructor")
                ))
                .at(item.name_node().unwrap_or(item).locus(), "always available")
                .at(gate.locus(), format!("the {kind} is not"))
                .help(format!("put `@unstable(feature = {feature})` on it, too")),
        )
    }

    fn gate_on(&self, node: Node<'t>) -> Option<(Node<'t>, &'t str)> {
        let gate = node.attribute("unstable")?;
        let feature = gate.children_of(NodeKind::Name).nth(1)?.name()?;
        let active = self.all_features || self.features.contains(feature);
        (!active).then_some((gate, feature))
    }
}

fn closed(gate: Node<'_>, feature: &str, uses: &[Use<'_>]) -> Diagnostic {
    let name = uses.first().map_or("", |first| first.name.as_str());
    let mut finding = codes::GATE.report(format!(
        "`{name}` is only available with the feature `{feature}`, which is not active"
    ));
    for used in uses.iter().take(SHOWN) {
        finding = finding.at(used.node.locus(), "needs the feature");
    }
    finding = finding.at(gate.locus(), "its gate");
    let more = uses.len().saturating_sub(SHOWN);
    let finding = finding.help(format!(
        "activate the feature with `--features {feature}`, or put `@unstable(feature = {feature})` on what needs it"
    ));
    match more {
        0 => finding,
        1 => finding.help("1 more place needs it"),
        more => finding.help(format!("{more} more places need it")),
    }
}
