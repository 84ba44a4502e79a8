//! Whether the parts, composed again, are equivalent to what was split.
//!
//! Lives here: [`equivalence`]. May import: `wasm`, `surface`, `diag` (ranks 0 to 3).
//! Deliberately absent: what components do at run time. The parts and wires are the same by
//! construction of the plan; the types are compared, because composing builds them again.

use super::{Folder, and_more, codes, finding};
use crate::diag::{Locus, Report};
use crate::source::Source;
use crate::surface::{Mismatch, Surface, compare_surfaces};
use crate::wasm::Component;

/// How many differences are listed.
const SHOWN: usize = 10;

/// How what was made again stands to what was split.
///
/// [`Folder`](crate::split::Folder) shows it in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equivalence {
    /// It has the same bytes.
    Same,
    /// It has the same parts and wires, and the same imports and exports.
    Equivalent,
}

/// Judges `again`, which was composed by the plan of `folder`.
///
/// Fails if it is not equivalent to the original (`split/not-alike`). That it is, but imports less
/// or exports more, is added to `notes`.
///
/// [`Folder`](crate::split::Folder) shows it in use.
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
        let message = "composing the parts again does not give an equivalent component";
        return Err(told(folder, message, &misfits, ["was", "is now"]).into());
    }
    let more = compare_surfaces(&after, &before);
    if !more.is_empty() {
        let message = "the parts, composed again, import less or export more";
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
    for mismatch in mismatches.iter().take(SHOWN) {
        let place = || Locus::item(name, mismatch.path.clone());
        finding = finding
            .at(place(), format!("{expects} {}", mismatch.expects))
            .at(place(), format!("{provides} {}", mismatch.provides));
    }
    and_more(finding, mismatches.len(), SHOWN)
}
