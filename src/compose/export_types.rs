//! What exports of the composition need besides themselves: the interfaces in which their
//! resources live, and types in terms of the types exported before them.
//!
//! Lives here: [`Exporter`]. May import: `wasm` (rank 1).
//! Deliberately absent: judging types; that is the validator's.

use std::collections::{BTreeSet, HashMap, HashSet};

use wasm_encoder::{ComponentExportKind, ComponentTypeSection, ComponentValType as EncodedType};
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentInstanceTypeId,
    ComponentValType, ResourceId,
};
use wasmparser::types::TypesRef;

use super::assembly::{Assembly, Refusal};
use super::build::Failure;
use crate::plan::{Export, Plan, Target, WhyExported};

/// Follows what has been exported so far.
pub(crate) struct Exporter<'a> {
    plan: &'a Plan,
    instances: &'a [u32],
    /// How many types there were when all imports, and nothing of any part, had been made.
    imported_types: u32,
    /// The names of exports that have been given out by [`Exporter::in_order`].
    done: HashSet<String>,
    /// Where types come from; made when first needed.
    homes: Option<Homes>,
    /// Types that are exported by themselves, and the index that exporting gave them.
    exported: HashMap<ComponentAnyTypeId, u32>,
}

/// A part, by its position in the plan, and an export of it.
type Home = (usize, String);

/// In which export of which part types are defined; those of the host are in none.
#[derive(Default)]
struct Homes {
    resources: HashMap<ResourceId, Home>,
    /// Types by the name that an export gives them: functions refer to this one and no other.
    named: HashMap<ComponentAnyTypeId, Home>,
}

