//! The rules, one file each.
//!
//! Deliberately absent: what several rules need to know (`facts`).

mod acronym_case;
mod borrow_in_result;
mod borrow_in_stream;
mod dep_outdated_patch;
mod dep_unversioned;
mod dep_versions_conflict;
mod deprecated_used;
mod deprecated_without_replacement;
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
mod handle_in_map;
mod keyword_name;
mod large_flags;
mod needs_feature;
mod not_formatted;
mod option_of_option;
mod package_unversioned;
mod payload_free_variant;
mod redundant_prefix;
mod result_without_error;
mod shadowed_name;
mod since_in_the_future;
mod since_missing;
mod stable_uses_unstable;
mod stream_of_char;
mod too_many_params;
mod unreachable_gate;
mod unused_interface;
mod unused_type;
mod unused_use;
mod world_imports_what_it_exports;

#[cfg(feature = "cli")]
pub(crate) use not_formatted::finding as not_formatted;

use super::rule::{Rule, rule};

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &acronym_case::ACRONYM_CASE,
    &borrow_in_result::BORROW_IN_RESULT,
    &borrow_in_stream::BORROW_IN_STREAM,
    &dep_outdated_patch::DEP_OUTDATED_PATCH,
    &dep_unversioned::DEP_UNVERSIONED,
    &dep_versions_conflict::DEP_VERSIONS_CONFLICT,
    &deprecated_used::DEPRECATED_USED,
    &deprecated_without_replacement::DEPRECATED_WITHOUT_REPLACEMENT,
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
    &handle_in_map::HANDLE_IN_MAP,
    &keyword_name::KEYWORD_NAME,
    &large_flags::LARGE_FLAGS,
    &needs_feature::NEEDS_FEATURE,
    &not_formatted::NOT_FORMATTED,
    &option_of_option::OPTION_OF_OPTION,
    &package_unversioned::PACKAGE_UNVERSIONED,
    &payload_free_variant::PAYLOAD_FREE_VARIANT,
    &redundant_prefix::REDUNDANT_PREFIX,
    &result_without_error::RESULT_WITHOUT_ERROR,
    &shadowed_name::SHADOWED_NAME,
    &since_in_the_future::SINCE_IN_THE_FUTURE,
    &since_missing::SINCE_MISSING,
    &stable_uses_unstable::STABLE_USES_UNSTABLE,
    &stream_of_char::STREAM_OF_CHAR,
    &too_many_params::TOO_MANY_PARAMS,
    &unreachable_gate::UNREACHABLE_GATE,
    &unused_interface::UNUSED_INTERFACE,
    &unused_type::UNUSED_TYPE,
    &unused_use::UNUSED_USE,
    &world_imports_what_it_exports::WORLD_IMPORTS_WHAT_IT_EXPORTS,
];
