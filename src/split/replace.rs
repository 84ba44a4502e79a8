//! Replacing a nested component or core module, with everything around it unchanged.
//!
//! Lives here: [`replace`]. May import: `parts`, `wasm`, `diag`, `source` (ranks 0 to 2).
//! Deliberately absent: changing wires. A part that needs other wires does not fit, and `misfits` says
//! so.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::Encoding;

use super::misfits::misfits;
use super::replacement::Replacement;
use super::{codes, finding};
use crate::diag::{Diagnostic, Report, Severity};
use crate::parts::{Known, Parts, Unfound};
use crate::source::Source;
use crate::wasm::rewrite::{Instead, rewrite};
use crate::wasm::sections::{Malformed, id};
use crate::wasm::{self, Component};

/// A component with others in the places of some parts that were nested in it.
///
/// [`replace`] has an example.
pub struct Replaced {
    /// The component.
    pub component: Component,
    /// What there is to say besides.
    pub report: Report,
    /// Whether all of it has been validated, code included.
    pub validated: bool,
}

/// Puts components and core modules in the places of nested ones, each under any name that
/// `inspect --extract` takes for the one that makes way.
///
/// Nothing else changes but the lengths of what is around them. Fails if a name is that of none
/// (`split/unknown-part`) or of one instance among several (`split/shared-part`), and if the
/// validator refuses the result (`split/misfit`).
///
/// ```
/// use witkit::split::{Replacement, replace};
/// use witkit::{Component, Source};
///
/// let whole = Component::open(("app.wat", r#"(component (core module $m (func)))"#))?;
/// let new = Replacement::read(Source::memory("new.wat", "(module (func) (func))"))?;
/// assert_eq!(new.source().name(), "new.wat");
/// let replaced = replace(&whole, &[("m".into(), new)])?;
/// assert_ne!(replaced.component.bytes(), whole.bytes());
/// # Ok::<(), witkit::Report>(())
/// ```
pub fn replace(whole: &Component, swaps: &[(String, Replacement)]) -> Result<Replaced, Report> {
    whole.structure()?;
    whole.decode()?;
    let bytes = whole.bytes();
    let parts = Parts::of(bytes);
    let mut report = Report::new();
    let mut chosen: BTreeMap<usize, &Replacement> = BTreeMap::new();
    for (wanted, new) in swaps {
        if let Replacement::Component(new) = new
            && let Err(finding) = new.structure().and_then(|_| new.decode())
        {
            report.push(finding);
        }
        let at = match named(whole, &parts, wanted) {
            Ok(at) => at,
            Err(finding) => {
                report.push(finding);
                continue;
            }
        };
        let known = &parts.all()[at];
        if known.kind != new.kind() {
            report.push(other_kind(whole, known, new));
            continue;
        }
        if chosen.insert(at, new).is_some() {
            let message = format!("part `{wanted}` is replaced twice");
            report.push(finding(&codes::UNKNOWN_PART, whole, message));
        }
        if known.instances.len() > 1 {
            let count = known.instances.len();
            let message = format!("all {count} instances of `{}` are replaced", known.path);
            let mut note = finding(&codes::SHARED_PART, whole, message);
            note.severity = Severity::Note;
            report.push(note);
        }
    }
    for at in chosen.keys() {
        let mut around = parts.all()[*at].around;
        while let Some(outer) = around {
            if chosen.contains_key(&outer) {
                let (inner, outer) = (&parts.all()[*at].path, &parts.all()[outer].path);
                let message = format!("part `{inner}` is in `{outer}`, which is replaced too");
                report.push(finding(&codes::UNKNOWN_PART, whole, message));
            }
            around = parts.all()[outer].around;
        }
    }
    if report.has_errors() {
        return Err(report);
    }
    let new: BTreeMap<usize, &[u8]> = chosen
        .iter()
        .map(|(at, new)| (parts.all()[*at].range.start, new.source().bytes()))
        .collect();
    let made = rebuilt(bytes, 0..bytes.len(), &new).map_err(|e| whole.malformed(&e))?;
    let component = Component::new(Source::memory(whole.source().name(), made))?;
    // Types alone do not tell whether a core module fits.
    let validated = chosen
        .values()
        .any(|new| matches!(new, Replacement::Module(_)));
    let verdict = component.decode().map_err(Report::from);
    let verdict = verdict.and_then(|_| match validated {
        true => wasm::validate(component.source()),
        false => Ok(()),
    });
    if let Err(refused) = verdict {
        if validated && wasm::validate(whole.source()).is_err() {
            // It was invalid before, so the replacement is not to blame.
            return Err(refused);
        }
        let places = chosen.iter().map(|(at, new)| (&parts.all()[*at], *new));
        let places: Vec<_> = places.collect();
        return Err(misfits(whole, &parts, &places, &refused));
    }
    Ok(Replaced {
        component,
        report,
        validated,
    })
}

fn other_kind(whole: &Component, known: &Known, new: &Replacement) -> Diagnostic {
    let message = format!(
        "`{}` is a {}, but `{}` is a {}",
        known.path,
        known.kind,
        new.source().name(),
        new.kind()
    );
    let finding = finding(&codes::MISFIT, whole, message);
    match new {
        Replacement::Module(_) => finding.help(format!(
            "name a core module in it: `--replace {}/MODULE=FILE` (`witkit inspect --parts` lists them)",
            known.path
        )),
        Replacement::Component(_) => {
            finding.help("pass a core module: `.wasm`, or `.wat` text")
        }
    }
}

/// The component in `range` with what is new in its places; these are known by where their bytes
/// began.
fn rebuilt(
    bytes: &[u8],
    range: Range<usize>,
    new: &BTreeMap<usize, &[u8]>,
) -> Result<Vec<u8>, Malformed> {
    let made = rewrite(bytes, range.clone(), Encoding::Component, &mut |section| {
        let is_part = matches!(section.id, id::COMPONENT | id::MODULE);
        if !is_part || new.range(section.body.clone()).next().is_none() {
            return Ok(Instead::Itself);
        }
        Ok(Instead::Contents(match new.get(&section.body.start) {
            Some(contents) => contents.to_vec(),
            None => rebuilt(bytes, section.body.clone(), new)?,
        }))
    })?;
    Ok(made.unwrap_or_else(|| bytes[range].to_vec()))
}

/// The part that is called `wanted`.
fn named(whole: &Component, parts: &Parts, wanted: &str) -> Result<usize, Diagnostic> {
    let at = parts.find(wanted).map_err(|Unfound { why, help }| {
        let message = format!(
            "cannot find part `{wanted}` in `{}`: {why}",
            whole.source().name()
        );
        let finding = finding(&codes::UNKNOWN_PART, whole, message);
        match help {
            Some(help) => finding.help(help),
            None => finding,
        }
    })?;
    let known = &parts.all()[at];
    if parts.is_one_of_several(at, wanted) {
        let (path, count) = (&known.path, known.instances.len());
        let message = format!("`{wanted}` is one of {count} instances of `{path}`");
        return Err(finding(&codes::SHARED_PART, whole, message)
            .help(format!("replace all instances: `--replace {path}=FILE`")));
    }
    Ok(at)
}
