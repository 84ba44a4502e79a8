//! `[metadata]` of `witkit.toml`: the metadata of every component built in a project.
//!
//! May import: `config`, `source`, `diag`, `wasm` (ranks 0 and 1). Deliberately absent: the command
//! line, which overrides it (`cli`).

use std::path::Path;

use crate::config;
use crate::diag::{Locus, Report};
use crate::source::Source;
use crate::wasm::{Annotation, Metadata};

/// The contents of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// `name`: the component's name, in its name section.
    pub name: Option<String>,
    /// The other keys.
    pub metadata: Metadata,
}

/// Reads `[metadata]` of the file at `path`; nothing if it has no such table.
///
/// Fails with all wrong keys and values.
pub fn read(path: &Path) -> Result<Option<Config>, Report> {
    let source = Source::open(path)?;
    config::read(&source, |mut root, report| {
        let mut table = root.table("metadata", report)?;
        let mut settings = Config {
            name: table.string("name", report),
            metadata: Metadata::default(),
        };
        for annotation in Annotation::ALL {
            let Some(value) = table.string(annotation.name(), report) else {
                continue;
            };
            if let Err(invalid) = settings.metadata.set(annotation, &value) {
                report.push(invalid.report(table.place_of(annotation.name())));
            }
        }
        table.finish(report);
        Some(settings)
    })
}

/// The metadata from values on the command line, each with its option.
///
/// Fails with all wrong values.
pub fn given(values: &[(Annotation, &str)]) -> Result<Metadata, Report> {
    let mut report = Report::new();
    let mut metadata = Metadata::default();
    for (annotation, value) in values {
        if let Err(invalid) = metadata.set(*annotation, value) {
            let option = format!("--{}", annotation.name());
            let range = invalid.at.clone();
            report.add_text(option.as_str(), *value);
            report.push(invalid.report(Locus::Text {
                file: option,
                range,
            }));
        }
    }
    report.or_ok(metadata)
}
