//! From the options to the plan: which parts are needed, in what order, and what provides each
//! import.
//!
//! Lives here: [`resolve`]. May import: `wasm`, `surface`, `diag` (rank 0–2).
//! Deliberately absent: the validator. A plan is made from names (and from types only where several
//! versions could fit); building it proves it.

mod findings;
mod near;

pub(crate) use findings::hidden_by_chain;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::answered::Asked;
use super::candidates::{Candidate, Candidates, export_for};
use super::codes;
use super::leftovers;
use super::manual::{self, ByHand, GeneratedWire, Laid, Manual};
use super::matching::{Choice, Found, Matcher};
use super::options::Options;
use super::parts::Parts;
use super::types::Types;
use crate::diag::Report;
use crate::names::Patterns;
use crate::no_effect;
use crate::plan::{Export, Import, Part, Plan, SCHEMA, Target, Why, WhyExported, Wire};
use crate::wasm::structure::Structure;

/// Makes the plan.
///
/// There is always a plan: with errors, it shows what is clear.
///
/// `wires` are those from and to parts that are generated.
pub(crate) fn resolve(
    options: &Options,
    parts: &Parts,
    structures: &[Structure<'_>],
    asked: &Asked,
    wires: &[GeneratedWire],
) -> Resolved {
    let mut report = Report::new();
    let mut manual = manual::read(options, parts, structures, &mut report);
    manual.lay_generated(wires, parts, structures);
    // If it is unknown what an option is about, what is wrong without it may be right with it.
    let by_hand_only = manual.unclear.then(|| report.clone());
    let (mut resolver, exports) =
        Resolver::walked(options, parts, structures, asked, manual, report);
    resolver.world_types(&exports);
    resolver.without_provider();
    if !resolver.report.has_errors() {
        resolver.without_effect();
        resolver.patterns_without_effect(&options.imports);
        resolver.near_misses();
    }
    if !resolver.report.has_errors() {
        resolver.unused();
    }
    let imports = resolver.open.merge(
        parts,
        structures,
        options.no_imports,
        &mut resolver.matcher.types,
        &mut resolver.report,
    );
    resolver.share_types();
    let plan = Plan {
        schema: SCHEMA.to_string(),
        dedupe: options.dedupe,
        parts: resolver.planned(&imports),
        components: Vec::new(),
        imports,
        exports,
    };
    let complete = by_hand_only.is_none();
    Resolved {
        plan,
        report: by_hand_only.unwrap_or(resolver.report),
        complete,
    }
}

/// What is known before parts are generated.
pub(crate) struct Survey {
    /// What is left to the host, but not explicitly: a part and its import.
    pub open: Vec<(usize, usize)>,
    /// What the imports of parts get, where that is clear.
    pub wires: BTreeMap<usize, Vec<Wire>>,
    /// What is exported: a part and the name of its export.
    pub exports: Vec<(usize, String)>,
}

/// Finds out what would be left to the host.
pub(crate) fn survey(
    options: &Options,
    parts: &Parts,
    structures: &[Structure<'_>],
    asked: &Asked,
    wires: &[GeneratedWire],
) -> Survey {
    let mut report = Report::new();
    let mut manual = manual::read(options, parts, structures, &mut report);
    manual.lay_generated(wires, parts, structures);
    let (resolver, exports) = Resolver::walked(options, parts, structures, asked, manual, report);
    let by_hand = |importer: &(usize, usize)| {
        let laid = resolver.manual.wires.get(importer);
        laid.is_some_and(|laid| laid.why == Why::Wired)
    };
    let exports = exports.into_iter().filter_map(|export| match export.to {
        Target::Export { part, export } => Some((parts.by_name(&part)?, export)),
        _ => None,
    });
    Survey {
        open: resolver.open.imports().filter(|i| !by_hand(i)).collect(),
        exports: exports.collect(),
        wires: resolver.wires,
    }
}

/// The plan and what is wrong with it.
pub(crate) struct Resolved {
    pub plan: Plan,
    /// Everything that is wrong with the plan.
    pub report: Report,
    /// Whether the plan has all explicit wires; type errors of a plan that lacks some may not be
    /// errors with them.
    pub complete: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the way from the start to where the search is.
    Open,
    Done,
}

struct Resolver<'a> {
    parts: &'a Parts,
    structures: &'a [Structure<'a>],
    allowed: Patterns,
    no_imports: bool,
    matcher: Matcher<'a>,
    manual: Manual,
    wires: BTreeMap<usize, Vec<Wire>>,
    state: Vec<State>,
    /// Parts after those they need.
    order: Vec<usize>,
    open: leftovers::Open,
    /// Imports that nothing provides and that may not be left to the host.
    unserved: Vec<(usize, usize)>,
    /// What is generated instead of left to the host.
    asked: &'a Asked,
    /// Exports by their names without versions, computed on first use.
    bases: OnceCell<near::Bases>,
    /// Imports that are left to the host although a part exports something very similar.
    nears: BTreeMap<(usize, usize), near::Near>,
    /// Imports with several possible providers.
    several: Vec<(usize, usize, Vec<Candidate>)>,
    report: Report,
}

