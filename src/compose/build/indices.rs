//! Which index of the composition stands for what a part's declarations refer to: imports of the
//! composition, aliases of instances' exports, types encoded again.
//!
//! May import: `names`, `wasm` (ranks 0 and 1). Deliberately absent: the order in which parts are built in.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::collections::hash_map;
use std::mem::discriminant;

use wasm_encoder::{ComponentExportKind, ComponentExternName, ComponentImportSection};
use wasmparser::{ComponentTypeRef, TypeBounds};

use super::{Builder, Failure};
use crate::compose::assembly::Refusal;
use crate::names;
use crate::plan::Target;
use crate::type_slicer::{self, Map, Ref, Space, Union, Unsliceable};
use crate::wasm::structure::{Entry, Sort};

/// How deep declarations may refer to each other; the validator allows types to be 100 deep.
const MAX_DEPTH: u32 = 1000;

/// What the declarations of an import are sliced for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum For {
    /// An import of the composition: other imports stand for what the host gives.
    Host,
    /// An argument: other imports stand for what the part really gets.
    Part,
}

impl<'a> Builder<'a> {
    /// Makes import `index` of the plan, after those that its type needs.
    pub(super) fn import(
        &mut self,
        index: usize,
        depth: u32,
    ) -> Result<(ComponentExportKind, u32), Failure> {
        if let Some(made) = self.imported[index] {
            return Ok(made);
        }
        let refuse = |refusal| Failure::Import(index, refusal);
        if !self.busy.insert(index) {
            let message = "merged imports use each other's types in a cycle";
            return Err(refuse(Refusal(message.into())));
        }
        let plan = self.plan;
        let import = &plan.imports[index];
        let mut members = Vec::new();
        for served in &import.serves {
            let part = self.by_name[served.part.as_str()];
            let item = self.imports_of[part][served.import.as_str()];
            let only: Option<BTreeSet<String>> =
                served.types.as_ref().map(|t| t.iter().cloned().collect());
            members.push((part, item, only));
        }
        // Whatever the plan lists first, so that the same composition is always the same bytes.
        let version = |part: usize, item: usize| {
            let name = self.inputs[part].structure.imports[item].name.full_name();
            Reverse(names::track(&name).map(|(_, version)| version))
        };
        members.sort_by_cached_key(|(part, item, only)| {
            (version(*part, *item), only.is_some(), *part, *item)
        });
        let Some(&(part, item, _)) = members.first() else {
            return Err(Failure::Stale(format!(
                "import `{}` of the plan stands for no import of a part",
                import.name
            )));
        };
        let inputs = self.inputs;
        let first = inputs[part].structure.imports[item];
        let merged = members.iter().all(|(part, item, _)| {
            type_slicer::instance_declarations(inputs[*part].structure, *item).is_some()
        });
        let mut slices = Vec::new();
        let mut claimed = Union::default();
        for (part, item, only) in members.iter().filter(|_| merged) {
            let structure = inputs[*part].structure;
            // INVARIANT: `merged` says that every member has declarations.
            let declarations =
                type_slicer::instance_declarations(structure, *item).unwrap_or_default();
            let wanted = claimed
                .missing(declarations, only.as_ref())
                .map_err(|e| refuse(e.into()))?;
            let references = type_slicer::references_of_declarations(declarations, &wanted)
                .map_err(|e| refuse(e.into()))?;
            claimed.claim(declarations, &wanted);
            self.needed(*part, &references, depth)?;
            slices.push((*part, declarations, wanted, references));
        }
        let ty = if merged {
            let mut union = Union::default();
            for (part, declarations, wanted, references) in slices {
                let map = self.map(For::Host, part, references, depth)?;
                union
                    .add(declarations, &wanted, &map)
                    .map_err(|e| refuse(e.into()))?;
            }
            self.assembly.section(&union.finish()).map_err(refuse)?;
            wasm_encoder::ComponentTypeRef::Instance(
                self.assembly.count(ComponentExportKind::Type) - 1,
            )
        } else {
            let references =
                type_slicer::references_of_type_ref(first.ty).map_err(|e| refuse(e.into()))?;
            self.needed(part, &references, depth)?;
            let map = self.map(For::Host, part, references, depth)?;
            type_slicer::encode_type_ref(first.ty, &map).map_err(|e| refuse(e.into()))?
        };
        let mut name = ComponentExternName::from(first.name);
        if import.name != first.name.name && import.name != first.name.full_name() {
            name.name = import.name.as_str().into();
            name.version_suffix = None;
        }
        let mut section = ComponentImportSection::new();
        section.import(name, ty);
        self.assembly.section(&section).map_err(refuse)?;
        let kind = first.ty.kind().into();
        let made = (kind, self.assembly.count(kind) - 1);
        self.busy.remove(&index);
        self.imported[index] = Some(made);
        Ok(made)
    }