impl<'a> Exporter<'a> {
    pub fn new(plan: &'a Plan, instances: &'a [u32], imported_types: u32) -> Exporter<'a> {
        Exporter {
            plan,
            instances,
            imported_types,
            done: HashSet::new(),
            homes: None,
            exported: HashMap::new(),
        }
    }

    /// `export` and what it needs before it: the exports that its types come from, whether the
    /// plan has them or not. What was given out before is left out.
    pub fn in_order(
        &mut self,
        assembly: &Assembly,
        export: &Export,
    ) -> Result<Vec<Export>, Failure> {
        let mut ordered = Vec::new();
        let mut entered: HashSet<String> = HashSet::new();
        let mut todo = vec![(export.clone(), false)];
        while let Some((next, needs_are_done)) = todo.pop() {
            if needs_are_done {
                self.done.insert(next.name.clone());
                ordered.push(next);
            } else if !self.done.contains(&next.name) && entered.insert(next.name.clone()) {
                let needs = self.needs(assembly, &next)?;
                todo.push((next, true));
                todo.extend(needs.into_iter().map(|need| (need, false)));
            }
        }
        Ok(ordered)
    }

    /// The exports that types of `export` are defined in.
    fn needs(&mut self, assembly: &Assembly, export: &Export) -> Result<Vec<Export>, Failure> {
        let (part, own) = match &export.to {
            Target::Export { part, export } => (part, Some(export)),
            Target::Instance { part } => (part, None),
            // What is put together by hand is as its plan has it.
            Target::Host { .. }
            | Target::Bound { .. }
            | Target::Of { .. }
            | Target::Bundle { .. } => return Ok(Vec::new()),
        };
        let Some(part) = self.plan.parts.iter().position(|p| p.name == *part) else {
            // Whoever carries out the export says so.
            return Ok(Vec::new());
        };
        let instance = self.instances[part];
        let types = assembly.types();
        let ty = match own {
            Some(name) => assembly.export_type(instance, name),
            None => Some(ComponentEntityType::Instance(
                assembly.instance_type(instance),
            )),
        };
        let mut mentioned = Mentioned::default();
        if let Some(ty) = ty {
            mentioned.by(types, ty);
        }
        let by_itself = matches!(ty, Some(ComponentEntityType::Func(_)));
        // A function that mentions nothing but itself needs no look at where types are from.
        if mentioned.resources.is_empty() && !(by_itself && mentioned.any.len() > 1) {
            return Ok(Vec::new());
        }
        let homes = self
            .homes
            .get_or_insert_with(|| homes(assembly, self.instances, self.imported_types));
        let of_resources = mentioned.resources.iter();
        let mut needed: BTreeSet<&Home> = of_resources
            .filter_map(|r| homes.resources.get(r))
            .collect();
        if by_itself {
            // An interface has names for all its types; a function by itself has none.
            needed.extend(mentioned.any.iter().filter_map(|id| homes.named.get(id)));
        }
        let mut needs: Vec<Export> = Vec::new();
        for (owner, name) in needed {
            let owner = &self.plan.parts[*owner].name;
            let planned = self.plan.exports.iter().find(|e| e.name == *name);
            match planned {
                Some(planned) if planned.to.parts().first() == Some(&owner.as_str()) => {
                    needs.push(planned.clone())
                }
                Some(_) => {
                    return Err(Failure::Escapes {
                        export: export.name.clone(),
                        part,
                        interface: format!("{name} of `{owner}`"),
                    });
                }
                None => needs.push(Export {
                    name: name.clone(),
                    to: Target::Export {
                        part: owner.clone(),
                        export: name.clone(),
                    },
                    why: WhyExported::Types,
                }),
            }
        }
        Ok(needs)
    }

    /// The type to ascribe to an export so that it speaks of the types exported before it.
    ///
    /// A function of a part's instance refers to types by the names that the instance gave them;
    /// exporting such a type gives it a new name, which exported functions must use.
    pub fn ascription(
        &mut self,
        assembly: &mut Assembly,
        kind: ComponentExportKind,
        index: u32,
    ) -> Result<Option<wasm_encoder::ComponentTypeRef>, Refusal> {
        if kind != ComponentExportKind::Func || self.exported.is_empty() {
            return Ok(None);
        }
        let types = assembly.types();
        let func = types[types.component_function_at(index)].clone();
        let mentions = |ty: &ComponentValType| self.mentions(types, *ty);
        if !func
            .params
            .iter()
            .map(|(_, ty)| ty)
            .chain(&func.result)
            .any(mentions)
        {
            return Ok(None);
        }
        let mut params = Vec::new();
        for (name, ty) in &func.params {
            params.push((name.as_str(), self.encode(assembly, *ty)?));
        }
        let result = match func.result {
            Some(ty) => Some(self.encode(assembly, ty)?),
            None => None,
        };
        let mut section = ComponentTypeSection::new();
        section
            .ty()
            .function()
            .async_(func.async_)
            .params(params)
            .result(result);
        assembly.section(&section)?;
        let ty = assembly.count(ComponentExportKind::Type) - 1;
        Ok(Some(wasm_encoder::ComponentTypeRef::Func(ty)))
    }

    /// Notes that what was at `index` has been exported.
    pub fn exported(&mut self, assembly: &Assembly, kind: ComponentExportKind, index: u32) {
        if kind == ComponentExportKind::Type {
            let types = assembly.types();
            let new = assembly.count(kind) - 1;
            self.exported
                .insert(types.component_any_type_at(index), new);
        }
    }

    fn mentions(&self, types: TypesRef<'_>, ty: ComponentValType) -> bool {
        let ComponentValType::Type(id) = ty else {
            return false;
        };
        if self.exported.contains_key(&ComponentAnyTypeId::Defined(id)) {
            return true;
        }
        match &types[id] {
            ComponentDefinedType::Own(r) | ComponentDefinedType::Borrow(r) => self
                .exported
                .contains_key(&ComponentAnyTypeId::Resource(*r)),
            other => parts_of(other).iter().any(|ty| self.mentions(types, *ty)),
        }
    }

    /// A value type in terms of the composition's own type indices.
    fn encode(
        &self,
        assembly: &mut Assembly,
        ty: ComponentValType,
    ) -> Result<EncodedType, Refusal> {
        let id = match ty {
            ComponentValType::Primitive(p) => return Ok(EncodedType::Primitive(p.into())),
            ComponentValType::Type(id) => id,
        };
        if let Some(index) = self.index_of(assembly, ComponentAnyTypeId::Defined(id)) {
            return Ok(EncodedType::Type(index));
        }
        let definition = assembly.types()[id].clone();
        let mut section = ComponentTypeSection::new();
        let named = |what: &str| Refusal(format!("{what} has no name among the exports"));
        match definition {
            ComponentDefinedType::Primitive(p) => section.ty().defined_type().primitive(p.into()),
            ComponentDefinedType::List { element, .. } => {
                let element = self.encode(assembly, element)?;
                section.ty().defined_type().list(element);
            }
            ComponentDefinedType::FixedLengthList {
                element, length, ..
            } => {
                let element = self.encode(assembly, element)?;
                section
                    .ty()
                    .defined_type()
                    .fixed_length_list(element, length);
            }
            ComponentDefinedType::Map { key, value, .. } => {
                let key = self.encode(assembly, key)?;
                let value = self.encode(assembly, value)?;
                section.ty().defined_type().map(key, value);
            }
            ComponentDefinedType::Tuple(tuple) => {
                let mut types = Vec::new();
                for ty in &tuple.types {
                    types.push(self.encode(assembly, *ty)?);
                }
                section.ty().defined_type().tuple(types);
            }
            ComponentDefinedType::Option { ty, .. } => {
                let ty = self.encode(assembly, ty)?;
                section.ty().defined_type().option(ty);
            }
            ComponentDefinedType::Result { ok, err, .. } => {
                let ok = self.encode_option(assembly, ok)?;
                let err = self.encode_option(assembly, err)?;
                section.ty().defined_type().result(ok, err);
            }
            ComponentDefinedType::Own(resource) => {
                let index = self
                    .index_of(assembly, ComponentAnyTypeId::Resource(resource))
                    .ok_or_else(|| named("a resource"))?;
                section.ty().defined_type().own(index);
            }
            ComponentDefinedType::Borrow(resource) => {
                let index = self
                    .index_of(assembly, ComponentAnyTypeId::Resource(resource))
                    .ok_or_else(|| named("a resource"))?;
                section.ty().defined_type().borrow(index);
            }
            ComponentDefinedType::Future { ty, .. } => {
                let ty = self.encode_option(assembly, ty)?;
                section.ty().defined_type().future(ty);
            }
            ComponentDefinedType::Stream { ty, .. } => {
                let ty = self.encode_option(assembly, ty)?;
                section.ty().defined_type().stream(ty);
            }
            ComponentDefinedType::Record(_) => return Err(named("a record")),
            ComponentDefinedType::Variant(_) => return Err(named("a variant")),
            ComponentDefinedType::Flags(_) => return Err(named("a flags type")),
            ComponentDefinedType::Enum(_) => return Err(named("an enum")),
        }
        assembly.section(&section)?;
        Ok(EncodedType::Type(
            assembly.count(ComponentExportKind::Type) - 1,
        ))
    }

    fn encode_option(
        &self,
        assembly: &mut Assembly,
        ty: Option<ComponentValType>,
    ) -> Result<Option<EncodedType>, Refusal> {
        ty.map(|ty| self.encode(assembly, ty)).transpose()
    }

    /// The index under which the composition knows a type: exported, or imported.
    fn index_of(&self, assembly: &Assembly, id: ComponentAnyTypeId) -> Option<u32> {
        if let Some(index) = self.exported.get(&id) {
            return Some(*index);
        }
        let types = assembly.types();
        (0..assembly.count(ComponentExportKind::Type))
            .find(|index| types.component_any_type_at(*index) == id)
    }
}

