//! The rules, one file each.
//!
//! Deliberately absent: anything that is not a rule, but what several of them need.

mod acronym_case;
mod definitions;
mod dep_outdated_patch;
mod dep_unversioned;
mod dep_versions_conflict;
mod deprecated_used;
mod deprecated_without_replacement;
mod docs;
mod docs_missing_function;
mod docs_missing_interface;
mod docs_missing_package;
mod docs_missing_type;
mod docs_missing_world;
mod docs_on_nothing;
mod duplicate_import;
mod empty_interface;
mod empty_world;
mod file_name_mismatch;
mod gates;
mod items;
mod not_formatted;
mod package_unversioned;
mod packages;
mod paths;
mod redundant_prefix;
mod shadowed_name;
mod since_in_the_future;
mod since_missing;
mod stable_uses_unstable;
#[cfg(test)]
mod testing;
mod unreachable_gate;
mod unused_interface;
mod unused_type;
mod unused_use;
mod world_imports_what_it_exports;
mod worlds;

use super::rule::{Rule, rule};

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &acronym_case::ACRONYM_CASE,
    &dep_outdated_patch::DEP_OUTDATED_PATCH,
    &dep_unversioned::DEP_UNVERSIONED,
    &dep_versions_conflict::DEP_VERSIONS_CONFLICT,
    &deprecated_used::DEPRECATED_USED,
    &docs_missing_function::DOCS_MISSING_FUNCTION,
    &docs_missing_interface::DOCS_MISSING_INTERFACE,
    &docs_missing_package::DOCS_MISSING_PACKAGE,
    &docs_missing_type::DOCS_MISSING_TYPE,
    &docs_missing_world::DOCS_MISSING_WORLD,
    &docs_on_nothing::DOCS_ON_NOTHING,
    &duplicate_import::DUPLICATE_IMPORT,
    &empty_interface::EMPTY_INTERFACE,
    &empty_world::EMPTY_WORLD,
    &file_name_mismatch::FILE_NAME_MISMATCH,
    &not_formatted::NOT_FORMATTED,
    &package_unversioned::PACKAGE_UNVERSIONED,
    &redundant_prefix::REDUNDANT_PREFIX,
    &shadowed_name::SHADOWED_NAME,
    &since_in_the_future::SINCE_IN_THE_FUTURE,
    &since_missing::SINCE_MISSING,
    &stable_uses_unstable::STABLE_USES_UNSTABLE,
    &unreachable_gate::UNREACHABLE_GATE,
    &unused_interface::UNUSED_INTERFACE,
    &unused_type::UNUSED_TYPE,
    &unused_use::UNUSED_USE,
    &world_imports_what_it_exports::WORLD_IMPORTS_WHAT_IT_EXPORTS,
];
