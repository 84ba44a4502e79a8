//! The type that an export is given, in terms of the types that the composition names.
//!
//! A part's export mentions types by the identities that they have in the part; outside, they have
//! the names that imports and earlier exports gave them. So the export's type is written again with
//! these.
//!
//! Lives here: [`Scope`] and what is written in it. May import: `wasm`, `plan` (rank 1).
//! Deliberately absent: judging types; that is the validator's. What WIT has no words for
//! (instances, modules and components within an instance) is not written.

use std::collections::HashMap;

use wasm_encoder::{
    Alias, ComponentExportKind, ComponentExternName, ComponentOuterAliasKind, ComponentTypeEncoder,
    ComponentTypeRef, ComponentTypeSection, ComponentValType as Encoded, InstanceType, TypeBounds,
};
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem, ComponentValType,
};

use super::Builder;
use crate::compose::assembly::Refusal;

/// Why a type could not be written.
#[derive(Debug)]
pub(super) enum Unwritable {
    /// A type that needs a name has none that the export could use.
    Nameless(&'static str),
    /// It holds something that is not written.
    Beyond,
    /// The validator refused a type.
    Refused(Refusal),
}

impl From<Refusal> for Unwritable {
    fn from(refusal: Refusal) -> Unwritable {
        Unwritable::Refused(refusal)
    }
}

/// Where types are written: in the composition itself, or in an instance type.
pub(super) struct Scope {
    /// The part whose export it is for.
    part: usize,
    /// The instance type in the making.
    inner: Option<InstanceType>,
    /// Types that have been named or written here, by the identity that the export has for them.
    local: HashMap<ComponentAnyTypeId, u32>,
    /// Types of the composition that are known in the instance type, and their indices there.
    outer: HashMap<u32, u32>,
}

impl Builder<'_> {
    /// Writes the type of a function of `part`, and returns its index.
    pub(super) fn ascribed_function(
        &mut self,
        part: usize,
        func: ComponentFuncTypeId,
    ) -> Result<ComponentTypeRef, Unwritable> {
        let mut scope = Scope::new(part, None);
        let index = self.write_function(&mut scope, func)?;
        Ok(ComponentTypeRef::Func(index))
    }

    /// Writes the type of an instance that `part` exports as the instance `index` of the
    /// composition, and returns its index.
    pub(super) fn ascribed_instance(
        &mut self,
        part: usize,
        index: u32,
        id: ComponentInstanceTypeId,
    ) -> Result<ComponentTypeRef, Unwritable> {
        let mut scope = Scope::new(part, Some(InstanceType::new()));
        let exports: Vec<(String, ComponentItem)> = {
            let types = self.assembly.types();
            let exports = types[id].exports.iter();
            exports.map(|(n, item)| (n.clone(), item.clone())).collect()
        };
        for (name, item) in &exports {
            let ty = match item.ty {
                ComponentEntityType::Func(func) => {
                    ComponentTypeRef::Func(self.write_function(&mut scope, func)?)
                }
                ComponentEntityType::Value(ty) => {
                    ComponentTypeRef::Value(self.write(&mut scope, ty)?)
                }
                ComponentEntityType::Type {
                    created,
                    referenced,
                } => {
                    let index = self.write_type(&mut scope, index, name, created, referenced)?;
                    ComponentTypeRef::Type(TypeBounds::Eq(index))
                }
                ComponentEntityType::Instance(_)
                | ComponentEntityType::Module(_)
                | ComponentEntityType::Component(_) => return Err(Unwritable::Beyond),
            };
            if let Some(inner) = &mut scope.inner {
                inner.export(extern_name(name, item), ty);
                if let ComponentEntityType::Type { created, .. } = item.ty {
                    scope.local.insert(created, inner.type_count() - 1);
                }
            }
        }
        let mut section = ComponentTypeSection::new();
        section.instance(&scope.inner.unwrap_or_default());
        self.assembly.section(&section)?;
        let made = self.assembly.count(ComponentExportKind::Type) - 1;
        Ok(ComponentTypeRef::Instance(made))
    }

