//! Bytes as a component or module, for every verb that reads one: no panic, sound reports, and answers
//! that fit each other and those of wasmparser.

use std::path::PathBuf;

use wasmparser::{Validator, WasmFeatures};
use witkit::check::{self, check as check_component, policy::Policy};
use witkit::componentize::{self, componentize};
use witkit::compose::{self, compose};
use witkit::diag::Report;
use witkit::graph::{self, graph};
use witkit::inspect::{self, inspect};
use witkit::slim::{self, Removal, slim};
use witkit::source::Source;
use witkit::split::{Equivalence, equivalence, split};
use witkit::validate::{self, validate};
use witkit::wasm::Component;
use witkit::wit::{self, Search};

use super::{or_sound, seed, sound};

/// Bytes as they are.
pub fn check(data: &[u8]) -> Result<(), String> {
    holds(data, seed(data))
}

/// What has to hold of a binary, or of any other bytes.
pub fn holds(bytes: &[u8], pick: u64) -> Result<(), String> {
    let source = Source::memory("in.wasm", bytes);
    let valid = is_valid(&source, pick)?;
    looked_at(&source, valid, pick)?;
    drawn(&source, valid, pick)?;
    checked(&source, pick)?;
    made_smaller(&source, valid, pick)?;
    taken_apart(&source, valid, pick)?;
    converted(&source, pick)?;
    made(&source, valid, pick)
}

/// Whether it is valid, which wasmparser says as well.
fn is_valid(source: &Source, pick: u64) -> Result<bool, String> {
    let outcome = validate(&validate::Options {
        inputs: vec![source.into()],
        ..validate::Options::default()
    });
    sound(&outcome.report, pick)?;
    let ours = !outcome.report.has_errors();
    if !source.bytes().starts_with(b"\0asm") {
        return Ok(false);
    }
    let theirs = Validator::new_with_features(WasmFeatures::default()).validate_all(source.bytes());
    match (ours, theirs) {
        (true, Err(e)) => Err(format!("wasmparser: {e}")),
        (false, Ok(_)) => Err(format!("it is valid, but: {:#}", outcome.report)),
        _ => Ok(ours),
    }
}

fn has(report: &Report, code: &str) -> bool {
    report.diagnostics().iter().any(|d| d.code.name == code)
}

fn is_component(source: &Source) -> bool {
    wasmparser::Parser::is_component(source.bytes())
}

fn looked_at(source: &Source, valid: bool, pick: u64) -> Result<(), String> {
    let outcome = match inspect(source, &Search::default()) {
        Ok(outcome) => outcome,
        // A package whose items have no names that WIT could say.
        Err(report) if valid && !has(&report, "wit/no-wit-form") => {
            return Err(format!("it is valid, but not inspected: {report:#}"));
        }
        Err(report) => return sound(&report, pick),
    };
    sound(&outcome.report, pick)?;
    if valid && outcome.report.has_errors() {
        return Err(format!("it is valid, but: {:#}", outcome.report));
    }
    let parts = outcome
        .found
        .root
        .as_ref()
        .map_or(0, |root| root.parts.len());
    for part in 0..parts.min(3) {
        or_sound(outcome.extract(&part.to_string()).map(drop), pick)?;
    }
    let json = inspect::json(std::slice::from_ref(&outcome));
    serde_json::from_str::<serde_json::Value>(&json).map_err(|e| format!("{e} in {json}"))?;
    or_sound(outcome.wit(), pick).map(drop)
}

fn drawn(source: &Source, valid: bool, pick: u64) -> Result<(), String> {
    let options = graph::Options {
        wit: pick.is_multiple_of(2),
        ..graph::Options::default()
    };
    let traced = match graph(source, &options) {
        Ok(traced) => traced,
        Err(report) if valid && is_component(source) && !has(&report, "wit/no-wit-form") => {
            return Err(format!("it is valid, but has no graph: {report:#}"));
        }
        Err(report) => return sound(&report, pick),
    };
    sound(&graph::check(&traced), pick)?;
    let drawn = &traced.graph;
    match pick / 2 % 6 {
        0 => drop(graph::dot(drawn)),
        1 => drop(graph::mermaid(drawn)),
        2 => drop(graph::svg(drawn)),
        3 => drop(graph::html(drawn)),
        4 => drop(graph::tree(drawn, drawn)),
        _ => {
            let json = graph::json(drawn);
            serde_json::from_str::<serde_json::Value>(&json)
                .map_err(|e| format!("{e} in {json}"))?;
        }
    }
    Ok(())
}

fn checked(source: &Source, pick: u64) -> Result<(), String> {
    let mut options = check::Options::default();
    match pick % 5 {
        0 => options.policy = Policy::denying(["*"]).map_err(|e| e.to_string())?,
        1 => options.baseline = witkit::features::Baseline::named("wasi-0.2").ok(),
        2 => options.hosts = vec!["wasmtime-run".to_string()],
        3 => options.target = Some(check::Target::new(("w.wit", "package a:b; world w {}"))),
        _ => {}
    }
    if let Some(report) = or_sound(check_component(source, &options), pick)? {
        sound(&report, pick)?;
    }
    Ok(())
}

