//! `componentize`: a core module in, a component out.
//!
//! The way: a [`Request`] names files, which are read and recognised (`inputs`, `module`); what
//! they are to become is found in their metadata, in `--wit` or in both (`world`, `unite`);
//! adapters are chosen (`adapters`); everything that does not fit is reported at once (`versions`,
//! `preflight`); then
//! wit-component encodes (`encode`, `embed`, `stub`), and the result is finished and validated
//! (`finish`, with `sections`).
//!
//! May import: `source`, `diag`, `guard`, `names`, `wasm`, `wit`, `surface` (ranks 0–3).
//! Deliberately absent: writing files and printing (`cli`), and an encoder of our own.

mod adapters;
mod chosen;
mod codes;
mod embed;
mod encode;
mod finish;
mod inputs;
mod module;
mod preflight;
mod request;
mod sections;
pub mod settings;
mod stub;
mod unite;
mod unused;
mod versions;
mod world;

use std::path::PathBuf;

pub use request::{AdapterChoice, Embed, Encoding, LinkOptions, ModuleSpec, Request, Stub};

use crate::diag::{Code, Diagnostic, Locus, Report};
use crate::guard;
use crate::source::Source;
use crate::wasm;
use chosen::Chosen;
use inputs::{Files, Inputs};
use world::Worlds;

/// The codes raised here.
pub static CODES: &[&[&Code]] = &[codes::CODES, preflight::codes::CODES];

/// What came of a [`Request`].
pub struct Outcome {
    /// The component, or with [`Request::embed`] the module, unless the report has errors.
    pub component: Option<Vec<u8>>,
    /// All that is wrong or noteworthy; choices that were made are notes.
    pub report: Report,
    /// Every file that was read.
    pub files: Vec<PathBuf>,
}

/// Makes the component that `request` asks for. Nothing is written.
///
/// The result is a component by the component model's binary format as wit-component encodes it,
/// validated as [`Request::validation`] says.
pub fn componentize(request: &Request) -> Outcome {
    let mut outcome = Outcome {
        component: None,
        report: Report::new(),
        files: Vec::new(),
    };
    // The one door to the encoder: what it panics on has passed every check, which is a bug.
    match guard::caught(|| attempt(request, &mut outcome)) {
        Ok(Ok(component)) if !outcome.report.has_errors() => outcome.component = Some(component),
        Ok(Ok(_)) => {}
        Ok(Err(report)) => outcome.report.extend(report),
        Err(said) => outcome.report.extend(unforeseen(&said, &outcome.files)),
    }
    outcome.files.sort();
    outcome.files.dedup();
    outcome
}

/// What the encoder panicked on. It follows the code of adapters, which is validated afterwards
/// only, as far as it is used: then the input is at fault.
fn unforeseen(said: &str, files: &[PathBuf]) -> Report {
    let mut report = Report::new();
    for file in files {
        let binary = Source::open(file).map_err(Report::from);
        if let Ok(module) = binary.and_then(module::binary)
            && let Err(found) = wasm::validate(&module)
        {
            report.extend(found);
        }
    }
    if !report.has_errors() {
        report.push(guard::bug("making a component", said, files));
    }
    report
}

fn attempt(request: &Request, outcome: &mut Outcome) -> Result<Vec<u8>, Report> {
    // What is wrong with the modules and with the WIT is said together.
    let mut report = Report::new();
    let mut files = Files::open(request, &mut outcome.files, &mut report);
    let chosen = chosen::chosen(request, &mut outcome.files, &mut report);
    if report.has_errors() {
        // The modules' contents as well, as far as they could be opened.
        Inputs::read(&files, request, &mut report);
        return Err(report);
    }
    outcome.report.extend(std::mem::take(&mut report));
    if let Some(chosen) = &chosen {
        if request.embed == Some(Embed::Section) {
            outcome.report.extend(unused::embedding(request));
            return embed::section(request, chosen).map_err(|e| refused("the world", &e).into());
        }
        if let Some(stub) = request.stub {
            let name = &chosen.resolve.worlds[chosen.world].name;
            let module = stub::module(request, stub, &chosen.resolve, chosen.world)
                .map_err(|e| refused(name, &e))?;
            files = files.with_modules_of(Files::made(name, module));
        }
    }
    let inputs = Inputs::read(&files, request, &mut report);
    if report.has_errors() {
        return Err(report);
    }
    outcome.report.extend(report);
    if inputs.modules.is_empty() {
        return Err(world::no_world(&inputs).into());
    }
    made(request, &inputs, chosen, &mut outcome.report)
}

fn made(
    request: &Request,
    inputs: &Inputs<'_>,
    chosen: Option<Chosen>,
    report: &mut Report,
) -> Result<Vec<u8>, Report> {
    let worlds = Worlds::of(request, inputs, chosen)?;
    if request.embed.is_some() {
        report.extend(unused::embedding(request));
        return embedded(request, inputs, &worlds);
    }
    let adapters = adapters::choose(request, inputs, &worlds, report);
    report.extend(unused::encoding(request, inputs, &adapters));
    report.extend(versions::conflicts(request, inputs, &worlds, &adapters));
    let main = worlds.implementer(inputs);
    let options = preflight::Options {
        merge_imports: request.merge_imports,
        reject_legacy_names: request.reject_legacy_names,
        stub_missing_functions: request.link.stub_missing_functions,
        use_built_in_libdl: request.link.use_built_in_libdl,
    };
    report.extend(match inputs.linked {
        false => preflight::check(main, worlds.main(), &adapters, &options),
        true => preflight::check_linked(&inputs.modules, &worlds.each, &adapters, &options),
    });
    if report.has_errors() {
        return Err(Report::new());
    }
    let encoded = encode::encode(request, inputs, &worlds, &adapters, &options)
        .map_err(|error| preflight::explain(&main.name, &error))?;
    let component = finish::finish(request, encoded).map_err(|e| refused(&main.name, &e))?;
    let component = finish::documented(component, &worlds.docs);
    let mut metadata = wasm::custom::metadata(main.bytes);
    metadata.update(&request.metadata);
    let component = finish::annotated(component, &metadata);
    report.extend(finish::not_renamed(request, &main.name, &component));
    finish::validate(request, inputs, &worlds, component)
}

/// The module with its world in it, which a later run makes a component of.
fn embedded(request: &Request, inputs: &Inputs<'_>, worlds: &Worlds) -> Result<Vec<u8>, Report> {
    if inputs.modules.len() > 1 {
        return Err(codes::SEVERAL_MODULES
            .report("--embed takes one module at a time")
            .into());
    }
    let bytes = worlds.with_world(inputs, worlds.main);
    let bytes = match request.strip {
        true => finish::stripped(bytes.into_owned()),
        false => bytes.into_owned(),
    };
    Ok(finish::annotated(bytes, &request.metadata))
}

/// A finding in the words of a library about something that should not happen.
fn refused(name: &str, reason: &dyn std::fmt::Display) -> Diagnostic {
    codes::INVALID
        .report(format!("`{name}` cannot be made a component: {reason:#}"))
        .at(Locus::File(name.to_string()), "")
}
