//! What wit-component still refuses, in our words where there are some.
//!
//! Lives here: [`explain`]. May import: `diag` (rank 0).
//! Deliberately absent: everything that is found before encoding.

use super::codes;
use crate::diag::{Code, Diagnostic, Locus};

/// The findings that wit-component's words belong to, and what to do.
const KNOWN: &[(&str, &Code, &str)] = &[
    (
        "does not export a memory named",
        &codes::MISSING_MEMORY,
        "an adapter or a function of the world needs it: export it as `memory`",
    ),
    (
        "main module cannot import memory",
        &codes::MISSING_MEMORY,
        "an adapter uses the memory of the module: export one as `memory`",
    ),
    (
        "does not export a function named `cabi_realloc`",
        &codes::MISSING_REALLOC,
        "generated bindings export it, as (param i32 i32 i32 i32) (result i32)",
    ),
    (
        "module instantiation argument `__main_module__`",
        &codes::ADAPTER,
        "an adapter asks the module for a function of another type; take another adapter",
    ),
    (
        "has no export named",
        &codes::ADAPTER,
        "an adapter asks the module for something that it does not export; take another adapter",
    ),
    (
        "memory page size",
        &codes::ADAPTER,
        "build the module with pages of the usual size (64 KiB), or an adapter with pages of its size",
    ),
    (
        "failed to reduce input adapter module",
        &codes::ADAPTER,
        "an adapter may have no memory, tables and data of its own",
    ),
    (
        "of the adapter module",
        &codes::ADAPTER,
        "an adapter has to import and export what its own world says, under names that are accepted",
    ),
    (
        "failed merge WIT metadata",
        &codes::METADATA_CONFLICT,
        "build everything with bindings of one version of the WIT",
    ),
    (
        "failed to merge WIT packages",
        &codes::METADATA_CONFLICT,
        "build everything with bindings of one version of the WIT",
    ),
    (
        "conflicting string encodings",
        &codes::METADATA_CONFLICT,
        "build everything with one string encoding",
    ),
    (
        "unresolved symbol(s)",
        &codes::UNRESOLVED_SYMBOL,
        "name the library that has it as well",
    ),
    (
        "conflicting TLS base pointer types",
        &codes::TLS_BASE_TYPES,
        "build the module and its adapters for one target: wasm32 or wasm64",
    ),
    (
        "missing libraries",
        &codes::MISSING_LIBRARY,
        "name its file as well",
    ),
];

/// What comes before the cause and says nothing about it.
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
    // One sentence, whatever it was.
    let message: Vec<&str> = message.split_whitespace().collect();
    let message = message.join(" ");
    let known = KNOWN.iter().find(|(words, ..)| error.contains(words));
    let (code, help) = match known {
        Some((_, code, help)) => (*code, *help),
        None => (&codes::REFUSED, ""),
    };
    let finding = code
        .report(format!("`{name}` cannot become a component: {message}"))
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
