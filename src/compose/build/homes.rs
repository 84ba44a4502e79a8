//! Where the types that exports of the composition mention are defined: in which import of the
//! composition, or in which export of which part.
//!
//! A part's exports mention types by the identities that they have inside the part: what it imports,
//! what it defines, what its instance was given. Three of these may stand for one type, so they are
//! traced to the place where it is defined.
//!
//! Lives here: [`Homes`]. May import: `wasm`, `plan` (rank 1).
//! Deliberately absent: writing types (`ascribe`), and the order of exports (`exports`).

use std::collections::HashMap;

use wasm_encoder::ComponentExportKind;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentInstanceType,
    ComponentValType,
};
use wasmparser::types::TypesRef;

use super::Builder;
use crate::compose::walk::parts_of;
use crate::plan::Target;

/// How many parts may hand a type on to each other; a bound, as a plan may be anything.
const MAX_HANDED_ON: usize = 1000;

/// Where a type is defined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Home {
    pub of: Owner,
    /// Its name there; none if it is an import or export by itself.
    pub name: Option<String>,
}

/// What it is defined in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Owner {
    /// The import of the composition at that position in the plan.
    Import(usize),
    /// That export of the part at that position in the plan.
    Export(usize, String),
    /// The composition itself: the types of that import of the part at that position in the plan.
    Types(usize, String),
}

/// A type as a part knows it: of which of its imports or exports, and its name there.
#[derive(Clone)]
struct Place {
    import: Option<usize>,
    item: String,
    name: Option<String>,
}

/// What is known of the types of one part.
#[derive(Default)]
struct Known {
    places: HashMap<ComponentAnyTypeId, Place>,
    /// Types of the part's instance that have another identity in the part, and that one.
    inside: HashMap<ComponentAnyTypeId, ComponentAnyTypeId>,
}

/// The types of all parts that have been asked about.
#[derive(Default)]
pub(super) struct Homes {
    known: HashMap<usize, Known>,
}

impl Builder<'_> {
    /// Where the type that part `part` knows as `id` is defined; none if it has no name anywhere.
    pub(super) fn home(&mut self, part: usize, id: ComponentAnyTypeId) -> Option<Home> {
        let (mut part, mut id) = (part, id);
        let mut found = None;
        for _ in 0..MAX_HANDED_ON {
            let Some(place) = self.place(part, id) else {
                return found;
            };
            let Some(import) = place.import else {
                return Some(Home {
                    of: Owner::Export(part, place.item),
                    name: place.name,
                });
            };
            if let Some(open) = self.open.get(&(part, import)).copied()
                && self.imports_type(open, place.name.as_deref())
            {
                return Some(Home {
                    of: Owner::Import(open),
                    name: place.name,
                });
            }
            let plan = self.plan;
            let (by, export, name) = match (&plan.parts[part].wires[import].to, place.name) {
                (Target::Export { part, export }, name) => (part, export.clone(), name),
                (Target::Instance { part }, Some(name)) => (part, name, None),
                (Target::Types { part, types }, name) => {
                    let part = *self.by_name.get(part.as_str())?;
                    return Some(Home {
                        of: Owner::Types(part, types.clone()),
                        name,
                    });
                }
                // It equals another type of the part, which is looked at instead.
                (Target::Bound { .. }, None) => {
                    id = self.bound(part, &place.item)?;
                    continue;
                }
                _ => return found,
            };
            part = *self.by_name.get(by.as_str())?;
            found = Some(Home {
                of: Owner::Export(part, export.clone()),
                name: name.clone(),
            });
            // The provider may have it from somewhere else.
            let Some(referenced) = self.referenced(part, &export, name.as_deref()) else {
                return found;
            };
            id = referenced;
        }
        found
    }

    /// Whether an import of the composition has a type: of an interface that a part provides, only
    /// the types that are needed are imported.
    fn imports_type(&self, import: usize, name: Option<&str>) -> bool {
        match (self.imported[import], name) {
            (Some((ComponentExportKind::Instance, instance)), Some(name)) => {
                self.assembly.export_type(instance, name).is_some()
            }
            (made, None) => made.is_some(),
            _ => false,
        }
    }

    fn place(&mut self, part: usize, id: ComponentAnyTypeId) -> Option<Place> {
        if !self.homes.known.contains_key(&part) {
            let known = self.types_of(part);
            self.homes.known.insert(part, known);
        }
        let known = self.homes.known.get(&part)?;
        let id = known.inside.get(&id).unwrap_or(&id);
        known.places.get(id).cloned()
    }

    /// What the type import `name` of a part is bound to equal.
    fn bound(&self, part: usize, name: &str) -> Option<ComponentAnyTypeId> {
        let types = self.assembly.types();
        let component = &types[types.component_at(self.components[part])];
        match component.imports.get(name)?.ty {
            ComponentEntityType::Type {
                referenced,
                created,
            } if referenced != created => Some(referenced),
            _ => None,
        }
    }

    /// What the type that export `export` of a part is, or has as `name`, refers to.
    fn referenced(
        &self,
        part: usize,
        export: &str,
        name: Option<&str>,
    ) -> Option<ComponentAnyTypeId> {
        let types = self.assembly.types();
        let component = &types[types.component_at(self.components[part])];
        let mut ty = component.exports.get(export)?.ty;
        if let Some(name) = name {
            let ComponentEntityType::Instance(id) = ty else {
                return None;
            };
            ty = types[id].exports.get(name)?.ty;
        }
        match ty {
            ComponentEntityType::Type { referenced, .. } => Some(referenced),
            _ => None,
        }
    }

    fn types_of(&self, part: usize) -> Known {
        let types = self.assembly.types();
        let component = &types[types.component_at(self.components[part])];
        let mut known = Known::default();
        for (import, (name, item)) in component.imports.iter().enumerate() {
            let place = |name: Option<&String>, item: &str| Place {
                import: Some(import),
                item: item.to_string(),
                name: name.cloned(),
            };
            known.add(types, name, item.ty, &place);
        }
        for (name, item) in &component.exports {
            let place = |name: Option<&String>, item: &str| Place {
                import: None,
                item: item.to_string(),
                name: name.cloned(),
            };
            known.add(types, name, item.ty, &place);
        }
        let instance = &types[types.component_instance_at(self.instances[part])];
        let mut pairs = Pairs {
            types,
            inside: &mut known.inside,
        };
        for (name, item) in &instance.exports {
            if let Some(inner) = component.exports.get(name) {
                pairs.entity(item.ty, inner.ty);
            }
        }
        for (import, item) in component.imports.values().enumerate() {
            if let Some(made) = self.types_instances.get(&(part, import))
                && let ComponentEntityType::Instance(own) = item.ty
            {
                let made = &types[types.component_instance_at(*made)];
                known.provided(made, &types[own]);
            }
        }
        known
    }
}

