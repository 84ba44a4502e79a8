//! Findings about the sections in which bindings leave their world: one that cannot be read, or
//! several that do not go together.
//!
//! Lives here: [`problems`]. May import: `diag` (rank 0), `module` (rank 4).
//! Deliberately absent: reading the world for use (`world`), which is only cheaper.

use std::borrow::Cow;

use wit_component::metadata::{self, Bindgen};

use super::codes;
use crate::componentize::module::{ComponentType, CoreModule, Producer, producers};
use crate::diag::{Diagnostic, Report};

/// What is wrong with the sections `component-type…` of `module`; empty if nothing is.
pub(crate) fn problems(module: &CoreModule) -> Report {
    let mut report = Report::new();
    let mut readable = Vec::new();
    for section in &module.component_types {
        match decode(section) {
            Ok(_) => readable.push(section),
            Err(message) => report.push(unreadable(module, section, &message)),
        }
    }
    let mut whole = Bindgen::default();
    let mut merged: Vec<&ComponentType> = Vec::new();
    for section in readable {
        let Ok(one) = decode(section) else { continue };
        match whole.merge(one) {
            Ok(_) => merged.push(section),
            Err(error) => {
                report.push(conflict(module, &merged, section, &format!("{error:#}")));
                // What a failed merge leaves behind is not to be used.
                whole = Bindgen::default();
                merged = vec![section];
                if let Ok(one) = decode(section) {
                    let _ = whole.merge(one);
                }
            }
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
        Some(writer) => format!("was written by {writer}"),
        None => "does not say what wrote it".to_string(),
    };
    // The innermost cause says what it is about; that of other data is a list of bytes.
    let cause = match message.rsplit(": ").next().unwrap_or(message) {
        cause if cause.contains("magic number") => "it holds something else than a component",
        cause => cause,
    };
    codes::METADATA_VERSION
        .report(format!(
            "the section `{}` of `{}` cannot be read; it {writer}",
            section.name, module.name
        ))
        .at(
            module.locus([format!("section {}", section.name)]),
            cause.to_string(),
        )
        .help("generate the bindings with a current wit-bindgen and rebuild, or remove the section and give the world with --wit")
}

fn conflict(
    module: &CoreModule,
    merged: &[&ComponentType],
    section: &ComponentType,
    message: &str,
) -> Diagnostic {
    // Which of the earlier ones it is that does not go with this one.
    let other = merged.iter().take(TRIED).find(|other| {
        let (Ok(mut a), Ok(b)) = (decode(other), decode(section)) else {
            return false;
        };
        a.merge(b).is_err()
    });
    let by = |section: &ComponentType| {
        writer(section).map_or(String::new(), |writer| format!("written by {writer}"))
    };
    let locus = |section: &ComponentType| module.locus([format!("section {}", section.name)]);
    let finding = codes::METADATA_CONFLICT.report(format!(
        "the worlds that `{}` has in its sections do not go together: {}",
        module.name,
        message.rsplit(": ").next().unwrap_or(message)
    ));
    let finding = match other {
        Some(other) => finding.at(locus(other), by(other)),
        None => finding,
    };
    finding.at(locus(section), by(section)).help(
        "build all libraries in it with bindings of one version of the WIT, and with one string encoding",
    )
}

/// How many pairs are tried.
const TRIED: usize = 16;

/// Which tool of which version wrote the section.
pub(super) fn writer(section: &ComponentType) -> Option<String> {
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
    let mut parser = wasmparser::Parser::new(0);
    let mut rest = data;
    while let Ok(wasmparser::Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) {
        rest = &rest[consumed..];
        match payload {
            wasmparser::Payload::CustomSection(section) if section.name() == "producers" => {
                return producers(section.data());
            }
            wasmparser::Payload::End(_) => break,
            // What is nested has nothing to say about the whole.
            wasmparser::Payload::ModuleSection { .. }
            | wasmparser::Payload::ComponentSection { .. } => break,
            _ => {}
        }
    }
    Vec::new()
}
