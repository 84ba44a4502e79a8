//! Writing types down again, in a component or in the type of an instance.
//!
//! Lives here: [`Types`]. May import: `surface` (rank 2), the sibling modules.
//! Deliberately absent: names; whoever exports a type says so to the table.

use std::collections::HashMap;

use wasm_encoder::{
    ComponentBuilder, ComponentTypeEncoder, ComponentValType, InstanceType, PrimitiveValType,
};

use super::homes::Key;
use super::{Cannot, Fallible};
use crate::surface::{Func, Primitive, ResourceRef, Type, TypeKind};

/// An index space of types in the making.
pub(super) trait Space {
    /// The next index, and where to write what it stands for.
    fn define(&mut self) -> (u32, ComponentTypeEncoder<'_>);
}

impl Space for ComponentBuilder {
    fn define(&mut self) -> (u32, ComponentTypeEncoder<'_>) {
        self.ty(None)
    }
}

impl Space for InstanceType {
    fn define(&mut self) -> (u32, ComponentTypeEncoder<'_>) {
        (self.type_count(), self.ty())
    }
}

/// The types of one space that are written down already.
#[derive(Default)]
pub(super) struct Types {
    /// Structure is shared where a type is used again, so it tells types apart.
    known: HashMap<*const TypeKind, u32>,
    resources: HashMap<Key, u32>,
    /// Handles, by whether they own and of what.
    handles: HashMap<(bool, u32), u32>,
    /// Types that need no name and those of functions, by what they are made of: importers and
    /// functions write the same ones again and again.
    shapes: HashMap<String, u32>,
}

impl Types {
    /// Has a type mean what is at `index`: an export or an alias of it.
    pub fn set(&mut self, ty: &Type, index: u32) {
        self.known.insert(std::ptr::from_ref(ty.kind()), index);
    }

    pub fn set_resource(&mut self, key: Key, index: u32) {
        self.resources.insert(key, index);
    }

    /// All resources, in the order of their indices.
    pub fn resources(&self) -> Vec<(&Key, u32)> {
        let mut all: Vec<(&Key, u32)> = self.resources.iter().map(|(k, i)| (k, *i)).collect();
        all.sort_by_key(|(_, index)| *index);
        all
    }

    pub fn resource(&self, resource: &ResourceRef) -> Fallible<u32> {
        let index = Key::of(resource).and_then(|key| self.resources.get(&key));
        index.copied().ok_or_else(|| unknown(&resource.name))
    }

    pub fn resource_of(&self, key: &Key) -> Fallible<u32> {
        let index = self.resources.get(key);
        index.copied().ok_or_else(|| unknown(&key.name))
    }

    /// Whether a type is written down already.
    pub fn has(&self, kind: &TypeKind) -> bool {
        self.known.contains_key(&std::ptr::from_ref(kind))
    }

    /// The index of a type with structure that was written already.
    pub fn index(&self, ty: &Type) -> Fallible<u32> {
        let known = self.known.get(&std::ptr::from_ref(ty.kind()));
        known
            .copied()
            .ok_or_else(|| Cannot::new("it has a type that its interface does not have"))
    }

    /// The index of a type under its own definition, written if it is not there.
    pub fn defined(&mut self, space: &mut impl Space, ty: &Type) -> Fallible<u32> {
        match self.val(space, ty)? {
            ComponentValType::Type(index) => Ok(index),
            ComponentValType::Primitive(primitive) => {
                let (index, encoder) = space.define();
                encoder.defined_type().primitive(primitive);
                Ok(index)
            }
        }
    }

