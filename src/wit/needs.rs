//! What a WIT package needs, by its text alone.
//!
//! Lives here: [`needs`]. May import: the syntax, `names`.
//! Deliberately absent: looking for what is needed, and names that mean nothing.

use std::collections::BTreeMap;

use super::names::PackageKey;
use super::syntax::{self, NodeKind};
use crate::diag::{Locus, Report};
use crate::source::Source;

/// What texts define and need.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// The package that they are, if they say so.
    pub name: Option<PackageKey>,
    /// The packages that they define.
    pub defined: Vec<PackageKey>,
    /// The packages that they need of others, each with the first place that names it.
    pub needed: BTreeMap<PackageKey, Locus>,
}

/// What the files of a package need, and everything that is wrong with their syntax.
pub(crate) fn needs(files: &[Source]) -> Result<Needs, Report> {
    let mut report = Report::new();
    let mut needs = Needs::default();
    for file in files {
        let text = match super::text_of(file, file.name()) {
            Ok(text) => text.to_string(),
            Err(found) => {
                report.extend(found);
                continue;
            }
        };
        let tree = syntax::parse(file.name(), text.as_str());
        report.add_text(file.name(), text.as_str());
        tree.problems().iter().cloned().for_each(|p| report.push(p));
        for item in tree.root().children() {
            let is_main = item.kind() == NodeKind::PackageDecl;
            if !is_main && item.kind() != NodeKind::NestedPackage {
                continue;
            }
            if let Some(name) = item.child(NodeKind::PackageName) {
                let key = PackageKey::of(name);
                if is_main && needs.name.is_none() {
                    needs.name = Some(key.clone());
                }
                needs.defined.push(key);
            }
        }
        let nodes = tree.root().descendants();
        for path in nodes.filter(|node| node.kind() == NodeKind::Path) {
            // `a:b/c`; a plain name is one of the own package.
            if path.children_of(NodeKind::Name).count() == 3 {
                let place = Locus::Text {
                    file: file.name().to_string(),
                    range: path.range(),
                };
                let key = PackageKey::of(path);
                needs.needed.entry(key).or_insert(place);
            }
        }
    }
    let defined = std::mem::take(&mut needs.defined);
    needs.needed.retain(|key, _| !defined.contains(key));
    needs.defined = defined;
    report.or_ok(needs)
}
