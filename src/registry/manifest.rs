//! Manifests of images, as far as WebAssembly is in them, and digests.
//!
//! Lives here: [`Manifest`], read and written; the media types that the field agreed on
//! (<https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/>); [`digest`].
//! May import: nothing of ours.
//! Deliberately absent: platforms other than WebAssembly, and HTTP.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::source::digest::of as digest;

/// The media type of a manifest.
pub const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";

/// The media type of the configuration of a WebAssembly image.
pub const CONFIG: &str = "application/vnd.wasm.config.v0+json";

/// The media type of a WebAssembly layer.
pub const LAYER: &str = "application/wasm";

/// What layers of WebAssembly are called, today and by older tools.
const LAYERS: &[&str] = &[
    LAYER,
    "application/vnd.wasm.content.layer.v1+wasm",
    "application/vnd.module.wasm.content.layer.v1+wasm",
    "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm",
    "application/vnd.bytecodealliance.component.layer.v0+wasm",
];

/// The media types of manifests, and of lists of manifests.
pub(crate) const ACCEPTED: &str = "application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json";

/// What an image consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    #[serde(default)]
    schema_version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    config: Option<Descriptor>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    layers: Vec<Descriptor>,
    /// The manifests of an index, which is no image itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    manifests: Option<Vec<Descriptor>>,
    /// Facts about the image, by name.
    #[serde(
        default,
        deserialize_with = "map_or_null",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub annotations: BTreeMap<String, String>,
}

/// A blob, or another manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What it is.
    pub media_type: String,
    /// The digest of its bytes.
    pub digest: String,
    /// The number of its bytes.
    pub size: u64,
    /// Facts about it, by name.
    #[serde(
        default,
        deserialize_with = "map_or_null",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub annotations: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    platform: Option<Platform>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Platform {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
}

/// `null` is written by some for no annotations.
fn map_or_null<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Descriptor {
    /// The descriptor of `bytes`.
    pub fn of(media_type: &str, bytes: &[u8]) -> Descriptor {
        Descriptor {
            media_type: media_type.to_string(),
            digest: digest(bytes),
            size: bytes.len() as u64,
            annotations: BTreeMap::new(),
            platform: None,
        }
    }

    fn is_wasm(&self) -> bool {
        // Parameters such as `; charset` mean nothing here.
        let kind = self.media_type.split(';').next().unwrap_or_default();
        LAYERS.contains(&kind.trim())
    }
}

