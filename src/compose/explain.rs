//! Turns a plan that the validator rejected into findings: everything that is wrong with it.
//!
//! Lives here: [`explain`]. May import: `surface`, `wasm`, `diag` (rank 0–2).
//! Deliberately absent: any say in whether a plan is valid.

mod passed;

use std::collections::BTreeSet;

use super::build::{Failure, MAX_MODULES_AND_COMPONENTS};
use super::codes;
use super::identity::{self, Identities};
use super::parts::Parts;
use super::types::Types;
use crate::diag::{Diagnostic, Locus, Report};
use crate::escape;
use crate::plan::{Plan, Target, Why, Wire};
use crate::surface::{Item, Mismatch, MismatchKind, Side, compare};
use crate::wasm::structure::Structure;

/// How many differences of one wire are shown in full.
const SHOWN: usize = 8;

/// Compares every wire and every merged import of `plan`, whether or not it was built.
pub(crate) fn type_findings(plan: &Plan, parts: &Parts, structures: &[Structure<'_>]) -> Report {
    let found = Explainer::new(plan, parts, structures).types(0);
    lent(report(found), parts)
}

/// Explains why carrying out `plan` failed.
///
/// The validator reports one error, in terms of indices. The comparison finds all errors, but may
/// miss some about resource identity. So all type differences are reported; only without any, the
/// problems with resources; and the validator's own error if neither is about what it rejected.
/// What the validator accepted is never reported.
pub(crate) fn explain(
    failure: Failure,
    plan: &Plan,
    parts: &Parts,
    structures: &[Structure<'_>],
) -> Report {
    let mut explainer = Explainer::new(plan, parts, structures);
    let (accepted, refused) = match &failure {
        Failure::Malformed(_) | Failure::Stale(_) | Failure::TooLarge(_) => {
            return explainer.plainly(failure);
        }
        Failure::Import(..) => (0, None),
        Failure::Instantiate(part, _) => (*part, Some(*part)),
        Failure::Export(..) | Failure::Escapes { .. } | Failure::Whole(_) => {
            (plan.parts.len(), None)
        }
    };
    let mut found = explainer.types(accepted);
    if found.is_empty() {
        found = explainer.identities(accepted);
    }
    let explained = match refused {
        Some(part) => found.iter().any(|(parts, _)| parts.contains(&part)),
        None => !found.is_empty(),
    };
    let mut report = report(found);
    if !explained {
        report.extend(explainer.plainly(failure));
    }
    lent(report, parts)
}

/// A report with the text of the script, if there is one.
fn lent(mut report: Report, parts: &Parts) -> Report {
    if let Some(script) = &parts.script {
        script.lend_text(&mut report);
    }
    report
}

/// A finding, with the positions in the plan of the parts whose imports it is about.
type Found = (Vec<usize>, Diagnostic);

fn report(found: Vec<Found>) -> Report {
    let mut report = Report::new();
    for (_, finding) in found {
        report.push(finding);
    }
    report
}

/// An export that does not fit imports, all in the same way.
struct Misfit<'a> {
    provider: usize,
    /// None for the provider's instance as a whole.
    export: Option<&'a str>,
    mismatches: Vec<Mismatch>,
    /// The positions of the importing parts in the plan, and their wires.
    importers: Vec<(usize, &'a Wire)>,
}

struct Explainer<'a> {
    plan: &'a Plan,
    parts: &'a Parts,
    structures: &'a [Structure<'a>],
    types: Types<'a>,
}

