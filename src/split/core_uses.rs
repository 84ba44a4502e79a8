//! The exports of a core module that the component around it uses.
//!
//! Lives here: [`exports`]. May import: `wasm` (rank 1).
//! Deliberately absent: types, and modules that nested components alias: their uses are unknown.

use std::collections::BTreeSet;

use wasmparser::{ComponentAlias, Instance};

use crate::wasm::module::Module;
use crate::wasm::structure::{Entry, Sort, Structure};

/// The exports of the core module at that position that the component `around` it uses, by itself or
/// by giving them to its other core modules; none if that cannot be told.
pub(super) fn exports(around: &Structure<'_>, module: usize) -> Option<BTreeSet<String>> {
    let is_of_it = |instance| module_of(around, instance) == Some(module);
    let mut found = BTreeSet::new();
    for alias in &around.aliases {
        if let ComponentAlias::CoreInstanceExport {
            instance_index,
            name,
            ..
        } = alias
            && is_of_it(*instance_index)
        {
            found.insert(name.to_string());
        }
    }
    for instance in &around.core_instances {
        let Instance::Instantiate { module_index, args } = instance else {
            continue;
        };
        for arg in args.iter().filter(|arg| is_of_it(arg.index)) {
            let other = around.nested_at(Sort::CoreModule, *module_index)?;
            let range = around.nested[other].range.clone();
            let imports = Module::read(around.bytes(), range).ok()?.imports().ok()?;
            let imports = imports.iter().filter(|import| import.module == arg.name);
            found.extend(imports.map(|import| import.name.to_string()));
        }
    }
    let mut instances = 0..around.count(Sort::CoreInstance) as u32;
    instances.any(is_of_it).then_some(found)
}

/// The position of the core module that a core instance is of.
fn module_of(around: &Structure<'_>, instance: u32) -> Option<usize> {
    let (_, Entry::Defined(at)) = around.origin(Sort::CoreInstance, instance)? else {
        return None;
    };
    match around.core_instances.get(at)? {
        Instance::Instantiate { module_index, .. } => {
            around.nested_at(Sort::CoreModule, *module_index)
        }
        Instance::FromExports(_) => None,
    }
}