    /// How a type is mentioned in others.
    pub fn val(&mut self, space: &mut impl Space, ty: &Type) -> Fallible<ComponentValType> {
        let kind = ty.kind();
        let key = std::ptr::from_ref(kind);
        if let Some(index) = self.known.get(&key) {
            return Ok(ComponentValType::Type(*index));
        }
        let index = match kind {
            TypeKind::Primitive(ty) => return Ok(ComponentValType::Primitive(primitive(*ty))),
            TypeKind::Own(resource) => self.handle(space, resource, true)?,
            TypeKind::Borrow(resource) => self.handle(space, resource, false)?,
            TypeKind::Record(fields) => {
                let mut types = Vec::new();
                for (name, ty) in fields {
                    types.push((name.as_str(), self.val(space, ty)?));
                }
                let (index, encoder) = space.define();
                encoder.defined_type().record(types);
                index
            }
            TypeKind::Variant(cases) => {
                let mut types = Vec::new();
                for (name, ty) in cases {
                    types.push((name.as_str(), self.optional(space, ty)?));
                }
                let (index, encoder) = space.define();
                encoder.defined_type().variant(types);
                index
            }
            TypeKind::Flags(names) => {
                let (index, encoder) = space.define();
                encoder
                    .defined_type()
                    .flags(names.iter().map(String::as_str));
                index
            }
            TypeKind::Enum(names) => {
                let (index, encoder) = space.define();
                encoder
                    .defined_type()
                    .enum_type(names.iter().map(String::as_str));
                index
            }
            TypeKind::Tuple(types) => {
                let mut vals = Vec::new();
                for ty in types {
                    vals.push(self.val(space, ty)?);
                }
                let shape = format!("tuple {vals:?}");
                self.alike(space, shape, |encoder| encoder.defined_type().tuple(vals))
            }
            TypeKind::List(element) => {
                let element = self.val(space, element)?;
                let shape = format!("list {element:?}");
                self.alike(space, shape, |encoder| encoder.defined_type().list(element))
            }
            TypeKind::FixedLengthList(element, length) => {
                let element = self.val(space, element)?;
                let shape = format!("list {element:?} {length}");
                self.alike(space, shape, |encoder| {
                    encoder.defined_type().fixed_length_list(element, *length);
                })
            }
            TypeKind::Map(key, value) => {
                let (key, value) = (self.val(space, key)?, self.val(space, value)?);
                let shape = format!("map {key:?} {value:?}");
                self.alike(space, shape, |encoder| {
                    encoder.defined_type().map(key, value)
                })
            }
            TypeKind::Option(ty) => {
                let ty = self.val(space, ty)?;
                let shape = format!("option {ty:?}");
                self.alike(space, shape, |encoder| encoder.defined_type().option(ty))
            }
            TypeKind::Result(ok, error) => {
                let (ok, error) = (self.optional(space, ok)?, self.optional(space, error)?);
                let shape = format!("result {ok:?} {error:?}");
                self.alike(space, shape, |encoder| {
                    encoder.defined_type().result(ok, error)
                })
            }
            TypeKind::Future(ty) => {
                let ty = self.optional(space, ty)?;
                let shape = format!("future {ty:?}");
                self.alike(space, shape, |encoder| encoder.defined_type().future(ty))
            }
            TypeKind::Stream(ty) => {
                let ty = self.optional(space, ty)?;
                let shape = format!("stream {ty:?}");
                self.alike(space, shape, |encoder| encoder.defined_type().stream(ty))
            }
        };
        self.known.insert(key, index);
        Ok(ComponentValType::Type(index))
    }

    fn optional(
        &mut self,
        space: &mut impl Space,
        ty: &Option<Type>,
    ) -> Fallible<Option<ComponentValType>> {
        ty.as_ref().map(|ty| self.val(space, ty)).transpose()
    }

    fn handle(&mut self, space: &mut impl Space, of: &ResourceRef, owns: bool) -> Fallible<u32> {
        let resource = self.resource(of)?;
        if let Some(index) = self.handles.get(&(owns, resource)) {
            return Ok(*index);
        }
        let (index, encoder) = space.define();
        match owns {
            true => encoder.defined_type().own(resource),
            false => encoder.defined_type().borrow(resource),
        }
        self.handles.insert((owns, resource), index);
        Ok(index)
    }

    /// Writes the type of a function.
    pub fn func(&mut self, space: &mut impl Space, func: &Func) -> Fallible<u32> {
        let mut params = Vec::new();
        for (name, ty) in &func.params {
            params.push((name.as_str(), self.val(space, ty)?));
        }
        let result = self.optional(space, &func.result)?;
        let shape = format!("func {} {params:?} {result:?}", func.async_);
        Ok(self.alike(space, shape, |encoder| {
            let mut encoder = encoder.function();
            encoder.async_(func.async_).params(params).result(result);
        }))
    }

    /// The index of a type of that shape, written if there is none.
    fn alike(
        &mut self,
        space: &mut impl Space,
        shape: String,
        write: impl FnOnce(ComponentTypeEncoder<'_>),
    ) -> u32 {
        *self.shapes.entry(shape).or_insert_with(|| {
            let (index, encoder) = space.define();
            write(encoder);
            index
        })
    }
}

fn unknown(resource: &str) -> Cannot {
    Cannot::new(format!(
        "it has the resource {resource}, which is in no interface"
    ))
}

fn primitive(ty: Primitive) -> PrimitiveValType {
    match ty {
        Primitive::Bool => PrimitiveValType::Bool,
        Primitive::S8 => PrimitiveValType::S8,
        Primitive::U8 => PrimitiveValType::U8,
        Primitive::S16 => PrimitiveValType::S16,
        Primitive::U16 => PrimitiveValType::U16,
        Primitive::S32 => PrimitiveValType::S32,
        Primitive::U32 => PrimitiveValType::U32,
        Primitive::S64 => PrimitiveValType::S64,
        Primitive::U64 => PrimitiveValType::U64,
        Primitive::F32 => PrimitiveValType::F32,
        Primitive::F64 => PrimitiveValType::F64,
        Primitive::Char => PrimitiveValType::Char,
        Primitive::String => PrimitiveValType::String,
        Primitive::ErrorContext => PrimitiveValType::ErrorContext,
    }
}