/// The value types that a type is made of.
fn parts_of(ty: &ComponentDefinedType) -> Vec<ComponentValType> {
    match ty {
        ComponentDefinedType::Primitive(_)
        | ComponentDefinedType::Flags(_)
        | ComponentDefinedType::Enum(_)
        | ComponentDefinedType::Own(_)
        | ComponentDefinedType::Borrow(_) => Vec::new(),
        ComponentDefinedType::Record(record) => record.fields.values().copied().collect(),
        ComponentDefinedType::Variant(variant) => {
            variant.cases.values().filter_map(|case| case.ty).collect()
        }
        ComponentDefinedType::List { element, .. }
        | ComponentDefinedType::FixedLengthList { element, .. } => vec![*element],
        ComponentDefinedType::Map { key, value, .. } => vec![*key, *value],
        ComponentDefinedType::Tuple(tuple) => tuple.types.to_vec(),
        ComponentDefinedType::Option { ty, .. } => vec![*ty],
        ComponentDefinedType::Result { ok, err, .. } => ok.iter().chain(err).copied().collect(),
        ComponentDefinedType::Future { ty, .. } | ComponentDefinedType::Stream { ty, .. } => {
            ty.iter().copied().collect()
        }
    }
}

/// The types that an export mentions, each looked at once.
#[derive(Default)]
struct Mentioned {
    resources: BTreeSet<ResourceId>,
    any: HashSet<ComponentAnyTypeId>,
    instances: HashSet<ComponentInstanceTypeId>,
}

