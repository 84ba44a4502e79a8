//! What was saved, and where: the document `witkit.slim/1`.
//!
//! Lives here: [`Summary`]. May import: `parts` (rank 2).
//! Deliberately absent: the human format (`cli`).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::parts::Parts;

/// The value of `schema`.
pub const SCHEMA: &str = "witkit.slim/1";

/// What was saved.
///
/// [`Outcome`](crate::slim::Outcome) shows it in use.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The input.
    pub file: String,
    /// How large it was, in bytes.
    pub before: u64,
    /// How large it is.
    pub after: u64,
    /// The input and everything nested in it, each without its own nested parts.
    pub parts: Vec<Part>,
}

/// The input, or a part of it.
///
/// [`Outcome`](crate::slim::Outcome) shows it in use.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Its place, as `inspect` shows it; empty for the input.
    pub index: String,
    /// The names on the way to it; empty for the input.
    pub path: String,
    /// `component` or `core module`.
    pub kind: &'static str,
    /// How large it was, in bytes, without what is nested in it.
    pub before: u64,
    /// How large it is.
    pub after: u64,
    /// What was removed from it.
    pub removed: Vec<Removed>,
    /// The part that stands for it, as it is the same.
    pub same_as: Option<String>,
}

/// What was removed.
///
/// [`Outcome`](crate::slim::Outcome) shows it in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// `debug`, `names`, `producers`, `custom`; or `wasm-opt`, for what that has saved.
    pub what: &'static str,
    /// How many bytes.
    pub bytes: u64,
}

impl Summary {
    /// That of `bytes`, of which nothing has been removed yet.
    pub(super) fn before(file: &str, bytes: &[u8], parts: &Parts) -> Summary {
        let kind = match wasmparser::Parser::is_core_wasm(bytes) {
            true => "core module",
            false => "component",
        };
        let part = |index: &str, path: &str, kind, len: usize| Part {
            index: index.to_string(),
            path: path.to_string(),
            kind,
            before: len as u64,
            after: 0,
            removed: Vec::new(),
            same_as: None,
        };
        let mut all = vec![part("", "", kind, bytes.len())];
        for known in parts.all() {
            all.push(part(
                &known.index,
                &known.path,
                known.kind,
                known.range.len(),
            ));
            let around = known.around.map_or(0, |around| around + 1);
            all[around].before -= known.range.len() as u64;
        }
        Summary {
            schema: SCHEMA,
            file: file.to_string(),
            before: bytes.len() as u64,
            after: 0,
            parts: all,
        }
    }

    /// Notes that something was removed from the part at `at`.
    pub(super) fn removed(&mut self, at: usize, what: &'static str, bytes: u64) {
        let removed = &mut self.parts[at].removed;
        match removed.iter_mut().find(|removed| removed.what == what) {
            Some(removed) => removed.bytes += bytes,
            None => removed.push(Removed { what, bytes }),
        }
    }

    /// Notes how large it is, and which part stands for each of those that are not there.
    pub(super) fn finish(&mut self, after: usize) {
        self.after = after as u64;
        let mut same: BTreeMap<String, String> = BTreeMap::new();
        // What stands for another came before it, and so did what is around it.
        for part in &mut self.parts {
            if let Some(other) = &part.same_as {
                let other = same.get(other).unwrap_or(other).clone();
                same.insert(part.path.clone(), other.clone());
                part.same_as = Some(other);
                continue;
            }
            let around = part.path.rmatch_indices('/').map(|(at, _)| at);
            let stands = around.filter(|_| part.after == 0).find_map(|at| {
                Some(format!(
                    "{}{}",
                    same.get(&part.path[..at])?,
                    &part.path[at..]
                ))
            });
            if let Some(stands) = &stands {
                same.insert(part.path.clone(), stands.clone());
            }
            part.same_as = stands;
        }
    }

    /// The JSON form, with a line feed at the end.
    pub fn to_json(&self) -> String {
        // INVARIANT: there are only strings, numbers and lists in it, which all have a JSON form.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}
