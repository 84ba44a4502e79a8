//! The rules, one file each.
//!
//! Deliberately absent: anything that is not a rule, but what several of them need.

mod definitions;
mod dep_outdated_patch;
mod dep_unversioned;
mod dep_versions_conflict;
mod deprecated_used;
mod deprecated_without_replacement;
mod empty_interface;
mod gates;
mod package_unversioned;
mod packages;
mod since_in_the_future;
mod since_missing;
mod stable_uses_unstable;
#[cfg(test)]
mod testing;
mod unreachable_gate;
mod unused_use;

use super::rule::{Rule, rule};

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &dep_outdated_patch::DEP_OUTDATED_PATCH,
    &dep_unversioned::DEP_UNVERSIONED,
    &dep_versions_conflict::DEP_VERSIONS_CONFLICT,
    &deprecated_used::DEPRECATED_USED,
    &deprecated_without_replacement::DEPRECATED_WITHOUT_REPLACEMENT,
    &empty_interface::EMPTY_INTERFACE,
    &package_unversioned::PACKAGE_UNVERSIONED,
    &since_in_the_future::SINCE_IN_THE_FUTURE,
    &since_missing::SINCE_MISSING,
    &stable_uses_unstable::STABLE_USES_UNSTABLE,
    &unreachable_gate::UNREACHABLE_GATE,
    &unused_use::UNUSED_USE,
];
