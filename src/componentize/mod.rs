//! `componentize`: a core module in, a component out.
//!
//! The steps: [`Options`] name files, which are read (`inputs`, `module`); their world comes from
//! their metadata, from `--wit` or from both (`world`, `unite`); adapters are chosen (`adapters`,
//! `built_in`) or generated (`generated`); everything that does not fit is reported at once
//! (`versions`, `preflight`); then wit-component encodes the component (`encode`, `embed`, `stub`),
//! and the result is finished and validated
//! (`finish`, with `sections`).
//!
//! May import: `source`, `diag`, `guard`, `names`, `wasm`, `wit`, `surface` (ranks 0–3).
//! Deliberately absent: writing files and printing (`cli`), and an encoder of our own.

mod adapters;
mod built_in;
mod chosen;
mod codes;
#[doc(hidden)]
pub mod config;
mod embed;
mod encode;
mod finish;
mod generated;
mod inputs;
mod module;
mod options;
mod preflight;
mod sections;
mod stub;
mod unite;
mod unused;
mod versions;
mod world;

use std::path::PathBuf;

pub use options::{AdapterChoice, Embed, Encoding, LinkOptions, ModuleSpec, Options, Stub};

use crate::diag::{Code, Diagnostic, Locus, Report};
use crate::guard;
use crate::source::Source;
use crate::wasm;
use chosen::Chosen;
use inputs::{Files, Inputs};
use world::Worlds;

/// The codes raised here.
pub static CODES: &[&[&Code]] = &[codes::CODES, preflight::codes::CODES];

/// The result of [`componentize()`].
///
/// [`componentize`] has an example.
#[non_exhaustive]
pub struct Outcome {
    /// The component, or with [`Options::embed`] the module, unless the report has errors.
    pub component: Option<Vec<u8>>,
    /// All findings; choices that were made are notes.
    pub report: Report,
    /// Every file that was read.
    pub files: Vec<PathBuf>,
}

/// Makes a component as `options` say. Nothing is written to files.
///
/// The result is a component in the binary format as wit-component encodes it, validated as
/// [`Options::validation`] says.
///
/// ```
/// use witkit::{componentize, componentize::Options};
///
/// let wit = "package a:b; world w { export run: func() -> u32; }";
/// let module = r#"(module (func (export "run") (result i32) i32.const 42))"#;
/// let options = Options::default().module(("guest.wat", module)).wit(("guest.wit", wit));
/// assert!(componentize(&options).component.is_some());
/// ```
pub fn componentize(options: &Options) -> Outcome {
    let mut outcome = Outcome {
        component: None,
        report: Report::new(),
        files: Vec::new(),
    };
    // The only call of the encoder: a panic on an input that passed every check is a bug.
    match guard::caught(|| attempt(options, &mut outcome)) {
        Ok(Ok(component)) if !outcome.report.has_errors() => outcome.component = Some(component),
        Ok(Ok(_)) => {}
        Ok(Err(report)) => outcome.report.extend(report),
        Err(said) => {
            let found = unforeseen(options, &said, &outcome.files);
            outcome.report.extend(found);
        }
    }
    let in_memory = |file: &PathBuf| options.in_memory.contains_key(file);
    outcome.files.retain(|file| !in_memory(file));
    outcome.files.sort();
    outcome.files.dedup();
    outcome
}

/// A panic of the encoder. The encoder reads the code of adapters, which is not validated before:
/// if that code is invalid, the input is at fault.
fn unforeseen(options: &Options, said: &str, files: &[PathBuf]) -> Report {
    let mut report = Report::new();
    // What was standard input cannot be read again.
    let opened = files.iter().filter_map(|file| options.open(file).ok());
    let inputs: Vec<Source> = opened.collect();
    for source in &inputs {
        if let Ok(module) = module::binary(source.clone())
            && let Err(found) = wasm::validate(&module)
        {
            report.extend(found);
        }
    }
    if !report.has_errors() {
        report.push(guard::bug("making a component", said, &inputs));
    }
    report
}