/// Where the WebAssembly of a manifest is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place<'m> {
    /// In this layer.
    Layer(&'m Descriptor),
    /// In the image with this manifest.
    Image(&'m Descriptor),
    /// Nowhere, or in more than one place, for this reason.
    None(String),
}

impl Manifest {
    /// The manifest of a WebAssembly image.
    pub fn of_wasm(
        config: Descriptor,
        layer: Descriptor,
        annotations: BTreeMap<String, String>,
    ) -> Manifest {
        Manifest {
            schema_version: 2,
            media_type: Some(IMAGE.to_string()),
            config: Some(config),
            layers: vec![layer],
            manifests: None,
            annotations,
        }
    }

    /// The manifest as it is stored: the same bytes for the same image.
    pub fn to_json(&self) -> Vec<u8> {
        // INVARIANT: strings, numbers, lists and maps by strings can be written.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a manifest; why it is none if it is none.
    pub(crate) fn read(bytes: &[u8]) -> Result<Manifest, String> {
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
        match manifest.schema_version {
            2 => Ok(manifest),
            other => Err(format!("schema version {other} is not supported")),
        }
    }

    /// Where the one component, module or WIT package is.
    pub(crate) fn wasm(&self) -> Place<'_> {
        if let Some(manifests) = &self.manifests {
            let is_wasm = |image: &&Descriptor| {
                let platform = image.platform.as_ref();
                platform.is_some_and(|platform| platform.architecture == "wasm")
            };
            let wasm: Vec<&Descriptor> = manifests.iter().filter(is_wasm).collect();
            let all: Vec<&Descriptor> = manifests.iter().collect();
            return match (&wasm[..], &all[..]) {
                ([one], _) | ([], [one]) => Place::Image(one),
                ([], all) => Place::None(format!(
                    "it is an index of {} images, and none is for the architecture `wasm`: {}",
                    all.len(),
                    listed(all.iter().map(|image| platform(image)))
                )),
                (several, _) => Place::None(format!(
                    "it is an index of {} images for the architecture `wasm`: {}",
                    several.len(),
                    listed(several.iter().map(|image| image.digest.clone()))
                )),
            };
        }
        let wasm: Vec<&Descriptor> = self.layers.iter().filter(|l| l.is_wasm()).collect();
        match (&wasm[..], &self.layers[..]) {
            ([one], _) => Place::Layer(one),
            ([], []) => Place::None("it has no layers".to_string()),
            ([], layers) => Place::None(format!(
                "it has no layer of type `{LAYER}`, only {}",
                listed(layers.iter().map(|layer| format!("`{}`", layer.media_type)))
            )),
            (several, _) => Place::None(format!(
                "it has {} layers of WebAssembly, and which one is meant is not stored in it",
                several.len()
            )),
        }
    }

    /// The digests of its layers of WebAssembly.
    pub(crate) fn wasm_digests(&self) -> Vec<&str> {
        let wasm = self.layers.iter().filter(|layer| layer.is_wasm());
        wasm.map(|layer| layer.digest.as_str()).collect()
    }
}

fn platform(image: &Descriptor) -> String {
    match &image.platform {
        Some(Platform { architecture, os }) => format!("{os}/{architecture}"),
        None => image.media_type.clone(),
    }
}

/// The items without repetitions, at most five of them.
fn listed(items: impl Iterator<Item = String>) -> String {
    const MOST: usize = 5;
    let mut all: Vec<String> = Vec::new();
    for item in items {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    if all.len() > MOST {
        all.truncate(MOST);
        all.push("…".to_string());
    }
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Manifest {
        Manifest::read(json.as_bytes()).unwrap()
    }

    fn layer(kind: &str) -> String {
        format!(r#"{{"mediaType": "{kind}", "digest": "sha256:{kind}", "size": 1}}"#)
    }

    fn place(manifest: &Manifest) -> String {
        match manifest.wasm() {
            Place::Layer(layer) => format!("layer {}", layer.digest),
            Place::Image(image) => format!("image {}", image.digest),
            Place::None(why) => why,
        }
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let layer = Descriptor::of(LAYER, b"\0asm");
        let annotations = BTreeMap::from([("a".to_string(), "b".to_string())]);
        let config = Descriptor::of(CONFIG, b"{}");
        let manifest = Manifest::of_wasm(config, layer.clone(), annotations);
        let written = manifest.to_json();
        let read = Manifest::read(&written).unwrap();
        assert_eq!(read, manifest);
        assert_eq!(read.wasm(), Place::Layer(&layer));
        assert_eq!(read.to_json(), written);
    }

    #[test]
    fn the_one_layer_of_wasm_is_found_and_any_other_number_is_not_guessed_at() {
        for (layers, found) in [
            (vec![LAYER], "layer sha256:application/wasm"),
            (
                vec!["text/plain", "application/vnd.wasm.content.layer.v1+wasm"],
                "layer sha256:application/vnd.wasm.content.layer.v1+wasm",
            ),
            (vec![], "it has no layers"),
            (vec!["text/plain", "text/plain"], "only `text/plain`"),
            (vec![LAYER, LAYER], "2 layers of WebAssembly"),
        ] {
            let layers: Vec<String> = layers.into_iter().map(layer).collect();
            let layers = layers.join(", ");
            let manifest = read(&format!(
                r#"{{"schemaVersion": 2, "layers": [{layers}], "annotations": null}}"#
            ));
            assert!(place(&manifest).contains(found), "{}", place(&manifest));
        }
    }

    #[test]
    fn an_index_stands_for_its_one_image_of_wasm() {
        let image = |name: &str, architecture: &str| {
            format!(
                r#"{{"mediaType": "{IMAGE}", "digest": "{name}", "size": 1,
                     "platform": {{"architecture": "{architecture}", "os": "o"}}}}"#
            )
        };
        for (images, found) in [
            (vec![image("a", "amd64")], "image a"),
            (vec![image("a", "amd64"), image("b", "wasm")], "image b"),
            (
                vec![image("a", "amd64"), image("b", "arm64")],
                "none is for the architecture `wasm`: o/amd64, o/arm64",
            ),
            (
                vec![image("a", "wasm"), image("b", "wasm")],
                "2 images for the architecture `wasm`: a, b",
            ),
        ] {
            let manifest = read(&format!(
                r#"{{"schemaVersion": 2, "manifests": [{}]}}"#,
                images.join(", ")
            ));
            assert!(place(&manifest).contains(found), "{}", place(&manifest));
        }
    }

    #[test]
    fn what_is_no_manifest_says_why() {
        for (text, why) in [
            ("<html>", "expected value"),
            ("{}", "schema version 0"),
            (r#"{"schemaVersion": 1}"#, "schema version 1"),
        ] {
            let told = Manifest::read(text.as_bytes()).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }
}
