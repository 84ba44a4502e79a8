//! The configuration of wasm-pkg-tools: which registry has a package, and how it is reached.
//!
//! Lives here: [`Configuration`], and [`Metadata`], which a registry has at
//! `/.well-known/wasm-pkg/registry.json` or which the configuration has in its place.
//! May import: `source`, `diag` (rank 0), `config` (rank 1).
//! Deliberately absent: reaching a registry (`origin`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::places;
use crate::config::{self, Entry, Table};
use crate::diag::Report;
use crate::source::{self, Source};

/// The registries of namespaces that nothing else is said about, as wasm-pkg-tools has them.
const FALLBACKS: [(&str, &str); 2] = [("wasi", "wasi.dev"), ("ba", "bytecodealliance.org")];

/// What the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    default: Option<String>,
    namespaces: BTreeMap<String, Mapping>,
    packages: BTreeMap<String, Mapping>,
    registries: BTreeMap<String, Reached>,
}

/// The registry of a package or namespace.
#[derive(Clone, Debug)]
struct Mapping {
    registry: String,
    /// In place of what the registry says of itself.
    metadata: Option<Metadata>,
}

/// How a registry is reached.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// The protocol, if one is chosen or only one is configured.
    pub protocol: Option<String>,
    /// The folder of the protocol `local`.
    pub local: Option<PathBuf>,
    /// Whether the protocol `oci` goes over plain HTTP.
    pub is_insecure: bool,
}

/// What a registry says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The protocol, if one is preferred or only one is configured.
    pub protocol: Option<String>,
    /// The host that has the images.
    pub registry: Option<String>,
    /// What the names of repositories begin with.
    pub prefix: String,
}

impl Configuration {
    /// The configuration of this user; an empty one if there is none.
    ///
    /// Fails if it cannot be read (`input/unreadable`) or is malformed (`config/…`).
    pub fn usual() -> Result<Configuration, Report> {
        match places::configuration().filter(|file| source::is_file(file)) {
            Some(file) => Configuration::read(&file),
            None => Ok(Configuration::default()),
        }
    }

    /// Where the configuration of this user is, or would be.
    pub fn usual_file() -> Option<PathBuf> {
        places::configuration()
    }

    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Configuration, Report> {
        Configuration::parse(&Source::open(path)?)
    }

    pub(super) fn parse(source: &Source) -> Result<Configuration, Report> {
        config::read_toml(source, |mut root, report| {
            let default = root.string("default_registry", report);
            let [namespaces, packages] = ["namespace_registries", "package_registry_overrides"]
                .map(|key| match root.has(key) {
                    true => root
                        .table(key, report)
                        .map_or(BTreeMap::new(), |table| mappings(table, report)),
                    false => BTreeMap::new(),
                });
            let registries = match root.has("registry") {
                true => root.table("registry", report),
                false => None,
            };
            let registries = registries.map_or(Vec::new(), |table| table.tables(report));
            let registries = registries
                .into_iter()
                .map(|(name, table)| (name, reached(table, report)));
            let registries = registries.collect();
            root.finish(report);
            Configuration {
                file: source.path().map(Path::to_path_buf),
                default,
                namespaces,
                packages,
                registries,
            }
        })
    }

    /// The registry of a package: its own, that of its namespace, the default, or a usual one.
    pub fn registry_of(&self, package: &str) -> Option<&str> {
        if let Some(mapping) = self.mapping(package) {
            return Some(&mapping.registry);
        }
        let namespace = namespace(package);
        let fallback = FALLBACKS.iter().find(|(known, _)| *known == namespace);
        let default = self.default.as_deref();
        default.or(fallback.map(|(_, registry)| *registry))
    }

    /// What the configuration says in place of the registry of a package itself.
    pub fn metadata_of(&self, package: &str) -> Option<&Metadata> {
        self.mapping(package)?.metadata.as_ref()
    }

    /// How a registry is reached.
    pub fn reached(&self, registry: &str) -> Reached {
        self.registries.get(registry).cloned().unwrap_or_default()
    }

