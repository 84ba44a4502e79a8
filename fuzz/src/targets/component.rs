//! Components of the fixtures with changes of their sections: as [`binary`], deeper than bytes that
//! are changed anywhere get.
//!
//! The bytes are a recipe: the number of a component, that of one to take sections from, and four bytes
//! for each change.

use std::sync::OnceLock;

use super::sections::Sections;
use super::{binary, seed, seeds};

/// The most changes that are made: what has many is broken at the first already.
const CHANGES: usize = 8;

/// Bytes as a recipe.
pub fn check(data: &[u8]) -> Result<(), String> {
    let Some(bytes) = made(data) else {
        return Ok(());
    };
    binary::holds(&bytes, seed(data)).map_err(|told| {
        let text = witkit::wasm::print(&bytes).unwrap_or_else(|e| e);
        format!("{told}\n{text}\n{}", bytes.escape_ascii())
    })
}

/// What a recipe comes to.
pub fn made(data: &[u8]) -> Option<Vec<u8>> {
    static SECTIONS: OnceLock<Vec<Sections>> = OnceLock::new();
    let all = SECTIONS.get_or_init(|| {
        let all = seeds::assembled();
        all.iter()
            .filter_map(|bytes| Sections::read(bytes))
            .collect()
    });
    let ([first, second, other], changes) = data.split_first_chunk()?;
    let first = u16::from_le_bytes([*first, *second]);
    let mut sections = all.get(usize::from(first) % all.len())?.clone();
    let other = &all[usize::from(*other) % all.len()];
    for change in changes.chunks_exact(4).take(CHANGES) {
        let change: [u8; 4] = change.try_into().ok()?;
        sections.change(change, other);
    }
    Some(sections.write())
}
