//! What a conversion leaves out since its feature is not active.
//!
//! May import: `diag`, `escape` (rank 0), what is loaded and what of it is printed.
//! Deliberately absent: leaving it out (wit-parser), and errors about what needs it (`errors`).

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{InterfaceId, Stability, WorldItem};

use super::codes::UNSTABLE_LEFT_OUT;
use super::{json, print};
use crate::diag::Report;
use crate::escape;
use crate::wit::syntax::NodeKind;
use crate::wit::{Options, Wit};

/// A note that names the features whose items are left out of what `wit` is converted to; nothing
/// if all of it is there. `with` is the same with other options.
pub(super) fn left_out(
    wit: &Wit,
    options: &Options,
    with: impl Fn(&Options) -> Result<Wit, Report>,
) -> Report {
    let is_active = |feature: &str| options.features.iter().any(|active| active == feature);
    let gates = || wit.gates().filter(|(_, feature)| !is_active(feature));
    let closed: BTreeSet<&str> = gates().map(|(_, feature)| feature).collect();
    if options.all_features || closed.is_empty() {
        return Report::new();
    }
    let all = Options {
        all_features: true,
        ..options.clone()
    };
    let features: BTreeSet<String> = match with(&all) {
        // Packages that are not needed, and what the world does not need, would not be there anyway.
        Ok(all) => {
            let (there, counts) = (gated(wit), gated(&all));
            let is_less = |feature: &str| there.get(feature) < counts.get(feature);
            let is_needed = |feature: &str| {
                let others = closed.iter().filter(|other| **other != feature);
                let others = others.map(|other| other.to_string());
                let features = options.features.iter().cloned().chain(others).collect();
                let without = Options {
                    features,
                    ..options.clone()
                };
                with(&without).is_ok_and(|without| json::json(&without) != json::json(&all))
            };
            // What a world includes does not have the gate of the `include`.
            let is_include = |feature: &str| {
                let mut gates = gates().filter(|(_, gated)| *gated == feature);
                gates.any(|(item, _)| item.kind() == NodeKind::Include)
            };
            let features = closed.iter().copied();
            let features = features.filter(|f| is_less(f) || (is_include(f) && is_needed(f)));
            features.map(str::to_string).collect()
        }
        // What is wrong behind the gates is said when they are open.
        Err(_) => closed.iter().map(ToString::to_string).collect(),
    };
    if features.is_empty() {
        return Report::new();
    }
    let quoted: Vec<String> = features.iter().map(|name| format!("`{name}`")).collect();
    let plural = if features.len() == 1 { "" } else { "s" };
    let keep: Vec<&str> = options
        .features
        .iter()
        .chain(&features)
        .map(String::as_str)
        .collect();
    let finding = UNSTABLE_LEFT_OUT.report(format!(
        "omitted `@unstable` items of feature{plural} {}",
        escape::and(&quoted)
    ));
    let keep = format!(
        "pass `--features {}` or `--all-features` to keep them",
        keep.join(",")
    );
    finding.help(keep).into()
}

/// How many items of what is printed have a gate, by its feature.
fn gated(wit: &Wit) -> BTreeMap<&str, usize> {
    let resolve = &wit.resolve;
    let mut found = Vec::new();
    let mut interfaces: Vec<InterfaceId> = Vec::new();
    for package in print::packages(wit) {
        let package = &resolve.packages[package];
        interfaces.extend(package.interfaces.values());
        for world in package.worlds.values() {
            let world = &resolve.worlds[*world];
            found.push(&world.stability);
            for item in world.imports.values().chain(world.exports.values()) {
                found.push(item.stability(resolve));
                if let WorldItem::Interface { id, .. } = item
                    && resolve.interfaces[*id].name.is_none()
                {
                    interfaces.push(*id);
                }
            }
        }
    }
    for interface in interfaces {
        let interface = &resolve.interfaces[interface];
        found.push(&interface.stability);
        found.extend(interface.functions.values().map(|f| &f.stability));
        let types = interface.types.values();
        found.extend(types.map(|id| &resolve.types[*id].stability));
    }
    let mut gated = BTreeMap::new();
    for stability in found {
        if let Stability::Unstable { feature, .. } = stability {
            *gated.entry(feature.as_str()).or_default() += 1;
        }
    }
    gated
}
