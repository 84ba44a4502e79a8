//! Walking types as the validator has them.
//!
//! May import: wasmparser only. Deliberately absent: names, and what types are for.

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType,
    ComponentValType,
};
use wasmparser::types::TypesRef;

/// An item, or of an instance all that is in it, at any depth and in order: what is named by one may
/// be mentioned by those behind it.
pub(crate) fn items(types: TypesRef<'_>, ty: ComponentEntityType) -> Vec<ComponentEntityType> {
    let ComponentEntityType::Instance(id) = ty else {
        return vec![ty];
    };
    let inner = types[id].exports.values();
    inner.flat_map(|item| items(types, item.ty)).collect()
}

/// The types that a type is directly made of.
pub(crate) fn made_of(types: TypesRef<'_>, id: ComponentAnyTypeId) -> Vec<ComponentAnyTypeId> {
    let values = match id {
        ComponentAnyTypeId::Func(id) => {
            let func = &types[id];
            let params = func.params.iter().map(|(_, ty)| *ty);
            params.chain(func.result).collect()
        }
        ComponentAnyTypeId::Defined(id) => match &types[id] {
            ComponentDefinedType::Own(resource) | ComponentDefinedType::Borrow(resource) => {
                return vec![ComponentAnyTypeId::Resource(*resource)];
            }
            other => parts_of(other),
        },
        _ => Vec::new(),
    };
    let ids = values.into_iter().filter_map(|ty| match ty {
        ComponentValType::Type(id) => Some(ComponentAnyTypeId::Defined(id)),
        ComponentValType::Primitive(_) => None,
    });
    ids.collect()
}

/// The value types that a type is made of.
pub(crate) fn parts_of(ty: &ComponentDefinedType) -> Vec<ComponentValType> {
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

/// Whether two types are made of the same.
pub(crate) fn same(
    types: TypesRef<'_>,
    a: ComponentDefinedTypeId,
    b: ComponentDefinedTypeId,
) -> bool {
    use ComponentDefinedType::{
        Borrow, Enum, FixedLengthList, Flags, Own, Primitive, Record, Result, Variant,
    };
    if a == b {
        return true;
    }
    let value = |a: ComponentValType, b: ComponentValType| match (a, b) {
        (ComponentValType::Primitive(a), ComponentValType::Primitive(b)) => a == b,
        (ComponentValType::Type(a), ComponentValType::Type(b)) => same(types, a, b),
        _ => false,
    };
    let (one, other) = (&types[a], &types[b]);
    let shape = match (one, other) {
        (Primitive(a), Primitive(b)) => a == b,
        (Record(a), Record(b)) => a.fields.keys().eq(b.fields.keys()),
        (Variant(a), Variant(b)) => {
            let shape = |v: &wasmparser::component_types::VariantType| {
                let cases = v.cases.iter();
                let cases = cases.map(|(name, case)| (name.to_string(), case.ty.is_some()));
                cases.collect::<Vec<_>>()
            };
            shape(a) == shape(b)
        }
        (Flags(a), Flags(b)) | (Enum(a), Enum(b)) => a.iter().eq(b.iter()),
        (Own(a), Own(b)) | (Borrow(a), Borrow(b)) => a.resource() == b.resource(),
        (FixedLengthList { length: a, .. }, FixedLengthList { length: b, .. }) => a == b,
        (Result { ok: a, err: c, .. }, Result { ok: b, err: d, .. }) => {
            a.is_some() == b.is_some() && c.is_some() == d.is_some()
        }
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    };
    let (one, other) = (parts_of(one), parts_of(other));
    shape && one.len() == other.len() && one.into_iter().zip(other).all(|(a, b)| value(a, b))
}
