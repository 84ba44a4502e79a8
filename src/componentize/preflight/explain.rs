//! What wit-component refuses although all checks passed, with advice where the error is known.
//!
//! Lives here: [`explain`]. May import: `diag` (rank 0).
//! Deliberately absent: everything that is found before encoding.

use super::codes;
use crate::diag::{Code, Diagnostic, Locus};

/// Parts of wit-component's error messages, the code that they belong to, and what to do.
const KNOWN: &[(&str, &Code, &str)] = &[
    (
        "does not export a memory named",
        &codes::MISSING_MEMORY,
        "export the memory as `memory`: an adapter or a function of the world needs it",
    ),
    (
        "main module cannot import memory",
        &codes::MISSING_MEMORY,
        "export a memory as `memory`: an adapter uses it",
    ),
    (
        "does not export a function named `cabi_realloc`",
        &codes::MISSING_REALLOC,
        "link the generated bindings, which export it as (param i32 i32 i32 i32) (result i32)",
    ),
    (
        "module instantiation argument `__main_module__`",
        &codes::ADAPTER,
        "use another adapter: this one imports a function of the module with a different type",
    ),
    (
        "has no export named",
        &codes::ADAPTER,
        "use another adapter: this one imports an item that the module does not export",
    ),
    (
        "memory page size",
        &codes::ADAPTER,
        "build the module with the default page size (64 KiB), or the adapter with the module's",
    ),
    (
        "failed to reduce input adapter module",
        &codes::ADAPTER,
        "remove memories, tables and data segments from the adapter",
    ),
    (
        "of the adapter module",
        &codes::ADAPTER,
        "make the imports and exports of the adapter match its own world",
    ),
    (
        "failed merge WIT metadata",
        &codes::METADATA_CONFLICT,
        "build everything with bindings for the same version of the WIT",
    ),
    (
        "failed to merge WIT packages",
        &codes::METADATA_CONFLICT,
        "build everything with bindings for the same version of the WIT",
    ),
    (
        "conflicting string encodings",
        &codes::METADATA_CONFLICT,
        "build everything with the same string encoding",
    ),
    (
        "unresolved symbol(s)",
        &codes::UNRESOLVED_SYMBOL,
        "add the library that exports it",
    ),
    (
        "conflicting TLS base pointer types",
        &codes::TLS_BASE_TYPES,
        "build the module and its adapters for one target: wasm32 or wasm64",
    ),
    (
        "missing libraries",
        &codes::MISSING_LIBRARY,
        "add the library",
    ),
];

/// Prefixes which add nothing to the cause.
const AROUND: &[&str] = &[
    "failed to decode world from module: ",
    "module was not valid: ",
    "failed to register indirect shims for main module: ",
    "failed to validate component output: ",
];

/// A finding about `error`, all of whose causes are in it (`{error:#}`), for the module `name`.
pub(crate) fn explain(name: &str, error: &str) -> Diagnostic {
    let mut message = error;
    while let Some(rest) = AROUND
        .iter()
        .find_map(|around| message.strip_prefix(around))
    {
        message = rest;
    }
    // The message may have several lines.
    let message: Vec<&str> = message.split_whitespace().collect();
    let message = message.join(" ");
    let known = KNOWN.iter().find(|(words, ..)| error.contains(words));
    let (code, help) = match known {
        Some((_, code, help)) => (*code, *help),
        None => (&codes::REFUSED, ""),
    };
    let finding = code
        .report(format!("cannot make a component from `{name}`: {message}"))
        .at(Locus::File(name.to_string()), "");
    match help {
        "" => finding,
        help => finding.help(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_refusals_have_a_page_and_advice() {
        let finding = explain(
            "app.wasm",
            "failed to decode world from module: adapter module `old` memory page size (65536) does not match main module's memory page size (1)",
        );
        assert_eq!(finding.code.name, "componentize/unsuitable-adapter");
        assert!(!finding.message.contains("failed to decode"));
        assert_eq!(finding.help.len(), 1);
        let finding = explain("app.wasm", "something\n\tnew");
        assert_eq!(finding.code.name, "componentize/refused");
        assert!(finding.message.ends_with("something new"));
    }
}
