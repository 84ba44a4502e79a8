//! Parts that are generated, in place of imports that would be left open.
//!
//! Lives here: [`add`], which adds those that `decide` finds to be wanted, or those of a plan. May import: `diag`, `generate`, `plan`, `surface`, `wasm` (ranks 0 to 3).
//! Deliberately absent: what is in such a part (`generate`).

mod decide;
mod findings;
mod keep;
mod replay;
mod trace;
mod values;
mod virtuals;

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{ComponentImport, ComponentTypeRef, TypeBounds};

use super::answered::{Asked, functions};
use super::codes;
use super::manual::{GeneratedWire, listed};
use super::options::Options;
use super::parts::{NewPart, Parts};
use super::resolve::{self, Survey};
use super::script::planned;
use super::types::Types;
use super::virtuals::files;
use crate::diag::{Report, did_you_mean};
use crate::generate::{self, Cannot, Key, Kind, Made, Spec};
use crate::names;
use crate::no_effect;
use crate::plan::{Answer, Generated, Plan};
use crate::source::Source;
use crate::surface::{ExternName, Item, Side};
use crate::wasm::Component;
use crate::wasm::structure::Structure;

/// What came of patterns.
#[derive(Default)]
pub(crate) struct Wanted {
    pub parts: Vec<NewPart>,
    pub wires: Vec<GeneratedWire>,
    pub warnings: Report,
}

/// Adds the parts that are generated, and tells how they are wired, with warnings. Where parts are in
/// trouble, there are none: the trouble is told when the composition begins.
pub(crate) fn add(
    options: &Options,
    asked: &mut Asked,
    parts: &mut Parts,
) -> Result<(Vec<GeneratedWire>, Report), Report> {
    let planned = options.plan.iter().flat_map(|plan| &plan.parts);
    let is_planned = planned.into_iter().any(|part| part.generated.is_some());
    if asked.is_empty() && options.trace.is_empty() && options.from_data.is_none() && !is_planned {
        return Ok((Vec::new(), Report::new()));
    }
    let structures = parts.all().iter().map(|part| part.component.structure());
    let Ok(structures) = structures.collect::<Result<Vec<_>, _>>() else {
        return Ok((Vec::new(), Report::new()));
    };
    if let Some(plan) = &options.plan {
        let new = again(plan, parts, &structures)?;
        drop(structures);
        parts.add(new);
        return Ok((Vec::new(), Report::new()));
    }
    drop(structures);
    let (mut wires, mut warnings) = (Vec::new(), Report::new());
    if let Some(settings) = &options.from_data {
        let opened = files::open(settings)?;
        parts.files.extend(opened.read.iter().cloned());
        let structures = structures_of(parts)?;
        // Whatever may be left to the host and what may not: all of it may be virtual.
        let all = Options {
            imports: vec!["*".to_string()],
            no_imports: false,
            ..options.clone()
        };
        let survey = survey(&all, parts, &structures, asked, &[]);
        let (wanted, more) = virtuals::Decider {
            settings,
            opened: &opened,
            asked,
            options,
            survey: &survey,
            parts,
            structures: &structures,
        }
        .wanted()?;
        drop(structures);
        warnings.extend(more);
        parts.add(wanted.parts);
        wires.extend(wanted.wires);
        asked.add_denied(&opened.settings);
    }
    if !asked.is_empty() {
        let structures = structures_of(parts)?;
        let survey = survey(options, parts, &structures, asked, &wires);
        warnings.extend(without_effect(asked, &survey, parts, &structures));
        let wanted = decide::wanted(asked, options.no_imports, &survey, parts, &structures)?;
        drop(structures);
        warnings.extend(wanted.warnings);
        parts.add(wanted.parts);
        wires.extend(wanted.wires);
    }
    if !options.trace.is_empty() {
        let (traced, more) = trace::wanted(options, asked, &wires, parts)?;
        warnings.extend(more);
        parts.add(traced.parts);
        // Later ones replace those of the same imports.
        wires.extend(traced.wires);
    }
    Ok((wires, warnings))
}