    /// What an exported type of an instance equals.
    fn write_type(
        &mut self,
        scope: &mut Scope,
        instance: u32,
        name: &str,
        created: ComponentAnyTypeId,
        referenced: ComponentAnyTypeId,
    ) -> Result<u32, Unwritable> {
        if let Some(known) = self.known(scope, referenced)? {
            return Ok(known);
        }
        match (created, referenced) {
            (ComponentAnyTypeId::Resource(_), _) => {
                // The part defines it, so it is the one that its instance has.
                let kind = ComponentExportKind::Type;
                let made = self.assembly.aliases(&[(instance, kind, name)])?;
                Ok(scope.look_out(made.first().copied().unwrap_or_default()))
            }
            (_, ComponentAnyTypeId::Defined(id)) => self.write_defined(scope, id),
            _ => Err(Unwritable::Beyond),
        }
    }

    fn write_function(
        &mut self,
        scope: &mut Scope,
        func: ComponentFuncTypeId,
    ) -> Result<u32, Unwritable> {
        let func = self.assembly.types()[func].clone();
        let mut params = Vec::new();
        for (name, ty) in &func.params {
            params.push((name.as_str(), self.write(scope, *ty)?));
        }
        let result = self.write_optional(scope, func.result)?;
        self.define(scope, |ty| {
            ty.function()
                .async_(func.async_)
                .params(params)
                .result(result);
        })
    }

    fn write(&mut self, scope: &mut Scope, ty: ComponentValType) -> Result<Encoded, Unwritable> {
        let id = match ty {
            ComponentValType::Primitive(p) => return Ok(Encoded::Primitive(p.into())),
            ComponentValType::Type(id) => id,
        };
        let any = ComponentAnyTypeId::Defined(id);
        if let Some(known) = self.known(scope, any)? {
            return Ok(Encoded::Type(known));
        }
        let nameless = match &self.assembly.types()[id] {
            ComponentDefinedType::Record(_) => Some("a record"),
            ComponentDefinedType::Variant(_) => Some("a variant"),
            ComponentDefinedType::Flags(_) => Some("a flags type"),
            ComponentDefinedType::Enum(_) => Some("an enum"),
            _ => None,
        };
        if let Some(what) = nameless {
            // Where its own name cannot be had, another of the same kind is as good.
            let twin = self.twin(id)?.ok_or(Unwritable::Nameless(what))?;
            return Ok(Encoded::Type(scope.look_out(twin)));
        }
        let index = self.write_defined(scope, id)?;
        scope.local.insert(any, index);
        Ok(Encoded::Type(index))
    }

    fn write_optional(
        &mut self,
        scope: &mut Scope,
        ty: Option<ComponentValType>,
    ) -> Result<Option<Encoded>, Unwritable> {
        ty.map(|ty| self.write(scope, ty)).transpose()
    }

