//! What types look like in WIT.
//!
//! May import: the reader it belongs to. Deliberately absent: which names types have.

use wasmparser::PrimitiveValType;
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId,
    ComponentValType,
};

use super::Reader;
use crate::wit::decode::sketch::BodyId;

impl Reader<'_> {
    /// The definition of a type under a name.
    pub(super) fn definition(
        &mut self,
        body: BodyId,
        name: &str,
        ty: ComponentDefinedTypeId,
    ) -> String {
        let types = self.types;
        match &types[ty] {
            ComponentDefinedType::Record(record) => {
                let mut fields = String::new();
                for (field, ty) in &record.fields {
                    fields.push_str(&format!("%{field}: {}, ", self.value(body, ty)));
                }
                format!("record %{name} {{ {fields}}}")
            }
            ComponentDefinedType::Variant(variant) => {
                let mut cases = String::new();
                for (case, found) in &variant.cases {
                    match &found.ty {
                        Some(ty) => {
                            cases.push_str(&format!("%{case}({}), ", self.value(body, ty)));
                        }
                        None => cases.push_str(&format!("%{case}, ")),
                    }
                }
                format!("variant %{name} {{ {cases}}}")
            }
            ComponentDefinedType::Flags(flags) => {
                let flags: String = flags.iter().map(|flag| format!("%{flag}, ")).collect();
                format!("flags %{name} {{ {flags}}}")
            }
            ComponentDefinedType::Enum(cases) => {
                let cases: String = cases.iter().map(|case| format!("%{case}, ")).collect();
                format!("enum %{name} {{ {cases}}}")
            }
            _ => format!("type %{name} = {};", self.structure(body, ty)),
        }
    }

    /// A type where one is used.
    pub(super) fn value(&mut self, body: BodyId, ty: &ComponentValType) -> String {
        match ty {
            ComponentValType::Primitive(primitive) => primitive_name(*primitive).to_string(),
            ComponentValType::Type(id) => {
                match self.name_of(body, ComponentAnyTypeId::Defined(*id)) {
                    Some(name) => format!("%{name}"),
                    None => self.structure(body, *id),
                }
            }
        }
    }

    fn optional(&mut self, body: BodyId, ty: &Option<ComponentValType>) -> Option<String> {
        ty.as_ref().map(|ty| self.value(body, ty))
    }

    /// A type without a name.
    fn structure(&mut self, body: BodyId, ty: ComponentDefinedTypeId) -> String {
        let types = self.types;
        match &types[ty] {
            ComponentDefinedType::Primitive(primitive) => primitive_name(*primitive).to_string(),
            ComponentDefinedType::List { element, .. } => {
                format!("list<{}>", self.value(body, element))
            }
            ComponentDefinedType::FixedLengthList {
                element, length, ..
            } => format!("list<{}, {length}>", self.value(body, element)),
            ComponentDefinedType::Map { key, value, .. } => {
                let key = self.value(body, key);
                format!("map<{key}, {}>", self.value(body, value))
            }
            ComponentDefinedType::Tuple(tuple) => {
                let types: Vec<String> =
                    tuple.types.iter().map(|ty| self.value(body, ty)).collect();
                format!("tuple<{}>", types.join(", "))
            }
            ComponentDefinedType::Option { ty, .. } => format!("option<{}>", self.value(body, ty)),
            ComponentDefinedType::Result { ok, err, .. } => {
                match (self.optional(body, ok), self.optional(body, err)) {
                    (None, None) => "result".to_string(),
                    (Some(ok), None) => format!("result<{ok}>"),
                    (ok, Some(err)) => {
                        format!("result<{}, {err}>", ok.unwrap_or_else(|| "_".to_string()))
                    }
                }
            }
            ComponentDefinedType::Future { ty, .. } => match self.optional(body, ty) {
                Some(ty) => format!("future<{ty}>"),
                None => "future".to_string(),
            },
            ComponentDefinedType::Stream { ty, .. } => match self.optional(body, ty) {
                Some(ty) => format!("stream<{ty}>"),
                None => "stream".to_string(),
            },
            // With the word, as `type a = b` would be another name for the resource itself.
            ComponentDefinedType::Own(resource) => {
                format!("own<{}>", self.resource(body, *resource))
            }
            ComponentDefinedType::Borrow(resource) => {
                format!("borrow<{}>", self.resource(body, *resource))
            }
            ComponentDefinedType::Record(_)
            | ComponentDefinedType::Variant(_)
            | ComponentDefinedType::Flags(_)
            | ComponentDefinedType::Enum(_) => {
                self.problem("it uses a type that WIT cannot name here");
                "u8".to_string()
            }
        }
    }

    fn resource(&mut self, body: BodyId, resource: AliasableResourceId) -> String {
        match self.name_of(body, ComponentAnyTypeId::Resource(resource)) {
            Some(name) => format!("%{name}"),
            None => {
                self.problem("it uses a resource that WIT cannot name here");
                "u8".to_string()
            }
        }
    }
}

fn primitive_name(ty: PrimitiveValType) -> &'static str {
    match ty {
        PrimitiveValType::Bool => "bool",
        PrimitiveValType::S8 => "s8",
        PrimitiveValType::U8 => "u8",
        PrimitiveValType::S16 => "s16",
        PrimitiveValType::U16 => "u16",
        PrimitiveValType::S32 => "s32",
        PrimitiveValType::U32 => "u32",
        PrimitiveValType::S64 => "s64",
        PrimitiveValType::U64 => "u64",
        PrimitiveValType::F32 => "f32",
        PrimitiveValType::F64 => "f64",
        PrimitiveValType::Char => "char",
        PrimitiveValType::String => "string",
        PrimitiveValType::ErrorContext => "error-context",
    }
}
