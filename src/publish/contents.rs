//! What is published: its bytes, and what they say of themselves.
//!
//! Lives here: [`Contents`]. May import: `diag`, `source` (rank 0), `wasm` (1), `wit` (2).
//! Deliberately absent: images and registries.

use std::collections::BTreeSet;

use semver::Version;
use wit_parser::Resolve;

use crate::diag::Report;
use crate::source::{Input, Source, is_dir};
use crate::wasm::{self, Annotation, Component, Kind, Metadata, custom};
use crate::wit::{self, convert};

/// A component, a module or a WIT package in binary form.
pub(super) struct Contents {
    /// `component`, `core module` or `WIT package`.
    pub kind: &'static str,
    /// Its bytes, which are valid.
    pub source: Source,
    /// The name that it gives itself.
    pub name: Option<String>,
    /// Its version, and whether that is part of its name.
    pub version: Option<(String, bool)>,
    pub metadata: Metadata,
    /// The names of its imports and exports, unless it is a core module.
    pub world: Option<[Vec<String>; 2]>,
    /// Remarks on the conversion from text.
    pub report: Report,
}

impl Contents {
    /// Reads an input in any form.
    ///
    /// Fails if it is invalid, or if a package in text form has no binary form.
    pub fn read(input: Input) -> Result<Contents, Report> {
        let (source, report) = binary(input)?;
        wasm::validate(&source)?;
        let metadata = custom::metadata(source.bytes());
        let own = metadata.get(Annotation::Version);
        let own = own.map(|version| (version.to_string(), false));
        if wasm::sniff(source.bytes()) == Kind::CoreModule {
            return Ok(Contents {
                kind: "core module",
                source,
                name: None,
                version: own,
                metadata,
                world: None,
                report,
            });
        }
        let component = Component::new(source)?;
        if component.is_wit_package()? {
            let source = component.into_source();
            let wit = convert::read_source(source.clone(), &options())?;
            let name = &wit.resolve.packages[wit.main].name;
            return Ok(Contents {
                kind: "WIT package",
                name: Some(format!("{}:{}", name.namespace, name.name)),
                version: name.version.as_ref().map(|v| (v.to_string(), true)).or(own),
                world: Some([Vec::new(), of_package(&wit.resolve, wit.main)]),
                source,
                metadata,
                report,
            });
        }
        let name = component.structure()?.names().own.map(str::to_string);
        let decoded = component.decode()?;
        let ty = decoded.component();
        let world = [&ty.imports, &ty.exports].map(|side| side.keys().cloned().collect());
        Ok(Contents {
            kind: "component",
            source: component.into_source(),
            name,
            version: own,
            metadata,
            world: Some(world),
            report,
        })
    }

    /// Its version as a semantic one.
    pub fn semver(&self) -> Option<Version> {
        let (version, _) = self.version.as_ref()?;
        Version::parse(version.strip_prefix('v').unwrap_or(version)).ok()
    }
}

/// Everything of a package, as users may need what is unstable.
fn options() -> wit::Options {
    wit::Options {
        all_features: true,
        ..wit::Options::default()
    }
}

/// The binary form of an input: WIT and WebAssembly text are encoded.
fn binary(input: Input) -> Result<(Source, Report), Report> {
    let name = input.name();
    let encoded = |input: Input| {
        let converted = convert::convert(&convert::ConvertOptions {
            input,
            options: options(),
            ..convert::ConvertOptions::default()
        })?;
        let (bytes, mut report) = converted.binary()?;
        report.extend(converted.remarks);
        Ok((Source::memory(name.clone(), bytes), report))
    };
    if let Input::Path(path) = &input
        && is_dir(path)
    {
        return encoded(input);
    }
    let source = input.open()?;
    match wasm::sniff(source.bytes()) {
        Kind::Wit => encoded(match source.path() {
            Some(path) => Input::Path(path.to_path_buf()),
            None => Input::Bytes(source),
        }),
        _ => Ok((wasm::module_or_component(source)?, Report::new())),
    }
}

/// What a package has: its worlds with what they export, and its interfaces.
fn of_package(resolve: &Resolve, package: wit_parser::PackageId) -> Vec<String> {
    let package = &resolve.packages[package];
    let mut names = BTreeSet::new();
    for (name, world) in &package.worlds {
        let exports = resolve.worlds[*world].exports.keys();
        names.extend(exports.map(|key| resolve.name_world_key(key)));
        names.insert(package.name.interface_id(name));
    }
    names.extend(
        package
            .interfaces
            .values()
            .filter_map(|id| resolve.id_of(*id)),
    );
    names.into_iter().collect()
}