    /// The folders of registries that are folders.
    pub fn local_folders(&self) -> BTreeSet<&Path> {
        let all = self.registries.values();
        all.filter_map(|reached| reached.local.as_deref()).collect()
    }

    /// The hosts that are reached over plain HTTP.
    pub fn insecure(&self) -> Vec<String> {
        let insecure = self.registries.iter().filter(|(_, r)| r.is_insecure);
        insecure.map(|(name, _)| name.clone()).collect()
    }

    fn mapping(&self, package: &str) -> Option<&Mapping> {
        let own = self.packages.get(package);
        own.or_else(|| self.namespaces.get(namespace(package)))
    }
}

fn namespace(package: &str) -> &str {
    package.split(':').next().unwrap_or(package)
}

fn mappings(table: Table<'_>, report: &mut Report) -> BTreeMap<String, Mapping> {
    let mut found = BTreeMap::new();
    for (name, _, entry) in table.strings_or_tables(report) {
        let mapping = match entry {
            Entry::Text(registry) => Some(Mapping {
                registry,
                metadata: None,
            }),
            Entry::Table(mut table) => {
                let registry = table.string("registry", report);
                if registry.is_none() && !table.has("registry") {
                    report.push(table.missing("registry"));
                }
                let inner = match table.has("metadata") {
                    true => table.table("metadata", report),
                    false => None,
                };
                let metadata = inner.map(|inner| Metadata::of_table(inner, report));
                table.finish(report);
                registry.map(|registry| Mapping { registry, metadata })
            }
        };
        found.extend(mapping.map(|mapping| (name, mapping)));
    }
    found
}

fn reached(mut table: Table<'_>, report: &mut Report) -> Reached {
    let mut protocol = table.string("default", report);
    if protocol.is_none() {
        protocol = table.string("type", report);
    }
    let mut known = Reached::default();
    let protocols = table.keys();
    let mut protocols = protocols
        .iter()
        .filter(|key| !["default", "type"].contains(&key.as_str()));
    let (first, others) = (protocols.next().cloned(), protocols.next());
    if let Some(mut local) = optional(&mut table, "local", report) {
        known.local = local.string("root", report).map(PathBuf::from);
    }
    if let Some(mut oci) = optional(&mut table, "oci", report) {
        known.is_insecure = oci.string("protocol", report).as_deref() == Some("http");
    }
    // Other protocols have keys that only they know.
    known.protocol = protocol.or(first.filter(|_| others.is_none()));
    known
}

fn optional<'t>(
    table: &mut Table<'t>,
    key: &'static str,
    report: &mut Report,
) -> Option<Table<'t>> {
    match table.has(key) {
        true => table.table(key, report),
        false => None,
    }
}

