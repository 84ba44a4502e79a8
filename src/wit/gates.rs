//! The features of `@unstable` gates, and what items are called in messages about gates.
//!
//! May import: `diag`, `no_effect` (rank 0) and the syntax. Deliberately absent: leaving out what is
//! behind a gate (wit-parser).

use std::collections::BTreeSet;

use wit_parser::Stability;

use super::Wit;
use super::syntax::{Node, NodeKind};
use crate::diag::{Report, did_you_mean};
use crate::no_effect;

impl Wit {
    /// The features that gates of the package and of what it depends on name. Of a package in
    /// binary form, those that are active: it has no other gates any more.
    #[doc(hidden)]
    pub fn features(&self) -> BTreeSet<String> {
        let gates = self.gates().map(|(_, feature)| feature.to_string());
        let mut features: BTreeSet<String> = gates.collect();
        let resolve = &self.resolve;
        let interfaces = || resolve.interfaces.iter().map(|(_, interface)| interface);
        let functions = interfaces().flat_map(|interface| interface.functions.values());
        let all = interfaces()
            .map(|interface| &interface.stability)
            .chain(resolve.worlds.iter().map(|(_, w)| &w.stability))
            .chain(resolve.types.iter().map(|(_, t)| &t.stability))
            .chain(functions.map(|f| &f.stability));
        for stability in all {
            if let Stability::Unstable { feature, .. } = stability {
                features.insert(feature.clone());
            }
        }
        features
    }

    /// The items in the texts that have a gate, each with its feature.
    pub(super) fn gates(&self) -> impl Iterator<Item = (Node<'_>, &str)> {
        let nodes = self.files.iter().flat_map(|file| file.tree.nodes());
        nodes.filter_map(|node| {
            let gate = node.attribute("unstable")?;
            let feature = gate.children_of(NodeKind::Name).nth(1)?.name()?;
            Some((node, feature))
        })
    }
}

/// What has to be behind the gate that `around` has: types of interfaces and worlds, and functions
/// of resources. Without the feature, wit-parser refuses those that have no such gate.
pub(crate) fn has_to_be_gated(around: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let kind = around.kind();
    around.children().filter(move |item| match kind {
        NodeKind::Interface | NodeKind::World => {
            item.kind().is_type_definition() || item.kind() == NodeKind::Use
        }
        NodeKind::Resource => matches!(item.kind(), NodeKind::Func | NodeKind::Constructor),
        _ => false,
    })
}

/// An item, or a used name, as messages speak of it: its kind and its name.
pub(crate) fn described(item: Node<'_>) -> String {
    let name = item.name().unwrap_or_default();
    let path = || item.child(NodeKind::Path).map_or(name, |path| path.text());
    match item.kind() {
        NodeKind::Interface => format!("interface `{name}`"),
        NodeKind::World => format!("world `{name}`"),
        NodeKind::Import if !name.is_empty() => format!("the import `{name}`"),
        NodeKind::Import => format!("the import of `{}`", path()),
        NodeKind::Export if !name.is_empty() => format!("the export `{name}`"),
        NodeKind::Export => format!("the export of `{}`", path()),
        NodeKind::Include => format!("the `include` of `{}`", path()),
        NodeKind::Use => format!("the `use` of `{}`", path()),
        NodeKind::Resource => format!("resource `{name}`"),
        NodeKind::Constructor => {
            let resource = item.parent().and_then(|parent| parent.name());
            format!("the constructor of `{}`", resource.unwrap_or_default())
        }
        NodeKind::Func => match item.parent() {
            Some(parent) if parent.kind() == NodeKind::Resource => {
                format!("function `{}.{name}`", parent.name().unwrap_or_default())
            }
            _ => format!("function `{name}`"),
        },
        NodeKind::UseName => {
            let called = item.children_of(NodeKind::Name).last();
            format!(
                "type `{}`",
                called.and_then(|name| name.name()).unwrap_or(name)
            )
        }
        kind if kind.is_type_definition() => format!("type `{name}`"),
        _ => format!("`{name}`"),
    }
}

/// Warns of those of `asked` that no gate names.
pub fn unknown_features(asked: &[String], known: &BTreeSet<String>) -> Report {
    let mut report = Report::new();
    for feature in asked.iter().filter(|feature| !known.contains(*feature)) {
        let finding = no_effect::without_effect(
            &format!("--features {feature}"),
            "no `@unstable` gate has this feature",
        );
        report.push(
            match did_you_mean(feature, known.iter().map(String::as_str)) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                None => finding,
            },
        );
    }
    report
}
