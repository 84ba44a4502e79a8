//! Where the versions of a package come from: a folder, or a registry of images.
//!
//! Lives here: [`Registries`], what the configuration and a client make of a name. A folder (the
//! protocol `local`) needs no client. May import: `source`, `diag` (rank 0), `registry` (rank 2).
//! Deliberately absent: which version is wanted, lock files and the cache (`resolve`).

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use semver::Version;

use super::codes::{OFFLINE, PROTOCOL, UNKNOWN};
use super::configuration::{Configuration, Metadata};
use crate::diag::{Diagnostic, Locus};
use crate::registry::{self, Image, Pulled, Registry};
use crate::source::{self, Source, digest};

/// The registries that the configuration names, as they can be reached.
pub struct Registries<'c> {
    /// Which registry has what.
    pub configuration: &'c Configuration,
    is_offline: bool,
    client: OnceCell<Result<Box<dyn Registry>, Diagnostic>>,
}

/// Where a package is.
pub struct Origin {
    /// The registry, as lock files name it.
    pub registry: String,
    at: At,
}

enum At {
    /// A folder with a file for each version.
    Folder(PathBuf),
    /// A repository with a tag for each version.
    Repository(Image),
}

/// The content of a version.
pub enum Content {
    /// In a file, with its digest.
    File(PathBuf, String),
    /// Pulled.
    Pulled(Pulled),
}

