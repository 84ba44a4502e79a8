//! The types that the composition names so far, by imports and exports, and looking them up.
//!
//! Lives here: [`Exported`]. May import: `wasm` (rank 1).
//! Deliberately absent: where the parts' types are defined (`homes`), and what is exported when
//! (`exports`).

use std::collections::{HashMap, HashSet};

use wasm_encoder::ComponentExportKind;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentValType,
};
use wasmparser::types::TypesRef;

use super::Builder;
use super::homes::Owner;
use crate::compose::assembly::Refusal;
use crate::compose::walk::{items, parts_of, same};

/// How the composition names a type.
#[derive(Clone)]
pub(super) enum Named {
    /// It is the type of that index.
    Type(u32),
    /// The instance of that index exports it by that name.
    In(u32, String),
    /// An instance within an instance does.
    Deeper,
}

/// What has been exported and named so far.
#[derive(Default)]
pub(super) struct Exported {
    /// By what it is an export of: what it became.
    pub made: HashMap<Owner, (ComponentExportKind, u32)>,
    /// The names that have been given out, and the part that each export is of.
    pub names: HashMap<String, Option<usize>>,
    /// Types that imports and exports name, by the identity that this gave them.
    pub named: HashMap<ComponentAnyTypeId, Named>,
    /// The same, in the order in which they got their names.
    order: Vec<ComponentAnyTypeId>,
    /// Types that are exported by themselves, by the identity that they had before.
    pub renamed: HashMap<ComponentAnyTypeId, u32>,
    /// Aliases of named types.
    aliases: HashMap<(u32, String), u32>,
}