    /// Writes what a type is made of; of types that need one, its name is still to come.
    fn write_defined(
        &mut self,
        scope: &mut Scope,
        id: ComponentDefinedTypeId,
    ) -> Result<u32, Unwritable> {
        let definition = self.assembly.types()[id].clone();
        match definition {
            ComponentDefinedType::Primitive(p) => {
                self.define(scope, |ty| ty.defined_type().primitive(p.into()))
            }
            ComponentDefinedType::Record(record) => {
                let mut fields = Vec::new();
                for (name, ty) in &record.fields {
                    fields.push((name.as_str(), self.write(scope, *ty)?));
                }
                self.define(scope, |ty| ty.defined_type().record(fields))
            }
            ComponentDefinedType::Variant(variant) => {
                let mut cases = Vec::new();
                for (name, case) in &variant.cases {
                    let ty = self.write_optional(scope, case.ty)?;
                    cases.push((name.as_str(), ty));
                }
                self.define(scope, |ty| ty.defined_type().variant(cases))
            }
            ComponentDefinedType::Flags(names) => self.define(scope, |ty| {
                ty.defined_type().flags(names.iter().map(|n| n.as_str()));
            }),
            ComponentDefinedType::Enum(names) => self.define(scope, |ty| {
                ty.defined_type()
                    .enum_type(names.iter().map(|n| n.as_str()));
            }),
            ComponentDefinedType::List { element, .. } => {
                let element = self.write(scope, element)?;
                self.define(scope, |ty| ty.defined_type().list(element))
            }
            ComponentDefinedType::FixedLengthList {
                element, length, ..
            } => {
                let element = self.write(scope, element)?;
                self.define(scope, |ty| {
                    ty.defined_type().fixed_length_list(element, length);
                })
            }
            ComponentDefinedType::Map { key, value, .. } => {
                let key = self.write(scope, key)?;
                let value = self.write(scope, value)?;
                self.define(scope, |ty| ty.defined_type().map(key, value))
            }
            ComponentDefinedType::Tuple(tuple) => {
                let mut types = Vec::new();
                for ty in &tuple.types {
                    types.push(self.write(scope, *ty)?);
                }
                self.define(scope, |ty| ty.defined_type().tuple(types))
            }
            ComponentDefinedType::Option { ty, .. } => {
                let of = self.write(scope, ty)?;
                self.define(scope, |ty| ty.defined_type().option(of))
            }
            ComponentDefinedType::Result { ok, err, .. } => {
                let ok = self.write_optional(scope, ok)?;
                let err = self.write_optional(scope, err)?;
                self.define(scope, |ty| ty.defined_type().result(ok, err))
            }
            ComponentDefinedType::Own(resource) => {
                let of = self.resource(scope, ComponentAnyTypeId::Resource(resource))?;
                self.define(scope, |ty| ty.defined_type().own(of))
            }
            ComponentDefinedType::Borrow(resource) => {
                let of = self.resource(scope, ComponentAnyTypeId::Resource(resource))?;
                self.define(scope, |ty| ty.defined_type().borrow(of))
            }
            ComponentDefinedType::Future { ty, .. } => {
                let of = self.write_optional(scope, ty)?;
                self.define(scope, |ty| ty.defined_type().future(of))
            }
            ComponentDefinedType::Stream { ty, .. } => {
                let of = self.write_optional(scope, ty)?;
                self.define(scope, |ty| ty.defined_type().stream(of))
            }
        }
    }

    fn resource(
        &mut self,
        scope: &mut Scope,
        resource: ComponentAnyTypeId,
    ) -> Result<u32, Unwritable> {
        let known = self.known(scope, resource)?;
        known.ok_or(Unwritable::Nameless("a resource"))
    }

    /// The index of a type that has a name: here, or in the composition.
    fn known(
        &mut self,
        scope: &mut Scope,
        id: ComponentAnyTypeId,
    ) -> Result<Option<u32>, Unwritable> {
        if let Some(local) = scope.local.get(&id) {
            return Ok(Some(*local));
        }
        let named = self.named_outside(scope.part, id)?;
        Ok(named.map(|outer| scope.look_out(outer)))
    }

    fn define(
        &mut self,
        scope: &mut Scope,
        write: impl FnOnce(ComponentTypeEncoder<'_>),
    ) -> Result<u32, Unwritable> {
        if let Some(inner) = &mut scope.inner {
            write(inner.ty());
            return Ok(inner.type_count() - 1);
        }
        let mut section = ComponentTypeSection::new();
        write(section.ty());
        self.assembly.section(&section)?;
        Ok(self.assembly.count(ComponentExportKind::Type) - 1)
    }
}

impl Scope {
    fn new(part: usize, inner: Option<InstanceType>) -> Scope {
        Scope {
            part,
            inner,
            local: HashMap::new(),
            outer: HashMap::new(),
        }
    }

    /// The index here of a type of the composition.
    fn look_out(&mut self, index: u32) -> u32 {
        let Some(inner) = &mut self.inner else {
            return index;
        };
        *self.outer.entry(index).or_insert_with(|| {
            inner.alias(Alias::Outer {
                kind: ComponentOuterAliasKind::Type,
                count: 1,
                index,
            });
            inner.type_count() - 1
        })
    }
}

fn extern_name<'n>(name: &'n str, item: &'n ComponentItem) -> ComponentExternName<'n> {
    let mut full = ComponentExternName::from(name);
    full.implements = item.implements.as_deref().map(Into::into);
    full.version_suffix = item.version_suffix.as_deref().map(Into::into);
    full.external_id = item.external_id.as_deref().map(Into::into);
    full
}
