//! What of a core module is used by the component around it.
//!
//! Lives here: [`exports`]. May import: `wasm` (rank 1).
//! Deliberately absent: types, and modules that components further in take from around them: of
//! these it is not known.

use std::collections::BTreeSet;
use std::ops::Range;

use wasmparser::{
    ComponentAlias, ComponentExport, ComponentExternalKind, ComponentImport,
    ComponentOuterAliasKind, ComponentTypeRef, Encoding, Imports, Instance,
};

use crate::wasm::sections::{Sections, core_id, id};

/// The exports of the core module in `module` that the component in `around` uses, by itself or by
/// giving them to its other core modules; none if that cannot be told.
pub(super) fn exports(
    bytes: &[u8],
    around: Range<usize>,
    module: &Range<usize>,
) -> Option<BTreeSet<String>> {
    let mut uses = Uses::default();
    let mut sections = Sections::new(bytes, around, Encoding::Component).ok()?;
    while let Some(section) = sections.next().ok()? {
        match section.id {
            id::MODULE => uses.modules.push(Some(section.body.clone())),
            id::IMPORT => {
                for import in section.items::<ComponentImport<'_>>().ok()? {
                    if let ComponentTypeRef::Module(_) = import.ok()?.ty {
                        uses.modules.push(None);
                    }
                }
            }
            id::EXPORT => {
                for export in section.items::<ComponentExport<'_>>().ok()? {
                    let export = export.ok()?;
                    if export.kind == ComponentExternalKind::Module {
                        let module = uses.modules.get(export.index as usize).cloned();
                        uses.modules.push(module.flatten());
                    }
                }
            }
            id::ALIAS => {
                for alias in section.items::<ComponentAlias<'_>>().ok()? {
                    uses.alias(&alias.ok()?, module);
                }
            }
            id::CORE_INSTANCE => {
                for instance in section.items::<Instance<'_>>().ok()? {
                    uses.instance(bytes, &instance.ok()?, module)?;
                }
            }
            _ => {}
        }
    }
    let instantiated = uses.instances.iter().flatten().any(|of| of == module);
    instantiated.then_some(uses.found)
}

#[derive(Default)]
struct Uses {
    /// The index space of core modules: where each lies, if it is in this component.
    modules: Vec<Option<Range<usize>>>,
    /// That of core instances, by the module.
    instances: Vec<Option<Range<usize>>>,
    found: BTreeSet<String>,
}

impl Uses {
    fn alias(&mut self, alias: &ComponentAlias<'_>, module: &Range<usize>) {
        match alias {
            ComponentAlias::CoreInstanceExport {
                instance_index,
                name,
                ..
            } if self.is_of(*instance_index, module) => {
                self.found.insert(name.to_string());
            }
            ComponentAlias::InstanceExport {
                kind: ComponentExternalKind::Module,
                ..
            }
            | ComponentAlias::Outer {
                kind: ComponentOuterAliasKind::CoreModule,
                ..
            } => self.modules.push(None),
            _ => {}
        }
    }

    fn is_of(&self, instance: u32, module: &Range<usize>) -> bool {
        let of = self.instances.get(instance as usize);
        of.is_some_and(|of| of.as_ref() == Some(module))
    }

    /// None if it gives the module to another that is not known.
    fn instance(
        &mut self,
        bytes: &[u8],
        instance: &Instance<'_>,
        module: &Range<usize>,
    ) -> Option<()> {
        let Instance::Instantiate { module_index, args } = instance else {
            self.instances.push(None);
            return Some(());
        };
        let of = self.modules.get(*module_index as usize).cloned().flatten();
        for arg in args {
            if self.is_of(arg.index, module) {
                self.found.extend(imports(bytes, of.clone()?, arg.name)?);
            }
        }
        self.instances.push(of);
        Some(())
    }
}

/// What a core module imports from another that it knows by that name.
fn imports(bytes: &[u8], module: Range<usize>, from: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut sections = Sections::new(bytes, module, Encoding::Module).ok()?;
    while let Some(section) = sections.next().ok()? {
        if section.id == core_id::IMPORT {
            for import in section.items::<Imports<'_>>().ok()?.into_imports() {
                let import = import.ok()?;
                if import.module == from {
                    found.push(import.name.to_string());
                }
            }
        }
    }
    Some(found)
}
