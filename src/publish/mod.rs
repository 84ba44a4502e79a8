//! `publish`: a component, a module or a WIT package as an image in a registry.
//!
//! Lives here: [`prepare`], which makes the image as the field agreed on
//! (<https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/>), and [`Prepared::push`];
//! `contents`, what is in it. May import: `diag`, `source` (rank 0), `wasm` (1), `registry`, `wit` (2).
//! Deliberately absent: HTTP, names of packages, and any time: the same input is the same image.

mod codes;
mod contents;

use std::collections::BTreeMap;

use semver::Version;
use serde::Serialize;

pub use codes::CODES;

use crate::diag::{Diagnostic, Locus, Report, Severity};
use crate::registry::manifest::{self, Descriptor, Manifest, digest};
use crate::registry::{Blob, Client, Image, Push};
use crate::source::Input;
use crate::wasm::Annotation;
use codes::{EXISTS, INVALID_ANNOTATION, NO_VERSION, NOT_A_VERSION, OTHER_VERSION};
use contents::Contents;

/// What the annotations that everybody knows begin with.
const PREFIX: &str = "org.opencontainers.image.";

/// How to publish.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Further annotations, `NAME=VALUE`, which override others.
    pub annotations: Vec<String>,
    /// When the image was made, in seconds after 1970 began; without it, then, so that the image does
    /// not depend on the time.
    pub created: Option<u64>,
}

/// What happened to the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing: no registry was asked.
    DryRun,
    /// It is new.
    Published,
    /// It was there, with the same content, and nothing was uploaded.
    Unchanged,
    /// It was there with other content, which it does not have any more.
    Replaced,
}

/// The configuration of an image, as it is stored.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<World>,
}

#[derive(Clone, Debug, Serialize)]
struct World {
    exports: Vec<String>,
    imports: Vec<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: &'a str,
    kind: &'static str,
    reference: String,
    state: State,
    digest: String,
    layer: Layer<'a>,
    config: &'a Config,
    annotations: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Layer<'a> {
    digest: &'a str,
    size: u64,
}

/// An image that is complete.
pub struct Prepared {
    /// Where it goes, with its tag.
    pub image: Image,
    /// `component`, `core module` or `WIT package`.
    pub kind: &'static str,
    /// Warnings.
    pub report: Report,
    file: String,
    config: Config,
    layer: Descriptor,
    annotations: BTreeMap<String, String>,
    push: Push,
}

/// Reads and validates what is to be published, and makes an image of it.
///
/// Fails if it is invalid, or if its version is unknown (`publish/no-version`) or another one than that
/// of the tag (`publish/other-version`).
pub fn prepare(input: impl Into<Input>, to: &Image, options: &Options) -> Result<Prepared, Report> {
    let input = input.into();
    let file = input.name();
    let mut contents = Contents::read(input)?;
    let mut report = std::mem::take(&mut contents.report);
    let given = annotations(&options.annotations, &mut report);
    let image = tagged(&file, to, &contents, &mut report);
    let (Some(image), false) = (image, report.has_errors()) else {
        return Err(report);
    };
    let bytes = contents.source.bytes();
    let mut layer = Descriptor::of(manifest::LAYER, bytes);
    let file_name = image.repository.rsplit('/').next().unwrap_or_default();
    // What tools that know nothing of WebAssembly call the file when they pull it.
    let title = format!("{file_name}.wasm");
    layer.annotations.insert(format!("{PREFIX}title"), title);
    let config = Config::of(&contents, &layer.digest, options.created.unwrap_or(0));
    // INVARIANT: strings, lists and objects can be written.
    let config_bytes = serde_json::to_vec(&config).unwrap_or_default();
    let mut annotations = of_metadata(&contents, &image);
    annotations.extend(given);
    let config_blob = Descriptor::of(manifest::CONFIG, &config_bytes);
    let blobs = vec![
        Blob {
            digest: config_blob.digest.clone(),
            bytes: config_bytes,
        },
        Blob {
            digest: layer.digest.clone(),
            bytes: bytes.to_vec(),
        },
    ];
    let manifest = Manifest::of_wasm(config_blob, layer.clone(), annotations.clone());
    Ok(Prepared {
        image,
        kind: contents.kind,
        report,
        file,
        config,
        layer,
        annotations,
        push: Push {
            blobs,
            manifest: manifest.to_json(),
        },
    })
}