/// A part whose imports are being looked at, and which of its providers comes next.
struct Visit {
    part: usize,
    providers: Vec<(usize, String)>,
    next: usize,
}

impl<'a> Resolver<'a> {
    /// Has looked at all parts, from the start on; and what is exported.
    fn walked(
        options: &Options,
        parts: &'a Parts,
        structures: &'a [Structure<'a>],
        asked: &'a Asked,
        manual: Manual,
        report: Report,
    ) -> (Resolver<'a>, Vec<Export>) {
        let root = parts.root();
        let mut resolver = Resolver {
            parts,
            structures,
            asked,
            allowed: if options.no_imports {
                Patterns::new::<String>([])
            } else {
                Patterns::new(options.allowed())
            },
            no_imports: options.no_imports,
            matcher: Matcher {
                parts,
                structures,
                // The root provides nothing to the parts that it needs.
                candidates: Candidates::new(structures, |part| {
                    !manual.placed.contains(&part) && Some(part) != root
                }),
                types: Types::new(parts, structures),
            },
            manual,
            wires: BTreeMap::new(),
            state: vec![State::New; parts.all().len()],
            order: Vec::new(),
            open: leftovers::Open::default(),
            unserved: Vec::new(),
            several: Vec::new(),
            bases: OnceCell::new(),
            nears: BTreeMap::new(),
            report,
        };
        let start = resolver.manual.outermost.or(root);
        for part in start.into_iter().chain(root) {
            resolver.visit(part);
        }
        let asked: Vec<usize> = resolver.manual.exports.iter().map(|a| a.part).collect();
        if !asked.is_empty() {
            // The root can provide imports of the parts that are exported beside it.
            resolver.matcher.candidates =
                Candidates::new(structures, |part| !resolver.manual.placed.contains(&part));
        }
        for part in asked {
            resolver.visit(part);
        }
        let exports = resolver.exports(start);
        (resolver, exports)
    }
}

