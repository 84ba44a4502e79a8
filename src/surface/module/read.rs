//! Reading the types of core modules from the validator's.
//!
//! May import: its parent; wasmparser, which stays behind this door.
//! Deliberately absent: recursion over types, since their chains can be as long as a module.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use wasmparser::component_types::ComponentCoreModuleTypeId;
use wasmparser::types::{CoreTypeId, EntityType, RecGroupId, TypesRef};
use wasmparser::{
    AbstractHeapType, CompositeInnerType, FieldType, HeapType, PackedIndex, RefType, StorageType,
    SubType, UnpackedIndex, ValType,
};

use super::{CoreItem, CoreType, CoreValue, Heap, Limits, ModuleType, Reference};

/// Reads the type of a core module.
pub(in crate::surface) fn read(types: TypesRef<'_>, id: ComponentCoreModuleTypeId) -> ModuleType {
    let reader = CoreReader {
        types,
        groups: RefCell::default(),
        places: RefCell::default(),
        wanted: RefCell::default(),
        current: Cell::default(),
    };
    let module = &types[id];
    ModuleType {
        imports: module
            .imports
            .iter()
            .map(|((from, name), ty)| (from.clone(), name.clone(), reader.item(ty)))
            .collect(),
        exports: module
            .exports
            .iter()
            .map(|(name, ty)| (name.clone(), reader.item(ty)))
            .collect(),
    }
}

/// The texts of groups refer to those of earlier groups, in chains that can be as long as a module
/// has types; so they are made bottom-up with a list of what is wanted, not by recursion.
struct CoreReader<'a> {
    types: TypesRef<'a>,
    groups: RefCell<HashMap<RecGroupId, Arc<str>>>,
    /// The places that types have in their groups, for the groups met so far.
    places: RefCell<HashMap<CoreTypeId, usize>>,
    wanted: RefCell<Vec<RecGroupId>>,
    /// The group whose text is being made: its members refer to each other by place.
    current: Cell<Option<RecGroupId>>,
}

/// Texts longer than this stand for themselves by a digest, so that types which are defined by
/// way of each other do not grow without bound.
const LONGEST: usize = 1024;

