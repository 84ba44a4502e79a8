//! From a plan that the validator refused to findings that say what is wrong, all of it.
//!
//! Lives here: [`explain`]. May import: `surface`, `wasm`, `diag` (rank 0–2).
//! Deliberately absent: any part in deciding whether a plan holds.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Failure, MAX_MODULES_AND_COMPONENTS};
use super::codes;
use super::parts::Parts;
use super::types::Types;
use crate::diag::{Diagnostic, Locus, Report};
use crate::plan::{Plan, Target, Why, Wire};
use crate::surface::{Item, Mismatch, MismatchKind, Origin, Side, TypeDef, compare};
use crate::wasm::outline::Outline;

/// How many differences of one wire are shown in full.
const SHOWN: usize = 8;

/// Compares every wire and every merged import of `plan`, whatever has been built of it.
pub(crate) fn type_findings(plan: &Plan, parts: &Parts, outlines: &[Outline<'_>]) -> Report {
    Explainer::new(plan, parts, outlines).types()
}

/// Says why carrying out `plan` failed.
pub(crate) fn explain(
    failure: Failure,
    plan: &Plan,
    parts: &Parts,
    outlines: &[Outline<'_>],
) -> Report {
    let mut explainer = Explainer::new(plan, parts, outlines);
    // The validator says one thing only, and in terms of indices; the comparison says all, but
    // may find nothing where identity is at stake in a way it does not follow.
    if !matches!(
        failure,
        Failure::Malformed(_) | Failure::Stale(_) | Failure::TooLarge(_)
    ) {
        let mut report = explainer.types();
        report.extend(explainer.identities());
        if report.has_errors() {
            return report;
        }
    }
    explainer.plainly(failure)
}

struct Explainer<'a> {
    plan: &'a Plan,
    parts: &'a Parts,
    outlines: &'a [Outline<'a>],
    types: Types<'a>,
}

/// Where a resource is really from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Home {
    /// The host, by the import of the composition.
    Host(String),
    /// An export of a part.
    Part(String, String),
}

