//! Adapters: modules that provide imports of a core module from a name that is not an interface.
//!
//! Lives here: [`Adapter`], and choosing among those that are given, built in and generated.
//! May import: `diag` (rank 0), `built_in`, `generated` (rank 4). Deliberately absent: whether an
//! adapter has what is imported from it (`preflight`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use wit_component::metadata;

use super::built_in::{self, PREVIEW1};
use super::codes;
use super::generated::{self, Answers};
use super::inputs::Inputs;
use super::options::{AdapterChoice, Options};
use super::sections::readable;
use super::world::Worlds;
use crate::diag::{Locus, Report};

/// A module that provides imports.
pub(crate) struct Adapter<'a> {
    /// The module name whose imports it provides.
    pub import_name: String,
    /// Its name in messages.
    pub name_for_people: String,
    pub bytes: Cow<'a, [u8]>,
    /// Whether it may allocate memory.
    pub allocates: bool,
}

/// The given adapters, and the built-in one if it is needed. The choice and its reason are
/// noted in `report`.
pub(super) fn choose<'a>(
    options: &Options,
    inputs: &Inputs<'a>,
    worlds: &Worlds,
    report: &mut Report,
) -> Vec<Adapter<'a>> {
    let adapters = chosen(options, inputs, worlds, report);
    let imports = inputs.modules.iter().flat_map(|module| &module.imports);
    let imported: BTreeSet<&str> = imports.map(|import| import.module).collect();
    for adapter in &adapters {
        if !imported.contains(adapter.import_name.as_str()) && !exports_anything(adapter) {
            let name = &worlds.implementer(inputs).name;
            report.push(
                codes::UNUSED_ADAPTER
                    .report(format!(
                        "{} is unused: `{name}` imports nothing from `{}`",
                        adapter.name_for_people, adapter.import_name
                    ))
                    .at(Locus::File(name.clone()), "")
                    .note("the adapter is not part of the component"),
            );
        }
    }
    adapters
}

/// Whether the component exports something because of an adapter.
fn exports_anything(adapter: &Adapter<'_>) -> bool {
    match metadata::decode(&adapter.bytes) {
        Ok((_, found)) => !found.resolve.worlds[found.world].exports.is_empty(),
        // What is wrong with it is told elsewhere.
        Err(_) => true,
    }
}

fn chosen<'a>(
    options: &Options,
    inputs: &Inputs<'a>,
    worlds: &Worlds,
    report: &mut Report,
) -> Vec<Adapter<'a>> {
    let mut adapters: Vec<Adapter<'a>> = Vec::new();
    for module in &inputs.adapters {
        adapters.push(Adapter {
            import_name: module.library_name.clone(),
            name_for_people: format!("`{}`", module.name),
            bytes: readable(module.bytes),
            allocates: true,
        });
    }
    if let Some(answers) = answers(options.adapter) {
        let given: Vec<String> = adapters.iter().map(|a| a.import_name.clone()).collect();
        let made = generated::adapters(options, answers, inputs, worlds, &given, report);
        adapters.extend(made.into_iter().map(|generated| Adapter {
            import_name: generated.import_name.to_string(),
            name_for_people: format!("the generated {} adapter", answers.word()),
            bytes: Cow::Owned(generated.bytes),
            allocates: generated.has_built_in,
        }));
        return adapters;
    }
    if adapters.iter().any(|a| a.import_name == PREVIEW1) {
        return adapters;
    }
    let choice = match options.adapter {
        AdapterChoice::Auto => {
            let imports = inputs.modules.iter().flat_map(|module| &module.imports);
            let wasi: Vec<&str> = imports
                .filter(|import| import.module == PREVIEW1)
                .map(|import| import.name)
                .collect();
            let Some((choice, reason)) = built_in::fitting(inputs, worlds, &wasi) else {
                return adapters;
            };
            let name = &worlds.implementer(inputs).name;
            report.push(
                codes::ADAPTER
                    .report(format!(
                        "using the built-in `{}` adapter for `{PREVIEW1}`: {reason}",
                        choice.word()
                    ))
                    .at(Locus::File(name.clone()), ""),
            );
            choice
        }
        choice => choice,
    };
    if let Some(bytes) = built_in::bytes(choice) {
        adapters.push(Adapter {
            import_name: PREVIEW1.to_string(),
            name_for_people: format!("the built-in {} adapter", choice.word()),
            bytes: Cow::Borrowed(bytes),
            allocates: true,
        });
    }
    adapters
}

/// How a generated adapter is to answer, if one is asked for.
fn answers(choice: AdapterChoice) -> Option<Answers> {
    match choice {
        AdapterChoice::Stub => Some(Answers::Stub),
        AdapterChoice::Deny => Some(Answers::Deny),
        _ => None,
    }
}