impl Known {
    /// Takes note of the types that the composition gives the part for those of an import.
    fn provided(&mut self, made: &ComponentInstanceType, own: &ComponentInstanceType) {
        for (name, item) in &made.exports {
            let own = own.exports.get(name).map(|item| item.ty);
            let (
                ComponentEntityType::Type { created: made, .. },
                Some(ComponentEntityType::Type {
                    created,
                    referenced,
                }),
            ) = (item.ty, own)
            else {
                continue;
            };
            // What another import names is of that one.
            let id = match self.places.contains_key(&referenced) {
                true => referenced,
                false => created,
            };
            self.inside.insert(made, id);
        }
    }

    /// Takes note of the types that an item is or has. What came first is where they are from.
    fn add(
        &mut self,
        types: TypesRef<'_>,
        item: &str,
        ty: ComponentEntityType,
        place: &dyn Fn(Option<&String>, &str) -> Place,
    ) {
        match ty {
            ComponentEntityType::Type { created, .. } => {
                let known = self.places.entry(created);
                known.or_insert_with(|| place(None, item));
            }
            ComponentEntityType::Instance(id) => {
                for (name, inner) in &types[id].exports {
                    if let ComponentEntityType::Type { created, .. } = inner.ty {
                        let known = self.places.entry(created);
                        known.or_insert_with(|| place(Some(name), item));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Walks the same type of a part's instance and of the part side by side.
struct Pairs<'t> {
    types: TypesRef<'t>,
    inside: &'t mut HashMap<ComponentAnyTypeId, ComponentAnyTypeId>,
}

impl Pairs<'_> {
    fn entity(&mut self, outer: ComponentEntityType, inner: ComponentEntityType) {
        match (outer, inner) {
            (ComponentEntityType::Instance(outer), ComponentEntityType::Instance(inner)) => {
                // Where nothing was put in the place of anything, both are one.
                if outer == inner {
                    return;
                }
                let types = self.types;
                for (name, item) in &types[outer].exports {
                    if let Some(other) = types[inner].exports.get(name) {
                        self.entity(item.ty, other.ty);
                    }
                }
            }
            (
                ComponentEntityType::Type {
                    created,
                    referenced,
                    ..
                },
                ComponentEntityType::Type {
                    created: inner_created,
                    referenced: inner_referenced,
                },
            ) => {
                self.id(created, inner_created);
                self.id(referenced, inner_referenced);
            }
            (ComponentEntityType::Func(outer), ComponentEntityType::Func(inner)) => self.id(
                ComponentAnyTypeId::Func(outer),
                ComponentAnyTypeId::Func(inner),
            ),
            (ComponentEntityType::Value(outer), ComponentEntityType::Value(inner)) => {
                self.value(outer, inner);
            }
            _ => {}
        }
    }

    fn id(&mut self, outer: ComponentAnyTypeId, inner: ComponentAnyTypeId) {
        if outer == inner || self.inside.insert(outer, inner).is_some() {
            return;
        }
        let types = self.types;
        match (outer, inner) {
            (ComponentAnyTypeId::Func(outer), ComponentAnyTypeId::Func(inner)) => {
                let (outer, inner) = (&types[outer], &types[inner]);
                let outer = outer.params.iter().map(|(_, ty)| ty).chain(&outer.result);
                let inner = inner.params.iter().map(|(_, ty)| ty).chain(&inner.result);
                for (outer, inner) in outer.zip(inner) {
                    self.value(*outer, *inner);
                }
            }
            (ComponentAnyTypeId::Defined(outer), ComponentAnyTypeId::Defined(inner)) => {
                use ComponentDefinedType::{Borrow, Own};
                match (&types[outer], &types[inner]) {
                    (Own(outer) | Borrow(outer), Own(inner) | Borrow(inner)) => self.id(
                        ComponentAnyTypeId::Resource(*outer),
                        ComponentAnyTypeId::Resource(*inner),
                    ),
                    (outer, inner) => {
                        for (outer, inner) in parts_of(outer).into_iter().zip(parts_of(inner)) {
                            self.value(outer, inner);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, outer: ComponentValType, inner: ComponentValType) {
        if let (ComponentValType::Type(outer), ComponentValType::Type(inner)) = (outer, inner) {
            self.id(
                ComponentAnyTypeId::Defined(outer),
                ComponentAnyTypeId::Defined(inner),
            );
        }
    }
}
