//! Nested components as separate components: what they alias from around them is copied into them.
//!
//! Lives here: [`Extractor`]. May import: `wasm` (rank 1).
//! Deliberately absent: types of the component around them. A part that aliases one is not a valid
//! component by itself, which decoding it shows.

use std::collections::HashMap;
use std::ops::Range;

use wasm_encoder::Encode;
use wasmparser::{ComponentAlias, ComponentOuterAliasKind, Encoding};

use crate::wasm::rewrite::{Instead, rewrite};
use crate::wasm::sections::{Malformed, Section, id, not_too_deep};
use crate::wasm::structure::{Sort, Structure};

/// Takes nested components out of a composition.
pub(super) struct Extractor<'s, 'a> {
    structure: &'s Structure<'a>,
    /// By position: the component with all put into it, or none where it lacks nothing.
    done: HashMap<usize, Option<Vec<u8>>>,
    /// How many bytes have been put into components.
    added: usize,
}

/// How many bytes are put into components at most: one shared module may be wanted in very many
/// places.
const MAX_ADDED: usize = 1 << 30;

impl<'s, 'a> Extractor<'s, 'a> {
    /// For the composition of that structure.
    pub fn new(structure: &'s Structure<'a>) -> Extractor<'s, 'a> {
        Extractor {
            structure,
            done: HashMap::new(),
            added: 0,
        }
    }

    /// The nested component of that position with the core modules and components put into it that
    /// it takes from around it; none if it takes nothing, and its own bytes are all there is to it.
    ///
    /// A shared module takes the place of its alias, so that every index stays as it is: what
    /// `witkit compose --dedupe` has taken out comes back byte for byte.
    pub fn take_out(&mut self, at: usize) -> Result<Option<&[u8]>, Malformed> {
        if !self.done.contains_key(&at) {
            let range = self.structure.nested[at].range.clone();
            let whole = self.component(range, 1, at)?;
            self.done.insert(at, whole);
        }
        Ok(self.done.get(&at).and_then(Option::as_deref))
    }

    /// The component in `range`, which is `depth` levels below the composition, in the nested
    /// component of position `at`; none if it stays as it is.
    fn component(
        &mut self,
        range: Range<usize>,
        depth: u32,
        at: usize,
    ) -> Result<Option<Vec<u8>>, Malformed> {
        not_too_deep(depth)?;
        rewrite(
            self.structure.bytes(),
            range,
            Encoding::Component,
            &mut |section| {
                let instead = match section.id {
                    id::COMPONENT => self
                        .component(section.body.clone(), depth + 1, at)?
                        .map(|inner| nested(id::COMPONENT, &inner)),
                    id::ALIAS => self.aliases(section, depth, at)?,
                    _ => None,
                };
                Ok(instead.map_or(Instead::Itself, Instead::Section))
            },
        )
    }

    /// What stands for a section of aliases of which some lead to the composition; none if none
    /// does.
    fn aliases(
        &mut self,
        section: &Section<'a>,
        depth: u32,
        at: usize,
    ) -> Result<Option<Vec<u8>>, Malformed> {
        let mut made = Vec::new();
        let mut changed = false;
        // Aliases that stay, and how many they are.
        let (mut kept, mut count) = (Vec::new(), 0u32);
        for item in section.ranged::<ComponentAlias<'a>>()? {
            let (range, alias) = item?;
            let instead = self.instead(&alias, depth, at)?;
            let Some(instead) = instead else {
                kept.extend_from_slice(&self.structure.bytes()[range]);
                count += 1;
                continue;
            };
            changed = true;
            if count > 0 {
                made.extend(alias_section(count, &kept));
                (kept, count) = (Vec::new(), 0);
            }
            made.extend(instead);
        }
        if count > 0 {
            made.extend(alias_section(count, &kept));
        }
        Ok(changed.then_some(made))
    }

    /// The section that stands for an alias, if that leads to a core module or component of the
    /// composition.
    fn instead(
        &mut self,
        alias: &ComponentAlias<'a>,
        depth: u32,
        at: usize,
    ) -> Result<Option<Vec<u8>>, Malformed> {
        let ComponentAlias::Outer { kind, count, index } = alias else {
            return Ok(None);
        };
        if *count != depth {
            return Ok(None);
        }
        let bytes = self.structure.bytes();
        let (id, contents) = match kind {
            ComponentOuterAliasKind::CoreModule => {
                match self.structure.nested_at(Sort::CoreModule, *index) {
                    Some(module) => {
                        let range = self.structure.nested[module].range.clone();
                        (id::MODULE, &bytes[range])
                    }
                    None => return Ok(None),
                }
            }
            ComponentOuterAliasKind::Component => {
                match self.structure.nested_at(Sort::Component, *index) {
                    // Only components before this one can be meant, so this comes to an end.
                    Some(other) if other < at => {
                        let range = self.structure.nested[other].range.clone();
                        let whole = self.take_out(other)?.unwrap_or(&bytes[range]);
                        let section = nested(id::COMPONENT, whole);
                        return self.adding(section).map(Some);
                    }
                    _ => return Ok(None),
                }
            }
            ComponentOuterAliasKind::Type | ComponentOuterAliasKind::CoreType => return Ok(None),
        };
        self.adding(nested(id, contents)).map(Some)
    }

    fn adding(&mut self, section: Vec<u8>) -> Result<Vec<u8>, Malformed> {
        self.added += section.len();
        match self.added > MAX_ADDED {
            false => Ok(section),
            true => Err(Malformed::new(
                "copying what its parts share into each of them would exceed 1 GiB",
            )),
        }
    }
}

/// A section with that contents.
fn nested(id: u8, contents: &[u8]) -> Vec<u8> {
    let mut section = vec![id];
    contents.encode(&mut section);
    section
}

fn alias_section(count: u32, items: &[u8]) -> Vec<u8> {
    let mut contents = Vec::new();
    count.encode(&mut contents);
    contents.extend_from_slice(items);
    nested(id::ALIAS, &contents)
}
