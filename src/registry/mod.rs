//! Registries of OCI images, in which the field keeps components and WIT packages.
//!
//! Lives here: [`Image`], a reference to an image; [`Registry`], what can be had from registries; and
//! [`client`], which gives the built-in one. All of it is there without the feature `registry`, so that
//! lock files, caches and tests need no client.
//! May import: `diag`, `source` (ranks 0 and 1).
//! Deliberately absent: names and versions of packages (`packages`), and what is in an image's bytes.

// A browser or a WASI host has no sockets for it, and what it needs is partly in C.
#[cfg(all(feature = "registry", not(target_family = "wasm")))]
mod client;
mod codes;
mod image;
// What only the client reads is there without it, so that it is the same code that writes it.
#[cfg_attr(
    not(all(feature = "registry", not(target_family = "wasm"))),
    allow(dead_code)
)]
#[doc(hidden)]
pub mod manifest;

use std::collections::BTreeMap;
use std::time::Duration;

pub use codes::CODES;
pub use image::Image;

use crate::diag::Diagnostic;

/// What was pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The bytes of the layer that is a component, a module or a WIT package.
    pub bytes: Vec<u8>,
    /// The digest of these bytes, which was compared with them: `sha256:…`.
    pub digest: String,
    /// The digest of the image's manifest, which was compared with it as well.
    pub manifest_digest: String,
    /// The annotations of the manifest, by name.
    pub annotations: BTreeMap<String, String>,
}

/// What can be had from registries. A finding says why something cannot.
pub trait Registry {
    /// All tags of the image's repository, sorted; the image's own tag and digest do not matter.
    /// A repository that does not exist is `registry/not-found`.
    fn tags(&self, image: &Image) -> Result<Vec<String>, Diagnostic>;

    /// The one WebAssembly layer of an image: by its digest, else by its tag, else by the tag `latest`.
    fn pull(&self, image: &Image) -> Result<Pulled, Diagnostic>;

    /// What the host has at `/.well-known/wasm-pkg/registry.json`; none if it has nothing there.
    fn well_known(&self, host: &str) -> Result<Option<Vec<u8>>, Diagnostic>;
}

/// An image that a registry has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The digest of its manifest.
    pub manifest_digest: String,
    /// The digests of its layers of WebAssembly.
    pub layers: Vec<String>,
}

/// Bytes that a manifest refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Their digest.
    pub digest: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What makes an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// All blobs that the manifest refers to.
    pub blobs: Vec<Blob>,
    /// The manifest.
    pub manifest: Vec<u8>,
}

/// What can be done with registries besides.
pub trait Client: Registry {
    /// The image of that tag or digest; none if there is none. Asks for the right to push.
    fn find(&self, image: &Image) -> Result<Option<Found>, Diagnostic>;

    /// Uploads the blobs that are not there yet, then the manifest under the image's tag.
    fn push(&self, image: &Image, push: &Push) -> Result<(), Diagnostic>;
}

/// How registries are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Hosts, with their ports, that are reached by plain HTTP; so are those of this machine
    /// (`localhost`, `127.0.0.1`, `[::1]`) if they do not answer to TLS.
    pub insecure: Vec<String>,
}

/// The built-in client, for what is only read.
///
/// Fails without the feature `registry` (`registry/no-client`).
pub fn client(options: &Options) -> Result<Box<dyn Registry>, Diagnostic> {
    Ok(publisher(options, None)?)
}

/// The built-in client, which gives up on a registry that is silent for as long as `patience`; 30
/// seconds if nothing is given.
///
/// Fails without the feature `registry` (`registry/no-client`).
#[cfg(all(feature = "registry", not(target_family = "wasm")))]
pub fn publisher(
    options: &Options,
    patience: Option<Duration>,
) -> Result<Box<dyn Client>, Diagnostic> {
    Ok(Box::new(client::Remote::new(options, patience)))
}

/// The built-in client, which this build does not have: a finding that says how to get it
/// (`registry/no-client`).
#[cfg(not(all(feature = "registry", not(target_family = "wasm"))))]
pub fn publisher(_: &Options, _: Option<Duration>) -> Result<Box<dyn Client>, Diagnostic> {
    Err(codes::NO_CLIENT
        .report("this build of witkit has no client for registries")
        .help("install one that has: `cargo install witkit --features registry`"))
}