    /// Makes the imports that `references` of `part` lead to, before anything else is made for the
    /// import that has them: what is written for an import then stands together, and the bytes
    /// depend on the order in which imports end up, not on the order in the plan that led to it.
    fn needed(&mut self, part: usize, references: &[Ref], depth: u32) -> Result<(), Failure> {
        let structure = self.inputs[part].structure;
        let fail = |e: Unsliceable| Failure::Instantiate(part, e.into());
        let mut todo: Vec<_> = type_slicer::imports_behind(structure, references.to_vec())
            .map_err(fail)?
            .into_iter()
            .collect();
        let mut seen = BTreeSet::new();
        todo.reverse();
        while let Some((import, types)) = todo.pop() {
            match self.open.get(&(part, import)) {
                Some(index) => drop(self.import(*index, depth + 1)?),
                // It is written out, and needs what its types are made of.
                None if seen.insert((import, types.clone())) => {
                    let more = type_slicer::needs(structure, import, Some(&types)).map_err(fail)?;
                    todo.extend(more.into_iter().rev());
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The index in the composition of an entry that a part's declarations refer to.
    pub(super) fn entry(
        &mut self,
        to: For,
        part: usize,
        reference: Ref,
        depth: u32,
    ) -> Result<u32, Failure> {
        if let Some(index) = self.memo.get(&(to, part, reference)) {
            return Ok(*index);
        }
        let fail = |message: &str| Failure::Instantiate(part, Refusal(message.into()));
        if depth > MAX_DEPTH {
            return Err(fail("its types are nested too deeply"));
        }
        let unsliceable = |e: Unsliceable| Failure::Instantiate(part, Refusal::from(e));
        let dangling = || fail("the type of an import refers to something that does not exist");
        let depth = depth + 1;
        let structure = self.inputs[part].structure;
        let index = match reference {
            (Space::Type, index) => {
                match structure.entry(Sort::Type, index).ok_or_else(dangling)? {
                    Entry::Import(import) => self.given(to, part, import, depth)?.1,
                    Entry::Alias(instance, name) => match self.not_imported(to, part, instance) {
                        Some(import) => self.written_out(part, import, name, depth)?,
                        None => {
                            let space = (Space::Instance, instance);
                            let instance = self.entry(to, part, space, depth)?;
                            self.alias(part, instance, ComponentExportKind::Type, name)?
                        }
                    },
                    Entry::Same(index) => self.entry(to, part, (Space::Type, index), depth)?,
                    Entry::Defined(at) => {
                        let ty = structure.types.get(at).ok_or_else(dangling)?;
                        let references =
                            type_slicer::references_of_type(ty).map_err(unsliceable)?;
                        let map = self.map(to, part, references, depth)?;
                        let section = type_slicer::encode_type(ty, &map).map_err(unsliceable)?;
                        self.assembly
                            .section(&section)
                            .map_err(|e| Failure::Instantiate(part, e))?;
                        self.assembly.count(ComponentExportKind::Type) - 1
                    }
                    Entry::Member { .. } | Entry::Outer { .. } | Entry::Result => {
                        return Err(dangling());
                    }
                }
            }
            (Space::CoreType, index) => {
                let (ty, first, member) = structure.core_type(index).ok_or_else(dangling)?;
                let mut references =
                    type_slicer::references_of_core_type(ty).map_err(unsliceable)?;
                let members = match ty {
                    wasmparser::CoreType::Rec(group) => group.types().len() as u32,
                    wasmparser::CoreType::Module(_) => 1,
                };
                // The members of a recursion group refer to each other by the indices that they
                // are about to get.
                let own = first..first + members;
                references
                    .retain(|(space, index)| *space != Space::CoreType || !own.contains(index));
                let mut map = self.map(to, part, references, depth)?;
                let base = self.assembly.types().core_type_count_in_component();
                for member in 0..members {
                    map.insert((Space::CoreType, first + member), base + member);
                    let key = (to, part, (Space::CoreType, first + member));
                    self.memo.insert(key, base + member);
                }
                let section = type_slicer::encode_core_type(ty, &map).map_err(unsliceable)?;
                self.assembly
                    .section(&section)
                    .map_err(|e| Failure::Instantiate(part, e))?;
                base + member
            }
            (Space::Instance, index) => {
                match structure
                    .entry(Sort::Instance, index)
                    .ok_or_else(dangling)?
                {
                    Entry::Import(import) => self.given(to, part, import, depth)?.1,
                    Entry::Alias(instance, name) => {
                        let instance = self.entry(to, part, (Space::Instance, instance), depth)?;
                        self.alias(part, instance, ComponentExportKind::Instance, name)?
                    }
                    Entry::Same(index) => self.entry(to, part, (Space::Instance, index), depth)?,
                    Entry::Defined(_) => {
                        return Err(fail(
                            "the type of an import depends on an instance that the part itself creates",
                        ));
                    }
                    Entry::Member { .. } | Entry::Outer { .. } | Entry::Result => {
                        return Err(dangling());
                    }
                }
            }
        };
        self.memo.insert((to, part, reference), index);
        Ok(index)
    }

    fn map(
        &mut self,
        to: For,
        part: usize,
        references: Vec<Ref>,
        depth: u32,
    ) -> Result<Map, Failure> {
        let mut map = Map::new();
        for reference in references {
            if let hash_map::Entry::Vacant(vacant) = map.entry(reference) {
                vacant.insert(self.entry(to, part, reference, depth)?);
            }
        }
        Ok(map)
    }

    /// What stands for import `import` of part `part`.
    fn given(
        &mut self,
        to: For,
        part: usize,
        import: usize,
        depth: u32,
    ) -> Result<(ComponentExportKind, u32), Failure> {
        match to {
            For::Part => self.argument(part, import, depth),
            For::Host => match self.open.get(&(part, import)) {
                Some(index) => self.import(*index, depth),
                None => self.declared_type(part, import, depth),
            },
        }
    }

    /// The type that import `import` of `part`, which only declares types, is equal to.
    pub(super) fn declared_type(
        &mut self,
        part: usize,
        import: usize,
        depth: u32,
    ) -> Result<(ComponentExportKind, u32), Failure> {
        let kind = ComponentExportKind::Type;
        if let Some(index) = self.declared.get(&(part, import)) {
            return Ok((kind, *index));
        }
        let is_declared = self
            .plan
            .parts
            .get(part)
            .is_some_and(|p| p.is_declarations());
        match self.inputs[part].structure.imports[import].ty {
            ComponentTypeRef::Type(TypeBounds::Eq(index)) | ComponentTypeRef::Func(index)
                if is_declared =>
            {
                let reference = (Space::Type, index);
                Ok((kind, self.entry(For::Host, part, reference, depth)?))
            }
            _ => Err(self.no_import(part, import)),
        }
    }

    /// Aliases an export of an instance for `part`, once.
    fn alias(
        &mut self,
        part: usize,
        instance: u32,
        kind: ComponentExportKind,
        name: &'a str,
    ) -> Result<u32, Failure> {
        let key = (instance, discriminant(&kind), name);
        if let Some(index) = self.aliases.get(&key) {
            return Ok(*index);
        }
        let made = self.assembly.aliases(&[(instance, kind, name)]);
        let made = made.map_err(|e| Failure::Instantiate(part, e))?;
        let index = made.first().copied().unwrap_or_default();
        self.aliases.insert(key, index);
        Ok(index)
    }

    /// What import `import` of part `part` gets.
    pub(super) fn argument(
        &mut self,
        part: usize,
        import: usize,
        depth: u32,
    ) -> Result<(ComponentExportKind, u32), Failure> {
        if let Some(argument) = self.args[part][import] {
            return Ok(argument);
        }
        let item = self.inputs[part].structure.imports[import];
        let kind = ComponentExportKind::from(item.ty.kind());
        let plan = self.plan;
        let wire = &plan.parts[part].wires[import];
        let argument = match &wire.to {
            Target::Export { part: by, export } => {
                let instance = self.instance_of(by)?;
                (kind, self.alias(part, instance, kind, export)?)
            }
            Target::Instance { part: by } => (ComponentExportKind::Instance, self.instance_of(by)?),
            Target::Host { .. } => self.given(For::Host, part, import, depth)?,
            Target::Types { part: of, types } => {
                let (of, types) = self.import_of(of, types)?;
                let instance = self.types_instance(of, types, depth)?;
                (ComponentExportKind::Instance, instance)
            }
            Target::Component { .. }
            | Target::Type { .. }
            | Target::Of { .. }
            | Target::Bundle { .. } => self
                .target(&wire.to)
                .map_err(|trouble| trouble.at(|e| Failure::Instantiate(part, e)))?,
            Target::Bound { .. } => {
                let ComponentTypeRef::Type(TypeBounds::Eq(bound)) = item.ty else {
                    return Err(Failure::Stale(format!(
                        "import `{}` of `{}` is not a type with an `eq` bound",
                        item.name.name, plan.parts[part].name
                    )));
                };
                let index = self.entry(For::Part, part, (Space::Type, bound), depth)?;
                (kind, index)
            }
        };
        self.args[part][import] = Some(argument);
        Ok(argument)
    }
}

impl From<Unsliceable> for Refusal {
    fn from(unsliceable: Unsliceable) -> Refusal {
        Refusal(unsliceable.0)
    }
}