fn attempt(options: &Options, outcome: &mut Outcome) -> Result<Vec<u8>, Report> {
    // Problems of the modules and of the WIT are reported together.
    let mut report = Report::new();
    let mut files = Files::open(options, &mut outcome.files, &mut report);
    let chosen = chosen::chosen(options, &mut outcome.files, &mut report);
    if report.has_errors() {
        // Including the contents of the modules that could be opened.
        Inputs::read(&files, options, &mut report);
        return Err(report);
    }
    outcome.report.extend(std::mem::take(&mut report));
    if let Some(chosen) = &chosen {
        if options.embed == Some(Embed::Section) {
            outcome.report.extend(unused::embedding(options));
            return embed::section(options, chosen).map_err(|e| refused("the world", &e).into());
        }
        if let Some(stub) = options.stub {
            let name = &chosen.resolve.worlds[chosen.world].name;
            let module = stub::module(options, stub, &chosen.resolve, chosen.world)
                .map_err(|e| refused(name, &e))?;
            files = files.with_modules_of(Files::made(name, module));
        }
    }
    let inputs = Inputs::read(&files, options, &mut report);
    if report.has_errors() {
        return Err(report);
    }
    outcome.report.extend(report);
    if inputs.modules.is_empty() {
        return Err(world::no_world(&inputs).into());
    }
    made(options, &inputs, chosen, &mut outcome.report)
}

fn made(
    options: &Options,
    inputs: &Inputs<'_>,
    chosen: Option<Chosen>,
    report: &mut Report,
) -> Result<Vec<u8>, Report> {
    let worlds = Worlds::of(options, inputs, chosen)?;
    if options.embed.is_some() {
        report.extend(unused::embedding(options));
        return embedded(options, inputs, &worlds);
    }
    let adapters = adapters::choose(options, inputs, &worlds, report);
    report.extend(unused::encoding(options, inputs, &adapters));
    report.extend(versions::conflicts(options, inputs, &worlds, &adapters));
    let main = worlds.implementer(inputs);
    let rules = preflight::EncodingRules {
        merge_imports: options.merge_imports,
        reject_legacy_names: options.reject_legacy_names,
        stub_missing_functions: options.link.stub_missing_functions,
        use_built_in_libdl: options.link.use_built_in_libdl,
    };
    report.extend(match inputs.linked {
        false => preflight::check(main, worlds.main(), &adapters, &rules),
        true => preflight::check_linked(&inputs.modules, &worlds.each, &adapters, &rules),
    });
    if report.has_errors() {
        return Err(Report::new());
    }
    let encoded = encode::encode(options, inputs, &worlds, &adapters, &rules)
        .map_err(|error| preflight::explain(&main.name, &error))?;
    let component = finish::finish(options, encoded).map_err(|e| refused(&main.name, &e))?;
    let component = finish::documented(component, &worlds.docs);
    let mut metadata = wasm::custom::metadata(main.bytes);
    metadata.update(&options.metadata);
    let component = finish::annotated(component, &metadata);
    report.extend(finish::not_renamed(options, &main.name, &component));
    finish::validate(options, inputs, &worlds, component)
}

/// The module with its world embedded, which a later run makes a component from.
fn embedded(options: &Options, inputs: &Inputs<'_>, worlds: &Worlds) -> Result<Vec<u8>, Report> {
    if inputs.modules.len() > 1 {
        return Err(codes::SEVERAL_MODULES
            .report("`--embed` takes only one module")
            .help("embed the world into each module separately")
            .into());
    }
    let bytes = worlds.with_world(inputs, worlds.main);
    let bytes = match options.strip {
        true => finish::stripped(bytes.into_owned()),
        false => bytes.into_owned(),
    };
    Ok(finish::annotated(bytes, &options.metadata))
}

/// A finding with the message of a library, about something that should not happen.
fn refused(name: &str, reason: &dyn std::fmt::Display) -> Diagnostic {
    codes::INVALID
        .report(format!("cannot make a component from `{name}`: {reason:#}"))
        .at(Locus::File(name.to_string()), "")
}
