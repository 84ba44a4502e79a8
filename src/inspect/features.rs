//! The used features that are shown, and the WASI release that has them.
//!
//! Lives here: [`list`] and [`wasi`]. May import: `features` (rank 2), the sibling data.
//! Deliberately absent: which features there are and what uses them (`crate::features`).

use std::collections::BTreeSet;

use semver::Version;

use super::model::{Extern, Feature, Wasi};
use crate::features::{Detected, is_released_with_wasi};

/// The used features, ordered by level and name.
pub(super) fn list(seen: &Detected) -> Vec<Feature> {
    // Several features in the table have the same name.
    let all = seen.features();
    let all: BTreeSet<_> = all.map(|f| (f.level(), f.name(), f.release())).collect();
    let feature = |(level, name, wasi)| Feature { level, name, wasi };
    all.into_iter().map(feature).collect()
}

/// The lowest WASI release with these features, and with those of these interfaces that are WASI's.
pub(super) fn wasi(features: &[Feature], externs: &[&[Extern]]) -> Wasi {
    let of_component = || features.iter().filter(|f| f.level == "component");
    let beyond: Vec<_> = of_component()
        .filter(|f| f.wasi.is_none())
        .map(|f| f.name)
        .collect();
    let mut lowest: Option<Version> = None;
    let mut at_least = |version: &str| {
        if let Ok(version) = Version::parse(version)
            && lowest.as_ref().is_none_or(|lowest| *lowest < version)
        {
            lowest = Some(version);
        }
    };
    of_component()
        .filter_map(|f| f.wasi)
        .for_each(&mut at_least);
    let mut snapshots = BTreeSet::new();
    for item in externs.iter().copied().flatten() {
        let (package, _) = item.base.split_once('/').unwrap_or((&item.base, ""));
        if let Some(version) = &item.version
            && is_released_with_wasi(package)
        {
            match Version::parse(version).is_ok_and(|version| !version.pre.is_empty()) {
                true => {
                    snapshots.insert(version.clone());
                }
                false => at_least(version),
            }
        }
    }
    Wasi {
        release: match beyond.is_empty() && snapshots.is_empty() {
            true => lowest.map(|version| version.to_string()),
            false => None,
        },
        beyond,
        snapshots: snapshots.into_iter().collect(),
    }
}
