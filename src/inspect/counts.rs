//! Imports and exports without the validator, where all of them are interfaces.
//!
//! Lives here: [`Types`], which is told what enters the index spaces of types and instances, and
//! counts what is in interfaces. May import: the sibling data; wasmparser, which stays behind this
//! door.
//! Deliberately absent: certainty at any price. Whatever takes more than counting is `None`, and
//! the component is decoded; a test holds both ways equal.

use wasmparser::{
    ComponentExternName, ComponentExternalKind, ComponentType, ComponentTypeRef,
    InstanceTypeDeclaration, TypeBounds,
};

use super::model::Face;

/// How much is in an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub functions: usize,
    pub resources: usize,
}

/// An entry of the type index space.
#[derive(Clone, Copy)]
enum Type {
    Instance(Counts),
    /// Of values, functions or components.
    Other,
    /// A resource, or something that is defined elsewhere.
    Unknown,
}

/// The index space of types, as far as it matters.
#[derive(Default)]
pub(super) struct Types(Vec<Type>);

impl Types {
    /// A type is defined.
    pub fn define(&mut self, ty: &ComponentType<'_>) {
        self.0.push(match ty {
            ComponentType::Instance(declarations) => Type::Instance(counts(declarations)),
            ComponentType::Resource { .. } => Type::Unknown,
            _ => Type::Other,
        });
    }

    /// A type comes from somewhere else.
    pub fn alias(&mut self) {
        self.0.push(Type::Unknown);
    }

    /// A type is exported, and has a new index.
    pub fn export(&mut self, index: u32) {
        let entry = self.0.get(index as usize).copied();
        self.0.push(entry.unwrap_or(Type::Unknown));
    }

    /// Something is imported: what is in it if it is an interface.
    pub fn import(&mut self, ty: ComponentTypeRef) -> Option<Counts> {
        match ty {
            ComponentTypeRef::Instance(index) => match self.0.get(index as usize)? {
                Type::Instance(counts) => Some(*counts),
                _ => None,
            },
            ComponentTypeRef::Type(TypeBounds::Eq(index)) => {
                self.export(index);
                None
            }
            ComponentTypeRef::Type(TypeBounds::SubResource) => {
                self.alias();
                None
            }
            _ => None,
        }
    }

    /// Counts an item among others that make an interface.
    pub fn add(
        &self,
        counts: Option<Counts>,
        kind: ComponentExternalKind,
        index: u32,
    ) -> Option<Counts> {
        let mut counts = counts?;
        match kind {
            ComponentExternalKind::Func => counts.functions += 1,
            ComponentExternalKind::Type => match self.0.get(index as usize)? {
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
pub(super) fn face(name: &ComponentExternName<'_>, counts: Counts) -> Face {
    let mut face = Face::new(name.name, "interface");
    face.suffix(name.version_suffix);
    face.implements = name.implements.map(str::to_string);
    face.functions = counts.functions;
    face.resources = counts.resources;
    face
}
