//! Whether what was made of the parts again is what was split.
//!
//! Lives here: [`equivalence`]. May import: `wasm`, `surface`, `diag` (ranks 0 to 3).
//! Deliberately absent: what components do when they run. The parts and the wires are the same by
//! the way the plan is made; their types are compared, since these are put together anew.

use super::{Folder, and_more, codes, finding};
use crate::diag::{Locus, Report};
use crate::source::Source;
use crate::surface::{Mismatch, Surface, compare_surfaces};
use crate::wasm::Component;

/// How many differences are told one by one.
const SHOWN: usize = 10;

/// How what was made again stands to what was split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equivalence {
    /// It has the same bytes.
    Same,
    /// It has the same parts and wires, and the same imports and exports.
    Equivalent,
}

/// Judges `again`, which was composed by the plan of `folder`.
///
/// Fails if it cannot stand for the original (`split/not-alike`). That it can, but asks for less
/// or offers more, is added to `notes`.
pub fn equivalence(
    folder: &Folder,
    again: &[u8],
    notes: &mut Report,
) -> Result<Equivalence, Report> {
    let whole = &folder.whole;
    if whole.bytes() == again {
        return Ok(Equivalence::Same);
    }
    let label = format!("{}, composed again", whole.source().name());
    let again = Component::new(Source::memory(label, again.to_vec()))?;
    let before = whole.decode()?;
    let after = again.decode()?;
    let before = Surface::read(before.types(), before.component());
    let after = Surface::read(after.types(), after.component());
    let misfits = compare_surfaces(&before, &after);
    if !misfits.is_empty() {
        let message = "the parts composed again do not give what was split";
        return Err(told(folder, message, &misfits, ["was", "is now"]).into());
    }
    let more = compare_surfaces(&after, &before);
    if !more.is_empty() {
        let message = "what the parts are composed to asks for less, or offers more";
        let mut note = told(folder, message, &more, ["is now", "was"]);
        note.severity = crate::diag::Severity::Note;
        notes.push(note);
    }
    Ok(Equivalence::Equivalent)
}

fn told(
    folder: &Folder,
    message: &str,
    mismatches: &[Mismatch],
    [expects, provides]: [&str; 2],
) -> crate::diag::Diagnostic {
    let mut finding = finding(&codes::NOT_ALIKE, &folder.whole, message.to_string());
    finding.labels.clear();
    let name = folder.whole.source().name();
    let width = expects.len().max(provides.len());
    for mismatch in mismatches.iter().take(SHOWN) {
        let place = || Locus::item(name, mismatch.path.clone());
        finding = finding
            .at(place(), format!("{expects:width$}  {}", mismatch.expects))
            .at(place(), format!("{provides:width$}  {}", mismatch.provides));
    }
    and_more(finding, mismatches.len(), SHOWN)
}
