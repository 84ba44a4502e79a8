//! How many core values a value is passed as.
//!
//! Lives here: [`Flat`]. May import: nothing of ours. Deliberately absent: which core values.
//!
//! This is `flatten_type` of the Canonical ABI (`design/mvp/CanonicalABI.md`), counted only: a
//! record is as many as its fields are together, a variant one more than its largest case.

use wit_parser::{Resolve, Type, TypeDefKind};

/// The core values that a call passes its arguments in; more are put into memory. It is
/// `MAX_FLAT_PARAMS` of the Canonical ABI.
pub(in crate::lint) const MAX_PARAMS: u32 = 16;

/// The counts of all types of a package.
pub(in crate::lint) struct Flat<'r> {
    resolve: &'r Resolve,
    counts: Vec<u32>,
}

impl<'r> Flat<'r> {
    pub fn new(resolve: &'r Resolve) -> Flat<'r> {
        let mut flat = Flat {
            resolve,
            counts: Vec::with_capacity(resolve.types.len()),
        };
        // A type comes after those that it is made of, but for handles.
        for (_, ty) in resolve.types.iter() {
            let count = flat.of_kind(&ty.kind);
            flat.counts.push(count);
        }
        flat
    }

    /// How many core values a value of this type is passed as; counting ends at `u32::MAX`.
    pub fn of(&self, ty: &Type) -> u32 {
        match ty {
            Type::String => 2,
            Type::Id(id) => match &self.resolve.types[*id].kind {
                TypeDefKind::Handle(_) | TypeDefKind::Resource => 1,
                _ => self.counts.get(id.index()).copied().unwrap_or(1),
            },
            _ => 1,
        }
    }

    fn of_kind(&self, kind: &TypeDefKind) -> u32 {
        let sum = |types: &mut dyn Iterator<Item = &Type>| {
            types.fold(0u32, |sum, ty| sum.saturating_add(self.of(ty)))
        };
        let case = |types: &mut dyn Iterator<Item = &Type>| {
            let largest = types.map(|ty| self.of(ty)).max();
            largest.unwrap_or(0).saturating_add(1)
        };
        match kind {
            TypeDefKind::Type(ty) => self.of(ty),
            TypeDefKind::Record(record) => sum(&mut record.fields.iter().map(|f| &f.ty)),
            TypeDefKind::Tuple(tuple) => sum(&mut tuple.types.iter()),
            TypeDefKind::FixedLengthList(ty, length) => self.of(ty).saturating_mul(*length),
            TypeDefKind::List(_) | TypeDefKind::Map(..) => 2,
            TypeDefKind::Variant(variant) => {
                case(&mut variant.cases.iter().filter_map(|c| c.ty.as_ref()))
            }
            TypeDefKind::Option(ty) => case(&mut std::iter::once(ty)),
            TypeDefKind::Result(result) => case(&mut result.ok.iter().chain(&result.err)),
            TypeDefKind::Resource
            | TypeDefKind::Handle(_)
            | TypeDefKind::Flags(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Future(_)
            | TypeDefKind::Stream(_)
            | TypeDefKind::Unknown => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use wit_parser::Resolve;
    use wit_parser::abi::{FlatTypes, WasmType};

    use super::Flat;

    #[test]
    fn counts_are_those_of_wit_parser_for_every_kind_of_type() {
        let mut resolve = Resolve::default();
        let text = "
            package a:b;
            interface i {
                resource r;
                record one { a: u8, b: string, c: list<string>, d: f64 }
                record two { a: one, b: option<one>, c: borrow<r>, d: r }
                flags f { a, b }
                enum e { a, b }
                variant v { a, b(one), c(tuple<two, u64>), d(two) }
                type three = result<v, two>;
                type four = list<one, 3>;
                type five = map<string, v>;
                type six = tuple<f, e, stream<u8>, future, error-context, char, bool>;
                type seven = result<_, string>;
                type eight = result;
                type nine = option<option<three>>;
            }";
        resolve
            .push_str("a.wit", text)
            .unwrap_or_else(|e| panic!("{e}"));
        let flat = Flat::new(&resolve);
        let (_, interface) = resolve.interfaces.iter().next().expect("an interface");
        let mut counted = 0;
        for (name, id) in interface.types.iter().filter(|(name, _)| *name != "r") {
            let ty = wit_parser::Type::Id(*id);
            let mut storage = [WasmType::I32; 100];
            let mut types = FlatTypes::new(&mut storage);
            assert!(resolve.push_flat(&ty, &mut types), "{name}");
            assert_eq!(flat.of(&ty) as usize, types.to_vec().len(), "{name}");
            counted += 1;
        }
        assert_eq!(counted, 12);
    }
}
