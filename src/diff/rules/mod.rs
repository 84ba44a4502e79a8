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

/// Lists all rules, by name, and lets the walk raise each by its own name.
macro_rules! rules {
    ($($file:ident::$rule:ident,)*) => {
        $(pub(super) use $file::$rule;)*

        /// All rules, by name.
        pub static RULES: &[&Rule] = &[$(&$rule),*];
    };
}

rules! {
    async_changed::ASYNC_CHANGED,
    case_added::CASE_ADDED,
    case_removed::CASE_REMOVED,
    case_renamed::CASE_RENAMED,
    case_type_changed::CASE_TYPE_CHANGED,
    cases_reordered::CASES_REORDERED,
    deprecated::DEPRECATED,
    docs_changed::DOCS_CHANGED,
    export_added::EXPORT_ADDED,
    export_changed::EXPORT_CHANGED,
    export_removed::EXPORT_REMOVED,
    external_id_changed::EXTERNAL_ID_CHANGED,
    field_added::FIELD_ADDED,
    field_removed::FIELD_REMOVED,
    field_renamed::FIELD_RENAMED,
    field_type_changed::FIELD_TYPE_CHANGED,
    fields_reordered::FIELDS_REORDERED,
    flag_added::FLAG_ADDED,
    flag_removed::FLAG_REMOVED,
    flag_renamed::FLAG_RENAMED,
    flags_reordered::FLAGS_REORDERED,
    function_added::FUNCTION_ADDED,
    function_kind_changed::FUNCTION_KIND_CHANGED,
    function_removed::FUNCTION_REMOVED,
    function_renamed::FUNCTION_RENAMED,
    gate_changed::GATE_CHANGED,
    gate_closed::GATE_CLOSED,
    gate_opened::GATE_OPENED,
    import_added::IMPORT_ADDED,
    import_changed::IMPORT_CHANGED,
    import_removed::IMPORT_REMOVED,
    interface_added::INTERFACE_ADDED,
    interface_removed::INTERFACE_REMOVED,
    interface_renamed::INTERFACE_RENAMED,
    ownership_changed::OWNERSHIP_CHANGED,
    package_renamed::PACKAGE_RENAMED,
    param_added::PARAM_ADDED,
    param_removed::PARAM_REMOVED,
    param_renamed::PARAM_RENAMED,
    param_type_changed::PARAM_TYPE_CHANGED,
    params_reordered::PARAMS_REORDERED,
    result_changed::RESULT_CHANGED,
    since_mismatch::SINCE_MISMATCH,
    track_changed::TRACK_CHANGED,
    type_added::TYPE_ADDED,
    type_changed::TYPE_CHANGED,
    type_kind_changed::TYPE_KIND_CHANGED,
    type_removed::TYPE_REMOVED,
    type_renamed::TYPE_RENAMED,
    type_respelled::TYPE_RESPELLED,
    version_lowered::VERSION_LOWERED,
    version_too_low::VERSION_TOO_LOW,
    world_added::WORLD_ADDED,
    world_removed::WORLD_REMOVED,
    world_renamed::WORLD_RENAMED,
}
