//! The features that component-level types use, and the items in them that use them.
//!
//! Lives here: [`type_features`]. May import: the siblings; wasmparser, which stays behind this door.
//! Deliberately absent: types that come from instances; their features are found where they are
//! defined.

use std::collections::BTreeMap;

use wasmparser::{
    ComponentAlias, ComponentDefinedType as Defined, ComponentExternName, ComponentExternalKind,
    ComponentOuterAliasKind, ComponentType, ComponentTypeDeclaration as Declaration,
    ComponentTypeRef, ComponentValType, InstanceTypeDeclaration, TypeBounds,
};

use super::{Detected, Feature};

/// The features of a type, each with the item in it that uses it, if that has a name.
pub(super) type Needs = BTreeMap<Feature, Option<String>>;

/// The features of a type, including those of the types that it refers to on the enclosing level.
pub(super) fn needs(ty: &ComponentType<'_>, around: &[Needs]) -> Needs {
    let mut scope = Scope {
        around,
        types: Vec::new(),
        needs: Needs::new(),
    };
    match ty {
        ComponentType::Instance(declarations) => {
            for declaration in declarations {
                match declaration {
                    InstanceTypeDeclaration::Type(ty) => scope.define(ty),
                    InstanceTypeDeclaration::Alias(alias) => scope.alias(alias),
                    InstanceTypeDeclaration::Export { name, ty } => scope.item(name, ty),
                    InstanceTypeDeclaration::CoreType(_) => {}
                }
            }
        }
        ComponentType::Component(declarations) => {
            for declaration in declarations {
                match declaration {
                    Declaration::Type(ty) => scope.define(ty),
                    Declaration::Alias(alias) => scope.alias(alias),
                    Declaration::Export { name, ty } => scope.item(name, ty),
                    Declaration::Import(import) => scope.item(&import.name, &import.ty),
                    Declaration::CoreType(_) => {}
                }
            }
        }
        _ => {
            let mut seen = Detected::default();
            seen.ty(ty);
            let mut needs: Needs = seen.features().map(|feature| (feature, None)).collect();
            for index in references(ty) {
                let of = around.get(index as usize).into_iter().flatten();
                needs.extend(of.map(|(feature, _)| (*feature, None)));
            }
            return needs;
        }
    }
    // What no item has.
    for of in &scope.types {
        for feature in of.keys() {
            scope.needs.entry(*feature).or_insert(None);
        }
    }
    scope.needs
}

/// The type of an instance or component while it is being read.
struct Scope<'n> {
    around: &'n [Needs],
    types: Vec<Needs>,
    needs: Needs,
}

impl Scope<'_> {
    fn define(&mut self, ty: &ComponentType<'_>) {
        let needs = needs(ty, &self.types);
        self.types.push(needs);
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>) {
        if !is_of_type(alias) {
            return;
        }
        let outer = match alias {
            ComponentAlias::Outer {
                count: 1, index, ..
            } => self.around.get(*index as usize),
            _ => None,
        };
        self.types.push(outer.cloned().unwrap_or_default());
    }

    fn item(&mut self, name: &ComponentExternName<'_>, ty: &ComponentTypeRef) {
        let mut seen = Detected::default();
        seen.name(name);
        seen.type_ref(ty);
        let of = type_index(ty).and_then(|index| self.types.get(index));
        let of = of.cloned().unwrap_or_default();
        for feature in seen.features().chain(of.keys().copied()) {
            let item = || Some(name.name.to_string());
            self.needs.entry(feature).or_insert_with(item);
        }
        if let ComponentTypeRef::Type(_) = ty {
            self.types.push(of);
        }
    }
}

/// The component-level type of an import or export.
pub(super) fn type_index(ty: &ComponentTypeRef) -> Option<usize> {
    match ty {
        ComponentTypeRef::Func(index)
        | ComponentTypeRef::Instance(index)
        | ComponentTypeRef::Component(index)
        | ComponentTypeRef::Value(ComponentValType::Type(index))
        | ComponentTypeRef::Type(TypeBounds::Eq(index)) => Some(*index as usize),
        _ => None,
    }
}

/// Whether an alias makes a new entry in the index space of types.
pub(super) fn is_of_type(alias: &ComponentAlias<'_>) -> bool {
    match alias {
        ComponentAlias::InstanceExport { kind, .. } => *kind == ComponentExternalKind::Type,
        ComponentAlias::Outer { kind, .. } => *kind == ComponentOuterAliasKind::Type,
        ComponentAlias::CoreInstanceExport { .. } => false,
    }
}

/// The types that a value or function type refers to.
fn references(ty: &ComponentType<'_>) -> Vec<u32> {
    let mut found = Vec::new();
    let mut val = |ty: &ComponentValType| {
        if let ComponentValType::Type(index) = ty {
            found.push(*index);
        }
    };
    match ty {
        ComponentType::Func(func) => {
            func.params.iter().for_each(|(_, ty)| val(ty));
            func.result.iter().for_each(val);
        }
        ComponentType::Defined(defined) => match defined {
            Defined::Record(fields) => fields.iter().for_each(|(_, ty)| val(ty)),
            Defined::Variant(cases) => cases.iter().flat_map(|c| &c.ty).for_each(val),
            Defined::List(ty) | Defined::FixedLengthList(ty, _) | Defined::Option(ty) => val(ty),
            Defined::Map(key, value) => [key, value].into_iter().for_each(val),
            Defined::Tuple(types) => types.iter().for_each(val),
            Defined::Result { ok, err } => ok.iter().chain(err).for_each(val),
            Defined::Future(ty) | Defined::Stream(ty) => ty.iter().for_each(val),
            _ => {}
        },
        _ => {}
    }
    found
}
