//! Why a component or core module cannot replace another.
//!
//! Lives here: [`misfits`]. May import: `surface`, `parts`, `wasm`, `diag` (ranks 0 to 3).
//! Deliberately absent: the verdict, which is the validator's.

use std::collections::BTreeSet;
use std::ops::Range;

use super::extract::Extractor;
use super::replacement::Replacement;
use super::{and_more, codes, core_uses, finding, said};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::parts::{Known, Parts};
use crate::source::Source;
use crate::surface::{
    Item, Mismatch, MismatchKind, Side, Surface, compare, compare_surfaces, module_type,
};
use crate::wasm::Component;
use crate::wasm::instantiation::{Instantiation, Made, Origin};
use crate::wasm::structure::Structure;

/// How many differences of one component are listed.
const SHOWN: usize = 12;

/// What is wrong with the replacements in `whole`, whose result was `refused`.
pub(super) fn misfits(
    whole: &Component,
    parts: &Parts,
    places: &[(&Known, &Replacement)],
    refused: &Report,
) -> Report {
    let mut report = Report::new();
    for (known, new) in places {
        report.extend(match new {
            Replacement::Component(new) => misfit(whole, known, new),
            Replacement::Module(new) => core_misfit(whole, parts, known, new),
        });
    }
    if report.is_empty() {
        let names: Vec<String> = places
            .iter()
            .map(|(known, _)| format!("`{}`", known.path))
            .collect();
        let message = format!("invalid replacement of {}", names.join(", "));
        report.push(finding(&codes::MISFIT, whole, message));
    }
    let refused = refused.diagnostics();
    let said = refused.first().map_or("", |refused| said(refused));
    let findings = report.diagnostics().into_iter().cloned();
    let findings = findings.map(|finding| finding.note(format!("validator error: {said}")));
    let findings: Vec<Diagnostic> = findings.collect();
    report.with(findings)
}

/// The type of a core item, without saying that it is exactly that, as all exports are.
fn plain(text: &str) -> &str {
    let inner = text
        .strip_prefix("(exact ")
        .and_then(|t| t.strip_suffix(')'));
    inner.unwrap_or(text)
}

/// Why a core module does not fit: imports that the old one did not have, exports that are used.
fn core_misfit(whole: &Component, parts: &Parts, known: &Known, new: &Source) -> Report {
    let bytes = whole.bytes();
    let old = module_type(&bytes[known.range.clone()]);
    let (Ok(mut old), Ok(new_type)) = (old, module_type(new.bytes())) else {
        return Report::new();
    };
    let around = known.around.map(|at| parts.all()[at].range.clone());
    let around = around.unwrap_or(0..bytes.len());
    let all = old.exports.clone();
    if let Some(used) = uses(&bytes[around.clone()], &known.range, around.start) {
        old.exports.retain(|(name, _)| used.contains(name));
    }
    let new_type = Item::Module(new_type);
    let mut mismatches = compare(&Item::Module(old.clone()), &new_type);
    if mismatches.is_empty() {
        old.exports = all;
        mismatches = compare(&Item::Module(old), &new_type);
    }
    if mismatches.is_empty() {
        return Report::new();
    }
    let name = new.name();
    let mut finding = codes::MISFIT.report(format!("`{name}` cannot replace `{}`", known.path));
    for mismatch in mismatches.iter().take(SHOWN) {
        let path = [known.path.clone()].into_iter();
        let place = Locus::item(whole.source().name(), path.chain(mismatch.path.clone()));
        let at = Locus::item(name, mismatch.path.clone());
        let (expects, provides) = (plain(&mismatch.expects), plain(&mismatch.provides));
        finding = match &mismatch.kind {
            MismatchKind::Missing { closest } => {
                let finding = finding.at(place, format!("used, but missing: {expects}"));
                match closest {
                    Some(closest) => finding.note(format!("a similar export exists: `{closest}`")),
                    None => finding,
                }
            }
            MismatchKind::Extra => finding.at(at, format!("not in the old module: {provides}")),
            _ => finding
                .at(place, format!("expected {expects}"))
                .at(at, format!("found {provides}")),
        };
    }
    and_more(finding, mismatches.len(), SHOWN).into()
}

fn misfit(whole: &Component, node: &Known, new: &Component) -> Report {
    let (Some(old), Some(new_surface)) = (old_surface(whole, node), surface(new)) else {
        return Report::new();
    };
    let bytes = whole.bytes();
    let used = used(bytes, node);
    let mut wanted = old.clone();
    if let Some(used) = &used {
        wanted.exports.retain(|(name, _)| used.contains(&name.name));
    }
    let mut mismatches = compare_surfaces(&wanted, &new_surface);
    if mismatches.is_empty() {
        mismatches = compare_surfaces(&old, &new_surface);
    }
    if mismatches.is_empty() {
        return Report::new();
    }
    let name = new.source().name();
    let mut finding = codes::MISFIT.report(format!("`{name}` cannot replace `{}`", node.path));
    for mismatch in mismatches.iter().take(SHOWN) {
        let place = [whole.source().name(), &node.path];
        finding = told(finding, name, place, mismatch, &old, &new_surface);
    }
    finding = and_more(finding, mismatches.len(), SHOWN);
    if mismatches.iter().any(is_new_import) {
        finding = finding.help(
            "to satisfy new imports, split it with `witkit split` and compose the parts with the new one",
        );
    }
    finding.into()
}