impl Prepared {
    /// Uploads it, unless the registry has it.
    ///
    /// Fails if the tag has other content and `force` is not set (`publish/exists`), and if the
    /// registry cannot be used.
    pub fn push(&self, client: &dyn Client, force: bool) -> Result<State, Diagnostic> {
        let found = client.find(&self.image)?;
        let state = match &found {
            None => State::Published,
            Some(found) if found.manifest_digest == self.digest() => return Ok(State::Unchanged),
            Some(found) if found.layers == [self.layer.digest.as_str()] && !force => {
                return Ok(State::Unchanged);
            }
            Some(_) if force => State::Replaced,
            Some(found) => return Err(self.exists(&found.manifest_digest)),
        };
        client.push(&self.image, &self.push)?;
        Ok(state)
    }

    /// The digest of its manifest.
    pub fn digest(&self) -> String {
        digest(&self.push.manifest)
    }

    /// The digest and the size of its layer.
    pub fn layer(&self) -> (&str, u64) {
        (&self.layer.digest, self.layer.size)
    }

    /// The annotations of its manifest.
    pub fn annotations(&self) -> &BTreeMap<String, String> {
        &self.annotations
    }

    /// The document `witkit.publish/1`.
    pub fn json(&self, state: State) -> String {
        let document = Document {
            schema: "witkit.publish/1",
            file: &self.file,
            kind: self.kind,
            reference: self.image.to_string(),
            state,
            digest: self.digest(),
            layer: Layer {
                digest: &self.layer.digest,
                size: self.layer.size,
            },
            config: &self.config,
            annotations: &self.annotations,
        };
        // INVARIANT: it contains only strings, numbers, lists and objects, which can be written.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    fn exists(&self, there: &str) -> Diagnostic {
        let place = Locus::File(self.image.to_string());
        let tag = self.image.reference();
        EXISTS
            .report(format!(
                "`{}` already has a tag `{tag}` with other content",
                self.image.repository
            ))
            .at(
                place,
                format!("published {there}\nnew       {}", self.digest()),
            )
            .help("publish a new version, or pass `--force` to replace it for everybody")
    }
}

/// Where it goes, with a tag: the one given, or its own version.
fn tagged(file: &str, to: &Image, contents: &Contents, report: &mut Report) -> Option<Image> {
    let place = || Locus::File(file.to_string());
    let own = contents.semver();
    let Some(tag) = &to.tag else {
        // A `+` cannot be in a tag, and `_` not in a version.
        let tag = own.map(|version| version.to_string().replace('+', "_"));
        if tag.is_none() {
            let finding = NO_VERSION
                .report(format!("cannot determine the version of `{file}`"))
                .at(place(), "")
                .help(format!("name it: `--to {}`", to.tagged("0.1.0")));
            report.push(match &contents.version {
                Some((version, _)) => finding.note(format!(
                    "`{version}` in its metadata is not a semantic version"
                )),
                None => finding.note(format!("the {} has no version of its own", contents.kind)),
            });
        }
        return tag.map(|tag| to.tagged(tag));
    };
    match (version_of(tag), own) {
        (None, _) => report.push(
            NOT_A_VERSION
                .report(format!("the tag `{tag}` is not a version"))
                .at(place(), "")
                .note("tools that look for versions of a package ignore it"),
        ),
        (Some(tagged), Some(own)) if tagged != own => {
            let is_named = contents.version.as_ref().is_some_and(|(_, named)| *named);
            let mut finding = OTHER_VERSION
                .report(format!(
                    "`{file}` has version {own}, but the tag is `{tag}`"
                ))
                .at(place(), "");
            finding = match is_named {
                true => finding.help(format!(
                    "publish it as `{}`, or change the version of the package",
                    to.tagged(own.to_string().replace('+', "_"))
                )),
                false => {
                    finding.severity = Severity::Warning;
                    finding.note("its metadata says so")
                }
            };
            report.push(finding);
        }
        _ => {}
    }
    Some(to.clone())
}

/// The version that a tag stands for.
fn version_of(tag: &str) -> Option<Version> {
    Version::parse(&tag.replace('_', "+")).ok()
}

/// The annotations given by hand.
fn annotations(given: &[String], report: &mut Report) -> BTreeMap<String, String> {
    let mut annotations = BTreeMap::new();
    for text in given {
        let pair = text
            .split_once('=')
            .filter(|(name, _)| !name.trim().is_empty());
        let told = match pair {
            None => format!("expected NAME=VALUE, found `{text}`"),
            Some((name, value)) => {
                match annotations.insert(name.trim().to_string(), value.to_string()) {
                    None => continue,
                    Some(_) => format!("duplicate annotation `{}`", name.trim()),
                }
            }
        };
        report.push(
            INVALID_ANNOTATION
                .report(told)
                .at(Locus::File("--annotation".to_string()), ""),
        );
    }
    annotations
}