impl Builder<'_> {
    /// Takes note of the types that an import or export names.
    pub(super) fn name_types(&mut self, kind: ComponentExportKind, index: u32) {
        let types = self.assembly.types();
        let mut names = Vec::new();
        match kind {
            ComponentExportKind::Type => {
                names.push((types.component_any_type_at(index), Named::Type(index)));
            }
            ComponentExportKind::Instance => {
                let instance = types.component_instance_at(index);
                for (name, item) in &types[instance].exports {
                    match item.ty {
                        ComponentEntityType::Type { created, .. } => {
                            names.push((created, Named::In(index, name.clone())));
                        }
                        ComponentEntityType::Instance(inner) => {
                            let deeper = items(types, ComponentEntityType::Instance(inner));
                            names.extend(deeper.into_iter().filter_map(|ty| match ty {
                                ComponentEntityType::Type { created, .. } => {
                                    Some((created, Named::Deeper))
                                }
                                _ => None,
                            }));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        for (id, named) in names {
            if self.exported.named.insert(id, named).is_none() {
                self.exported.order.push(id);
            }
        }
    }

    /// The index of the type that part `part` knows as `id`, if the composition has a name for it.
    pub(super) fn named_outside(
        &mut self,
        part: usize,
        id: ComponentAnyTypeId,
    ) -> Result<Option<u32>, Refusal> {
        if let Some(index) = self.exported.renamed.get(&id) {
            return Ok(Some(*index));
        }
        if let Some(index) = self.index_of(id)? {
            return Ok(Some(index));
        }
        let Some(home) = self.home(part, id) else {
            return Ok(None);
        };
        let made = match home.of {
            Owner::Import(import) => self.imported.get(import).copied().flatten(),
            of => self.exported.made.get(&of).copied(),
        };
        match (made, home.name) {
            (Some((ComponentExportKind::Instance, instance)), Some(name)) => {
                self.type_in(instance, name)
            }
            (Some((ComponentExportKind::Type, index)), None) => Ok(Some(index)),
            _ => Ok(None),
        }
    }

    /// The index of a named type that is made of the same as `id`.
    pub(super) fn twin(&mut self, id: ComponentDefinedTypeId) -> Result<Option<u32>, Refusal> {
        let types = self.assembly.types();
        let twin = self.exported.order.iter().copied().find(
            |other| matches!(other, ComponentAnyTypeId::Defined(other) if same(types, *other, id)),
        );
        match twin {
            Some(twin) => self.index_of(twin),
            None => Ok(None),
        }
    }

    fn index_of(&mut self, id: ComponentAnyTypeId) -> Result<Option<u32>, Refusal> {
        match self.exported.named.get(&id).cloned() {
            Some(Named::Type(index)) => Ok(Some(index)),
            Some(Named::In(instance, name)) => self.type_in(instance, name),
            Some(Named::Deeper) | None => Ok(None),
        }
    }

    /// The index of a type that an instance exports.
    fn type_in(&mut self, instance: u32, name: String) -> Result<Option<u32>, Refusal> {
        let exported = self.assembly.export_type(instance, &name);
        if !matches!(exported, Some(ComponentEntityType::Type { .. })) {
            return Ok(None);
        }
        let key = (instance, name);
        if let Some(index) = self.exported.aliases.get(&key) {
            return Ok(Some(*index));
        }
        let kind = ComponentExportKind::Type;
        let made = self.assembly.aliases(&[(instance, kind, &key.1)])?;
        let index = made.first().copied();
        self.exported
            .aliases
            .extend(index.map(|index| (key, index)));
        Ok(index)
    }

    /// Whether everything that a type mentions has a name, so that it can be exported as it is: the
    /// validator requires this.
    pub(super) fn is_named(&self, ty: ComponentEntityType) -> bool {
        let types = self.assembly.types();
        let mut local = HashSet::new();
        for ty in items(types, ty) {
            let parts: Vec<ComponentValType> = match ty {
                ComponentEntityType::Type {
                    created,
                    referenced,
                } => {
                    let parts = match referenced {
                        ComponentAnyTypeId::Defined(id) => parts_of_or_self(types, id),
                        _ => Vec::new(),
                    };
                    if !parts.into_iter().all(|ty| self.has_name(types, ty, &local)) {
                        return false;
                    }
                    local.insert(created);
                    continue;
                }
                ComponentEntityType::Func(id) => {
                    let func = &types[id];
                    let params = func.params.iter().map(|(_, ty)| ty);
                    params.chain(&func.result).copied().collect()
                }
                ComponentEntityType::Value(ty) => vec![ty],
                ComponentEntityType::Instance(_)
                | ComponentEntityType::Module(_)
                | ComponentEntityType::Component(_) => continue,
            };
            if !parts.into_iter().all(|ty| self.has_name(types, ty, &local)) {
                return false;
            }
        }
        true
    }

    fn has_name(
        &self,
        types: TypesRef<'_>,
        ty: ComponentValType,
        local: &HashSet<ComponentAnyTypeId>,
    ) -> bool {
        let ComponentValType::Type(id) = ty else {
            return true;
        };
        let named =
            |id: ComponentAnyTypeId| local.contains(&id) || self.exported.named.contains_key(&id);
        named(ComponentAnyTypeId::Defined(id))
            || match &types[id] {
                ComponentDefinedType::Record(_)
                | ComponentDefinedType::Variant(_)
                | ComponentDefinedType::Flags(_)
                | ComponentDefinedType::Enum(_) => false,
                ComponentDefinedType::Own(resource) | ComponentDefinedType::Borrow(resource) => {
                    named(ComponentAnyTypeId::Resource(*resource))
                }
                other => parts_of(other)
                    .into_iter()
                    .all(|ty| self.has_name(types, ty, local)),
            }
    }
}

/// What must have a name for a type to get one: what it is made of, or a handle as it is.
fn parts_of_or_self(types: TypesRef<'_>, id: ComponentDefinedTypeId) -> Vec<ComponentValType> {
    match &types[id] {
        ComponentDefinedType::Own(_) | ComponentDefinedType::Borrow(_) => {
            vec![ComponentValType::Type(id)]
        }
        other => parts_of(other),
    }
}