impl<'c> Registries<'c> {
    /// Those that the built-in client reaches; with `is_offline`, only folders.
    pub fn new(configuration: &'c Configuration, is_offline: bool) -> Registries<'c> {
        Registries {
            configuration,
            is_offline,
            client: OnceCell::new(),
        }
    }

    /// Those that `client` reaches.
    #[cfg(test)]
    fn with(configuration: &'c Configuration, client: Box<dyn Registry>) -> Registries<'c> {
        let registries = Registries::new(configuration, false);
        // INVARIANT: nothing was asked of it yet.
        let _ = registries.client.set(Ok(client));
        registries
    }

    /// The client, for what is called `wanted`.
    fn client(&self, wanted: &str) -> Result<&dyn Registry, Diagnostic> {
        if self.is_offline {
            return Err(offline(wanted));
        }
        let options = registry::Options {
            insecure: self.configuration.insecure(),
        };
        match self.client.get_or_init(|| registry::client(&options)) {
            Ok(client) => Ok(client.as_ref()),
            // What it is needed for is not known where it is made.
            Err(finding) => Err(finding.clone().at(Locus::File(wanted.to_string()), "")),
        }
    }

    /// Where a package is; none if no registry is configured for it.
    pub fn origin(&self, name: &str) -> Result<Option<Origin>, Diagnostic> {
        let Some(registry) = self.configuration.registry_of(name) else {
            return Ok(None);
        };
        let reached = self.configuration.reached(registry);
        let found = |at| {
            Ok(Some(Origin {
                registry: registry.to_string(),
                at,
            }))
        };
        if reached.protocol.as_deref() == Some("local") {
            let Some(folder) = reached.local else {
                return Err(protocol(name, registry, "`local`, but has no `root`"));
            };
            return found(At::Folder(folder));
        }
        if let Some(other) = reached.protocol.as_deref().filter(|of| *of != "oci") {
            return Err(protocol(name, registry, &format!("`{other}`")));
        }
        let metadata = match self.configuration.metadata_of(name) {
            Some(metadata) => metadata.clone(),
            None => self.asked(name, registry)?,
        };
        let its_own = metadata.protocol.as_deref().filter(|of| *of != "oci");
        if let Some(other) = its_own.filter(|_| reached.protocol.is_none()) {
            return Err(protocol(name, registry, &format!("`{other}`")));
        }
        let host = metadata.registry.as_deref().unwrap_or(registry);
        let repository = format!("{}{}", metadata.prefix, name.replace(':', "/"));
        found(At::Repository(Image::parse(&format!(
            "oci://{host}/{repository}"
        ))?))
    }

    /// What a registry says of itself.
    fn asked(&self, name: &str, registry: &str) -> Result<Metadata, Diagnostic> {
        match self.client(name)?.well_known(registry)? {
            None => Ok(Metadata::default()),
            Some(bytes) => Metadata::of_json(&bytes).map_err(|why| {
                PROTOCOL
                    .report(format!(
                        "cannot read `registry.json` of `{registry}`: {why}"
                    ))
                    .at(Locus::File(name.to_string()), "")
            }),
        }
    }

    /// The versions that there are; none if there is no such package.
    pub fn versions(&self, name: &str, of: &Origin) -> Result<BTreeSet<Version>, Diagnostic> {
        match &of.at {
            At::Folder(folder) => {
                let mut path = folder.clone();
                path.extend(name.split(':'));
                if !source::is_dir(&path) {
                    return Ok(BTreeSet::new());
                }
                let listed = source::list(&path)
                    .map_err(|e| source::unreadable(&path.to_string_lossy(), &e))?;
                let names = listed.flatten().map(|entry| entry.file_name());
                let versions = names.filter_map(|name| {
                    let stem = name.to_str()?.strip_suffix(".wasm")?.to_string();
                    Version::parse(&stem).ok()
                });
                Ok(versions.collect())
            }
            At::Repository(image) => {
                let tags = match self.client(name)?.tags(image) {
                    Ok(tags) => tags,
                    Err(finding) if finding.code.name == "registry/not-found" => Vec::new(),
                    Err(finding) => return Err(finding),
                };
                Ok(tags
                    .iter()
                    .filter_map(|tag| Version::parse(tag).ok())
                    .collect())
            }
        }
    }

    /// The content of a version.
    pub fn content(
        &self,
        name: &str,
        version: &Version,
        of: &Origin,
    ) -> Result<Content, Diagnostic> {
        match &of.at {
            At::Folder(folder) => {
                let mut path = folder.clone();
                path.extend(name.split(':'));
                path.push(format!("{version}.wasm"));
                let digest = digest::of(Source::open(&path)?.bytes());
                Ok(Content::File(path, digest))
            }
            At::Repository(image) => {
                let tagged = image.tagged(version.to_string());
                Ok(Content::Pulled(self.client(name)?.pull(&tagged)?))
            }
        }
    }

    /// The content of an image.
    pub fn pull(&self, image: &Image) -> Result<Pulled, Diagnostic> {
        self.client(&image.to_string())?.pull(image)
    }

    /// The names of the packages in the folder of an origin; registries do not list theirs.
    pub fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for folder in self.configuration.local_folders() {
            names.extend(super::layout::known(&[folder.to_path_buf()]));
        }
        names
    }
}

impl Origin {
    /// Where it is, for people: a folder, or a repository.
    pub fn shown(&self, name: &str) -> String {
        match &self.at {
            At::Folder(folder) => {
                let mut path = folder.clone();
                path.extend(name.split(':'));
                path.to_string_lossy().into_owned()
            }
            At::Repository(image) => image.to_string(),
        }
    }
}

/// That something would have to be downloaded.
pub(super) fn offline(wanted: &str) -> Diagnostic {
    OFFLINE
        .report(format!(
            "cannot download `{wanted}`: `--offline` was given, and it is not in the cache"
        ))
        .at(Locus::File(wanted.to_string()), "")
        .help("run the command once without `--offline`")
}

fn protocol(name: &str, registry: &str, what: &str) -> Diagnostic {
    PROTOCOL
        .report(format!(
            "cannot load `{name}`: its registry `{registry}` has the protocol {what}"
        ))
        .at(Locus::File(name.to_string()), "")
        .note("supported protocols: `oci`, and `local` with a `root`")
}

/// That a package is nowhere.
pub(super) fn unknown(name: &str) -> Diagnostic {
    UNKNOWN
        .report(format!("cannot find package `{name}`"))
        .at(Locus::File(name.to_string()), "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::Wanted;

    /// A registry in memory: one package, and what it says of itself.
    struct Memory {
        well_known: Option<&'static str>,
    }

    impl Registry for Memory {
        fn tags(&self, image: &Image) -> Result<Vec<String>, Diagnostic> {
            let tags = match image.repository.ends_with("acme/kv") {
                true => &["0.1.0", "0.2.0", "latest", "sha256-00.sig"][..],
                false => &[],
            };
            Ok(tags.iter().map(ToString::to_string).collect())
        }

        fn pull(&self, image: &Image) -> Result<Pulled, Diagnostic> {
            let bytes = image.to_string().into_bytes();
            Ok(Pulled {
                digest: digest::of(&bytes),
                manifest_digest: digest::of(b"manifest"),
                annotations: Default::default(),
                bytes,
            })
        }

        fn well_known(&self, _: &str) -> Result<Option<Vec<u8>>, Diagnostic> {
            Ok(self.well_known.map(|text| text.as_bytes().to_vec()))
        }
    }

    fn configuration(text: &str) -> Configuration {
        Configuration::parse(&Source::memory("config.toml", text)).expect("a configuration")
    }

    #[test]
    fn a_package_is_a_repository_and_a_version_a_tag() {
        let config = configuration("default_registry = \"registry.example\"\n");
        for (well_known, image) in [
            (None, "oci://registry.example/acme/kv:0.2.0"),
            (
                Some(r#"{"oci": {"registry": "ghcr.example", "namespacePrefix": "x/"}}"#),
                "oci://ghcr.example/x/acme/kv:0.2.0",
            ),
        ] {
            let registries = Registries::with(&config, Box::new(Memory { well_known }));
            let origin = registries.origin("acme:kv").expect("it is asked");
            let origin = origin.expect("a registry");
            let versions = registries.versions("acme:kv", &origin).expect("tags");
            let wanted = Wanted::parse("acme:kv@>=0.1").expect("a requirement");
            let version = wanted.best(&versions).expect("a version");
            let Ok(Content::Pulled(pulled)) = registries.content("acme:kv", version, &origin)
            else {
                panic!("it is pulled");
            };
            assert_eq!(String::from_utf8_lossy(&pulled.bytes), image);
            assert_eq!(versions.len(), 2);
        }
    }

    #[test]
    fn what_the_configuration_says_of_a_registry_needs_no_client() {
        let config = configuration(
            "[namespace_registries]\nacme = { registry = \"acme\", metadata = { oci = { registry = \
             \"ghcr.example\" } } }\n",
        );
        let registries = Registries::new(&config, true);
        let origin = registries.origin("acme:kv").expect("it is not asked");
        assert_eq!(
            origin.map(|origin| origin.shown("acme:kv")).as_deref(),
            Some("oci://ghcr.example/acme/kv")
        );
        assert!(
            registries
                .origin("other:kv")
                .expect("nothing to ask")
                .is_none()
        );
        let usual = registries
            .origin("wasi:io")
            .err()
            .expect("it would be asked");
        assert_eq!(usual.code.name, "package/offline");
    }
}
