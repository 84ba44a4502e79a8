//! Types of interfaces that the composition neither imports nor gets from a part: they are defined
//! where they are needed.
//!
//! Two things need them: an instance of the types of an interface that has nothing else, which the
//! composition provides itself; and imports that use types of interfaces that the composition does
//! not import (`compose` itself imports these for their types; plans of what other tools have made
//! need not). May import: `wasm`, `type_slicer` (ranks 1 and 2).
//! Deliberately absent: resources, which cannot be written out, as each writing makes another.

use wasm_encoder::{ComponentExportKind, ComponentInstanceSection};
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind, ComponentTypeRef,
    InstanceTypeDeclaration, TypeBounds,
};

use super::indices::For;
use super::{Builder, Failure};
use crate::type_slicer::{self, Map, Space};
use crate::wasm::structure::{Entry, Sort};

/// How deep types may refer to each other; the validator allows 100.
const MAX_DEPTH: u32 = 1000;

impl<'a> Builder<'a> {
    /// The import of `part` that the instance at `index` is, if it is to come from the host and the
    /// plan does not have it as an import.
    pub(super) fn not_imported(&self, to: For, part: usize, index: u32) -> Option<usize> {
        match self.inputs[part].structure.entry(Sort::Instance, index)? {
            Entry::Import(import)
                if to == For::Host && !self.open.contains_key(&(part, import)) =>
            {
                Some(import)
            }
            _ => None,
        }
    }

    /// The instance that has the types of import `import` of part `part`, and nothing else.
    pub(super) fn types_instance(
        &mut self,
        part: usize,
        import: usize,
        depth: u32,
    ) -> Result<u32, Failure> {
        if let Some(made) = self.types_instances.get(&(part, import)) {
            return Ok(*made);
        }
        let structure = self.inputs[part].structure;
        let not_types_only = || {
            Failure::Stale(format!(
                "the plan provides import `{}` of `{}`, which contains more than types",
                structure.imports[import].name.name, self.plan.parts[part].name
            ))
        };
        let declarations = type_slicer::instance_declarations(structure, import);
        let declarations = declarations.ok_or_else(not_types_only)?;
        let mut items = Vec::new();
        let mut locals = 0;
        for declaration in declarations {
            if let InstanceTypeDeclaration::Export { name, ty } = declaration {
                if !matches!(ty, ComponentTypeRef::Type(TypeBounds::Eq(_))) {
                    return Err(not_types_only());
                }
                items.push((name.name, locals));
            }
            locals += u32::from(makes_type(declaration));
        }
        let mut exports = Vec::new();
        for (name, local) in items {
            let index = self.local(For::Part, part, import, declarations, local, depth)?;
            exports.push((name, ComponentExportKind::Type, index));
        }
        let mut section = ComponentInstanceSection::new();
        section.export_items(exports);
        let added = self.assembly.section(&section);
        added.map_err(|e| Failure::Instantiate(part, e))?;
        let made = self.assembly.count(ComponentExportKind::Instance) - 1;
        self.types_instances.insert((part, import), made);
        Ok(made)
    }

    /// The index of a type like the one that import `import` of part `part` exports as `name`.
    pub(super) fn written_out(
        &mut self,
        part: usize,
        import: usize,
        name: &str,
        depth: u32,
    ) -> Result<u32, Failure> {
        let stale = || self.no_import(part, import);
        let structure = self.inputs[part].structure;
        let declarations =
            type_slicer::instance_declarations(structure, import).ok_or_else(stale)?;
        let mut locals = 0;
        for declaration in declarations {
            if let InstanceTypeDeclaration::Export { name: export, .. } = declaration
                && export.name == name
            {
                return self.local(For::Host, part, import, declarations, locals, depth);
            }
            locals += u32::from(makes_type(declaration));
        }
        Err(stale())
    }

    /// The index of a type like the one with that index in the type of import `import`.
    fn local(
        &mut self,
        to: For,
        part: usize,
        import: usize,
        declarations: &'a [InstanceTypeDeclaration<'a>],
        index: u32,
        depth: u32,
    ) -> Result<u32, Failure> {
        let key = (to, part, import, index);
        if let Some(made) = self.written_out.get(&key) {
            return Ok(*made);
        }
        let mut types = declarations.iter().filter(|d| makes_type(d));
        let declaration = types.nth(index as usize);
        if depth > MAX_DEPTH {
            return Err(self.no_import(part, import));
        }
        let depth = depth + 1;
        let made = match declaration {
            Some(InstanceTypeDeclaration::Export {
                ty: ComponentTypeRef::Type(TypeBounds::Eq(other)),
                ..
            }) => self.local(to, part, import, declarations, *other, depth),
            Some(InstanceTypeDeclaration::Alias(ComponentAlias::Outer {
                count: 1, index, ..
            })) => self.entry(to, part, (Space::Type, *index), depth),
            Some(InstanceTypeDeclaration::Type(ty)) => {
                let fail = |e: type_slicer::Unsliceable| Failure::Instantiate(part, e.into());
                let mut map = Map::new();
                for reference in type_slicer::references_of_type(ty).map_err(fail)? {
                    let (Space::Type, local) = reference else {
                        return Err(self.no_import(part, import));
                    };
                    let index = self.local(to, part, import, declarations, local, depth)?;
                    map.insert(reference, index);
                }
                let section = type_slicer::encode_type(ty, &map).map_err(fail)?;
                self.assembly
                    .section(&section)
                    .map_err(|e| Failure::Instantiate(part, e))?;
                Ok(self.assembly.count(ComponentExportKind::Type) - 1)
            }
            _ => Err(self.no_import(part, import)),
        }?;
        self.written_out.insert(key, made);
        Ok(made)
    }

    /// A failure: a type of an import is needed, and the plan does not have that import.
    pub(super) fn no_import(&self, part: usize, import: usize) -> Failure {
        Failure::Stale(format!(
            "the plan leaves an import of `{}` to the host, but not `{}`, whose types it uses",
            self.plan.parts[part].name, self.inputs[part].structure.imports[import].name.name
        ))
    }
}

/// Whether a declaration makes an entry in the space of types.
fn makes_type(declaration: &InstanceTypeDeclaration<'_>) -> bool {
    match declaration {
        InstanceTypeDeclaration::Type(_) => true,
        InstanceTypeDeclaration::Export { ty, .. } => matches!(ty, ComponentTypeRef::Type(_)),
        InstanceTypeDeclaration::Alias(ComponentAlias::Outer { kind, .. }) => {
            *kind == ComponentOuterAliasKind::Type
        }
        InstanceTypeDeclaration::Alias(ComponentAlias::InstanceExport { kind, .. }) => {
            *kind == ComponentExternalKind::Type
        }
        _ => false,
    }
}