/// The annotations that follow from what is published.
fn of_metadata(contents: &Contents, image: &Image) -> BTreeMap<String, String> {
    let mut annotations = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        annotations.insert(format!("{PREFIX}{name}"), value.to_string());
    };
    if let Some(name) = &contents.name {
        set("title", name);
    }
    for (annotation, value) in contents.metadata.iter() {
        match annotation {
            // The name that OCI has for it.
            Annotation::Homepage => set("url", value),
            other => set(other.name(), value),
        }
    }
    let version = version_of(image.reference()).or_else(|| contents.semver());
    if let Some(version) = version {
        set("version", &version.to_string());
    }
    annotations
}

impl Config {
    fn of(contents: &Contents, layer: &str, created: u64) -> Config {
        let authors = contents.metadata.get(Annotation::Authors);
        let world = contents.world.as_ref();
        Config {
            created: rfc3339(created),
            author: authors.map(str::to_string),
            architecture: "wasm",
            os: match world {
                Some(_) => "wasip2",
                // It has to be the name of a system, also for modules that use none.
                None => "wasip1",
            },
            layer_digests: [layer.to_string()],
            component: world.map(|[imports, exports]| World {
                exports: exports.clone(),
                imports: imports.clone(),
            }),
        }
    }
}

/// A time in seconds after 1970 began: `1970-01-01T00:00:00Z`.
fn rfc3339(seconds: u64) -> String {
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    // 400 years have the same number of days wherever they begin.
    let mut year = 1970 + days / 146_097 * 400;
    let mut day = days % 146_097;
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let day = day + 1;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates_in_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (13_574_563_200, "2400-02-29T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }

    #[test]
    fn a_tag_stands_for_the_version_that_cannot_be_a_tag() {
        let version = version_of("1.0.0-rc.1_build.5").unwrap();
        assert_eq!(version.to_string(), "1.0.0-rc.1+build.5");
        assert_eq!(version_of("v1.0.0"), None);
        assert_eq!(version_of("latest"), None);
    }

    fn image() -> Image {
        Image::parse("oci://registry.example/acme/kv").unwrap()
    }

    fn codes(report: &Report) -> Vec<&'static str> {
        report.diagnostics().iter().map(|d| d.code.name).collect()
    }

    #[test]
    fn a_package_is_tagged_with_its_own_version() {
        let wit =
            "package acme:kv@0.2.1; interface store { get: func(); } world w { export store; }";
        let prepared = prepare(("kv.wit", wit), &image(), &Options::default()).unwrap();
        assert_eq!(prepared.image.tag.as_deref(), Some("0.2.1"));
        assert_eq!(prepared.kind, "WIT package");
        let world = prepared.config.component.as_ref().unwrap();
        assert_eq!(world.exports, ["acme:kv/store@0.2.1", "acme:kv/w@0.2.1"]);
        let other = prepare(
            ("kv.wit", wit),
            &image().tagged("0.2.2"),
            &Options::default(),
        );
        assert_eq!(codes(&other.err().unwrap()), ["publish/other-version"]);
        let same = prepare(
            ("kv.wit", wit),
            &image().tagged("0.2.1"),
            &Options::default(),
        );
        assert_eq!(same.unwrap().digest(), prepared.digest());
    }

    #[test]
    fn what_has_no_version_needs_a_tag() {
        let empty = ("c.wat", "(component)");
        let none = prepare(empty, &image(), &Options::default());
        assert_eq!(codes(&none.err().unwrap()), ["publish/no-version"]);
        let latest = prepare(empty, &image().tagged("latest"), &Options::default()).unwrap();
        assert_eq!(codes(&latest.report), ["publish/not-a-version"]);
    }

    #[test]
    fn annotations_by_hand_override_others_and_are_pairs() {
        let options = |annotations: &[&str]| Options {
            annotations: annotations.iter().map(|a| a.to_string()).collect(),
            ..Options::default()
        };
        let to = image().tagged("1.0.0");
        let module = ("m.wat", "(module (@custom \"description\" \"a module\"))");
        let given = ["org.opencontainers.image.description=b=c", "x="];
        let prepared = prepare(module, &to, &options(&given)).unwrap();
        let annotations = prepared.annotations();
        assert_eq!(annotations["org.opencontainers.image.description"], "b=c");
        assert_eq!(annotations["org.opencontainers.image.version"], "1.0.0");
        assert_eq!(annotations["x"], "");
        assert_eq!(prepared.config.os, "wasip1");
        assert!(prepared.config.component.is_none());
        let wrong = prepare(module, &to, &options(&["x", "=y", "a=b", "a=c"]));
        assert_eq!(
            codes(&wrong.err().unwrap()),
            ["publish/invalid-annotation"; 3]
        );
    }
}