impl<'a> Explainer<'a> {
    fn new(plan: &'a Plan, parts: &'a Parts, outlines: &'a [Outline<'a>]) -> Explainer<'a> {
        Explainer {
            plan,
            parts,
            outlines,
            types: Types::new(parts, outlines),
        }
    }

    fn types(&mut self) -> Report {
        let mut report = Report::new();
        let plan = self.plan;
        for part in &plan.parts {
            for wire in &part.wires {
                if let Some(finding) = self.wire(&part.name, wire) {
                    report.push(finding);
                }
            }
        }
        for import in &plan.imports {
            if let Some(finding) = self.merged(import) {
                report.push(finding);
            }
        }
        report
    }

    /// The position of a part's import.
    fn import(&self, part: &str, name: &str) -> Option<(usize, usize)> {
        let part = self.parts.by_name(part)?;
        let imports = &self.outlines[part].imports;
        let import = imports.iter().position(|i| i.name.name == name)?;
        Some((part, import))
    }

    /// The differences between what an import expects and what it is wired to.
    fn wire(&mut self, part: &str, wire: &Wire) -> Option<Diagnostic> {
        let (importer, import) = self.import(part, &wire.import)?;
        let (provider, export, mismatches) = match &wire.to {
            Target::Export { part, export } => {
                let provider = self.parts.by_name(part)?;
                let mismatches = self.types.misfits(importer, import, provider, export);
                (provider, Some(export.as_str()), mismatches)
            }
            Target::Instance { part } => {
                let provider = self.parts.by_name(part)?;
                let mismatches = self.types.whole_misfits(importer, import, provider);
                (provider, None, mismatches)
            }
            Target::Host { .. }
            | Target::Bound { .. }
            | Target::Of { .. }
            | Target::Bundle { .. } => return None,
        };
        if mismatches.is_empty() {
            return None;
        }
        let (importer, provider) = (&self.parts.all()[importer], &self.parts.all()[provider]);
        let mut finding = codes::TYPE_MISMATCH.report(match export {
            Some(export) => format!(
                "`{}` exports {export}, but not the one `{}` imports",
                provider.name, importer.name
            ),
            None => format!(
                "the exports of `{}` are not those of {}, which `{}` imports",
                provider.name, wire.import, importer.name
            ),
        });
        let expected_at = format!("import {}", wire.import);
        let provided_at: Vec<String> = export.map(|e| format!("export {e}")).into_iter().collect();
        for mismatch in mismatches.iter().take(SHOWN) {
            let path = |start: &[String]| {
                let mut path = start.to_vec();
                path.extend(mismatch.path.iter().cloned());
                path
            };
            finding = finding
                .at(
                    importer.locus(path(std::slice::from_ref(&expected_at))),
                    format!("expects  {}", mismatch.expects),
                )
                .at(
                    provider.locus(path(&provided_at)),
                    format!("provides {}", mismatch.provides),
                );
        }
        if mismatches.len() > SHOWN {
            finding = finding.help(format!("and {} more differences", mismatches.len() - SHOWN));
        }
        let matching = self.matching(part, &wire.import, &mismatches);
        let matching = match matching {
            0 => String::new(),
            1 => "1 other function matches; ".to_string(),
            n => format!("{n} other functions match; "),
        };
        let advice = match wire.why {
            Why::Wired => "it was wired by hand; name another part or export".to_string(),
            _ => format!(
                "rebuild `{}` against what `{}` imports, or wire another provider with --wire {}.{}=PART",
                provider.name, importer.name, importer.name, wire.import
            ),
        };
        Some(finding.help(format!("{matching}{advice}")))
    }

    /// How many functions of an imported instance are not among the mismatches.
    fn matching(&mut self, part: &str, import: &str, mismatches: &[Mismatch]) -> usize {
        let Some((part, index)) = self.import(part, import) else {
            return 0;
        };
        let name = self.outlines[part].imports[index].name.name;
        let Some(Item::Instance(instance)) = self.types.item(part, Side::Import, name) else {
            return 0;
        };
        let bad: BTreeSet<&String> = mismatches.iter().filter_map(|m| m.path.first()).collect();
        let functions = instance.exports.iter();
        functions
            .filter(|(_, item)| matches!(item, Item::Func(_)))
            .filter(|(name, _)| !bad.iter().any(|b| name.name.ends_with(b.as_str())))
            .count()
    }

    /// The differences between imports of several parts that were to become one.
    fn merged(&mut self, import: &crate::plan::Import) -> Option<Diagnostic> {
        let mut all: Vec<(usize, &str, Item)> = Vec::new();
        for served in &import.serves {
            let (part, index) = self.import(&served.part, &served.import)?;
            let name = self.outlines[part].imports[index].name.name;
            if served.types.is_none() {
                all.push((part, name, self.types.item(part, Side::Import, name)?));
            }
        }
        let (first, rest) = all.split_first()?;
        for other in rest {
            // What only one of them has is no difference: the merged import has both.
            let mut differences = compare(&other.2, &first.2);
            let is_instance = matches!(first.2, Item::Instance(_));
            differences.retain(|m| {
                let missing = matches!(m.kind, MismatchKind::Missing { .. });
                !(is_instance && missing && m.path.len() == 1)
            });
            let Some(difference) = differences.first() else {
                continue;
            };
            let locus = |part: usize, name: &str| {
                let mut path = vec![format!("import {name}")];
                path.extend(difference.path.iter().cloned());
                self.parts.all()[part].locus(path)
            };
            let (a, b) = (
                &self.parts.all()[first.0].name,
                &self.parts.all()[other.0].name,
            );
            let other_name = format!("{}-of-{b}", crate::names::unversioned(other.1));
            let advice = if other.1.contains(':') {
                format!(
                    "both are on one semver track and should agree; rebuild one of them, or serve one of them with a part (--wire {b}.{}=PART)",
                    other.1
                )
            } else {
                format!(
                    "give one of them another name: --wire {b}.{}=@host.{other_name}",
                    other.1
                )
            };
            return Some(
                codes::IMPORT_CONFLICT
                    .report(format!(
                        "`{a}` and `{b}` both leave {} open, and mean different things by it",
                        import.name
                    ))
                    .at(locus(first.0, first.1), difference.provides.clone())
                    .at(locus(other.0, other.1), difference.expects.clone())
                    .help(advice),
            );
        }
        None
    }

    /// Resources that come to one part by two ways, from two places.
    fn identities(&mut self) -> Report {
        let mut report = Report::new();
        let plan = self.plan;
        for part in &plan.parts {
            for wire in &part.wires {
                for finding in self.resources_of(&part.name, wire) {
                    report.push(finding);
                }
            }
        }
        report
    }

    fn resources_of(&mut self, part: &str, wire: &Wire) -> Vec<Diagnostic> {
        let Some((importer, _)) = self.import(part, &wire.import) else {
            return Vec::new();
        };
        let Some(expected) = self.types.item(importer, Side::Import, &wire.import) else {
            return Vec::new();
        };
        let mut findings = Vec::new();
        for (resource, origin) in resources(&expected) {
            // Where the importer knows the resource from; from this very import, if it is not
            // from another.
            let Origin::Import(path) = &origin else {
                continue;
            };
            let (Some(via), Some(name)) = (path.first(), path.last()) else {
                continue;
            };
            if *via == wire.import {
                continue;
            }
            let Some(known) = self.home_of_import(part, via, name, 0) else {
                continue;
            };
            let given = match &wire.to {
                Target::Host { host } => Some(Home::Host(host.clone())),
                Target::Export { part, export } => self.home_of_export(part, export, &resource, 0),
                Target::Instance { .. }
                | Target::Bound { .. }
                | Target::Of { .. }
                | Target::Bundle { .. } => None,
            };
            let importer = &self.parts.all()[importer];
            let at = importer.locus([format!("import {}", wire.import)]);
            match (known, given) {
                (Home::Part(owner, interface), Some(_))
                    if matches!(wire.to, Target::Host { .. }) =>
                {
                    findings.push(
                    codes::RESOURCE_ESCAPES
                        .report(format!(
                            "{} of `{part}` is left to the host, but uses the resource {name}, which `{owner}` defines",
                            wire.import
                        ))
                        .at(at, format!("uses {name} of {via}"))
                        .at(self.export_locus(&owner, &interface), "defines it")
                        .help(format!(
                            "a host cannot take a resource that a part defines; let a part export {} as well, or leave {via} to the host, too (--wire {part}.{via}=@host)",
                            wire.import
                        )),
                    );
                }
                (known, Some(given)) if known != given => findings.push(
                    codes::RESOURCE_MISMATCH
                        .report(format!(
                            "`{part}` gets the resource {name} from {}, but {} speaks of that of {}",
                            said(&known),
                            wire.import,
                            said(&given)
                        ))
                        .at(at, format!("uses {name} of {via}"))
                        .help(format!(
                            "wire both to one provider: --wire {part}.{via}=PART, or the same for the part that exports {}",
                            wire.import
                        )),
                ),
                _ => {}
            }
        }
        findings
    }

    fn export_locus(&self, part: &str, export: &str) -> Locus {
        match self.parts.by_name(part) {
            Some(index) => self.parts.all()[index].locus([format!("export {export}")]),
            None => Locus::item(part, [format!("export {export}")]),
        }
    }

    /// Where the resource that part `part` has from its import `import` is really from.
    fn home_of_import(
        &mut self,
        part: &str,
        import: &str,
        resource: &str,
        hops: usize,
    ) -> Option<Home> {
        let plan = self.plan;
        if hops > plan.parts.len() {
            return None;
        }
        let wires = &plan.part(part)?.wires;
        let wire = wires.iter().find(|wire| wire.import == import)?;
        match &wire.to {
            Target::Host { host } => Some(Home::Host(host.clone())),
            Target::Export { part, export } => {
                self.home_of_export(part, export, resource, hops + 1)
            }
            Target::Instance { .. }
            | Target::Bound { .. }
            | Target::Of { .. }
            | Target::Bundle { .. } => None,
        }
    }

    /// Where the resource that part `part` exports within `export` is really from.
    fn home_of_export(
        &mut self,
        part: &str,
        export: &str,
        resource: &str,
        hops: usize,
    ) -> Option<Home> {
        let index = self.parts.by_name(part)?;
        let item = self.types.item(index, Side::Export, export)?;
        let all = resources(&item);
        let origin = all.get(resource)?;
        match origin {
            Origin::Import(path) => {
                let (via, name) = (path.first()?.clone(), path.last()?.clone());
                self.home_of_import(part, &via, &name, hops)
            }
            Origin::Export(path) => {
                let export = path.first().cloned().unwrap_or_default();
                Some(Home::Part(part.to_string(), export))
            }
            Origin::Unknown => None,
        }
    }

    /// What the failure says by itself; where the validator refused, in its own words.
    fn plainly(&self, failure: Failure) -> Report {
        let finding = match failure {
            Failure::Malformed(report) => return report,
            Failure::Stale(what) => codes::STALE_PLAN
                .report(what)
                .help("the parts have changed since the plan was made; make it again with --plan"),
            Failure::TooLarge(count) => codes::TOO_LARGE
                .report(format!(
                    "the composition would hold {count} core modules and components; engines accept {MAX_MODULES_AND_COMPONENTS}"
                ))
                .help("parts of one file are embedded once; --dedupe shares identical core modules of different parts"),
            Failure::Instantiate(part, refusal) => {
                let part = &self.plan.parts[part];
                let locus = match self.parts.by_name(&part.name) {
                    Some(index) => Locus::File(self.parts.all()[index].label()),
                    None => Locus::File(part.path.clone()),
                };
                codes::REFUSED
                    .report(format!(
                        "`{}` cannot be instantiated with what it is wired to: {}",
                        part.name, refusal.0
                    ))
                    .at(locus, "")
            }
            Failure::Import(import, refusal) => codes::REFUSED.report(format!(
                "{} cannot be left open: {}",
                self.plan.imports[import].name, refusal.0
            )),
            Failure::Export(export, refusal) => {
                codes::REFUSED.report(format!("{export} cannot be exported: {}", refusal.0))
            }
            Failure::Escapes {
                export,
                part,
                interface,
            } => codes::RESOURCE_ESCAPES
                .report(format!(
                    "{export} of `{}` uses types of {interface}, which cannot be exported beside it",
                    self.plan.parts[part].name
                ))
                .at(
                    self.export_locus(&self.plan.parts[part].name, &export),
                    "uses it",
                )
                .help("another export has that name already; a type can only be used from outside where the interface that defines it is exported"),
            Failure::Whole(refusal) => codes::REFUSED
                .report(format!("the composition is not valid: {}", refusal.0)),
        };
        finding.into()
    }
}

fn said(home: &Home) -> String {
    match home {
        Home::Host(import) => format!("the host ({import})"),
        Home::Part(part, _) => format!("`{part}`"),
    }
}

/// The resources that an item names as types, by name, with where they are introduced.
fn resources(item: &Item) -> BTreeMap<String, Origin> {
    let mut found = BTreeMap::new();
    match item {
        Item::Type(TypeDef::Resource(resource)) => {
            found.insert(resource.name.clone(), resource.origin.clone());
        }
        Item::Instance(instance) => {
            for (name, item) in &instance.exports {
                match item {
                    Item::Type(TypeDef::Resource(resource)) => {
                        found.insert(name.name.clone(), resource.origin.clone());
                    }
                    Item::Instance(_) => found.extend(resources(item)),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    found
}
