//! What is passed to imports that is no export of a part: imports of the composition whose types are
//! declared, and exports of what other parts export.
//!
//! May import: `surface`, `plan`, `diag` (rank 0–2). Deliberately absent: exports of parts
//! (`explain`).

use super::{Explainer, Found, SHOWN};
use crate::compose::codes;
use crate::diag::{Diagnostic, Locus};
use crate::plan::{Target, Why, Wire};
use crate::surface::{Instance, Item, Mismatch, Side, compare};

impl<'a> Explainer<'a> {
    /// The wires from position `from` in the plan on to which something is passed that does not fit.
    pub(super) fn passed(&mut self, from: usize) -> Vec<Found> {
        let plan = self.plan;
        let mut found = Vec::new();
        for (at, part) in plan.parts.iter().enumerate().skip(from) {
            for wire in &part.wires {
                let is_passed = matches!(wire.to, Target::Host { .. } | Target::Of { .. });
                if !is_passed || wire.why == Why::Open {
                    continue;
                }
                let Some((importer, _)) = self.import(&part.name, &wire.import) else {
                    continue;
                };
                let expected = self.types.item(importer, Side::Import, &wire.import);
                let (Some(expected), Some(provided)) = (expected, self.provided(&wire.to)) else {
                    continue;
                };
                let mismatches = compare(&expected, &provided);
                if !mismatches.is_empty() {
                    found.push((vec![at], self.misfit(importer, wire, &mismatches)));
                }
            }
        }
        found
    }

    /// What a target is, if that is known from the types of parts alone.
    fn provided(&mut self, target: &Target) -> Option<Item> {
        match target {
            Target::Host { host } => {
                let import = self
                    .plan
                    .imports
                    .iter()
                    .find(|import| import.name == *host)?;
                let first = import.serves.first()?;
                let is_declared = self.plan.part(&first.part)?.is_declarations();
                let part = self.parts.by_name(&first.part).filter(|_| is_declared)?;
                self.types.item(part, Side::Import, &first.import)
            }
            Target::Export { part, export } => {
                let part = self.parts.by_name(part)?;
                self.types.item(part, Side::Export, export)
            }
            Target::Instance { part } => {
                let part = self.parts.by_name(part)?;
                let exports = self.types.surface(part)?.exports;
                Some(Item::Instance(Instance { exports }))
            }
            Target::Of { of, export } => match self.provided(of)? {
                Item::Instance(instance) => instance.get(export).cloned(),
                _ => None,
            },
            _ => None,
        }
    }

    fn misfit(&self, importer: usize, wire: &Wire, mismatches: &[Mismatch]) -> Diagnostic {
        let part = &self.parts.all()[importer];
        let what = match &wire.to {
            Target::Host { host } => format!("the import `{host}`"),
            Target::Of { export, .. } => format!("`{export}`"),
            _ => "what is passed".to_string(),
        };
        let mut finding = codes::TYPE_MISMATCH.report(format!(
            "{what} has a different type than `{}` of `{}`, to which it is passed",
            wire.import, part.name
        ));
        for mismatch in mismatches.iter().take(SHOWN) {
            let path = |start: String| {
                let mut path = vec![start];
                path.extend(mismatch.path.iter().cloned());
                path
            };
            let (expected, found) = mismatch.labels();
            let import = format!("import {}", wire.import);
            finding = finding.at(part.locus(path(import)), expected);
            finding = match &wire.to {
                Target::Host { host } => {
                    let import = path(format!("import {host}"));
                    finding.at(Locus::item("composition", import), found)
                }
                _ => finding.at(Locus::item("composition", mismatch.path.clone()), found),
            };
        }
        if mismatches.len() > SHOWN {
            finding = finding.note(format!("{} more differences", mismatches.len() - SHOWN));
        }
        self.placed(finding, &part.name, &wire.import)
            .help("declare or pass what the component imports")
    }

    /// A finding about an import of a part with the place in the script, if there is one, where it is
    /// given what it gets.
    pub(super) fn placed(&self, finding: Diagnostic, part: &str, import: &str) -> Diagnostic {
        let script = self.parts.script.as_ref();
        let key = (part.to_string(), import.to_string());
        match script.and_then(|script| script.arguments.get(&key)) {
            Some(place) => finding.at(place.clone(), "passed here"),
            None => finding,
        }
    }
}