fn made_smaller(source: &Source, valid: bool, pick: u64) -> Result<(), String> {
    let options = slim::Options {
        removal: Removal {
            all: pick.is_multiple_of(2),
            ..Removal::default()
        },
        keep_duplicates: pick.is_multiple_of(3),
        ..slim::Options::default()
    };
    let outcome = match slim(source, &options) {
        Ok(outcome) => outcome,
        // A WIT package has nothing that could go.
        Err(report) if valid && !has(&report, "input/not-a-component") => {
            return Err(format!("it is valid, but not made smaller: {report:#}"));
        }
        Err(report) => return sound(&report, pick),
    };
    sound(&outcome.report, pick)?;
    let all = Validator::new_with_features(WasmFeatures::all()).validate_all(&outcome.bytes);
    all.map(drop)
        .map_err(|e| format!("made smaller, it is not valid: {e}"))
}

fn taken_apart(source: &Source, valid: bool, pick: u64) -> Result<(), String> {
    let Some(component) = or_sound(Component::new(source.clone()), pick)? else {
        return Ok(());
    };
    let recursive = pick.is_multiple_of(2);
    let Some(split) = or_sound(split(component, recursive), pick)? else {
        return Ok(());
    };
    sound(&split.report, pick)?;
    for folder in &split.folders {
        if let Some((_, again)) = again(folder, pick)?
            && valid
        {
            let checked = Validator::new_with_features(WasmFeatures::all()).validate_all(&again);
            checked.map_err(|e| format!("composed again, it is not valid: {e}"))?;
        }
    }
    Ok(())
}

/// What the parts of a folder make again; none if that is told to be nothing alike.
fn again(
    folder: &witkit::split::Folder,
    pick: u64,
) -> Result<Option<(Equivalence, Vec<u8>)>, String> {
    let files = folder.parts.iter();
    let files = files.map(|part| (PathBuf::from(&part.file), part.component.source().clone()));
    let outcome = compose(&compose::Options {
        plan: Some(folder.plan.clone()),
        in_memory: files.collect(),
        validation: witkit::wasm::Validation::Types,
        ..compose::Options::default()
    });
    sound(&outcome.report, pick)?;
    let Some(composed) = outcome.composed else {
        return Ok(None);
    };
    let composed = composed.to_vec();
    let mut notes = Report::new();
    let judged = or_sound(equivalence(folder, &composed, &mut notes), pick)?;
    sound(&notes, pick)?;
    Ok(judged.map(|equivalence| (equivalence, composed)))
}

/// Splits a composition and its parts, and composes each again: what comes of the outermost.
pub fn there_and_back(bytes: &[u8]) -> Result<(Equivalence, Vec<u8>), String> {
    let source = Source::memory("composed.wasm", bytes.to_vec());
    let component = Component::new(source).map_err(|e| format!("{e:#}"))?;
    let split = split(component, true).map_err(|e| format!("{e:#}"))?;
    let mut first = None;
    for folder in &split.folders {
        let made = again(folder, 0)?.ok_or("it does not come back")?;
        first.get_or_insert(made);
    }
    first.ok_or("it has no folder".to_string())
}

fn converted(source: &Source, pick: u64) -> Result<(), String> {
    let request = wit::convert::ConvertOptions {
        input: source.into(),
        no_docs: pick.is_multiple_of(3),
        ..Default::default()
    };
    let Some(converted) = or_sound(wit::convert::convert(&request), pick)? else {
        return Ok(());
    };
    let json = converted.json();
    serde_json::from_str::<serde_json::Value>(&json).map_err(|e| format!("{e} in {json}"))?;
    let Some(text) = or_sound(converted.text(), pick)? else {
        return Ok(());
    };
    let again = wit::load(("text.wit", &*text), &wit::Options::default());
    again
        .map(drop)
        .map_err(|e| format!("its WIT does not load: {e:#}\n{text}"))
}

/// Components as a composition of one part, modules as a component.
fn made(source: &Source, valid: bool, pick: u64) -> Result<(), String> {
    let (made, report) = match is_component(source) {
        true => {
            let outcome = compose(&compose::Options {
                imports: vec!["*".to_string()],
                dedupe: pick.is_multiple_of(3),
                ..compose::Options::default().root(source)
            });
            sound_plan(outcome.plan.as_ref())?;
            (outcome.composed.map(|c| c.to_vec()), outcome.report)
        }
        false => {
            let options = componentize::Options::default().module(source);
            let outcome = componentize(&options);
            (outcome.component, outcome.report)
        }
    };
    sound(&report, pick)?;
    match made {
        None if !report.has_errors() => Err("nothing is made, and there is no error".to_string()),
        Some(bytes) => {
            let all = Validator::new_with_features(WasmFeatures::all()).validate_all(&bytes);
            let told = |e| format!("what is made is not valid (the input: {valid}): {e}");
            all.map(drop).map_err(told)
        }
        None => Ok(()),
    }
}

/// A plan can be shown and read again.
pub fn sound_plan(plan: Option<&compose::Plan>) -> Result<(), String> {
    let Some(plan) = plan else { return Ok(()) };
    let json = plan.to_json();
    let read: Result<compose::Plan, _> = serde_json::from_str(&json);
    match read {
        Ok(read) if read == *plan => Ok(()),
        Ok(_) => Err(format!("the plan is another when it is read again: {json}")),
        Err(e) => Err(format!("the plan is not read again: {e} in {json}")),
    }
}