fn structures_of(parts: &Parts) -> Result<Vec<Structure<'_>>, Report> {
    let structures = parts.all().iter().map(|part| part.component.structure());
    Ok(structures.collect::<Result<_, _>>()?)
}

/// What is known of a composition before parts are generated.
fn survey(
    options: &Options,
    parts: &Parts,
    structures: &[Structure<'_>],
    asked: &Asked,
    wires: &[GeneratedWire],
) -> Survey {
    match &parts.script {
        Some(script) => planned::survey(script, parts, structures, wires),
        None => resolve::survey(options, parts, structures, asked, wires),
    }
}

/// A name that no part has: that, or that with a number. It is taken afterwards.
fn free_name(wanted: String, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.clone();
    for n in 2.. {
        if taken.insert(name.clone()) {
            break;
        }
        name = format!("{wanted}-{n}");
    }
    name
}

/// Whether an import is provided by something. A type that has to equal another is what it says.
fn has_provider(import: &ComponentImport<'_>) -> bool {
    !matches!(import.ty, ComponentTypeRef::Type(TypeBounds::Eq(_)))
}

/// What the functions of a part answer, for the plan; it was made of what is `generated`.
fn answers(made: &Made, generated: &Generated) -> BTreeMap<String, Answer> {
    let answers = made.answers.iter().map(|(function, kind, answer)| {
        let answer = match (kind, generated.functions.get(function)) {
            (Kind::Deny, _) => Answer::Deny(answer.clone()),
            (Kind::Stub, Some(Answer::Value(_))) => Answer::Value(answer.clone()),
            (Kind::Stub, _) => Answer::Stub(answer.clone()),
            (Kind::Replay(_), _) => Answer::Replay(answer.clone()),
        };
        (function.clone(), answer)
    });
    answers.collect()
}

/// Generates what is described, out of the parts that it names; of its functions, those with a value
/// are read.
fn make(
    generated: &Generated,
    kind: &dyn Fn(&str) -> Option<Kind>,
    parts: &Parts,
    types: &mut Types<'_>,
) -> Result<Made, Vec<Cannot>> {
    let mut items: Vec<(ExternName, Item)> = Vec::new();
    let mut instances = Vec::new();
    for served in &generated.of {
        let part = parts.by_name(&served.part);
        let item = part.and_then(|part| types.item(part, Side::Import, &served.import));
        match (item, &generated.interface) {
            (Some(Item::Instance(instance)), Some(_)) => instances.push(instance),
            (Some(item), None) => {
                let name = ExternName {
                    name: served.import.clone(),
                    ..ExternName::default()
                };
                items.push((name, item));
            }
            _ => {
                return Err(vec![Cannot::new(format!(
                    "cannot find import `{}` in `{}`",
                    served.import, served.part
                ))]);
            }
        }
    }
    let kept: BTreeSet<String> = generated.kept.iter().cloned().collect();
    let makes: BTreeSet<String> = generated.makes.iter().cloned().collect();
    let made = generated.made.iter().flat_map(|(interface, resources)| {
        resources.iter().map(|name| Key {
            interface: Some(interface.clone()),
            name: name.clone(),
        })
    });
    let made: BTreeSet<Key> = made.collect();
    let is_traced = |function: &str| match &generated.trace {
        Some(trace) => trace.functions.iter().any(|name| name == function),
        None => false,
    };
    let mut all: Vec<&[(ExternName, Item)]> = instances.iter().map(|i| &i.exports[..]).collect();
    if generated.interface.is_none() {
        all.push(&items);
    }
    generate::generate(&Spec {
        name: generated.interface.as_deref(),
        items: all,
        kind,
        value: &|function| match generated.functions.get(function)? {
            Answer::Value(text) => Some(text),
            Answer::Deny(_) | Answer::Stub(_) | Answer::Replay(_) => None,
        },
        replay: &generated.replay,
        kept: &kept,
        makes: &makes,
        made: &made,
        trace: generated.trace.as_ref().map(|trace| generate::Trace {
            prefix: &trace.line,
            limit: trace.limit,
            functions: &is_traced,
        }),
    })
}

/// The generated parts of a plan, as it says.
fn again(plan: &Plan, parts: &Parts, structures: &[Structure<'_>]) -> Result<Vec<NewPart>, Report> {
    let mut types = Types::new(parts, structures);
    let mut report = Report::new();
    let mut new = Vec::new();
    for part in &plan.parts {
        let Some(generated) = &part.generated else {
            continue;
        };
        let kind = |function: &str| match generated.functions.get(function)? {
            Answer::Deny(_) => Some(Kind::Deny),
            Answer::Stub(_) | Answer::Value(_) => Some(Kind::Stub),
            Answer::Replay(file) => {
                let mut files = generated.replay.iter();
                files.position(|r| r.file == *file).map(Kind::Replay)
            }
        };
        let stale = |why: String| codes::STALE_PLAN.report(format!("`{}`: {why}", part.name));
        let component = match (&generated.sink, &generated.from_data, &generated.wat) {
            (Some(sink), _, _) => trace::sink(&part.name, sink),
            (None, Some(described), _) => virtuals::again(described, parts, &mut types),
            (None, None, Some(wat)) => {
                let source = Source::memory(&part.name, wat.clone().into_bytes());
                Component::new(source)
            }
            (None, None, None) => match make(generated, &kind, parts, &mut types) {
                Ok(made) if answers(&made, generated) == generated.functions => {
                    Component::new(Source::memory(&part.name, made.bytes))
                }
                Ok(_) => Err(stale("its functions do not match the interface".into()).into()),
                Err(problems) => {
                    let mut all = Report::new();
                    for problem in problems {
                        let why = replay::of_plan(generated, &problem);
                        all.push(stale(why.unwrap_or(problem.why)));
                    }
                    Err(all)
                }
            },
        };
        match component {
            Ok(component) => new.push(NewPart {
                name: part.name.clone(),
                role: part.role,
                generated: generated.clone(),
                component,
            }),
            Err(wrong) => report.extend(wrong),
        }
    }
    report.or_ok(())?;
    Ok(new)
}

/// Warns of patterns that match nothing that would be left open.
fn without_effect(
    asked: &Asked,
    survey: &Survey,
    parts: &Parts,
    structures: &[Structure<'_>],
) -> Report {
    let mut report = Report::new();
    let mut types = Types::new(parts, structures);
    for pattern in asked.patterns() {
        let (mut open, mut provided) = (false, BTreeSet::new());
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for (part, structure) in structures.iter().enumerate() {
            for (at, import) in structure.imports.iter().enumerate() {
                let functions = match pattern.text.contains('.') {
                    true => functions(types.item(part, Side::Import, import.name.name).as_ref()),
                    false => Vec::new(),
                };
                if !survey.wires.contains_key(&part) {
                    continue;
                }
                known.insert(names::unversioned(import.name.name));
                if pattern.matches(part, &import.name, &functions) {
                    match survey.open.contains(&(part, at)) {
                        true => open = true,
                        false => {
                            provided.insert(import.name.name);
                        }
                    }
                }
            }
        }
        if open || pattern.text == "*" {
            continue;
        }
        let provided: Vec<&str> = provided.into_iter().collect();
        let finding = match provided.as_slice() {
            [] => no_effect::without_effect(&pattern.flag, "no part has a matching import"),
            names => no_effect::without_effect(
                &pattern.flag,
                &format!("parts provide what it matches: {}", listed(names)),
            ),
        };
        let typed = names::unversioned(&pattern.text);
        report.push(match did_you_mean(typed, known.iter().copied()) {
            Some(meant) if provided.is_empty() => finding.help(format!("did you mean `{meant}`?")),
            None if provided.is_empty() => {
                let known: Vec<&str> = known.into_iter().collect();
                finding.note(format!("the imports: {}", listed(&known)))
            }
            _ => finding,
        });
    }
    report
}
