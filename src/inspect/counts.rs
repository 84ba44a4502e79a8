//! Reading imports and exports without the validator, if all of them are interfaces.
//!
//! Lives here: [`Types`], which counts the items of interfaces. May import: `wasm` (rank 1), the
//! sibling data; wasmparser, which stays behind this door.
//! Deliberately absent: completeness. Everything that requires more than counting is `None`, and
//! the component is decoded instead; a test checks that both give the same result.

use wasmparser::{
    ComponentExternName, ComponentExternalKind, ComponentType, ComponentTypeRef,
    InstanceTypeDeclaration, TypeBounds,
};

use super::model::{Counts, Extern};
use crate::wasm::structure::{Entry, Sort, Structure};

/// An entry of the type index space.
#[derive(Clone, Copy)]
enum Type {
    Instance(Counts),
    /// Of values, functions or components.
    Other,
    /// A resource, or a type that is defined elsewhere.
    Unknown,
}

/// The relevant part of the index space of types.
pub(super) struct Types(Vec<Type>);

impl Types {
    /// The types of a component.
    pub fn of(structure: &Structure<'_>) -> Types {
        let mut types = Types(Vec::new());
        for index in 0..structure.count(Sort::Type) as u32 {
            let ty = match structure.origin(Sort::Type, index) {
                Some((_, Entry::Defined(at))) => match &structure.types[at] {
                    ComponentType::Instance(declarations) => Type::Instance(counts(declarations)),
                    ComponentType::Resource { .. } => Type::Unknown,
                    _ => Type::Other,
                },
                Some((_, Entry::Import(at))) => match structure.imports[at].ty {
                    ComponentTypeRef::Type(TypeBounds::Eq(of)) => types.get(of),
                    _ => Type::Unknown,
                },
                _ => Type::Unknown,
            };
            types.0.push(ty);
        }
        types
    }

    fn get(&self, index: u32) -> Type {
        self.0.get(index as usize).copied().unwrap_or(Type::Unknown)
    }

    /// The contents of an import, if it is an interface.
    pub fn import(&self, ty: ComponentTypeRef) -> Option<Counts> {
        match ty {
            ComponentTypeRef::Instance(index) => match self.get(index) {
                Type::Instance(counts) => Some(counts),
                _ => None,
            },
            _ => None,
        }
    }

    /// Counts an item of an interface.
    pub fn add(
        &self,
        counts: Option<Counts>,
        kind: ComponentExternalKind,
        index: u32,
    ) -> Option<Counts> {
        let mut counts = counts?;
        match kind {
            ComponentExternalKind::Func => counts.functions += 1,
            ComponentExternalKind::Type => match self.get(index) {
                Type::Unknown => return None,
                Type::Instance(_) | Type::Other => {}
            },
            _ => {}
        }
        Some(counts)
    }
}

fn counts(declarations: &[InstanceTypeDeclaration<'_>]) -> Counts {
    let mut counts = Counts::default();
    for declaration in declarations {
        if let InstanceTypeDeclaration::Export { ty, .. } = declaration {
            match ty {
                ComponentTypeRef::Func(_) => counts.functions += 1,
                ComponentTypeRef::Type(TypeBounds::SubResource) => counts.resources += 1,
                _ => {}
            }
        }
    }
    counts
}

/// An interface that is imported or exported.
pub(super) fn external(name: &ComponentExternName<'_>, counts: Counts) -> Extern {
    let mut external = Extern::new(name.name, "interface");
    external.suffix(name.version_suffix);
    external.implements = name.implements.map(str::to_string);
    external.functions = counts.functions;
    external.resources = counts.resources;
    external
}
