//! Findings where no plan can be made, or where it leaves something out.
//!
//! May import: `diag` (rank 0). Deliberately absent: detection, which the resolver does.

use std::collections::{BTreeMap, BTreeSet};

use super::{Resolver, State, Visit};
use crate::compose::candidates::Candidate;
use crate::compose::parts::Parts;
use crate::compose::{codes, manual};
use crate::diag::{Diagnostic, Locus, Report};
use crate::escape;
use crate::names;
use crate::no_effect;
use crate::plan::{Plan, WhyExported};
use crate::wasm::structure::Structure;

/// A part and its import, by their positions.
pub(super) type Importer = (usize, usize);

impl Resolver<'_> {
    pub(super) fn nothing_fits(&self, part: usize, import: usize, provider: usize) -> Diagnostic {
        let (importer, provider_part) = (&self.parts.all()[part], &self.parts.all()[provider]);
        let name = self.structures[part].imports[import].name.name;
        let exports = &self.structures[provider].exports;
        let exported: Vec<&str> = exports.iter().map(|e| e.name.name).collect();
        codes::TYPE_MISMATCH
            .report(format!(
                "no export of `{}` matches `{name}`, which `{}` imports",
                provider_part.name, importer.name
            ))
            .at(importer.locus([format!("import {name}")]), "")
            .at(
                Locus::File(provider_part.label()),
                format!("exports {}", manual::listed(&exported)),
            )
            .help(format!(
                "name the export explicitly: `--wire {}.{name}={}.EXPORT`",
                importer.name, provider_part.name
            ))
    }

    /// The imports with no provider, or with several: one finding for each import, whichever parts
    /// have it.
    pub(super) fn without_provider(&mut self) {
        let name = |part: usize, import: usize| {
            self.structures[part].imports[import]
                .name
                .full_name()
                .into_owned()
        };
        let mut unserved: BTreeMap<String, Vec<Importer>> = BTreeMap::new();
        for &(part, import) in &self.unserved {
            let same = unserved.entry(name(part, import)).or_default();
            same.push((part, import));
        }
        let with_several = std::mem::take(&mut self.several);
        let mut several: BTreeMap<(String, &[Candidate]), Vec<Importer>> = BTreeMap::new();
        for (part, import, candidates) in &with_several {
            let key = (name(*part, *import), candidates.as_slice());
            several.entry(key).or_default().push((*part, *import));
        }
        let mut findings = Vec::new();
        for (name, importers) in unserved {
            findings.push(self.unresolved(&name, &importers));
        }
        for ((name, candidates), importers) in several {
            findings.push(self.ambiguous(&name, &importers, candidates));
        }
        for finding in findings {
            self.report.push(finding);
        }
    }

    /// The names of the parts that import something.
    pub(super) fn importers(&self, importers: &[Importer]) -> String {
        let names = importers
            .iter()
            .map(|(part, _)| format!("`{}`", self.parts.all()[*part].name));
        escape::and(&names.collect::<Vec<_>>())
    }

    pub(super) fn import_places(
        &self,
        mut finding: Diagnostic,
        importers: &[Importer],
    ) -> Diagnostic {
        for (part, import) in importers {
            let name = self.structures[*part].imports[*import].name.name;
            finding = finding.at(
                self.parts.all()[*part].locus([format!("import {name}")]),
                "",
            );
        }
        finding
    }

    fn ambiguous(&self, name: &str, importers: &[Importer], several: &[Candidate]) -> Diagnostic {
        let provider = |c: &Candidate| self.parts.all()[c.part].name.as_str();
        let listed: Vec<String> = several
            .iter()
            .map(|c| format!("`{}`", provider(c)))
            .collect();
        let mut finding = codes::AMBIGUOUS.report(format!(
            "ambiguous import `{name}` of {}: {} export it",
            self.importers(importers),
            escape::and(&listed)
        ));
        finding = self.import_places(finding, importers);
        for candidate in several {
            let export = self.matcher.export_name(*candidate);
            finding = finding.at(
                self.parts.all()[candidate.part].locus([format!("export {export}")]),
                "",
            );
        }
        // For all importers at once, the part is left out.
        let prefix = match importers {
            [(part, _)] => format!("{}.", self.parts.all()[*part].name),
            _ => String::new(),
        };
        let choices: Vec<String> = several
            .iter()
            .map(|c| match self.matcher.export_name(*c) {
                export if export == name => format!("`--wire {prefix}{name}={}`", provider(c)),
                export => format!("`--wire {prefix}{name}={}.{export}`", provider(c)),
            })
            .collect();
        finding.help(format!("choose one: {}", escape::or(&choices)))
    }

    fn unresolved(&mut self, name: &str, importers: &[Importer]) -> Diagnostic {
        // As the user sees it in the part, without what only the encoding adds.
        let own = importers.first().map_or(name, |(part, import)| {
            self.structures[*part].imports[*import].name.name
        });
        let finding = codes::OPEN_IMPORT.report(format!(
            "unresolved import `{own}` of {}: no part exports it",
            self.importers(importers)
        ));
        let finding = self.import_places(finding, importers);
        let finding = match self.closest(importers, name) {
            Some((fact, wire)) => finding.note(fact).help(wire),
            None => finding,
        };
        if self.no_imports {
            let types = &mut self.matcher.types;
            let resources = importers
                .first()
                .map(|(part, import)| types.resources_only(*part, *import));
            let resources = resources.unwrap_or_default();
            if !resources.is_empty() {
                let resources: Vec<String> = resources.iter().map(|r| format!("`{r}`")).collect();
                let (noun, verb) = match resources.as_slice() {
                    [_] => ("resource", "needs"),
                    _ => ("resources", "need"),
                };
                return finding
                    .note(format!(
                        "the composition provides interfaces that contain only types, but the {noun} {} {verb} a part",
                        escape::and(&resources)
                    ))
                    .help("add a part that exports it: `-d FILE`");
            }
            return finding.help("add a part that exports it: `-d FILE`, or remove `--no-imports`");
        }
        let pattern = match name.split_once(['/', '@']) {
            Some((package, _)) if name.contains(':') => format!("{package}/*"),
            _ => name.to_string(),
        };
        finding.help(format!(
            "add a part that exports it: `-d FILE`, or leave it to the host: `--allow '{pattern}'`"
        ))
    }

    /// The export that comes closest to `name`, as a fact, and how to wire it.
    fn closest(&self, importers: &[Importer], name: &str) -> Option<(String, String)> {
        let (importer, import) = importers.first().copied()?;
        let others = self.structures.iter().enumerate();
        let mut others = others.filter(|(part, _)| *part != importer);
        let exact = others.find(|(_, structure)| {
            let mut exports = structure.exports.iter();
            exports.any(|export| export.name.full_name() == name)
        });
        let name_of = |part: usize| &self.parts.all()[part].name;
        if let Some((part, _)) = exact
            && let Some(declared) = &self.manual.declared
            && let Some(dependency) = declared.dependencies.get(name_of(part))
        {
            let (provider, file) = (name_of(part), &declared.file);
            if declared.dependencies.contains_key(name_of(importer)) {
                return Some((
                    format!(
                        "`{provider}` exports it, but dependencies satisfy only imports of the component"
                    ),
                    format!(
                        "compose the two first, or wire it: `--wire {}.{name}={provider}`",
                        name_of(importer)
                    ),
                ));
            }
            return Some((
                format!(
                    "`{provider}` exports it, but the dependency `{dependency}` in {file} is not for it"
                ),
                format!(
                    "add it to `[component.{}.dependencies]`: `\"{name}\" = {{ path = \"…\" }}`",
                    declared.component
                ),
            ));
        }
        if let Some((part, _)) = exact {
            let why = if self.manual.placed.contains(&part) {
                "it is in a chain, which wires it to the other links only".to_string()
            } else {
                format!("it depends on `{}` itself", name_of(importer))
            };
            let provider = name_of(part);
            return Some((
                format!("`{provider}` exports it, but {why}"),
                format!(
                    "wire it explicitly: `--wire {}.{name}={provider}`",
                    name_of(importer)
                ),
            ));
        }
        let near = self.near(importer, import)?;
        let export = self.structures[near.part].exports[near.export].name.name;
        let provider = name_of(near.part);
        let wire = self.wire_to(importers, &near);
        let fact = match near.version {
            true => format!("`{provider}` exports `{export}`, an incompatible version"),
            false => format!("`{provider}` exports `{export}`, a similar name"),
        };
        Some((fact, format!("if it is intended, wire it: `{wire}`")))
    }

    pub(super) fn cycle(&self, path: &[Visit], back_to: usize) -> Diagnostic {
        let name_of = |part: usize| self.parts.all()[part].name.as_str();
        let from = path
            .iter()
            .position(|visit| visit.part == back_to)
            .unwrap_or(0);
        let circle = &path[from..];
        let mut way: Vec<&str> = circle.iter().map(|visit| name_of(visit.part)).collect();
        way.push(name_of(back_to));
        let mut finding = codes::CYCLE.report(format!(
            "cyclic dependency between parts: {}",
            way.join(" → ")
        ));
        for visit in circle {
            // `next` is already past the provider that the path goes on with.
            if let Some((provider, import)) = visit.providers.get(visit.next.wrapping_sub(1)) {
                finding = finding.at(
                    self.parts.all()[visit.part].locus([format!("import {import}")]),
                    format!("wired to `{}`", name_of(*provider)),
                );
            }
        }
        finding
            .note("a component is instantiated after everything that it imports")
            .help("wire one of these imports to another part, or leave it to the host: `--wire PART.IMPORT=@host`")
    }

    /// Reports every wiring option that no wire of the plan comes from.
    pub(super) fn without_effect(&mut self) {
        let wires = self.manual.wires.iter();
        let used: BTreeSet<usize> = wires
            .filter(|((part, _), _)| self.state[*part] != State::New)
            .map(|(_, laid)| laid.flag)
            .collect();
        for (flag, text) in self.manual.flags.iter().enumerate() {
            if used.contains(&flag) || self.manual.excused.contains(&flag) {
                continue;
            }
            let importers = self.manual.wires.iter();
            let importers = importers.filter(|(_, laid)| laid.flag == flag);
            let mut names: Vec<String> = importers
                .map(|((part, _), _)| format!("`{}`", self.parts.all()[*part].name))
                .collect();
            names.dedup();
            let why = match names.as_slice() {
                [] => "other options override it for every import".to_string(),
                [one] => format!("{one} is unused"),
                several => format!("{} are unused", escape::and(several)),
            };
            self.report.push(
                no_effect::not_done(text, &why)
                    .help("remove it, or name another import: `[PART.]IMPORT`"),
            );
        }
    }
}

/// Warns of exports of the root that the chain around it does not export.
pub(crate) fn hidden_by_chain(plan: &Plan, parts: &Parts, structures: &[Structure<'_>]) -> Report {
    let mut report = Report::new();
    let chained = plan.exports.iter().any(|e| e.why == WhyExported::Chain);
    let Some(root) = parts.root().filter(|_| chained) else {
        return report;
    };
    let tracks: BTreeSet<String> = plan
        .exports
        .iter()
        .map(|export| names::track_or_name(&export.name))
        .collect();
    let part = &parts.all()[root];
    for export in &structures[root].exports {
        let name = export.name.name;
        if !tracks.contains(&names::track_or_name(name)) {
            report.push(
                codes::HIDDEN_EXPORT
                    .report(format!(
                        "the chain hides the export `{name}` of `{}`",
                        part.name
                    ))
                    .at(part.locus([format!("export {name}")]), "")
                    .help(format!(
                        "to export it too, add `--export {}.{name}`",
                        part.name
                    )),
            );
        }
    }
    report
}