impl<'a> Explainer<'a> {
    fn new(plan: &'a Plan, parts: &'a Parts, structures: &'a [Structure<'a>]) -> Explainer<'a> {
        Explainer {
            plan,
            parts,
            structures,
            types: Types::new(parts, structures),
        }
    }

    /// The differences of types: of the wires of parts from position `from` in the plan on, and
    /// of merged imports.
    fn types(&mut self, from: usize) -> Vec<Found> {
        let mut found = Vec::new();
        let plan = self.plan;
        for alike in self.misfits(from) {
            let parts = alike.importers.iter().map(|(at, _)| *at).collect();
            found.extend(self.wires(&alike).map(|finding| (parts, finding)));
        }
        found.extend(self.passed(from));
        for import in &plan.imports {
            let parts = plan.parts.iter().enumerate();
            let serves = |name: &str| import.serves.iter().any(|s| s.part == name);
            let of = parts.filter(|(_, part)| serves(&part.name));
            let of: Vec<usize> = of.map(|(at, _)| at).collect();
            found.extend(self.merged(import).map(|finding| (of, finding)));
        }
        found
    }

    /// Resources that come to a part by two ways, from two places.
    fn identities(&mut self, from: usize) -> Vec<Found> {
        let mut identities = Identities {
            plan: self.plan,
            parts: self.parts,
            types: &mut self.types,
        };
        let mut found = Vec::new();
        for at in from..self.plan.parts.len() {
            let findings = identities.of(at).into_iter();
            found.extend(findings.map(|finding| (vec![at], finding)));
        }
        found
    }

    /// The position of a part's import.
    fn import(&self, part: &str, name: &str) -> Option<(usize, usize)> {
        let part = self.parts.by_name(part)?;
        let imports = &self.structures[part].imports;
        let import = imports.iter().position(|i| i.name.name == name)?;
        Some((part, import))
    }

    /// The wires from position `from` in the plan on that do not hold. Where one export does not
    /// fit several importers in the same way, it is one finding.
    fn misfits(&mut self, from: usize) -> Vec<Misfit<'a>> {
        let mut found: Vec<Misfit<'a>> = Vec::new();
        let plan = self.plan;
        for (at, part) in plan.parts.iter().enumerate().skip(from) {
            for wire in &part.wires {
                let Some((provider, export, mismatches)) = self.wire(&part.name, wire) else {
                    continue;
                };
                let same = found.iter_mut().find(|known| {
                    known.provider == provider
                        && known.export == export
                        && known.mismatches == mismatches
                        && export.is_some()
                });
                match same {
                    Some(known) => known.importers.push((at, wire)),
                    None => found.push(Misfit {
                        provider,
                        export,
                        mismatches,
                        importers: vec![(at, wire)],
                    }),
                }
            }
        }
        found
    }

    /// The differences between what an import expects and what it is wired to: who provides it,
    /// by which export, and what differs.
    fn wire(
        &mut self,
        part: &str,
        wire: &'a Wire,
    ) -> Option<(usize, Option<&'a str>, Vec<Mismatch>)> {
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
            | Target::Component { .. }
            | Target::Bound { .. }
            | Target::Type { .. }
            | Target::Types { .. }
            | Target::Of { .. }
            | Target::Bundle { .. } => return None,
        };
        (!mismatches.is_empty()).then_some((provider, export, mismatches))
    }

    fn wires(&mut self, misfit: &Misfit<'a>) -> Option<Diagnostic> {
        let Misfit {
            provider,
            export,
            mismatches,
            importers,
        } = misfit;
        let ((at, wire), others) = importers.split_first()?;
        let part = &self.plan.parts[*at].name;
        let (importer, _) = self.import(part, &wire.import)?;
        let (importer, provider) = (&self.parts.all()[importer], &self.parts.all()[*provider]);
        let names: Vec<String> = importers
            .iter()
            .map(|(at, _)| format!("`{}`", self.plan.parts[*at].name))
            .collect();
        let verb = match others {
            [] => "imports",
            _ => "import",
        };
        let mut finding = codes::TYPE_MISMATCH.report(match export {
            Some(export) => format!(
                "`{}` exports `{export}` with a different type than {} {verb}",
                provider.name,
                escape::and(&names)
            ),
            None => format!(
                "the exports of `{}` do not match `{}`, which `{}` imports",
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
            let (expected, found) = mismatch.labels();
            finding = finding
                .at(
                    importer.locus(path(std::slice::from_ref(&expected_at))),
                    expected,
                )
                .at(provider.locus(path(&provided_at)), found);
        }
        for (at, wire) in others {
            let name = &self.plan.parts[*at].name;
            if let Some(other) = self.parts.by_name(name) {
                let other = &self.parts.all()[other];
                let import = format!("import {}", wire.import);
                finding = finding.at(other.locus([import]), "expected the same type");
            }
        }
        finding = self.placed(finding, part, &wire.import);
        if mismatches.len() > SHOWN {
            finding = finding.note(format!("{} more differences", mismatches.len() - SHOWN));
        }
        let by_script = self.parts.script.is_some();
        let matching = self.matching(part, &wire.import, mismatches);
        match matching {
            0 => {}
            1 => finding = finding.note("1 other function matches"),
            n => finding = finding.note(format!("{n} other functions match")),
        }
        if wire.why == Why::Wired && !by_script {
            finding = finding.note("this import is wired explicitly");
        }
        let advice = match wire.why {
            Why::Chain => format!(
                "rebuild `{}` against the interface that {} {verb}, or remove it from `--chain`",
                provider.name,
                escape::and(&names)
            ),
            Why::Wired if by_script => {
                format!("pass another argument for `{}`", wire.import)
            }
            Why::Wired => "name another part or export in the wire".to_string(),
            _ if others.is_empty() => format!(
                "rebuild `{}` against the interface that `{}` imports, or wire another provider: `--wire {}.{}=PART`",
                provider.name, importer.name, importer.name, wire.import
            ),
            _ => format!(
                "rebuild `{}` against the interface that they import, or wire another provider: `--wire {}=PART`",
                provider.name, wire.import
            ),
        };
        Some(finding.help(advice))
    }

    /// How many functions of an imported instance are not among the mismatches.
    fn matching(&mut self, part: &str, import: &str, mismatches: &[Mismatch]) -> usize {
        let Some((part, index)) = self.import(part, import) else {
            return 0;
        };
        let name = self.structures[part].imports[index].name.name;
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
            let name = self.structures[part].imports[index].name.name;
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
            // Each by its own name: the merged one has the highest version.
            let mut both = vec![format!("`{}`", first.1), format!("`{}`", other.1)];
            both.dedup();
            let both = escape::and(&both);
            let other_name = format!("{}-of-{b}", crate::names::unversioned(other.1));
            let (merged, advice) = if self.parts.script.is_some() {
                let advice = format!(
                    "import one of them under another name: `import a as \"{other_name}\": …;`, and pass it"
                );
                ("what `...` imports under one name is imported once", advice)
            } else if other.1.contains(':') {
                let advice = format!(
                    "rebuild one of them, or satisfy one with a part: `--wire {b}.{}=PART`",
                    other.1
                );
                ("semver-compatible imports are merged into one", advice)
            } else {
                let advice = format!(
                    "rename one of the imports: `--wire {b}.{}=@host.{other_name}`",
                    other.1
                );
                ("imports of one name are merged into one", advice)
            };
            return Some(
                codes::IMPORT_CONFLICT
                    .report(format!(
                        "`{a}` and `{b}` leave {both} to the host, with different types"
                    ))
                    .at(locus(first.0, first.1), difference.provides.clone())
                    .at(locus(other.0, other.1), difference.expects.clone())
                    .note(merged)
                    .help(advice),
            );
        }
        None
    }

    /// What the failure says by itself; where the validator refused, in its own words.
    fn plainly(&self, failure: Failure) -> Report {
        let refusal = match &failure {
            Failure::Instantiate(_, refusal)
            | Failure::Import(_, refusal)
            | Failure::Export(_, refusal)
            | Failure::Whole(refusal) => Some(refusal),
            _ => None,
        };
        if let Some((what, most)) = refusal.and_then(|refusal| limit(&refusal.0)) {
            return codes::TOO_LARGE
                .report(format!(
                    "the composition would contain more than {most} {what}, which engines do not accept in one component"
                ))
                .help("compose fewer parts, or compose some of them into one component first")
                .into();
        }
        let finding = match failure {
            Failure::Malformed(report) => return report,
            Failure::Stale(what) => codes::STALE_PLAN
                .report(what)
                .note("the parts have changed since the plan was made")
                .help("make the plan again: `--plan --format json`"),
            Failure::TooLarge(count) => codes::TOO_LARGE
                .report(format!(
                    "the composition would contain {count} core modules and components, but engines accept at most {MAX_MODULES_AND_COMPONENTS}"
                ))
                .note("parts of one file are embedded once")
                .help("share identical core modules of different parts with `--dedupe`, or compose fewer parts"),
            Failure::Instantiate(part, refusal) => {
                let part = &self.plan.parts[part];
                let locus = match self.parts.by_name(&part.name) {
                    Some(index) => Locus::File(self.parts.all()[index].label()),
                    None => Locus::File(part.path.clone()),
                };
                let script = self.parts.script.as_ref();
                let place = script.and_then(|script| script.instances.get(&part.name));
                let finding = codes::REFUSED
                    .report(format!(
                        "cannot instantiate `{}` with what it is wired to: {}",
                        part.name, refusal.0
                    ))
                    .at(locus, "");
                match place {
                    Some(place) => finding.at(place.clone(), "instantiated here"),
                    None => finding,
                }
            }
            Failure::Import(import, refusal) => codes::REFUSED.report(format!(
                "cannot import `{}` from the host: {}",
                self.plan.imports[import].name, refusal.0
            )),
            Failure::Export(export, refusal) => {
                codes::REFUSED.report(format!("cannot export `{export}`: {}", refusal.0))
            }
            Failure::Escapes {
                export,
                part,
                interface,
            } => codes::RESOURCE_ESCAPES
                .report(format!(
                    "cannot export `{export}` of `{}`: it uses types of {interface}, which cannot be exported",
                    self.plan.parts[part].name
                ))
                .at(
                    identity::export_locus(self.parts, &self.plan.parts[part].name, &export),
                    format!("uses types of {interface}"),
                )
                .note("another export has the name of that interface")
                .note("an exported function can only use a resource if the interface that defines it is exported too"),
            Failure::Whole(refusal) => codes::REFUSED
                .report(format!("invalid composition: {}", refusal.0)),
        };
        finding.into()
    }
}

/// What there is too much of for the validator, and how much it accepts: `instances count exceeds limit
/// of 4096`.
fn limit(refusal: &str) -> Option<(&str, u32)> {
    let (what, most) = refusal.split_once(" count exceeds limit of ")?;
    Some((what, most.trim().parse().ok()?))
}
