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
use super::plan::{Export, Plan, WhyExported};

/// Follows what has been exported so far.
pub(crate) struct Exporter<'a> {
    plan: &'a Plan,
    instances: &'a [u32],
    /// Exports made or about to be made, by name, with the part they are from.
    taken: HashMap<String, String>,
    /// Which export of which part a resource was first seen in; made when first needed.
    owners: Option<HashMap<ResourceId, (usize, String)>>,
    /// Types that are exported by themselves, and the index that exporting gave them.
    exported: HashMap<ComponentAnyTypeId, u32>,
}

impl<'a> Exporter<'a> {
    pub fn new(plan: &'a Plan, instances: &'a [u32]) -> Exporter<'a> {
        Exporter {
            plan,
            instances,
            taken: plan
                .exports
                .iter()
                .map(|e| (e.name.clone(), e.part.clone()))
                .collect(),
            owners: None,
            exported: HashMap::new(),
        }
    }

    /// `export`, after the exports that its resources come from and that nobody has asked for.
    pub fn with_owners(
        &mut self,
        assembly: &Assembly,
        export: &Export,
    ) -> Result<Vec<Export>, Failure> {
        let mut ordered = Vec::new();
        let mut todo = vec![export.clone()];
        while let Some(next) = todo.pop() {
            let missing = self.missing_owners(assembly, &next)?;
            if missing.is_empty() {
                ordered.push(next);
            } else {
                for owner in &missing {
                    self.taken.insert(owner.name.clone(), owner.part.clone());
                }
                todo.push(next);
                todo.extend(missing);
            }
        }
        Ok(ordered)
    }

    fn missing_owners(
        &mut self,
        assembly: &Assembly,
        export: &Export,
    ) -> Result<Vec<Export>, Failure> {
        let Some(part) = self.plan.parts.iter().position(|p| p.name == export.part) else {
            return Ok(Vec::new());
        };
        let instance = self.instances[part];
        let types = assembly.types();
        let ty = match &export.export {
            Some(name) => assembly.export_type(instance, name),
            None => Some(ComponentEntityType::Instance(
                assembly.instance_type(instance),
            )),
        };
        let mut mentioned = Resources::default();
        if let Some(ty) = ty {
            mentioned.of(types, ty);
        }
        let mut missing: Vec<Export> = Vec::new();
        for resource in mentioned.found {
            let Some((owner, name)) = self.owner(assembly, resource) else {
                continue;
            };
            let owner = &self.plan.parts[owner].name;
            match self.taken.get(&name) {
                Some(part) if part == owner => continue,
                Some(_) => {
                    return Err(Failure::Escapes {
                        export: export.name.clone(),
                        part,
                        interface: format!("{name} of `{owner}`"),
                    });
                }
                None if missing.iter().any(|m| m.name == name) => continue,
                None => missing.push(Export {
                    name: name.clone(),
                    part: owner.clone(),
                    export: Some(name.clone()),
                    why: WhyExported::Resource,
                }),
            }
        }
        Ok(missing)
    }

    /// The part that defines a resource, and the export of it that the resource is in; none for
    /// resources of the host.
    fn owner(&mut self, assembly: &Assembly, resource: ResourceId) -> Option<(usize, String)> {
        let owners = self
            .owners
            .get_or_insert_with(|| owners(assembly, self.instances));
        owners.get(&resource).cloned()
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

/// The resources that types mention, each type looked at once.
#[derive(Default)]
struct Resources {
    found: BTreeSet<ResourceId>,
    seen: HashSet<ComponentAnyTypeId>,
    seen_instances: HashSet<ComponentInstanceTypeId>,
}

impl Resources {
    fn of(&mut self, types: TypesRef<'_>, ty: ComponentEntityType) {
        match ty {
            ComponentEntityType::Func(id) => self.any(types, ComponentAnyTypeId::Func(id)),
            ComponentEntityType::Value(ty) => self.value(types, ty),
            ComponentEntityType::Type { created, .. } => self.any(types, created),
            ComponentEntityType::Instance(id) => {
                if self.seen_instances.insert(id) {
                    for item in types[id].exports.values() {
                        self.of(types, item.ty);
                    }
                }
            }
            // They are closed: nothing outside them can be meant.
            ComponentEntityType::Module(_) | ComponentEntityType::Component(_) => {}
        }
    }

    fn any(&mut self, types: TypesRef<'_>, id: ComponentAnyTypeId) {
        if !self.seen.insert(id) {
            return;
        }
        match id {
            ComponentAnyTypeId::Resource(resource) => {
                self.found.insert(resource.resource());
            }
            ComponentAnyTypeId::Func(id) => {
                let func = &types[id];
                for ty in func.params.iter().map(|(_, ty)| ty).chain(&func.result) {
                    self.value(types, *ty);
                }
            }
            ComponentAnyTypeId::Defined(id) => match &types[id] {
                ComponentDefinedType::Own(resource) | ComponentDefinedType::Borrow(resource) => {
                    self.found.insert(resource.resource());
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
            self.any(types, ComponentAnyTypeId::Defined(id));
        }
    }
}

/// For every resource that a part defines, the export in which it is first seen: parts come
/// after those they need, so the first is the one that defines it.
fn owners(assembly: &Assembly, instances: &[u32]) -> HashMap<ResourceId, (usize, String)> {
    let types = assembly.types();
    let mut of_host = Resources::default();
    let first = instances.first().copied().unwrap_or_default();
    for instance in 0..first {
        of_host.of(
            types,
            ComponentEntityType::Instance(types.component_instance_at(instance)),
        );
    }
    for ty in 0..assembly.count(ComponentExportKind::Type) {
        if let ComponentAnyTypeId::Resource(id) = types.component_any_type_at(ty) {
            // A world-level resource; aliases of those of parts are sorted out below, because
            // they are seen in a part's instance.
            of_host.found.insert(id.resource());
        }
    }
    let mut owners = HashMap::new();
    for (part, instance) in instances.iter().enumerate() {
        for (name, item) in &types[types.component_instance_at(*instance)].exports {
            let mut defined = Vec::new();
            resource_exports(types, item.ty, &mut defined);
            for resource in defined {
                if !of_host.found.contains(&resource) {
                    owners
                        .entry(resource)
                        .or_insert_with(|| (part, name.clone()));
                }
            }
        }
    }
    owners
}

/// The resources that are exported as types, by the item itself or by instances in it.
fn resource_exports(types: TypesRef<'_>, ty: ComponentEntityType, found: &mut Vec<ResourceId>) {
    match ty {
        ComponentEntityType::Type {
            created: ComponentAnyTypeId::Resource(id),
            ..
        } => found.push(id.resource()),
        ComponentEntityType::Instance(id) => {
            for item in types[id].exports.values() {
                resource_exports(types, item.ty, found);
            }
        }
        _ => {}
    }
}
