//! The last steps: producers, name, metadata, stripping, validation.
//!
//! Lives here: [`finish`], [`annotated`], [`stripped`], [`validate`]. May import: `diag`, `source`, `wasm`.
//! Deliberately absent: anything that would need another pass over code, unless it is stripping or
//! full validation.

use wasm_metadata::{ComponentNames, Producers};

use super::codes;
use super::inputs::Inputs;
use super::options::Options;
use super::sections;
use super::world::Worlds;
use crate::diag::{Locus, Report, did_you_mean};
use crate::source::Source;
use crate::wasm::sections::id;
use crate::wasm::structure::Structure;
use crate::wasm::{self, Annotation, Metadata, Validation, custom, decode};
use crate::wit::docs::{Docs, Has};

/// The component with witkit among its producers, and named or stripped as the options say.
///
/// Fails, with a reason, if it cannot be read as a sequence of sections.
pub(super) fn finish(options: &Options, component: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut component = match options.strip {
        true => stripped(component),
        false => component,
    };
    let cut_off = |_| "it is truncated".to_string();
    let mut producers = Producers::empty();
    let mut names = ComponentNames::empty();
    for (name, data) in custom::beginning(&component, "").map_err(cut_off)? {
        match name {
            "producers" => producers = Producers::from_bytes(data, 0).map_err(broken)?,
            "component-name" if options.name.is_some() => {
                names = ComponentNames::from_bytes(data, 0).map_err(broken)?;
            }
            _ => {}
        }
    }
    let mut tail = Vec::new();
    if let Some(name) = &options.name {
        names.set_name(name);
        tail.push(id::CUSTOM);
        tail.extend(names.raw_custom_section().map_err(broken)?);
    }
    producers.add("processed-by", "witkit", env!("CARGO_PKG_VERSION"));
    tail.push(id::CUSTOM);
    tail.extend(producers.raw_custom_section());
    let is_kept = |name: &str, _: &[u8]| match name {
        "producers" => false,
        "component-name" => options.name.is_none(),
        _ => true,
    };
    if let Some(kept) = custom::without_own(&component, &is_kept).map_err(cut_off)? {
        component = kept;
    }
    component.extend(tail);
    Ok(component)
}

/// The component with the docs and gates of all that it imports and exports.
pub(super) fn documented(mut component: Vec<u8>, docs: &Docs) -> Vec<u8> {
    if docs.is_empty() {
        return component;
    }
    // INVARIANT: it is validated next, and what is wrong with it is said then.
    let Ok(decoded) = decode::decode(&component) else {
        return component;
    };
    let mut docs = docs.clone();
    docs.restrict(&Has::of(decoded.types(), decoded.component()), None);
    component.extend(docs.sections());
    component
}

fn broken(error: impl std::fmt::Display) -> String {
    format!("malformed custom section: {error:#}")
}

/// A module or component without names, debug information and other custom sections, at every
/// depth. What other tools need is kept: producers, metadata, worlds, and linking information.
pub(super) fn stripped(bytes: Vec<u8>) -> Vec<u8> {
    match custom::without(&bytes, &is_kept) {
        Ok(Some(stripped)) => stripped,
        // INVARIANT: what is cut off is refused when it is read next.
        Ok(None) | Err(_) => bytes,
    }
}

/// Whether a custom section contains more than names and source locations.
fn is_kept(name: &str) -> bool {
    match custom::kind(name) {
        "names" | "debug" => false,
        _ => {
            ["producers", "target_features"].contains(&name)
                || name.starts_with("metadata.code.")
                || custom::is_needed(name)
        }
    }
}

/// A module or component with this metadata, which replaces its own.
pub(super) fn annotated(bytes: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    if metadata.is_empty() {
        return bytes;
    }
    let given = |name: &str| {
        let annotation = Annotation::of_section(name);
        annotation.is_some_and(|annotation| metadata.get(annotation).is_some())
    };
    let mut made = sections::without(bytes.into(), given).into_owned();
    made.extend(metadata.sections());
    made
}

/// Findings about imports that should be renamed but do not exist.
pub(super) fn not_renamed(options: &Options, name: &str, component: &[u8]) -> Report {
    let mut report = Report::new();
    if options.rename_imports.is_empty() {
        return report;
    }
    let Ok(structure) = Structure::of(component) else {
        // INVARIANT: it is validated next, and what is wrong with it is said then.
        return report;
    };
    let imports: Vec<&str> = structure.imports.iter().map(|i| i.name.name).collect();
    for (old, new) in &options.rename_imports {
        if imports.contains(&new.as_str()) {
            continue;
        }
        let finding = codes::UNKNOWN_IMPORT
            .report(format!(
                "cannot find import `{old}` in the component made from `{name}`"
            ))
            .at(Locus::File(name.to_string()), "");
        report.push(match did_you_mean(old, imports.iter().copied()) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None if imports.is_empty() => finding
                .note("the component has no imports")
                .help("remove `--rename-import`"),
            None => finding.note(format!("the component imports `{}`", imports.join("`, `"))),
        });
    }
    report
}

/// Validates the component as [`Options::validation`] says.
pub(super) fn validate(
    options: &Options,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    component: Vec<u8>,
) -> Result<Vec<u8>, Report> {
    let name = &worlds.implementer(inputs).name;
    let refused = |message: &str| {
        codes::INVALID
            .report(format!(
                "the component made from `{name}` is invalid: {message}"
            ))
            .at(Locus::File(name.clone()), "")
            .into()
    };
    match options.validation {
        Validation::Types => match decode::structure(&component) {
            Ok(()) => Ok(component),
            Err(error) => Err(refused(error.message())),
        },
        Validation::Full => {
            let component = Source::memory("the component", component);
            let Err(found) = wasm::validate(&component) else {
                return Ok(component.bytes().to_vec());
            };
            // It is the module's own fault if it is invalid by itself.
            let mut report = Report::new();
            for module in inputs.modules.iter().chain(&inputs.adapters) {
                let alone = Source::memory(module.name.clone(), module.bytes.to_vec());
                if let Err(found) = wasm::validate(&alone) {
                    report.extend(found);
                }
            }
            match report.has_errors() {
                true => Err(report),
                false => {
                    let found = found.diagnostics();
                    Err(refused(
                        found.first().map_or("", |finding| &finding.message),
                    ))
                }
            }
        }
    }
}