impl Resolver<'_> {
    /// Resolves a part and all it needs, depth first and without recursion: chains can be long.
    fn visit(&mut self, start: usize) {
        if self.state[start] != State::New {
            return;
        }
        let mut path = vec![self.enter(start)];
        while let Some(top) = path.last_mut() {
            let Some((provider, _)) = top.providers.get(top.next) else {
                self.state[top.part] = State::Done;
                self.order.push(top.part);
                path.pop();
                continue;
            };
            let provider = *provider;
            top.next += 1;
            match self.state[provider] {
                State::Done => {}
                State::New => {
                    let entered = self.enter(provider);
                    path.push(entered);
                }
                State::Open => {
                    let finding = self.cycle(&path, provider);
                    self.report.push(finding);
                }
            }
        }
    }

    fn enter(&mut self, part: usize) -> Visit {
        self.state[part] = State::Open;
        let mut providers = Vec::new();
        let mut wires = Vec::new();
        for import in 0..self.structures[part].imports.len() {
            let name = self.structures[part].imports[import].name.name.to_string();
            let Some(choice) = self.serve(part, import) else {
                continue;
            };
            if let Target::Export { part: by, .. } | Target::Instance { part: by } = &choice.target
                && let Some(by) = self.parts.by_name(by)
            {
                providers.push((by, name.clone()));
            }
            wires.push(Wire {
                import: name,
                to: choice.target,
                why: choice.why,
                refused: choice.refused,
            });
        }
        self.wires.insert(part, wires);
        Visit {
            part,
            providers,
            next: 0,
        }
    }

    /// The provider of an import; none if there is an error, which is then reported.
    fn serve(&mut self, part: usize, import: usize) -> Option<Choice> {
        if let Some(laid) = self.manual.wires.get(&(part, import)).cloned() {
            return self.serve_by_hand(part, import, laid);
        }
        match self.matcher.choose(part, import) {
            Found::One(choice) => Some(choice),
            Found::Several(several) => {
                self.several.push((part, import, several));
                None
            }
            Found::None => {
                let item = &self.structures[part].imports[import].name;
                let interface = item.full_implements();
                let types = &mut self.matcher.types;
                let asked = (self.asked).whole(part, item, || types.imported(part, item.name));
                if asked && self.matcher.types.has_types_only(part, import) {
                    return Some(self.provide(part, import));
                }
                let allowed = asked || self.allowed.allow(&item.full_name());
                if allowed || interface.is_some_and(|i| self.allowed.allow(&i)) {
                    return Some(self.leave_open(part, import, None, Why::Open));
                }
                if self.matcher.types.has_types_only(part, import) {
                    return Some(match self.no_imports {
                        false => self.leave_open(part, import, None, Why::Types),
                        true => self.provide(part, import),
                    });
                }
                self.unserved.push((part, import));
                None
            }
        }
    }

    fn serve_by_hand(&mut self, part: usize, import: usize, laid: Laid) -> Option<Choice> {
        let why = laid.why;
        match laid.to {
            ByHand::Export { part, export } => {
                Some(self.matcher.choice(Candidate { part, export }, why))
            }
            ByHand::Host(name) => Some(self.leave_open(part, import, name, why)),
            ByHand::Unknown => None,
            ByHand::Part(provider) => {
                let item = &self.structures[part].imports[import];
                if let Some(export) = export_for(&self.structures[provider], &item.name) {
                    let part = provider;
                    return Some(self.matcher.choice(Candidate { part, export }, why));
                }
                let by_type = self.matcher.by_type(part, import, provider, why);
                if by_type.is_err() {
                    let finding = self.nothing_fits(part, import, provider);
                    self.report.push(finding);
                }
                by_type.ok()
            }
        }
    }

    fn leave_open(&mut self, part: usize, import: usize, name: Option<String>, why: Why) -> Choice {
        let own = self.structures[part].imports[import]
            .name
            .full_name()
            .into_owned();
        self.open.add(part, import, name.clone());
        Choice {
            target: Target::Host {
                host: name.unwrap_or(own),
            },
            why,
            refused: Vec::new(),
        }
    }

    /// Lets the composition itself provide an interface of types.
    fn provide(&self, part: usize, import: usize) -> Choice {
        Choice {
            target: self.types_of((part, import)),
            why: Why::Types,
            refused: Vec::new(),
        }
    }

    fn types_of(&self, (part, import): (usize, usize)) -> Target {
        Target::Types {
            part: self.parts.all()[part].name.clone(),
            types: self.structures[part].imports[import].name.name.to_string(),
        }
    }

    /// Lets the composition provide one instance to all parts that import the same types: that of the
    /// first part in the plan.
    fn share_types(&mut self) {
        let mut provided: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for part in self.order.clone() {
            let mut wires = self.wires.remove(&part).unwrap_or_default();
            for (import, wire) in wires.iter_mut().enumerate() {
                if !matches!(wire.to, Target::Types { .. }) {
                    continue;
                }
                let known = provided.entry(wire.import.clone()).or_default();
                let types = &mut self.matcher.types;
                let same = known
                    .iter()
                    .find(|k| types.are_same_types(**k, (part, import)));
                match same.copied() {
                    Some(same) => wire.to = self.types_of(same),
                    None => known.push((part, import)),
                }
            }
            self.wires.insert(part, wires);
        }
    }

    /// The parts in order; imports that are left to the host have the name of the composition's import.
    fn planned(&mut self, imports: &[Import]) -> Vec<Part> {
        let mut open_as: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for import in imports {
            for served in import.serves.iter().filter(|s| s.types.is_none()) {
                open_as.insert((&served.part, &served.import), &import.name);
            }
        }
        let mut planned = Vec::new();
        for index in &self.order {
            let part = &self.parts.all()[*index];
            let mut wires = self.wires.remove(index).unwrap_or_default();
            for wire in &mut wires {
                let name = open_as.get(&(part.name.as_str(), wire.import.as_str()));
                if let (Target::Host { host }, Some(name)) = (&mut wire.to, name) {
                    *host = name.to_string();
                }
            }
            planned.push(Part {
                name: part.name.clone(),
                path: part.path.clone(),
                role: part.role,
                generated: part.generated.clone(),
                wires,
            });
        }
        planned
    }

    /// Has types of the worlds of exported parts imported along where exports mention them.
    fn world_types(&mut self, exports: &[Export]) {
        let mut by_part: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for export in exports {
            if let Target::Export { part, export } = &export.to
                && let Some(part) = self.parts.by_name(part)
            {
                by_part.entry(part).or_default().push(export);
            }
        }
        for (part, exports) in by_part {
            for import in self.matcher.types.world_types(part, &exports) {
                self.open.add_world_type(part, import);
            }
        }
    }

    /// What the composition exports: what the start exports, and the additional exports.
    fn exports(&mut self, start: Option<usize>) -> Vec<Export> {
        let mut exports: Vec<Export> = Vec::new();
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let mut wanted: Vec<(usize, usize, WhyExported, Option<usize>)> = Vec::new();
        if let Some(start) = start {
            let why = match self.manual.outermost {
                Some(_) => WhyExported::Chain,
                None => WhyExported::Root,
            };
            wanted.extend((0..self.structures[start].exports.len()).map(|e| (start, e, why, None)));
        }
        for (at, asked) in self.manual.exports.iter().enumerate() {
            let all = 0..self.structures[asked.part].exports.len();
            let exports = asked.export.map_or(all, |export| export..export + 1);
            wanted.extend(exports.map(|e| (asked.part, e, WhyExported::Asked, Some(at))));
        }
        // Additional exports that are not exported already.
        let mut effective: BTreeSet<usize> = BTreeSet::new();
        for (part, export, why, asked) in wanted {
            let name = self.structures[part].exports[export].name.name;
            if taken.get(name) != Some(&part) {
                effective.extend(asked);
            }
            match taken.get(name) {
                Some(other) if *other == part => continue,
                Some(other) => {
                    let names = [*other, part].map(|p| self.parts.all()[p].name.as_str());
                    self.report.push(
                        codes::EXPORT_CONFLICT
                            .report(format!(
                                "`{}` and `{}` both export `{name}`",
                                names[0], names[1]
                            ))
                            .at(
                                self.parts.all()[*other].locus([format!("export {name}")]),
                                "",
                            )
                            .at(self.parts.all()[part].locus([format!("export {name}")]), "")
                            .note("a component cannot export a name twice")
                            .help("export other items: `--export PART.NAME`"),
                    );
                    continue;
                }
                None => {}
            }
            taken.insert(name.to_string(), part);
            exports.push(Export {
                name: name.to_string(),
                to: Target::Export {
                    part: self.parts.all()[part].name.clone(),
                    export: name.to_string(),
                },
                why,
            });
        }
        for (at, asked) in self.manual.exports.iter().enumerate() {
            if !effective.contains(&at) {
                let why = match self.structures[asked.part].exports.len() {
                    0 => format!("`{}` exports nothing", self.parts.all()[asked.part].name),
                    _ => "it is exported already".to_string(),
                };
                let finding = no_effect::without_effect(&asked.flag, &why);
                self.report.push(finding.help("remove the option"));
            }
        }
        exports
    }
}
