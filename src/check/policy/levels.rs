//! All components nested in a component, and how each is built.
//!
//! Lives here: [`Levels`], with the contents of the interfaces that each of them imports.
//! May import: `wasm` (rank 1); wasmparser, which stays behind this door.
//! Deliberately absent: what follows from any of it (`needs`).

use std::collections::BTreeMap;

use wasmparser::{
    ComponentExternalKind, ComponentImport, ComponentTypeRef, InstanceTypeDeclaration,
};

use crate::wasm::instantiation::{Instantiation, Origin};
use crate::wasm::parts;
use crate::wasm::sections::Malformed;
use crate::wasm::structure::Structure;

/// The contents of an imported interface: names, and whether each is a function. None if they are not
/// easy to read.
pub(super) type Shape<'a> = Option<Vec<(&'a str, bool)>>;

/// A component with everything nested in it, as a list; the outermost is the first.
pub(super) struct Levels<'a> {
    levels: Vec<Level<'a>>,
}

/// One component.
pub(super) struct Level<'a> {
    pub instantiation: Instantiation<'a>,
    /// Its path, as in `inspect --parts`; empty for the outermost.
    pub path: String,
    /// It only gives names to types and functions of the component around it.
    pub is_shim: bool,
    /// The contents of each import.
    pub shapes: Vec<Shape<'a>>,
    around: Option<usize>,
    nested: Vec<usize>,
    exports: BTreeMap<&'a str, usize>,
}

impl<'a> Levels<'a> {
    /// Reads the component `bytes`, which has been found valid, at all depths.
    pub fn read(bytes: &'a [u8]) -> Result<Levels<'a>, Malformed> {
        let structure = Structure::in_depth(bytes)?;
        let mut levels: Vec<Level<'a>> = Vec::new();
        let mut waiting = vec![(&structure, parts::of(&structure), None, false)];
        while let Some((structure, part, around, is_shim)) = waiting.pop() {
            let at = levels.len();
            let nested = part.parts.into_iter().enumerate().collect::<Vec<_>>();
            for (position, part) in nested.into_iter().rev() {
                if let Some(inside) = structure.inside(position) {
                    let is_shim = structure.is_shim(position);
                    waiting.push((inside?, part, Some(at), is_shim));
                }
            }
            let exports = structure.exports.iter().enumerate();
            let exports = exports.map(|(at, export)| (export.name.name, at));
            levels.push(Level {
                path: part.path,
                is_shim,
                shapes: shapes(structure),
                around,
                nested: Vec::new(),
                exports: exports.collect(),
                instantiation: Instantiation::of(structure)?,
            });
            if let Some(around) = around {
                levels[around].nested.push(at);
            }
        }
        Ok(Levels { levels })
    }

    /// The component of that position.
    pub fn get(&self, at: usize) -> &Level<'a> {
        // INVARIANT: positions are only made by `read` and `resolve`, both from this list.
        &self.levels[at]
    }

    /// The component that something at level `at` resolves to; none if it is imported, or exported by
    /// an instance.
    pub fn resolve(&self, mut at: usize, origin: &Origin<'a>) -> Option<usize> {
        let mut origin = origin;
        // What is around a component came before it, so this ends.
        loop {
            match origin {
                Origin::Component(nested) => return self.get(at).nested.get(*nested).copied(),
                Origin::Around { levels, index } => {
                    for _ in 0..*levels {
                        at = self.get(at).around?;
                    }
                    origin = self.get(at).instantiation.component(*index)?;
                }
                _ => return None,
            }
        }
    }
}

impl<'a> Level<'a> {
    /// What it exports by that name: its kind, and where it comes from.
    pub fn export(&self, name: &str) -> Option<(ComponentExternalKind, &Origin<'a>)> {
        let (export, origin) = &self.instantiation.exports[*self.exports.get(name)?];
        Some((export.kind, origin))
    }

    /// Whether the import may contain `name`.
    pub fn may_have(&self, import: usize, name: &str) -> bool {
        match self.shapes.get(import) {
            Some(Some(items)) => items.iter().any(|(item, _)| *item == name),
            _ => true,
        }
    }
}

/// The contents of each import of a component.
fn shapes<'a>(structure: &Structure<'a>) -> Vec<Shape<'a>> {
    let shape = |import: &ComponentImport<'a>| match import.ty {
        ComponentTypeRef::Instance(index) => structure.instance_type(index).map(items),
        ComponentTypeRef::Type(_) => Some(Vec::new()),
        _ => None,
    };
    structure.imports.iter().map(shape).collect()
}

/// The contents of an interface, except for instances, which are not easy to read.
fn items<'a>(declarations: &[InstanceTypeDeclaration<'a>]) -> Vec<(&'a str, bool)> {
    let exports = declarations
        .iter()
        .filter_map(|declaration| match declaration {
            InstanceTypeDeclaration::Export { name, ty } => {
                Some((name.name, !matches!(ty, ComponentTypeRef::Type(_))))
            }
            _ => None,
        });
    exports.collect()
}
