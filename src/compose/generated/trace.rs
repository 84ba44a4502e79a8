//! Deciding which wires are traced: a part is generated for each, between its two ends, and one more
//! that takes the lines of all of them.
//!
//! Lives here: [`wanted`] and [`sink`]. May import: `diag`, `generate`, `names`, `plan`, `surface`,
//! `wasm` (ranks 0 to 3).
//! Deliberately absent: how a call is told of (`generate`, and the runtime in `guests/trace`).

use std::collections::BTreeSet;

use wasmparser::names::ComponentName;

use super::{Wanted, free_name, has_provider, make, survey};
use crate::compose::answered::{Asked, Pattern, functions, of_function, spellings};
use crate::compose::codes;
use crate::compose::manual::GeneratedWire;
use crate::compose::options::Options;
use crate::compose::parts::{NewPart, Parts};
use crate::compose::resolve::Survey;
use crate::compose::types::Types;
use crate::diag::{Report, did_you_mean};
use crate::generate::{self, SINK};
use crate::names;
use crate::no_effect;
use crate::plan::{Generated, Role, Served, Sink, Target, Traced};
use crate::source::Source;
use crate::surface::Side;
use crate::wasm::Component;
use crate::wasm::structure::Structure;

/// Behind how many bytes or elements strings and lists are cut.
const LIMIT: u32 = 256;

/// The release of WASI whose standard error is taken if no part imports any: most hosts have it.
const RELEASE: &str = "0.2.0";

/// An import whose calls are told of.
struct Wired {
    part: usize,
    import: usize,
    functions: Vec<String>,
    to: Option<(String, String)>,
}

/// Decides which parts to generate, where `wires` are those of other generated parts; with warnings.
pub(super) fn wanted(
    options: &Options,
    asked: &Asked,
    wires: &[GeneratedWire],
    parts: &Parts,
) -> Result<(Wanted, Report), Report> {
    let structures = parts.all().iter().map(|part| part.component.structure());
    let structures: Vec<Structure<'_>> = structures.collect::<Result<_, _>>()?;
    let survey = survey(options, parts, &structures, asked, wires);
    let mut tracer = Tracer {
        parts,
        structures: &structures,
        survey: &survey,
        types: Types::new(parts, &structures),
        taken: parts.names().map(str::to_string).collect(),
        wanted: Wanted::default(),
        report: Report::new(),
    };
    let all = tracer.wired(&options.trace);
    if all.is_empty() {
        return Ok((tracer.wanted, tracer.report));
    }
    let limit = options.trace_limit.unwrap_or(LIMIT);
    let name = tracer.sink(options.trace_to.as_deref())?;
    for wired in all {
        tracer.trace(wired, &name, limit)?;
    }
    Ok((tracer.wanted, tracer.report))
}

/// The part that takes lines.
pub(super) fn sink(name: &str, sink: &Sink) -> Result<Component, Report> {
    let refused = |why: String| {
        let to = match sink {
            Sink::Stderr(release) => format!("wasi:cli/stderr@{release}"),
            Sink::Import(import) => import.clone(),
        };
        let finding =
            codes::BAD_TRACE.report(format!("invalid target `{to}` of traced lines: {why}"));
        Report::from(finding.help("name an interface or a function: `--trace-to acme:log/lines`"))
    };
    let bytes = match sink {
        Sink::Stderr(release) => generate::stderr_sink(release),
        Sink::Import(import) => match ComponentName::new(import, 0) {
            Ok(_) => generate::sink_to(import),
            Err(_) => Err("it is not a valid import name".to_string()),
        },
    };
    Component::new(Source::memory(name, bytes.map_err(refused)?))
}

struct Tracer<'a> {
    parts: &'a Parts,
    structures: &'a [Structure<'a>],
    survey: &'a Survey,
    types: Types<'a>,
    taken: BTreeSet<String>,
    wanted: Wanted,
    report: Report,
}

