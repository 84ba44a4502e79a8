//! Whether a composition fits the world that its script targets.
//!
//! Lives here: [`check`]. May import: `diag`, `surface` (ranks 0 and 2).
//! Deliberately absent: which differences there are (`surface::compare`).

use std::collections::BTreeMap;

use super::codes;
use crate::compose::scripted::Script;
use crate::diag::{Locus, Report};
use crate::surface::{Mismatch, MismatchKind, Surface, compare_surfaces};

/// How many differences of one import or export are shown.
const SHOWN: usize = 8;

/// Reports everything about the surface of the composition that does not fit; nothing if the script
/// targets no world.
pub(in crate::compose) fn check(script: &Script, surface: &Surface) -> Report {
    let mut report = Report::new();
    let Some(target) = &script.target else {
        return report;
    };
    let mut by_item: BTreeMap<String, Vec<Mismatch>> = BTreeMap::new();
    for mismatch in compare_surfaces(&target.surface, surface) {
        let Some(first) = mismatch.path.first() else {
            continue;
        };
        by_item.entry(first.clone()).or_default().push(mismatch);
    }
    for (item, mismatches) in by_item {
        let (noun, name) = item.split_once(' ').unwrap_or(("export", &item));
        let places = match noun {
            "import" => &script.import_places,
            _ => &script.export_places,
        };
        let place = places.get(name).cloned();
        let world = &target.name;
        let whole = mismatches.iter().find(|mismatch| mismatch.path.len() == 1);
        let missing = whole.filter(|whole| {
            matches!(
                whole.kind,
                MismatchKind::Missing { .. } | MismatchKind::Extra
            )
        });
        let message = match (missing, noun) {
            (Some(_), "import") => format!("world `{world}` does not import `{name}`"),
            (Some(_), _) => format!("world `{world}` requires the export `{name}`"),
            (None, _) => format!("{noun} `{name}` does not fit the world `{world}`"),
        };
        let mut finding = codes::TARGET.report(message);
        if let Some(place) = place {
            finding = finding.at(
                place,
                match noun {
                    "import" => "imported here",
                    _ => "exported here",
                },
            );
        } else if let ("import", Some(instance)) = (noun, script.importer(name)) {
            finding = finding.at(instance, "imported implicitly, by `...`");
        }
        finding = finding.at(target.place.clone(), "the world");
        for mismatch in mismatches.iter().take(SHOWN) {
            if mismatch.path.len() == 1 && missing.is_some() {
                continue;
            }
            let path = || mismatch.path.iter().cloned();
            let (expected, found) = mismatch.labels();
            finding = finding
                .at(Locus::item(format!("world {world}"), path()), expected)
                .at(Locus::item("composition", path()), found);
        }
        if mismatches.len() > SHOWN {
            finding = finding.note(format!("{} more differences", mismatches.len() - SHOWN));
        }
        report.push(finding);
    }
    if report.has_errors() {
        script.lend_text(&mut report);
    }
    report
}

impl Script {
    /// Where the instance is made for which something is imported implicitly.
    fn importer(&self, name: &str) -> Option<Locus> {
        let importer = self.parts.iter().find(|part| {
            let mut wires = part.wires.iter();
            wires.any(|wire| wire.import == name)
        })?;
        self.instances.get(&importer.name).cloned()
    }
}
