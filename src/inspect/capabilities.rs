//! What imports let a component do: a table from interfaces to capabilities.
//!
//! Lives here: [`of`]. May import: the sibling data.
//! Deliberately absent: whether a host grants any of it, and what code does with it. An interface
//! that only defines types, errors or streams (`wasi:io`) lets nobody do anything by itself.

use super::model::{Capability, Face};

/// A capability, and the interfaces that it is had through: a package (`wasi:nn/`) or an interface,
/// without versions. The first entry that fits an interface decides.
const TABLE: &[(&str, &[&str])] = &[
    ("files", &["wasi:filesystem/"]),
    (
        "network",
        &[
            "wasi:sockets/",
            "wasi:tls/",
            "fermyon:spin/mqtt",
            "spin:mqtt/",
        ],
    ),
    (
        "HTTP out",
        &[
            "wasi:http/outgoing-handler",
            "wasi:http/client",
            "wasi:http/handler",
            "fermyon:spin/http",
        ],
    ),
    ("clocks", &["wasi:clocks/"]),
    ("random", &["wasi:random/"]),
    ("environment", &["wasi:cli/environment"]),
    (
        "standard streams",
        &[
            "wasi:cli/stdin",
            "wasi:cli/stdout",
            "wasi:cli/stderr",
            "wasi:cli/terminal-",
        ],
    ),
    ("exit", &["wasi:cli/exit"]),
    (
        "key-value",
        &[
            "wasi:keyvalue/",
            "fermyon:spin/key-value",
            "spin:key-value/",
            "fermyon:spin/redis",
            "spin:redis/",
        ],
    ),
    (
        "SQL database",
        &[
            "wasi:sql/",
            "fermyon:spin/sqlite",
            "fermyon:spin/postgres",
            "fermyon:spin/mysql",
            "fermyon:spin/rdbms-types",
            "spin:sqlite/",
            "spin:postgres/",
            "wasmcloud:postgres/",
        ],
    ),
    ("blob storage", &["wasi:blobstore/"]),
    ("messaging", &["wasi:messaging/", "wasmcloud:messaging/"]),
    (
        "configuration",
        &[
            "wasi:config/",
            "wasi:runtime-config/",
            "fermyon:spin/variables",
            "fermyon:spin/config",
            "spin:variables/",
        ],
    ),
    ("secrets", &["wasi:secrets/", "wasmcloud:secrets/"]),
    ("logging", &["wasi:logging/"]),
    ("telemetry", &["wasi:otel/", "wasi:observe/"]),
    (
        "AI inference",
        &["wasi:nn/", "fermyon:spin/llm", "fermyon:spin/inferencing"],
    ),
    (
        "GPU",
        &[
            "wasi:webgpu/",
            "wasi:graphics-context/",
            "wasi:frame-buffer/",
            "wasi:surface/",
        ],
    ),
    (
        "hardware",
        &[
            "wasi:i2c/",
            "wasi:spi/",
            "wasi:usb/",
            "wasi:gpio/",
            "wasi:digital-io/",
        ],
    ),
    ("cryptography", &["wasi:crypto/"]),
    ("threads", &["wasi:thread-spawn/", "wasi:threads/"]),
];

/// The same for functions of `wasi_snapshot_preview1`, by the beginnings of their names.
const PREVIEW1: &[(&str, &[&str])] = &[
    ("files", &["path_", "fd_prestat", "fd_readdir"]),
    ("network", &["sock_"]),
    ("clocks", &["clock_"]),
    ("random", &["random_"]),
    ("environment", &["environ_", "args_"]),
    ("standard streams", &["fd_read", "fd_write"]),
    ("exit", &["proc_exit"]),
];

/// The module of the functions of WASI's first preview.
pub(super) const PREVIEW1_MODULE: &str = "wasi_snapshot_preview1";

/// What importing the interface `base`, named without a version, lets a component do.
fn of_interface(base: &str) -> Option<&'static str> {
    let fits = |pattern: &&str| match pattern.ends_with(['/', '-']) {
        true => base.starts_with(*pattern),
        false => base == *pattern,
    };
    let entry = TABLE.iter().find(|(_, known)| known.iter().any(fits));
    entry.map(|(name, _)| *name)
}

/// What importing a function of the first preview lets a module do.
fn of_preview1(function: &str) -> Option<&'static str> {
    let fits = |known: &[&str]| known.iter().any(|start| function.starts_with(start));
    let entry = PREVIEW1.iter().find(|(_, known)| fits(known));
    entry.map(|(name, _)| *name)
}

/// The capabilities that `imports` give, in the order of the table; `askers` says which parts ask
/// for an import.
pub(super) fn of(imports: &[Face], askers: impl Fn(&Face) -> Vec<String>) -> Vec<Capability> {
    let mut found: Vec<Capability> = Vec::new();
    for face in imports {
        let base = match &face.implements {
            Some(interface) => super::faces::split_version(interface).0,
            None => face.base.as_str(),
        };
        if let Some(name) = of_interface(base) {
            add(&mut found, name, &face.name, askers(face));
        }
    }
    in_order(found)
}

/// The same of a core module, which may import functions of the first preview as well.
pub(super) fn of_core(imports: &[Face], functions: &[&str]) -> Vec<Capability> {
    let mut found = of(imports, |_| Vec::new());
    for function in functions {
        if let Some(name) = of_preview1(function) {
            add(&mut found, name, function, Vec::new());
        }
    }
    in_order(found)
}

fn add(found: &mut Vec<Capability>, name: &'static str, import: &str, parts: Vec<String>) {
    let at = found
        .iter()
        .position(|c| c.name == name)
        .unwrap_or_else(|| {
            found.push(Capability {
                name,
                imports: Vec::new(),
                parts: Vec::new(),
            });
            found.len() - 1
        });
    let capability = &mut found[at];
    capability.imports.push(import.to_string());
    for part in parts {
        if !capability.parts.contains(&part) {
            capability.parts.push(part);
        }
    }
}

fn in_order(mut found: Vec<Capability>) -> Vec<Capability> {
    found.sort_by_key(|capability| TABLE.iter().position(|(name, _)| *name == capability.name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_give_what_the_table_says_and_types_give_nothing() {
        for (interface, capability) in [
            ("wasi:filesystem/types", Some("files")),
            ("wasi:http/outgoing-handler", Some("HTTP out")),
            ("wasi:http/types", None),
            ("wasi:io/streams", None),
            ("wasi:cli/terminal-stdin", Some("standard streams")),
            ("wasi:nn/graph", Some("AI inference")),
            ("wasi:nnx/graph", None),
            ("acme:filesystem/types", None),
        ] {
            assert_eq!(of_interface(interface), capability, "{interface}");
        }
        assert_eq!(of_preview1("fd_readdir"), Some("files"));
        assert_eq!(of_preview1("fd_read"), Some("standard streams"));
        assert_eq!(of_preview1("fd_close"), None);
    }

    #[test]
    fn every_capability_of_the_first_preview_is_in_the_table() {
        for (name, _) in PREVIEW1 {
            assert!(TABLE.iter().any(|(known, _)| known == name), "{name}");
        }
    }
}
