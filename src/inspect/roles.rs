//! What a nested part is there for: by its name where a tool has given one, else by its traits.
//!
//! May import: the sibling data. Deliberately absent: certainty. A module that nobody named and
//! that looks like nothing known is the user's.

use super::model::Producer;

/// What is known of a core module.
#[derive(Default)]
pub(super) struct ModuleTraits<'a> {
    /// The names that it and the component around it have for it.
    pub names: [Option<&'a str>; 2],
    /// The modules that it imports from, once each.
    pub imports: Vec<&'a str>,
    /// The first of its exports.
    pub exports: Vec<&'a str>,
    /// It has a `dylink.0` section.
    pub is_library: bool,
    pub has_code: bool,
    pub has_data: bool,
    /// It fills tables.
    pub has_elements: bool,
}

/// Libraries that belong to libc, besides those whose names begin with `libwasi-emulated-`.
const LIBC: [&str; 7] = [
    "libc.so",
    "libc++.so",
    "libc++abi.so",
    "libdl.so",
    "libm.so",
    "libsetjmp.so",
    "libunwind.so",
];

/// What a core module is there for.
pub(super) fn of_module(traits: &ModuleTraits<'_>) -> &'static str {
    for name in traits.names.iter().flatten() {
        if name.starts_with("wit-component:adapter:") || name.starts_with("wit-component-adapter") {
            return "adapter";
        }
        if name.starts_with("wit-component:shim") || *name == "wit-component-shim-module" {
            return "shim";
        }
        if name.starts_with("wit-component:fixup") || *name == "wit-component-fixup" {
            return "fixups";
        }
        if LIBC.contains(name) || name.starts_with("libwasi-emulated-") {
            return "libc";
        }
    }
    if traits.is_library {
        return "library";
    }
    // Of wit-component, without names: a table of functions whose exports are numbers, and what
    // fills it.
    let numbered = |names: &[&str]| names.contains(&"$imports") && names.contains(&"0");
    if traits.imports.is_empty() && numbered(&traits.exports) {
        return "shim";
    }
    if !traits.has_code && traits.has_elements && traits.exports.is_empty() {
        return "fixups";
    }
    if traits.imports.contains(&"__main_module__") || is_adapter(traits) {
        return "adapter";
    }
    if !traits.has_code {
        return match traits.has_data || traits.exports.contains(&"memory") {
            true => "memory",
            false => "fixups",
        };
    }
    "user module"
}

/// It turns functions of WASI's first preview into interfaces.
fn is_adapter(traits: &ModuleTraits<'_>) -> bool {
    const FUNCTIONS: [&str; 4] = ["fd_write", "environ_get", "proc_exit", "clock_time_get"];
    traits.exports.iter().any(|name| FUNCTIONS.contains(name))
        && traits
            .imports
            .iter()
            .any(|module| module.starts_with("wasi:"))
}

/// What a module is there for that is not a library itself, beside libraries linked with it.
pub(super) fn beside_libraries(name: &str) -> Option<&'static str> {
    match name {
        // It has the memory and the tables that they share.
        "main" => Some("memory"),
        "__init" => Some("fixups"),
        _ => None,
    }
}

/// The language that a runtime is for, told by the name of the part, for toolchains that do not
/// say so themselves.
pub(super) fn language(part: &str) -> Option<Producer> {
    let python = part
        .strip_prefix("libpython")
        .and_then(|rest| rest.strip_suffix(".so"));
    let (name, version) = match (python, part) {
        (Some(version), _) => ("Python", version),
        (None, "componentize_qjs_runtime.wasm") => ("JavaScript", ""),
        _ => return None,
    };
    Some(Producer {
        field: "language".to_string(),
        name: name.to_string(),
        version: version.to_string(),
    })
}
