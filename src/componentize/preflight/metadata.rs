//! Findings about the sections in which bindings leave their world: those that cannot be read.
//!
//! Lives here: [`problems`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: reading the world for use (`world`), and several that do not go together
//! (`unite`).

use std::borrow::Cow;

use wit_component::metadata::{self, Bindgen};

use super::codes;
use crate::componentize::module::{ComponentType, CoreModule, Producer, producers};
use crate::diag::{Diagnostic, Report};
use crate::wasm::custom;

/// Which of the sections `component-type…` of `module` cannot be read.
pub(crate) fn problems(module: &CoreModule) -> Report {
    let mut report = Report::new();
    for section in &module.component_types {
        if let Err(message) = decode(section) {
            report.push(unreadable(module, section, &message));
        }
    }
    report
}

/// What one section says.
fn decode(section: &ComponentType) -> Result<Bindgen, String> {
    let mut module = wasm_encoder::Module::new();
    module.section(&wasm_encoder::CustomSection {
        name: Cow::Borrowed(section.name),
        data: Cow::Borrowed(section.data),
    });
    let bytes = module.finish();
    match metadata::decode(&bytes) {
        Ok((_, bindgen)) => Ok(bindgen),
        Err(error) => Err(format!("{:#}", error)),
    }
}

fn unreadable(module: &CoreModule, section: &ComponentType, message: &str) -> Diagnostic {
    let writer = match writer(section) {
        Some(writer) => format!("it was written by {writer}"),
        None => "the tool that wrote it is unknown".to_string(),
    };
    // The innermost cause says what it is about; that of other data is a list of bytes.
    let cause = match message.rsplit(": ").next().unwrap_or(message) {
        cause if cause.contains("magic number") => "not a component",
        cause => cause,
    };
    codes::METADATA_VERSION
        .report(format!(
            "cannot read the section `{}` of `{}`",
            section.name, module.name
        ))
        .at(
            module.locus([format!("section {}", section.name)]),
            cause.to_string(),
        )
        .note(writer)
        .help("generate the bindings with a current wit-bindgen and rebuild")
        .help("or remove the section (`wasm-tools strip -d component-type`) and pass the world with `--wit`")
}

/// Which tool of which version wrote the section.
pub(crate) fn writer(section: &ComponentType) -> Option<String> {
    // `component-type:wit-bindgen:0.63.0:docs:adder@0.1.0:adder:encoded world`
    let mut parts = section.name.split(':').skip(1);
    if let (Some("wit-bindgen"), Some(version)) = (parts.next(), parts.next()) {
        return Some(format!("wit-bindgen {version}"));
    }
    let tool = |producer: &Producer| format!("{} {}", producer.name, producer.version);
    let found = found(section.data);
    let bindgen = found.iter().find(|p| p.name.starts_with("wit-bindgen"));
    bindgen.or(found.last()).map(tool)
}

/// The producers that the section's own component names.
fn found(data: &[u8]) -> Vec<Producer> {
    let sections = custom::beginning(data, "producers").unwrap_or_default();
    let first = sections.first();
    first.map(|(_, data)| producers(data)).unwrap_or_default()
}
