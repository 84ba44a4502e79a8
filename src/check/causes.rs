//! Mismatches with one cause become one finding: a type that differs, or is missing, where it is
//! defined also differs in every interface that uses it.
//!
//! Lives here: [`merged`]. May import: `surface` (rank 3), the siblings.
//! Deliberately absent: what counts as one cause, and the messages (`findings`).

use std::collections::BTreeMap;

use super::wit_places::{Place, step};
use crate::surface::Mismatch;

/// Something that differs, or that one side lacks.
pub(super) struct Difference {
    /// The member of an interface, if it is one.
    pub member: Option<String>,
    pub place: Place,
    pub mismatch: Mismatch,
}

/// A difference, with the other places where it is the same one.
pub(super) struct Cause {
    pub found: Difference,
    pub also: Vec<Difference>,
}

/// Causes, grouped by import or export, or by member of it.
///
/// Differences with the same `cause` are reported once: where it has the lowest rank, or else at the
/// shortest path.
pub(super) fn merged<K: Ord>(
    found: Vec<Difference>,
    cause: impl Fn(&Difference) -> Option<(K, usize)>,
) -> Vec<Vec<Cause>> {
    let found = found.into_iter().enumerate();
    let mut found: Vec<_> = found.map(|(at, f)| (cause(&f), at, f)).collect();
    found.sort_by_key(|(cause, at, found)| {
        let rank = cause.as_ref().map(|(_, rank)| *rank);
        (rank, found.place.path.len(), *at)
    });
    let mut causes: Vec<(usize, Cause)> = Vec::new();
    let mut known = BTreeMap::new();
    for (cause, at, found) in found {
        if let Some((key, _)) = cause {
            let next = causes.len();
            let first = *known.entry(key).or_insert(next);
            if let Some((_, cause)) = causes.get_mut(first) {
                cause.also.push(found);
                continue;
            }
        }
        let also = Vec::new();
        causes.push((at, Cause { found, also }));
    }
    causes.sort_by_key(|(at, _)| *at);
    let mut groups: BTreeMap<(String, Option<String>), Vec<Cause>> = BTreeMap::new();
    for (_, cause) in causes {
        let Difference { place, member, .. } = &cause.found;
        let key = (step(place.side, place.name()), member.clone());
        groups.entry(key).or_default().push(cause);
    }
    groups.into_values().collect()
}
