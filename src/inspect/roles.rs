//! What a nested part is there for: by its name where a tool has given one, else by its looks.
//!
//! May import: the sibling data. Deliberately absent: certainty. A module that nobody named and
//! that looks like nothing known is the user's.

use super::model::Producer;

/// What is known of a core module.
#[derive(Default)]
pub(super) struct Looks<'a> {
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
pub(super) fn of_module(looks: &Looks<'_>) -> &'static str {
    for name in looks.names.iter().flatten() {
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
    if looks.is_library {
        return "library";
    }
    // Of wit-component, without names: a table of functions whose exports are numbers, and what
    // fills it.
    let numbered = |names: &[&str]| names.contains(&"$imports") && names.contains(&"0");
    if looks.imports.is_empty() && numbered(&looks.exports) {
        return "shim";
    }
    if !looks.has_code && looks.has_elements && looks.exports.is_empty() {
        return "fixups";
    }
    if looks.imports.contains(&"__main_module__") || is_adapter(looks) {
        return "adapter";
    }
    if !looks.has_code {
        return match looks.has_data || looks.exports.contains(&"memory") {
            true => "memory",
            false => "fixups",
        };
    }
    "user module"
}

/// It turns functions of WASI's first preview into interfaces.
fn is_adapter(looks: &Looks<'_>) -> bool {
    const FUNCTIONS: [&str; 4] = ["fd_write", "environ_get", "proc_exit", "clock_time_get"];
    looks.exports.iter().any(|name| FUNCTIONS.contains(name))
        && looks
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