impl Tracer<'_> {
    /// The imports that are matched, and what is wrong with the patterns.
    fn wired(&mut self, texts: &[String]) -> Vec<Wired> {
        let patterns = texts.iter();
        let patterns = patterns.map(|text| (Pattern::read("trace", text, self.parts), false));
        let mut patterns: Vec<(Pattern, bool)> = patterns.collect();
        let mut all = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for (&part, wires) in &self.survey.wires {
            // What is generated is not somebody's code.
            if self.parts.all()[part].generated.is_some() {
                continue;
            }
            for wire in wires {
                let imports = &self.structures[part].imports;
                let Some(import) = imports.iter().position(|i| i.name.name == wire.import) else {
                    continue;
                };
                let item = self.types.item(part, Side::Import, &wire.import);
                let functions = functions(item.as_ref());
                let names = spellings(&imports[import].name);
                known.insert(names::unversioned(&wire.import).to_string());
                let mut traced: Vec<String> = Vec::new();
                for (pattern, matched) in &mut patterns {
                    if !pattern.is_for(part) {
                        continue;
                    }
                    let is_whole = pattern.matches_any(&names);
                    *matched |= is_whole;
                    for function in &functions {
                        if is_whole || pattern.matches_any(&of_function(&names, function)) {
                            *matched = true;
                            if !traced.contains(function) {
                                traced.push(function.clone());
                            }
                        }
                    }
                }
                if traced.is_empty() {
                    continue;
                }
                let to = match &wire.to {
                    Target::Export { part, export } => Some((part.clone(), export.clone())),
                    Target::Host { .. } => None,
                    _ => {
                        let part = &self.parts.all()[part].name;
                        self.report.push(codes::UNTRACED.report(format!(
                            "cannot trace `{}` of `{part}`: several exports provide it together",
                            wire.import
                        )));
                        continue;
                    }
                };
                all.push(Wired {
                    part,
                    import,
                    functions: traced,
                    to,
                });
            }
        }
        for (pattern, _) in patterns.iter().filter(|(_, matched)| !matched) {
            let finding = no_effect::without_effect(
                &pattern.flag,
                "no part imports anything that it matches",
            );
            let typed = names::unversioned(&pattern.text);
            self.report.push(
                match did_you_mean(typed, known.iter().map(String::as_str)) {
                    Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                    None => finding,
                },
            );
        }
        all
    }

    /// Adds the part that takes lines; its name.
    fn sink(&mut self, to: Option<&str>) -> Result<String, Report> {
        let kind = match to {
            Some(import) => Sink::Import(import.to_string()),
            None => Sink::Stderr(self.release()),
        };
        let name = free_name("trace-sink".to_string(), &mut self.taken);
        self.wanted.parts.push(NewPart {
            component: sink(&name, &kind)?,
            name: name.clone(),
            role: Role::TraceSink,
            generated: Generated {
                sink: Some(kind),
                ..Generated::default()
            },
        });
        Ok(name)
    }

    /// The newest release of WASI 0.2 that a part imports, or else of WASI 0.3.
    fn release(&self) -> String {
        let newest = |wanted: &str, packages: &[&str]| {
            let parts = self.survey.wires.keys();
            let imports = parts.flat_map(|part| &self.structures[*part].imports);
            let versions = imports.filter_map(|import| {
                let (track, version) = names::track(import.name.name)?;
                let name = names::unversioned(import.name.name);
                let is_wasi = packages.iter().any(|package| name.starts_with(package));
                // What came before a release is on no track, and has another standard error.
                (is_wasi && track.ends_with(wanted)).then_some(version)
            });
            versions.max().map(|version| version.to_string())
        };
        let of_0_2 = newest("@0.2", &["wasi:cli/", "wasi:io/"]);
        let release = of_0_2.or_else(|| newest("@0.3", &["wasi:"]));
        release.unwrap_or_else(|| RELEASE.to_string())
    }

    /// Adds the part of a wire, and the wires that lead through it.
    fn trace(&mut self, wired: Wired, sink: &str, limit: u32) -> Result<(), Report> {
        let importer = &self.parts.all()[wired.part];
        let own = &self.structures[wired.part].imports[wired.import].name;
        let provider = wired.to.as_ref().map_or("host", |(part, _)| part);
        let generated = Generated {
            interface: Some(own.name.to_string()),
            of: vec![Served {
                part: importer.name.clone(),
                import: own.name.to_string(),
                types: None,
            }],
            trace: Some(Traced {
                line: format!("{} -> {provider}  {}#", importer.name, own.full_name()),
                limit,
                functions: wired.functions,
            }),
            ..Generated::default()
        };
        let made = make(&generated, &|_| None, self.parts, &mut self.types);
        let place = importer.locus([format!("import {}", own.full_name())]);
        let made = made.map_err(|problems| {
            let mut report = Report::new();
            for problem in problems {
                let what = match &problem.item {
                    Some(item) => format!("{}#{item}", own.full_name()),
                    None => own.full_name().into_owned(),
                };
                let message = format!("cannot trace `{what}`: {}", problem.why);
                report.push(codes::BAD_TRACE.report(message).at(place.clone(), ""));
            }
            report
        })?;
        let words = names::unversioned(own.name).replace([':', '/'], "-");
        let name = free_name(format!("trace-{}-{words}", importer.name), &mut self.taken);
        let component = Component::new(Source::memory(&name, made.bytes))?;
        let mut wire = |part: &str, import: &str, to: Option<(String, String)>| {
            self.wanted.wires.push(GeneratedWire {
                part: part.to_string(),
                import: import.to_string(),
                to,
            });
        };
        wire(
            &importer.name,
            own.name,
            Some((name.clone(), own.full_name().into_owned())),
        );
        let structure = component.structure()?;
        for import in structure
            .imports
            .iter()
            .filter(|import| has_provider(import))
        {
            let import = import.name.name;
            let to = if import == own.name {
                wired.to.clone()
            } else if import == SINK {
                Some((sink.to_string(), SINK.to_string()))
            } else {
                // A resource of another import of the same part, from where that has it.
                let wires = self.survey.wires.get(&wired.part).into_iter().flatten();
                let mut wires = wires.filter(|wire| wire.import == import);
                match wires.next().map(|wire| &wire.to) {
                    Some(Target::Export { part, export }) => Some((part.clone(), export.clone())),
                    _ => None,
                }
            };
            wire(&name, import, to);
        }
        self.wanted.parts.push(NewPart {
            name,
            role: Role::Trace,
            generated,
            component,
        });
        Ok(())
    }
}
