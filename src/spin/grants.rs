//! Which interfaces a key of a manifest is about.
//!
//! Lives here: [`KEYS`] and what is asked of it, [`TRIGGERS`]. The table is what Spin's deny adapter and its host
//! know (`crates/capabilities/src/lib.rs`, `crates/factor-*`, v4.0.2).
//! May import: `names` (rank 0).
//! Deliberately absent: versions. A permission is for all versions of an interface.

use crate::names::unversioned;

/// The keys that permit something, each with the interfaces that need it.
pub(crate) const KEYS: &[(&str, &[&str])] = &[
    ("ai_models", &["fermyon:spin/llm"]),
    (OUTBOUND, OUTBOUND_INTERFACES),
    ("environment", &["wasi:cli/environment"]),
    ("files", &["wasi:filesystem/preopens"]),
    (
        "key_value_stores",
        &[
            "fermyon:spin/key-value",
            "spin:key-value/key-value",
            "wasi:keyvalue/store",
        ],
    ),
    (
        "sqlite_databases",
        &["fermyon:spin/sqlite", "spin:sqlite/sqlite"],
    ),
    (
        "variables",
        &[
            "fermyon:spin/config",
            "fermyon:spin/variables",
            "spin:variables/variables",
            "wasi:config/store",
        ],
    ),
];

/// The key of hosts that may be called.
pub(crate) const OUTBOUND: &str = "allowed_outbound_hosts";

const OUTBOUND_INTERFACES: &[&str] = &[
    "fermyon:spin/http",
    "fermyon:spin/mqtt",
    "fermyon:spin/mysql",
    "fermyon:spin/postgres",
    "fermyon:spin/redis",
    "spin:mqtt/mqtt",
    "spin:mysql/mysql",
    "spin:postgres/postgres",
    "spin:redis/redis",
    "wasi:http/client",
    "wasi:http/outgoing-handler",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The interfaces that answer with nothing instead of failing, where they are not permitted.
pub(crate) const EMPTIED: &[&str] = &["wasi:cli/environment", "wasi:filesystem/preopens"];

/// The types of triggers that Spin has itself, each with the exports of which it calls one.
pub(crate) const TRIGGERS: &[(&str, &[&str])] = &[
    (
        "http",
        &[
            "fermyon:spin/inbound-http",
            "wasi:http/handler",
            "wasi:http/incoming-handler",
        ],
    ),
    (
        "redis",
        &["fermyon:spin/inbound-redis", "spin:redis/inbound-redis"],
    ),
];

/// Patterns of the interfaces that Spin itself provides, besides `wasi:*`.
pub(crate) const HOST: &[&str] = &["fermyon:spin/*", "spin:*"];

/// The key that an import needs.
pub(crate) fn grant_of(import: &str) -> Option<&'static str> {
    let name = unversioned(import);
    let mut keys = KEYS.iter();
    let found = keys.find(|(_, interfaces)| interfaces.contains(&name));
    found.map(|(key, _)| *key)
}

/// What an import for calls to other hosts speaks, with the schemes of hosts that it may call; the
/// first is the usual one. Looking up names is permitted to all.
pub(crate) fn protocol(import: &str) -> Option<(&'static str, &'static [&'static str])> {
    let name = unversioned(import);
    if grant_of(name) != Some(OUTBOUND) {
        return None;
    }
    Some(match name.rsplit(['/', ':']).next().unwrap_or_default() {
        "http" | "client" | "outgoing-handler" => ("HTTP", &["https", "http"]),
        "mqtt" => ("MQTT", &["mqtt", "mqtts"]),
        "mysql" => ("MySQL", &["mysql"]),
        "postgres" => ("PostgreSQL", &["postgres", "postgresql"]),
        "redis" => ("Redis", &["redis", "rediss"]),
        "tcp" | "tcp-create-socket" => ("TCP", &["tcp"]),
        "udp" | "udp-create-socket" => ("UDP", &["udp"]),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interface_for_calls_has_a_protocol_but_the_one_that_looks_up_names() {
        let without: Vec<&&str> = OUTBOUND_INTERFACES
            .iter()
            .filter(|interface| protocol(&format!("{interface}@0.2.6")).is_none())
            .collect();
        assert_eq!(without, [&"wasi:sockets/ip-name-lookup"]);
        assert_eq!(protocol("spin:variables/variables@3.0.0"), None);
    }

    #[test]
    fn what_is_emptied_needs_a_permission() {
        assert!(
            EMPTIED
                .iter()
                .all(|interface| grant_of(interface).is_some())
        );
        assert_eq!(grant_of("wasi:cli/stdout@0.2.0"), None);
        assert_eq!(
            grant_of("wasi:keyvalue/store@0.2.0-draft2"),
            Some("key_value_stores")
        );
    }
}
