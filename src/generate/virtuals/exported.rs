//! Exporting an interface out of functions and types that are there: by a component inside, as only
//! what a component exports has a name that types of functions can use.
//!
//! May import: `surface` (rank 2), the sibling modules. Deliberately absent: the functions.

use std::collections::BTreeSet;

use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentTypeRef, TypeBounds};

use crate::generate::Fallible;
use crate::generate::items::nameless;
use crate::generate::part::{Given, PASSED, Part};
use crate::generate::types::Types;
use crate::surface::{Func, TypeDef};

/// Exports the interface of `part`, whose functions and their indices are those.
pub(super) fn export(
    outer: &mut ComponentBuilder,
    part: &Part<'_, '_>,
    name: &str,
    types: &mut Types,
    functions: &[(&str, &Func, u32)],
) -> Fallible<()> {
    let mut args: Vec<(String, ComponentExportKind, u32)> = Vec::new();
    let mut inner = ComponentBuilder::default();
    let mut given = Given::default();
    let mut named = Vec::new();
    for (position, resource) in part.foreign()?.iter().enumerate() {
        let argument = format!("r{position}");
        let sub = ComponentTypeRef::Type(TypeBounds::SubResource);
        let index = inner.import(argument.as_str(), sub);
        given.types.set_resource(resource.key.clone(), index);
        let own = types.resource_of(&resource.key)?;
        args.push((argument, ComponentExportKind::Type, own));
    }
    for (position, ty) in nameless(part.items).into_iter().enumerate() {
        let argument = format!("t{position}");
        let index = given.types.defined(&mut inner, ty)?;
        let bound = ComponentTypeRef::Type(TypeBounds::Eq(index));
        let index = inner.import(argument.as_str(), bound);
        given.types.set(ty, index);
        named.push((ty, index));
        args.push((argument, ComponentExportKind::Type, types.index(ty)?));
    }
    // Names of methods are for where their resources have names.
    let plain: Vec<String> = (0..functions.len()).map(|at| format!("f{at}")).collect();
    let all = plain.iter().zip(functions);
    let passed: Vec<(&str, &Func)> = all.map(|(n, (_, f, _))| (n.as_str(), *f)).collect();
    let ty = part.instance_type(&passed, &given.types)?;
    let ty = inner.type_instance(None, &ty);
    let index = inner.import(PASSED, ComponentTypeRef::Instance(ty));
    part.alias_types(&mut inner, &mut given.types, index)?;
    // Types are written anew, not exported as those of the instance: these have no names outside.
    let mut exported = Types::default();
    for (key, index) in given.types.resources() {
        exported.set_resource(key.clone(), index);
    }
    for (ty, index) in named {
        exported.set(ty, index);
    }
    part.export_types(&mut inner, &mut exported)?;
    let func = ComponentExportKind::Func;
    for (plain, (own, ty, _)) in plain.iter().zip(functions) {
        let ty = exported.func(&mut inner, ty).map_err(|c| c.of(own))?;
        let index = inner.alias_export(index, plain, func);
        inner.export(*own, func, index, Some(ComponentTypeRef::Func(ty)));
    }

    let mut exports: Vec<(&str, ComponentExportKind, u32)> = Vec::new();
    for (own, def, _) in &part.items.types {
        let index = match def {
            TypeDef::Resource(resource) => types.resource(resource)?,
            TypeDef::Defined(ty) => types.defined(outer, ty).map_err(|c| c.of(own))?,
            _ => continue,
        };
        exports.push((own, ComponentExportKind::Type, index));
    }
    let functions = plain.iter().zip(functions);
    exports.extend(functions.map(|(plain, (.., index))| (plain.as_str(), func, *index)));
    let passed = outer.instantiate_exports(None, exports);
    args.push((PASSED.to_string(), ComponentExportKind::Instance, passed));
    let component = outer.component(None, inner);
    let args = args.iter();
    let args = args.map(|(name, kind, index)| (name.as_str(), *kind, *index));
    let args: Vec<_> = args.collect();
    let instance = outer.instantiate(None, component, args);
    let instance = outer.export(name, ComponentExportKind::Instance, instance, None);
    // What is exported later mentions resources by these names.
    let mut known = BTreeSet::new();
    for (own, def, _) in &part.items.types {
        if let TypeDef::Resource(resource) = def {
            let key = part.homes.key(resource)?;
            if known.insert(key.clone()) {
                let index = outer.alias_export(instance, own, ComponentExportKind::Type);
                types.set_resource(key, index);
            }
        }
    }
    Ok(())
}