impl CoreReader<'_> {
    fn item(&self, ty: &EntityType) -> CoreItem {
        match *ty {
            EntityType::Func(id) => CoreItem::Func {
                ty: self.defined(id),
                exact: false,
            },
            EntityType::FuncExact(id) => CoreItem::Func {
                ty: self.defined(id),
                exact: true,
            },
            EntityType::Table(ty) => CoreItem::Table {
                element: self.value(ValType::Ref(ty.element_type)),
                limits: Limits {
                    min: ty.initial,
                    max: ty.maximum,
                    wide: ty.table64,
                    shared: ty.shared,
                },
            },
            EntityType::Memory(ty) => CoreItem::Memory {
                limits: Limits {
                    min: ty.initial,
                    max: ty.maximum,
                    wide: ty.memory64,
                    shared: ty.shared,
                },
                page_size_log2: ty.page_size_log2.unwrap_or(16),
            },
            EntityType::Global(ty) => CoreItem::Global {
                ty: self.value(ty.content_type),
                mutable: ty.mutable,
                shared: ty.shared,
            },
            EntityType::Tag(id) => CoreItem::Tag(self.defined(id)),
        }
    }

    fn defined(&self, id: CoreTypeId) -> CoreType {
        let mut supertypes = Vec::new();
        let mut above = self.types.supertype_of(id);
        while let Some(id) = above {
            supertypes.push(self.text(id));
            above = self.types.supertype_of(id);
        }
        CoreType {
            text: self.text(id),
            supertypes,
        }
    }

    /// The canonical text of a type: its definition, or, when it belongs to a recursive group,
    /// its place in the group and the group's definition.
    fn text(&self, id: CoreTypeId) -> Arc<str> {
        loop {
            let text = self.index(UnpackedIndex::Id(id));
            if self.wanted.borrow().is_empty() {
                return text;
            }
            loop {
                // The last one wanted, as long as there is one; its text may make it want others.
                let Some(group) = self.wanted.borrow().last().copied() else {
                    break;
                };
                let before = self.wanted.borrow().len();
                self.current.set(Some(group));
                let places = self.types.rec_group_elements(group).enumerate();
                let places = places.map(|(place, member)| (member, place));
                self.places.borrow_mut().extend(places);
                let members: Vec<String> = self
                    .types
                    .rec_group_elements(group)
                    .map(|member| self.sub_type(&self.types[member]))
                    .collect();
                self.current.set(None);
                if self.wanted.borrow().len() == before {
                    let text = shorten(members.join(" "));
                    self.groups.borrow_mut().insert(group, text);
                    self.wanted.borrow_mut().pop();
                }
            }
        }
    }

    /// The text of a type that another mentions; if it is not known yet, it is put on the list.
    fn index(&self, index: UnpackedIndex) -> Arc<str> {
        let id = match index {
            UnpackedIndex::Id(id) => id,
            // Validated types refer by id alone; a place is a place all the same.
            UnpackedIndex::RecGroup(index) | UnpackedIndex::Module(index) => {
                return format!("rec.{index}").into();
            }
        };
        let group = self.types.rec_group_id_of(id);
        let size = self.types.rec_group_elements(group).len();
        let place = match self.places.borrow().get(&id) {
            Some(place) => *place,
            None => {
                self.wanted.borrow_mut().push(group);
                return "".into();
            }
        };
        if self.current.get() == Some(group) {
            return format!("rec.{place}").into();
        }
        let Some(text) = self.groups.borrow().get(&group).cloned() else {
            self.wanted.borrow_mut().push(group);
            return "".into();
        };
        match size {
            1 => text,
            _ => format!("(rec.{place} {text})").into(),
        }
    }

    fn sub_type(&self, ty: &SubType) -> String {
        let composite = &ty.composite_type;
        let mut text = match &composite.inner {
            CompositeInnerType::Func(func) => {
                let mut text = String::from("(func");
                for (noun, values) in [("param", func.params()), ("result", func.results())] {
                    if !values.is_empty() {
                        let values: Vec<String> =
                            values.iter().map(|ty| self.value_text(*ty)).collect();
                        text.push_str(&format!(" ({noun} {})", values.join(" ")));
                    }
                }
                text + ")"
            }
            CompositeInnerType::Array(array) => format!("(array {})", self.field(&array.0)),
            CompositeInnerType::Struct(fields) => {
                let fields: Vec<String> = fields.fields.iter().map(|ty| self.field(ty)).collect();
                format!("(struct {})", fields.join(" "))
            }
            CompositeInnerType::Cont(cont) => format!("(cont {})", self.index(cont.0.unpack())),
        };
        let related = |noun: &str, index: &Option<PackedIndex>| match index {
            Some(index) => format!("({noun} {}) ", self.index(index.unpack())),
            None => String::new(),
        };
        let describes = related("describes", &composite.describes_idx);
        let descriptor = related("descriptor", &composite.descriptor_idx);
        text = format!("{describes}{descriptor}{text}");
        if composite.shared {
            text = format!("(shared {text})");
        }
        if ty.is_final && ty.supertype_idxs.is_empty() {
            return text;
        }
        let noun = if ty.is_final { "sub final" } else { "sub" };
        let mut above = String::new();
        for index in &ty.supertype_idxs {
            above.push_str(&self.index(index.unpack()));
            above.push(' ');
        }
        format!("({noun} {above}{text})")
    }

    fn field(&self, field: &FieldType) -> String {
        let text = match field.element_type {
            StorageType::I8 => "i8".to_string(),
            StorageType::I16 => "i16".to_string(),
            StorageType::Val(ty) => self.value_text(ty),
        };
        match field.mutable {
            true => format!("(mut {text})"),
            false => text,
        }
    }

    fn value_text(&self, ty: ValType) -> String {
        let ValType::Ref(ty) = ty else {
            return ty.to_string();
        };
        let index = match ty.heap_type() {
            HeapType::Abstract { .. } => return ty.to_string(),
            HeapType::Concrete(index) => self.index(index).to_string(),
            HeapType::Exact(index) => format!("(exact {})", self.index(index)),
        };
        match ty.is_nullable() {
            true => format!("(ref null {index})"),
            false => format!("(ref {index})"),
        }
    }

    fn value(&self, ty: ValType) -> CoreValue {
        CoreValue {
            text: self.value_text(ty).into(),
            reference: match ty {
                ValType::Ref(ty) => self.reference(ty),
                _ => None,
            },
        }
    }

    fn reference(&self, ty: RefType) -> Option<Reference> {
        let nullable = ty.is_nullable();
        let (index, exact) = match ty.heap_type() {
            HeapType::Abstract { shared, ty } => {
                return Some(Reference {
                    nullable,
                    shared,
                    heap: Heap::Abstract(abstract_name(ty)),
                });
            }
            HeapType::Concrete(index) => (index, false),
            HeapType::Exact(index) => (index, true),
        };
        let UnpackedIndex::Id(id) = index else {
            return None;
        };
        let composite = &self.types[id].composite_type;
        Some(Reference {
            nullable,
            shared: composite.shared,
            heap: Heap::Defined {
                ty: self.defined(id),
                exact,
                above: match composite.inner {
                    CompositeInnerType::Func(_) => "func",
                    CompositeInnerType::Array(_) => "array",
                    CompositeInnerType::Struct(_) => "struct",
                    CompositeInnerType::Cont(_) => "cont",
                },
            },
        })
    }
}

fn shorten(text: String) -> Arc<str> {
    if text.len() <= LONGEST {
        return text.into();
    }
    // FNV-1a over 128 bits: stable across runs and releases, unlike the standard hasher.
    let mut digest: u128 = 0x6c62272e07bb014262b821756295c58d;
    for byte in text.bytes() {
        digest = (digest ^ u128::from(byte)).wrapping_mul(0x1000000000000000000013b);
    }
    let start: String = text.chars().take(200).collect();
    format!("{start}… #{digest:032x}").into()
}

fn abstract_name(ty: AbstractHeapType) -> &'static str {
    match ty {
        AbstractHeapType::Func => "func",
        AbstractHeapType::Extern => "extern",
        AbstractHeapType::Any => "any",
        AbstractHeapType::None => "none",
        AbstractHeapType::NoExtern => "noextern",
        AbstractHeapType::NoFunc => "nofunc",
        AbstractHeapType::Eq => "eq",
        AbstractHeapType::Struct => "struct",
        AbstractHeapType::Array => "array",
        AbstractHeapType::I31 => "i31",
        AbstractHeapType::Exn => "exn",
        AbstractHeapType::NoExn => "noexn",
        AbstractHeapType::Cont => "cont",
        AbstractHeapType::NoCont => "nocont",
    }
}