impl Metadata {
    /// Reads `registry.json`; fails with the reason.
    pub fn of_json(bytes: &[u8]) -> Result<Metadata, String> {
        let json: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|e| format!("it is not JSON: {e}"))?;
        let object = json.as_object().ok_or("it is not an object")?;
        let text = |value: Option<&serde_json::Value>| value?.as_str().map(str::to_string);
        let oci = object.get("oci").and_then(|oci| oci.as_object());
        let of_oci = |key: &str, older: &str| {
            text(object.get(older)).or_else(|| text(oci.and_then(|oci| oci.get(key))))
        };
        let registry = of_oci("registry", "ociRegistry");
        let prefix = of_oci("namespacePrefix", "ociNamespacePrefix");
        let mut protocols = object
            .iter()
            .filter(|(_, value)| value.is_object())
            .map(|(name, _)| name.clone());
        let only = protocols.next().filter(|_| protocols.next().is_none());
        let older = object
            .contains_key("ociRegistry")
            .then(|| "oci".to_string());
        Ok(Metadata {
            protocol: text(object.get("preferredProtocol")).or(only).or(older),
            registry,
            prefix: prefix.unwrap_or_default(),
        })
    }

    fn of_table(mut table: Table<'_>, report: &mut Report) -> Metadata {
        let preferred = table.string("preferredProtocol", report);
        let older = [
            table.string("ociRegistry", report),
            table.string("ociNamespacePrefix", report),
        ];
        let known = ["preferredProtocol", "ociRegistry", "ociNamespacePrefix"];
        let keys = table.keys();
        let mut protocols = keys.iter().filter(|key| !known.contains(&key.as_str()));
        let only = protocols.next().filter(|_| protocols.next().is_none());
        let mut of_oci = [None, None];
        if let Some(mut oci) = optional(&mut table, "oci", report) {
            of_oci = [
                oci.string("registry", report),
                oci.string("namespacePrefix", report),
            ];
            oci.finish(report);
        }
        let is_older = older[0].is_some();
        let [registry, prefix] = older;
        let [of_oci, its_prefix] = of_oci;
        Metadata {
            protocol: preferred
                .or(only.cloned())
                .or(is_older.then(|| "oci".to_string())),
            registry: registry.or(of_oci),
            prefix: prefix.or(its_prefix).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Configuration, Report> {
        Configuration::parse(&Source::memory("config.toml", text))
    }

    const TEXT: &str = r#"
default_registry = "registry.example"

[namespace_registries]
wasi = "wasi.example"
acme = { registry = "acme", metadata = { preferredProtocol = "oci", oci = { registry = "ghcr.example", namespacePrefix = "acme/" } } }

[package_registry_overrides]
"acme:kv" = "kv.example"
"acme:log" = { registry = "log", metadata = { ociRegistry = "old.example", ociNamespacePrefix = "x/" } }

[registry."registry.example".oci]
auth = { username = "open", password = "sesame" }
protocol = "http"

[registry."kv.example".local]
root = "/packages"

[registry."two.example"]
type = "warg"
[registry."two.example".oci]
[registry."two.example".warg]
url = "x"
"#;

    #[test]
    fn the_registry_of_a_package_is_the_nearest_that_is_configured() {
        let config = read(TEXT).expect("a configuration");
        for (package, registry) in [
            ("acme:kv", "kv.example"),
            ("acme:log", "log"),
            ("acme:other", "acme"),
            ("wasi:http", "wasi.example"),
            ("ba:sqlite", "registry.example"),
        ] {
            assert_eq!(config.registry_of(package), Some(registry), "{package}");
        }
        let usual = Configuration::default();
        assert_eq!(usual.registry_of("wasi:http"), Some("wasi.dev"));
        assert_eq!(usual.registry_of("acme:kv"), None);
    }

    #[test]
    fn the_protocol_is_the_one_that_is_chosen_or_the_only_one() {
        let config = read(TEXT).expect("a configuration");
        let reached = |registry: &str| config.reached(registry);
        assert_eq!(reached("registry.example").protocol.as_deref(), Some("oci"));
        assert!(reached("registry.example").is_insecure);
        assert_eq!(reached("kv.example").protocol.as_deref(), Some("local"));
        assert_eq!(reached("kv.example").local, Some("/packages".into()));
        assert_eq!(reached("two.example").protocol.as_deref(), Some("warg"));
        assert_eq!(reached("other.example").protocol, None);
    }

    #[test]
    fn metadata_is_the_same_in_both_forms_and_languages() {
        let config = read(TEXT).expect("a configuration");
        let new = r#"{"preferredProtocol": "oci", "oci": {"registry": "ghcr.example", "namespacePrefix": "acme/"}}"#;
        let new = Metadata::of_json(new.as_bytes()).expect("metadata");
        assert_eq!(config.metadata_of("acme:other"), Some(&new));
        let old = r#"{"ociRegistry": "old.example", "ociNamespacePrefix": "x/"}"#;
        let old = Metadata::of_json(old.as_bytes()).expect("metadata");
        assert_eq!(config.metadata_of("acme:log"), Some(&old));
        assert_eq!(old.protocol.as_deref(), Some("oci"));
        assert!(Metadata::of_json(b"<html>").is_err());
    }

    #[test]
    fn a_key_that_is_not_known_is_reported() {
        let report = read("defualt_registry = \"x\"\n").expect_err("a misspelled key");
        let told = format!("{report:#}");
        assert!(told.contains("unknown key `defualt_registry`"), "{told}");
    }
}