impl Mentioned {
    fn by(&mut self, types: TypesRef<'_>, ty: ComponentEntityType) {
        match ty {
            ComponentEntityType::Func(id) => self.id(types, ComponentAnyTypeId::Func(id)),
            ComponentEntityType::Value(ty) => self.value(types, ty),
            ComponentEntityType::Type { created, .. } => self.id(types, created),
            ComponentEntityType::Instance(id) => {
                if self.instances.insert(id) {
                    for item in types[id].exports.values() {
                        self.by(types, item.ty);
                    }
                }
            }
            // They are closed: nothing outside them can be meant.
            ComponentEntityType::Module(_) | ComponentEntityType::Component(_) => {}
        }
    }

    fn id(&mut self, types: TypesRef<'_>, id: ComponentAnyTypeId) {
        if !self.any.insert(id) {
            return;
        }
        match id {
            ComponentAnyTypeId::Resource(resource) => {
                self.resources.insert(resource.resource());
            }
            ComponentAnyTypeId::Func(id) => {
                let func = &types[id];
                for ty in func.params.iter().map(|(_, ty)| ty).chain(&func.result) {
                    self.value(types, *ty);
                }
            }
            ComponentAnyTypeId::Defined(id) => match &types[id] {
                ComponentDefinedType::Own(resource) | ComponentDefinedType::Borrow(resource) => {
                    self.resources.insert(resource.resource());
                }
                other => {
                    for ty in parts_of(other) {
                        self.value(types, ty);
                    }
                }
            },
            ComponentAnyTypeId::Instance(_) | ComponentAnyTypeId::Component(_) => {}
        }
    }

    fn value(&mut self, types: TypesRef<'_>, ty: ComponentValType) {
        if let ComponentValType::Type(id) = ty {
            self.id(types, ComponentAnyTypeId::Defined(id));
        }
    }
}

/// Where the types of all parts come from: parts come after those they need, so the export in
/// which a resource is first seen is the one that defines it.
fn homes(assembly: &Assembly, instances: &[u32], imported_types: u32) -> Homes {
    let types = assembly.types();
    let mut of_host: Vec<ComponentAnyTypeId> = (0..imported_types)
        .map(|ty| types.component_any_type_at(ty))
        .collect();
    let first = instances.first().copied().unwrap_or_default();
    for instance in 0..first {
        let imported = ComponentEntityType::Instance(types.component_instance_at(instance));
        exported_types(types, imported, &mut of_host);
    }
    let of_host: HashSet<ResourceId> = of_host.into_iter().filter_map(resource).collect();
    let mut homes = Homes::default();
    for (part, instance) in instances.iter().enumerate() {
        for (name, item) in &types[types.component_instance_at(*instance)].exports {
            let mut exported = Vec::new();
            exported_types(types, item.ty, &mut exported);
            for id in exported {
                if let Some(resource) = resource(id).filter(|r| !of_host.contains(r)) {
                    let home = homes.resources.entry(resource);
                    home.or_insert_with(|| (part, name.clone()));
                }
                let home = homes.named.entry(id);
                home.or_insert_with(|| (part, name.clone()));
            }
        }
    }
    homes
}

fn resource(id: ComponentAnyTypeId) -> Option<ResourceId> {
    match id {
        ComponentAnyTypeId::Resource(resource) => Some(resource.resource()),
        _ => None,
    }
}

/// The types that are exported as such, by the item itself or by instances in it.
fn exported_types(
    types: TypesRef<'_>,
    ty: ComponentEntityType,
    found: &mut Vec<ComponentAnyTypeId>,
) {
    match ty {
        ComponentEntityType::Type { created, .. } => found.push(created),
        ComponentEntityType::Instance(id) => {
            for item in types[id].exports.values() {
                exported_types(types, item.ty, found);
            }
        }
        _ => {}
    }
}