/// Whether it is that the new component imports something that the old one did not.
fn is_new_import(mismatch: &Mismatch) -> bool {
    let is_import = |[only]: &[String; 1]| only.starts_with("import ");
    let whole = <&[String; 1]>::try_from(mismatch.path.as_slice());
    mismatch.kind == MismatchKind::Extra && whole.is_ok_and(is_import)
}

fn told(
    finding: Diagnostic,
    new: &str,
    [whole, place]: [&str; 2],
    mismatch: &Mismatch,
    old: &Surface,
    surface: &Surface,
) -> Diagnostic {
    let at = |file: &str| Locus::item(file, mismatch.path.clone());
    let in_place = || {
        let path = [place.to_string()].into_iter();
        Locus::item(whole, path.chain(mismatch.path.clone()))
    };
    let (expected, found) = mismatch.labels();
    let [only] = mismatch.path.as_slice() else {
        return finding.at(in_place(), expected).at(at(new), found);
    };
    let (side, name) = match only.split_once(' ') {
        Some(("import", name)) => (Side::Import, name),
        Some((_, name)) => (Side::Export, name),
        None => (Side::Export, only.as_str()),
    };
    let closest = |surface: &Surface| {
        let names = surface
            .side(side)
            .iter()
            .map(|(name, _)| name.name.as_str());
        let names: Vec<&str> = names.collect();
        did_you_mean(name, names).map(str::to_string)
    };
    match (&mismatch.kind, side) {
        (MismatchKind::Extra, Side::Import) => {
            let finding = finding.at(at(new), "unresolved import");
            match closest(old) {
                Some(meant) => finding.note(format!("`{place}` has a similar import: `{meant}`")),
                None => finding,
            }
        }
        (MismatchKind::Missing { .. }, Side::Export) => {
            let finding = finding.at(in_place(), "used, but missing in the new component");
            match closest(surface) {
                Some(meant) => finding.note(format!("a similar export exists: `{meant}`")),
                None => finding,
            }
        }
        _ => finding.at(in_place(), expected).at(at(new), found),
    }
}

fn surface(component: &Component) -> Option<Surface> {
    let decoded = component.decode().ok()?;
    Some(Surface::read(decoded.types(), decoded.component()))
}

/// The exports of the core module in `range`, which counts from `start`, that the component `around`
/// it uses.
fn uses(around: &[u8], range: &Range<usize>, start: usize) -> Option<BTreeSet<String>> {
    let structure = Structure::of(around).ok()?;
    let module = structure.position(&(range.start - start..range.end - start))?;
    core_uses::exports(&structure, module)
}

/// What the component that makes way imports and exports, if it can stand alone.
fn old_surface(whole: &Component, node: &Known) -> Option<Surface> {
    let bytes = whole.bytes();
    let mut old = bytes[node.range.clone()].to_vec();
    if node.around.is_none() {
        let structure = Structure::of(bytes).ok()?;
        let at = structure.position(&node.range)?;
        if let Some(complete) = Extractor::new(&structure).take_out(at).ok()? {
            old = complete.to_vec();
        }
    }
    surface(&Component::new(Source::memory(node.path.clone(), old)).ok()?)
}

/// The exports of the component's instances that are used; none if that is unknown.
fn used(bytes: &[u8], node: &Known) -> Option<BTreeSet<String>> {
    if node.around.is_some() {
        return None;
    }
    let instantiation = Instantiation::of(&Structure::of(bytes).ok()?).ok()?;
    let mut components = instantiation.components.iter();
    let at = components.position(|nested| nested.range == node.range)?;
    let of_it = |origin: &Origin<'_>| match origin {
        Origin::Instance(instance) => match &instantiation.instances[*instance].made {
            Made::Instantiate { component, .. } => *component == Origin::Component(at),
            Made::Bundle(_) => false,
        },
        _ => false,
    };
    let mut used = BTreeSet::new();
    let items = instantiation
        .instances
        .iter()
        .flat_map(|instance| match &instance.made {
            Made::Instantiate { args: items, .. } | Made::Bundle(items) => items,
        });
    let given = items.map(|item| &item.origin);
    for origin in given.chain(instantiation.exports.iter().map(|(_, origin)| origin)) {
        // Who gets the whole instance may use any of its exports.
        if of_it(origin) || *origin == Origin::Component(at) {
            return None;
        }
        let mut origin = origin;
        while let Origin::Export(of, name) = origin {
            if of_it(of) {
                used.insert(name.to_string());
            }
            origin = of;
        }
    }
    Some(used)
}
