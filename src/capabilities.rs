//! What interfaces let a component do that imports them: a table from names to capabilities.
//!
//! Lives here: [`of_interface`], [`of_preview1`], [`names`], [`named`]. May import: nothing of ours
//! (rank 0).
//! Deliberately absent: whether a host grants any of it, and what code does with it. An interface
//! that only defines types, errors or streams (`wasi:io`) lets nobody do anything by itself.

/// A capability, and the interfaces that it is had through: a namespace (`wasi-gfx:`), a package (`wasi:nn/`), an interface, or a
/// module that core modules import from, without versions. The first entry that fits an interface decides.
const TABLE: &[(&str, &[&str])] = &[
    ("files", &["wasi:filesystem/"]),
    (
        "network",
        &[
            "wasi:sockets/",
            "wasi:tls/",
            "fermyon:spin/mqtt",
            "spin:mqtt/",
            "golem:websocket/",
            "wasi:websockets/",
        ],
    ),
    (
        "HTTP out",
        &[
            "wasi:http/outgoing-handler",
            "wasi:http/client",
            "wasi:http/handler",
            "fermyon:spin/http",
            "fastly:compute/http-req",
            "fastly:compute/backend",
            "fastly:api/http-req",
            "fastly:api/backend",
            "fastly_http_req",
            "wasi-outbound-http",
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
            "fastly:compute/kv-store",
            "fastly:api/kv-store",
            "wasmcloud:keyvalue/",
            "outbound-redis",
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
            "spin:mysql/",
            "golem:rdbms/",
            "wasmcloud:postgres/",
        ],
    ),
    ("blob storage", &["wasi:blobstore/", "wasmcloud:blobstore/"]),
    ("messaging", &["wasi:messaging/", "wasmcloud:messaging/"]),
    (
        "configuration",
        &[
            "wasi:config/",
            "wasi:runtime-config/",
            "fermyon:spin/variables",
            "fermyon:spin/config",
            "spin:variables/",
            "fastly:compute/config-store",
            "fastly:compute/dictionary",
            "fastly:api/config-store",
            "fastly:api/dictionary",
        ],
    ),
    (
        "secrets",
        &[
            "wasi:secrets/",
            "wasi:vault/",
            "wasmcloud:secrets/",
            "golem:secrets/",
            "fastly:compute/secret-store",
            "fastly:api/secret-store",
        ],
    ),
    (
        "logging",
        &["wasi:logging/", "fastly:compute/log", "fastly:api/log"],
    ),
    ("telemetry", &["wasi:otel/", "wasi:observe/"]),
    (
        "AI inference",
        &[
            "wasi:nn/",
            "fermyon:spin/llm",
            "fermyon:spin/inferencing",
            "golem:llm/",
            "wasi_ephemeral_nn",
        ],
    ),
    (
        "GPU",
        &[
            "wasi:webgpu/",
            "wasi:graphics-context/",
            "wasi:frame-buffer/",
            "wasi:surface/",
            "wasi-gfx:",
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

/// The modules of the functions of WASI's first preview: the snapshot, and the draft before it.
pub(crate) const PREVIEW1_MODULES: [&str; 2] = ["wasi_snapshot_preview1", "wasi_unstable"];

/// What importing the interface `base`, named without a version, lets a component do.
pub(crate) fn of_interface(base: &str) -> Option<&'static str> {
    let fits = |pattern: &&str| match pattern.ends_with(['/', '-', ':']) {
        true => base.starts_with(*pattern),
        false => base == *pattern,
    };
    let entry = TABLE.iter().find(|(_, known)| known.iter().any(fits));
    entry.map(|(name, _)| *name)
}

/// What importing a function of the first preview lets a module do.
pub(crate) fn of_preview1(function: &str) -> Option<&'static str> {
    let fits = |known: &[&str]| known.iter().any(|start| function.starts_with(start));
    let entry = PREVIEW1.iter().find(|(_, known)| fits(known));
    entry.map(|(name, _)| *name)
}

/// All capabilities, in the order in which they are shown.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// The capability that is called so; capitals do not matter, and `-` may stand for a blank:
/// `http-out` is `HTTP out`.
pub(crate) fn named(typed: &str) -> Option<&'static str> {
    let plain = |name: &str| name.to_lowercase().replace(' ', "-");
    names().find(|name| plain(name) == plain(typed))
}

/// The packages that the table knows, without versions, and those of types that it leaves out.
pub(crate) fn packages() -> impl Iterator<Item = &'static str> {
    let known = TABLE.iter().flat_map(|(_, known)| known.iter());
    let package = |interface: &'static str| interface.split('/').next().unwrap_or(interface);
    known
        .map(move |interface| package(interface))
        .chain(["wasi:io"])
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
            ("spin:mysql/mysql", Some("SQL database")),
            ("fastly:compute/http-req", Some("HTTP out")),
            ("wasmcloud:blobstore/blobstore", Some("blob storage")),
            ("wasi-gfx:surface/surface", Some("GPU")),
            ("wasi_ephemeral_nn", Some("AI inference")),
        ] {
            assert_eq!(of_interface(interface), capability, "{interface}");
        }
        assert_eq!(of_preview1("fd_readdir"), Some("files"));
        assert_eq!(of_preview1("fd_read"), Some("standard streams"));
        assert_eq!(of_preview1("fd_close"), None);
    }

    #[test]
    fn capabilities_are_found_as_they_are_shown_and_in_kebab_case() {
        assert_eq!(named("HTTP out"), Some("HTTP out"));
        assert_eq!(named("http-out"), Some("HTTP out"));
        assert_eq!(named("ai-inference"), Some("AI inference"));
        assert_eq!(named("http"), None);
    }

    #[test]
    fn every_capability_of_the_first_preview_is_in_the_table() {
        for (name, _) in PREVIEW1 {
            assert!(TABLE.iter().any(|(known, _)| known == name), "{name}");
        }
    }
}
