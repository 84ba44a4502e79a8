//! The role of a nested part: by its name if a tool has set one, otherwise by its contents.
//!
//! May import: the sibling data. Deliberately absent: certainty. A module without a name whose
//! contents match no known role is the user's.

use super::model::Producer;

/// The properties of a core module that determine its role.
#[derive(Default)]
pub(super) struct ModuleTraits<'a> {
    /// Its names in its own name section and in that of the enclosing component.
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

/// Libraries that are part of libc, besides those whose names begin with `libwasi-emulated-`.
const LIBC: [&str; 7] = [
    "libc.so",
    "libc++.so",
    "libc++abi.so",
    "libdl.so",
    "libm.so",
    "libsetjmp.so",
    "libunwind.so",
];

/// The role of a core module.
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

/// The role of a module that is not a library, but is linked with libraries.
pub(super) fn beside_libraries(name: &str) -> Option<&'static str> {
    match name {
        // It has the memory and the tables that they share.
        "main" => Some("memory"),
        "__init" => Some("fixups"),
        _ => None,
    }
}

/// The language that a runtime is for, by the name of the part, for toolchains that do not write
/// it to the producers section.
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
