//! The rules, one file each: what a change means, whom it breaks, and what to do in its place.
//!
//! Deliberately absent: finding the changes (`walk`).

mod async_changed;
mod case_added;
mod case_removed;
mod case_renamed;
mod case_type_changed;
mod cases_reordered;
mod deprecated;
mod docs_changed;
mod export_added;
mod export_changed;
mod export_removed;
mod external_id_changed;
mod field_added;
mod field_removed;
mod field_renamed;
mod field_type_changed;
mod fields_reordered;
mod flag_added;
mod flag_removed;
mod flag_renamed;
mod flags_reordered;
mod function_added;
mod function_kind_changed;
mod function_removed;
mod function_renamed;
mod gate_changed;
mod gate_closed;
mod gate_opened;
mod import_added;
mod import_changed;
mod import_removed;
mod interface_added;
mod interface_removed;
mod interface_renamed;
mod ownership_changed;
mod package_renamed;
mod param_added;
mod param_removed;
mod param_renamed;
mod param_type_changed;
mod params_reordered;
mod result_changed;
mod since_mismatch;
mod track_changed;
mod type_added;
mod type_changed;
mod type_kind_changed;
mod type_removed;
mod type_renamed;
mod type_respelled;
mod version_lowered;
mod version_too_low;
mod world_added;
mod world_removed;
mod world_renamed;

use super::rule::{Rule, rule};

pub(super) use async_changed::ASYNC_CHANGED;
pub(super) use case_added::CASE_ADDED;
pub(super) use case_removed::CASE_REMOVED;
pub(super) use case_renamed::CASE_RENAMED;
pub(super) use case_type_changed::CASE_TYPE_CHANGED;
pub(super) use cases_reordered::CASES_REORDERED;
pub(super) use deprecated::DEPRECATED;
pub(super) use docs_changed::DOCS_CHANGED;
pub(super) use export_added::EXPORT_ADDED;
pub(super) use export_changed::EXPORT_CHANGED;
pub(super) use export_removed::EXPORT_REMOVED;
pub(super) use external_id_changed::EXTERNAL_ID_CHANGED;
pub(super) use field_added::FIELD_ADDED;
pub(super) use field_removed::FIELD_REMOVED;
pub(super) use field_renamed::FIELD_RENAMED;
pub(super) use field_type_changed::FIELD_TYPE_CHANGED;
pub(super) use fields_reordered::FIELDS_REORDERED;
pub(super) use flag_added::FLAG_ADDED;
pub(super) use flag_removed::FLAG_REMOVED;
pub(super) use flag_renamed::FLAG_RENAMED;
pub(super) use flags_reordered::FLAGS_REORDERED;
pub(super) use function_added::FUNCTION_ADDED;
pub(super) use function_kind_changed::FUNCTION_KIND_CHANGED;
pub(super) use function_removed::FUNCTION_REMOVED;
pub(super) use function_renamed::FUNCTION_RENAMED;
pub(super) use gate_changed::GATE_CHANGED;
pub(super) use gate_closed::GATE_CLOSED;
pub(super) use gate_opened::GATE_OPENED;
pub(super) use import_added::IMPORT_ADDED;
pub(super) use import_changed::IMPORT_CHANGED;
pub(super) use import_removed::IMPORT_REMOVED;
pub(super) use interface_added::INTERFACE_ADDED;
pub(super) use interface_removed::INTERFACE_REMOVED;
pub(super) use interface_renamed::INTERFACE_RENAMED;
pub(super) use ownership_changed::OWNERSHIP_CHANGED;
pub(super) use package_renamed::PACKAGE_RENAMED;
pub(super) use param_added::PARAM_ADDED;
pub(super) use param_removed::PARAM_REMOVED;
pub(super) use param_renamed::PARAM_RENAMED;
pub(super) use param_type_changed::PARAM_TYPE_CHANGED;
pub(super) use params_reordered::PARAMS_REORDERED;
pub(super) use result_changed::RESULT_CHANGED;
pub(super) use since_mismatch::SINCE_MISMATCH;
pub(super) use track_changed::TRACK_CHANGED;
pub(super) use type_added::TYPE_ADDED;
pub(super) use type_changed::TYPE_CHANGED;
pub(super) use type_kind_changed::TYPE_KIND_CHANGED;
pub(super) use type_removed::TYPE_REMOVED;
pub(super) use type_renamed::TYPE_RENAMED;
pub(super) use type_respelled::TYPE_RESPELLED;
pub(super) use version_lowered::VERSION_LOWERED;
pub(super) use version_too_low::VERSION_TOO_LOW;
pub(super) use world_added::WORLD_ADDED;
pub(super) use world_removed::WORLD_REMOVED;
pub(super) use world_renamed::WORLD_RENAMED;

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &ASYNC_CHANGED,
    &CASE_ADDED,
    &CASE_REMOVED,
    &CASE_RENAMED,
    &CASE_TYPE_CHANGED,
    &CASES_REORDERED,
    &DEPRECATED,
    &DOCS_CHANGED,
    &EXPORT_ADDED,
    &EXPORT_CHANGED,
    &EXPORT_REMOVED,
    &EXTERNAL_ID_CHANGED,
    &FIELD_ADDED,
    &FIELD_REMOVED,
    &FIELD_RENAMED,
    &FIELD_TYPE_CHANGED,
    &FIELDS_REORDERED,
    &FLAG_ADDED,
    &FLAG_REMOVED,
    &FLAG_RENAMED,
    &FLAGS_REORDERED,
    &FUNCTION_ADDED,
    &FUNCTION_KIND_CHANGED,
    &FUNCTION_REMOVED,
    &FUNCTION_RENAMED,
    &GATE_CHANGED,
    &GATE_CLOSED,
    &GATE_OPENED,
    &IMPORT_ADDED,
    &IMPORT_CHANGED,
    &IMPORT_REMOVED,
    &INTERFACE_ADDED,
    &INTERFACE_REMOVED,
    &INTERFACE_RENAMED,
    &OWNERSHIP_CHANGED,
    &PACKAGE_RENAMED,
    &PARAM_ADDED,
    &PARAM_REMOVED,
    &PARAM_RENAMED,
    &PARAM_TYPE_CHANGED,
    &PARAMS_REORDERED,
    &RESULT_CHANGED,
    &SINCE_MISMATCH,
    &TRACK_CHANGED,
    &TYPE_ADDED,
    &TYPE_CHANGED,
    &TYPE_KIND_CHANGED,
    &TYPE_REMOVED,
    &TYPE_RENAMED,
    &TYPE_RESPELLED,
    &VERSION_LOWERED,
    &VERSION_TOO_LOW,
    &WORLD_ADDED,
    &WORLD_REMOVED,
    &WORLD_RENAMED,
];
