//! The types of parts, each decoded when it is first asked for.
//!
//! Types decide only between several versions on one track, and explain; whether a wire holds is
//! for the validator to say when the composition is built.
//!
//! Lives here: [`Types`]. May import: `wasm`, `surface` (rank 1–3).
//! Deliberately absent: resource identity across parts.

use std::collections::HashMap;

use super::parts::Parts;
use crate::surface::{self, ExternName, Instance, Item, Mismatch, Side, Surface};
use crate::wasm::decode::Decoded;
use crate::wasm::outline::Outline;

/// The types of parts.
pub(crate) struct Types<'a> {
    parts: &'a Parts,
    outlines: &'a [Outline<'a>],
    /// None where decoding failed; building the composition says why.
    decoded: HashMap<usize, Option<Decoded>>,
}

impl<'a> Types<'a> {
    pub fn new(parts: &'a Parts, outlines: &'a [Outline<'a>]) -> Types<'a> {
        Types {
            parts,
            outlines,
            decoded: HashMap::new(),
        }
    }

    fn decoded(&mut self, part: usize) -> Option<&Decoded> {
        let component = &self.parts.all()[part].component;
        self.decoded
            .entry(part)
            .or_insert_with(|| component.decode().ok())
            .as_ref()
    }

    /// An import or export of a part.
    pub fn item(&mut self, part: usize, side: Side, name: &str) -> Option<Item> {
        let decoded = self.decoded(part)?;
        surface::read_item(decoded.types(), decoded.component(), side, name)
    }

    /// All of a part's imports and exports.
    pub fn surface(&mut self, part: usize) -> Option<Surface> {
        let decoded = self.decoded(part)?;
        Some(Surface::read(decoded.types(), decoded.component()))
    }

    /// Why export `export` of part `provider` does not serve import `import` of part `part`;
    /// empty if it does, as far as the two types alone can tell.
    pub fn misfits(
        &mut self,
        part: usize,
        import: usize,
        provider: usize,
        export: &str,
    ) -> Vec<Mismatch> {
        let name = self.outlines[part].imports[import].name.name;
        let expected = self.item(part, Side::Import, name);
        let provided = self.item(provider, Side::Export, export);
        match (expected, provided) {
            (Some(expected), Some(provided)) => surface::compare(&expected, &provided),
            _ => Vec::new(),
        }
    }

    /// Why the instance of part `provider` as a whole does not serve.
    pub fn whole_misfits(&mut self, part: usize, import: usize, provider: usize) -> Vec<Mismatch> {
        let name = self.outlines[part].imports[import].name.name;
        let expected = self.item(part, Side::Import, name);
        let provided: Option<Vec<(ExternName, Item)>> =
            self.surface(provider).map(|surface| surface.exports);
        match (expected, provided) {
            (Some(expected), Some(exports)) => {
                surface::compare(&expected, &Item::Instance(Instance { exports }))
            }
            _ => Vec::new(),
        }
    }
}
