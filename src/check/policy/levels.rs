//! All components that are nested in one, and how each is put together.
//!
//! Lives here: [`Levels`], and what is in the interfaces that each of them imports.
//! May import: `wasm` (rank 1), `wiring` (2); wasmparser, which stays behind this door.
//! Deliberately absent: what follows from any of it (`needs`).

use std::collections::BTreeMap;

use wasmparser::{
    ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport,
    ComponentOuterAliasKind, ComponentType, ComponentTypeRef, Encoding, InstanceTypeDeclaration,
    TypeBounds,
};

use crate::wasm::parts::{self, Part};
use crate::wasm::skeleton::Malformed;
use crate::wasm::skeleton::sections::{Sections, id};
use crate::wiring::{Origin, Wiring};

/// What is in an imported interface: names, and whether each is a function. None if that is not
/// easily told.
pub(super) type Shape<'a> = Option<Vec<(&'a str, bool)>>;

/// A component with all that is nested in it, as a list; the outermost is the first.
pub(super) struct Levels<'a> {
    levels: Vec<Level<'a>>,
}

/// One component.
pub(super) struct Level<'a> {
    pub wiring: Wiring<'a>,
    /// The way to it, as people see it in `inspect --parts`; empty for the outermost.
    pub path: String,
    /// It only gives names to types and functions of the component around it.
    pub is_shim: bool,
    /// What each import has in it.
    pub shapes: Vec<Shape<'a>>,
    around: Option<usize>,
    nested: Vec<usize>,
    exports: BTreeMap<&'a str, usize>,
}

impl<'a> Levels<'a> {
    /// Reads the component `bytes`, which has been found valid, at all depths.
    pub fn read(bytes: &'a [u8]) -> Result<Levels<'a>, Malformed> {
        let mut paths = BTreeMap::new();
        paths_below(parts::tree(bytes), &mut paths);
        let mut levels: Vec<Level<'a>> = Vec::new();
        let mut waiting: Vec<(_, Option<usize>, bool)> = vec![(0..bytes.len(), None, false)];
        while let Some((range, around, is_shim)) = waiting.pop() {
            let wiring = Wiring::read(bytes, range.clone())?;
            let at = levels.len();
            for nested in wiring.components.iter().rev() {
                let is_shim = wiring.is_shim(bytes, nested);
                waiting.push((nested.range.clone(), Some(at), is_shim));
            }
            let exports = wiring.exports.iter().enumerate();
            let exports = exports.map(|(at, (export, _))| (export.name.name, at));
            levels.push(Level {
                path: paths.remove(&range.start).unwrap_or_default(),
                is_shim,
                shapes: shapes(bytes, range)?,
                around,
                nested: Vec::new(),
                exports: exports.collect(),
                wiring,
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

    /// The component that something at level `at` comes to; none for what is imported, or is
    /// exported by an instance.
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
                    origin = self.get(at).wiring.component(*index)?;
                }
                _ => return None,
            }
        }
    }
}

impl<'a> Level<'a> {
    /// What it exports by that name: its kind, and where it comes from.
    pub fn export(&self, name: &str) -> Option<(ComponentExternalKind, &Origin<'a>)> {
        let (export, origin) = &self.wiring.exports[*self.exports.get(name)?];
        Some((export.kind, origin))
    }

    /// Whether the import has `name` in it, as far as can be told.
    pub fn may_have(&self, import: usize, name: &str) -> bool {
        match self.shapes.get(import) {
            Some(Some(items)) => items.iter().any(|(item, _)| *item == name),
            _ => true,
        }
    }
}

/// The paths of components, by where they begin.
fn paths_below(root: Part, paths: &mut BTreeMap<usize, String>) {
    let mut waiting = vec![root];
    while let Some(part) = waiting.pop() {
        if part.kind == "component" {
            paths.insert(part.range.start, part.path);
        }
        waiting.extend(part.parts);
    }
}

/// What each import of a component has in it.
fn shapes<'a>(bytes: &'a [u8], range: std::ops::Range<usize>) -> Result<Vec<Shape<'a>>, Malformed> {
    let mut types: Vec<Shape<'a>> = Vec::new();
    let mut imports = Vec::new();
    let mut sections = Sections::new(bytes, range, Encoding::Component)?;
    while let Some(section) = sections.next()? {
        match section.id {
            id::TYPE => {
                for ty in section.items::<ComponentType<'a>>()? {
                    types.push(match ty? {
                        ComponentType::Instance(declarations) => Some(items(&declarations)),
                        _ => None,
                    });
                }
            }
            id::IMPORT => {
                for import in section.items::<ComponentImport<'a>>()? {
                    let same = |index: u32| types.get(index as usize).cloned().flatten();
                    let shape = match import?.ty {
                        ComponentTypeRef::Instance(index) => same(index),
                        ComponentTypeRef::Type(TypeBounds::Eq(index)) => {
                            types.push(same(index));
                            Some(Vec::new())
                        }
                        ComponentTypeRef::Type(TypeBounds::SubResource) => {
                            types.push(None);
                            Some(Vec::new())
                        }
                        _ => None,
                    };
                    imports.push(shape);
                }
            }
            id::ALIAS => {
                for alias in section.items::<ComponentAlias<'a>>()? {
                    match alias? {
                        ComponentAlias::InstanceExport {
                            kind: ComponentExternalKind::Type,
                            ..
                        }
                        | ComponentAlias::Outer {
                            kind: ComponentOuterAliasKind::Type,
                            ..
                        } => types.push(None),
                        _ => {}
                    }
                }
            }
            id::EXPORT => {
                for export in section.items::<ComponentExport<'a>>()? {
                    let export = export?;
                    if export.kind == ComponentExternalKind::Type {
                        types.push(types.get(export.index as usize).cloned().flatten());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(imports)
}

/// What an interface has in it, but for the instances: these are not easily told.
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
