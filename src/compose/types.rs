//! The types of parts, each decoded on first use.
//!
//! Types decide only between several versions on one track, and explain; whether a wire holds is
//! for the validator to say when the composition is built.
//!
//! Lives here: [`Types`]. May import: `wasm`, `surface` (rank 1–3).
//! Deliberately absent: resource identity across parts.

use std::collections::{HashMap, HashSet};

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::{ComponentTypeRef, TypeBounds};

use super::parts::Parts;
use super::resources::resources_in;
use super::walk::{items, made_of};
use crate::surface::{self, ExternName, Instance, Item, Mismatch, Side, Surface, TypeDef};
use crate::wasm::decode::Decoded;
use crate::wasm::structure::Structure;

/// The types of parts.
pub(crate) struct Types<'a> {
    parts: &'a Parts,
    structures: &'a [Structure<'a>],
    /// None where decoding failed; building the composition says why.
    decoded: HashMap<usize, Option<Decoded>>,
}

impl<'a> Types<'a> {
    pub fn new(parts: &'a Parts, structures: &'a [Structure<'a>]) -> Types<'a> {
        Types {
            parts,
            structures,
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

    /// An import of a part.
    pub fn imported(&mut self, part: usize, name: &str) -> Option<Item> {
        self.item(part, Side::Import, name)
    }

    /// Whether an import of a part contains only types, so that it needs no provider.
    pub fn has_types_only(&mut self, part: usize, import: usize) -> bool {
        let name = self.structures[part].imports[import].name.name;
        let item = self.item(part, Side::Import, name);
        item.is_some_and(|item| item.has_types_only(name))
    }

    /// The resources that an import of a part defines, if it has nothing else but types.
    pub fn resources_only(&mut self, part: usize, import: usize) -> Vec<String> {
        let name = self.structures[part].imports[import].name.name;
        let Some(Item::Instance(instance)) = self.item(part, Side::Import, name) else {
            return Vec::new();
        };
        let all_types = instance
            .exports
            .iter()
            .all(|(_, i)| matches!(i, Item::Type(_)));
        let defined = instance
            .exports
            .iter()
            .filter(|(_, i)| !i.has_types_only(name));
        let names = defined.map(|(resource, _)| resource.name.clone());
        if all_types {
            names.collect()
        } else {
            Vec::new()
        }
    }

    /// Whether two imports, each of a part, are interfaces of the same types, wherever these are
    /// from: none of them is a resource.
    pub fn are_same_types(&mut self, one: (usize, usize), other: (usize, usize)) -> bool {
        let [one, other] = [one, other].map(|(part, import)| {
            let name = self.structures[part].imports[import].name.name;
            let item = self.item(part, Side::Import, name)?;
            resources_in(&item).is_empty().then_some(item)
        });
        match (one, other) {
            (Some(one), Some(other)) => {
                let misfits = |a, b| surface::compare(a, b);
                misfits(&one, &other).is_empty() && misfits(&other, &one).is_empty()
            }
            _ => false,
        }
    }

    /// Whether two imports, each of a part, are of the same type.
    pub fn are_one_type(&mut self, one: (usize, usize), other: (usize, usize)) -> bool {
        let [one, other] = [one, other].map(|(part, import)| {
            let name = self.structures[part].imports[import].name.name;
            match self.item(part, Side::Import, name)? {
                Item::Type(TypeDef::Defined(ty)) => Some(ty),
                _ => None,
            }
        });
        one.is_some() && one == other
    }

    /// All of a part's imports and exports.
    pub fn surface(&mut self, part: usize) -> Option<Surface> {
        let decoded = self.decoded(part)?;
        Some(Surface::read(decoded.types(), decoded.component()))
    }

    /// The imports of a part that are types of its own world and that `exports` mention, which have
    /// no other name for them.
    pub fn world_types(&mut self, part: usize, exports: &[&str]) -> Vec<usize> {
        let imports = self.structures[part].imports.iter().enumerate();
        let bound = |ty| matches!(ty, ComponentTypeRef::Type(TypeBounds::Eq(_)));
        let bound: Vec<(usize, &str)> = imports
            .filter(|(_, import)| bound(import.ty))
            .map(|(at, import)| (at, import.name.name))
            .collect();
        if bound.is_empty() {
            return Vec::new();
        }
        let Some(decoded) = self.decoded(part) else {
            return Vec::new();
        };
        let (types, component) = (decoded.types(), decoded.component());
        // What an interface names needs no other name.
        let mut named: HashSet<ComponentAnyTypeId> = HashSet::new();
        for item in component.imports.values() {
            if let ComponentEntityType::Instance(_) = item.ty {
                named.extend(items(types, item.ty).into_iter().filter_map(created));
            }
        }
        let mut todo: Vec<ComponentAnyTypeId> = Vec::new();
        for (name, item) in &component.exports {
            if exports.contains(&name.as_str()) {
                for item in items(types, item.ty) {
                    match item {
                        ComponentEntityType::Func(id) => todo.push(ComponentAnyTypeId::Func(id)),
                        ComponentEntityType::Type { referenced, .. } => todo.push(referenced),
                        _ => {}
                    }
                }
            }
        }
        let mut seen: HashSet<ComponentAnyTypeId> = HashSet::new();
        while let Some(id) = todo.pop() {
            if seen.insert(id) {
                todo.extend(made_of(types, id));
            }
        }
        let of_the_world = |name: &str| {
            component
                .imports
                .get(name)
                .is_some_and(|item| match item.ty {
                    ComponentEntityType::Type {
                        created,
                        referenced,
                    } => seen.contains(&created) && !named.contains(&referenced),
                    _ => false,
                })
        };
        let wanted = bound.into_iter().filter(|(_, name)| of_the_world(name));
        wanted.map(|(import, _)| import).collect()
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
        let name = self.structures[part].imports[import].name.name;
        let expected = self.item(part, Side::Import, name);
        let provided = self.item(provider, Side::Export, export);
        match (expected, provided) {
            (Some(expected), Some(provided)) => surface::compare(&expected, &provided),
            _ => Vec::new(),
        }
    }

    /// Why the instance of part `provider` as a whole does not serve.
    pub fn whole_misfits(&mut self, part: usize, import: usize, provider: usize) -> Vec<Mismatch> {
        let name = self.structures[part].imports[import].name.name;
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

/// The identity of a type that is imported or exported as such.
fn created(item: ComponentEntityType) -> Option<ComponentAnyTypeId> {
    match item {
        ComponentEntityType::Type { created, .. } => Some(created),
        _ => None,
    }
}
