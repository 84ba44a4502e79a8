//! Reading surfaces from the validator's types.
//!
//! May import: the sibling modules; wasmparser, which stays behind this door.
//! Deliberately absent: decoding and validation, which came before.
//!
//! Recursion is bounded: the validator lets no component-level type nest deeper than 100.

use std::collections::HashMap;
use std::sync::Arc;

use wasmparser::PrimitiveValType;
use wasmparser::collections::IndexMap;
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId,
    ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentItem,
    ComponentType, ComponentValType, ResourceId,
};
use wasmparser::types::TypesRef;

use super::Surface;
use super::module;
use super::types::{
    ExternName, Func, Instance, Item, Origin, Primitive, ResourceRef, Side, Type, TypeDef, TypeKind,
};

/// Reads items of one component, keeping the tables that names and origins are found in.
///
/// All ids that it meets come from the types it was made with, which is what makes indexing them
/// safe.
pub(crate) struct Reader<'a> {
    types: TypesRef<'a>,
    resources: HashMap<ResourceId, (u32, Origin)>,
    /// Innermost last; there is always at least the outermost.
    scopes: Vec<Scope>,
}

/// The names that an instance or component gives to types, and what was read within it.
#[derive(Default)]
struct Scope {
    names: HashMap<ComponentAnyTypeId, Arc<str>>,
    resource_names: HashMap<ResourceId, Arc<str>>,
    /// Per scope, since the names inside a structure depend on where it is used; by the id with
    /// all aliases peeled off, so that a named type and its definition share one structure.
    kinds: HashMap<ComponentDefinedTypeId, Arc<TypeKind>>,
}

impl<'a> Reader<'a> {
    /// A reader for the items of `component`.
    pub(crate) fn new(types: TypesRef<'a>, component: &ComponentType) -> Reader<'a> {
        let mut reader = Reader::detached(types);
        reader.enter_component(component);
        reader
    }

    /// A reader for items that belong to no particular component, such as an instance in the
    /// course of composition: the origins of its resources are unknown.
    pub(crate) fn detached(types: TypesRef<'a>) -> Reader<'a> {
        Reader {
            types,
            resources: HashMap::new(),
            scopes: vec![Scope::default()],
        }
    }

    /// The import or export of that name.
    pub(crate) fn named(
        &mut self,
        component: &ComponentType,
        side: Side,
        name: &str,
    ) -> Option<Item> {
        let items = match side {
            Side::Import => &component.imports,
            Side::Export => &component.exports,
        };
        Some(self.item(&items.get(name)?.ty))
    }

    /// All imports and exports.
    pub(crate) fn surface(&mut self, component: &ComponentType) -> Surface {
        Surface {
            imports: self.items(&component.imports),
            exports: self.items(&component.exports),
        }
    }

    /// Any item.
    pub(crate) fn item(&mut self, ty: &ComponentEntityType) -> Item {
        match *ty {
            ComponentEntityType::Module(id) => Item::Module(module::read(self.types, id)),
            ComponentEntityType::Func(id) => Item::Func(self.func(id)),
            ComponentEntityType::Value(ty) => Item::Value(self.val(ty)),
            ComponentEntityType::Type { created, .. } => Item::Type(self.type_def(created)),
            ComponentEntityType::Instance(id) => Item::Instance(self.instance(id)),
            ComponentEntityType::Component(id) => {
                let types = self.types;
                Item::Component(Box::new(self.nested(&types[id])))
            }
        }
    }

    fn type_def(&mut self, id: ComponentAnyTypeId) -> TypeDef {
        match id {
            ComponentAnyTypeId::Resource(id) => TypeDef::Resource(self.resource(id)),
            ComponentAnyTypeId::Defined(id) => TypeDef::Defined(self.defined(id)),
            ComponentAnyTypeId::Func(id) => TypeDef::Func(self.func(id)),
            ComponentAnyTypeId::Instance(id) => TypeDef::Instance(self.instance(id)),
            ComponentAnyTypeId::Component(id) => {
                let types = self.types;
                TypeDef::Component(Box::new(self.nested(&types[id])))
            }
        }
    }

    fn items(&mut self, items: &IndexMap<String, ComponentItem>) -> Vec<(ExternName, Item)> {
        items
            .iter()
            .map(|(name, item)| {
                let extern_name = ExternName {
                    name: name.clone(),
                    implements: item.implements.clone(),
                    version_suffix: item.version_suffix.clone(),
                    external_id: item.external_id.clone(),
                };
                (extern_name, self.item(&item.ty))
            })
            .collect()
    }

    fn instance(&mut self, id: ComponentInstanceTypeId) -> Instance {
        let types = self.types;
        let ty = &types[id];
        let mut scope = Scope::default();
        self.name_types(&mut scope, &ty.exports);
        self.scopes.push(scope);
        let exports = self.items(&ty.exports);
        self.scopes.pop();
        Instance { exports }
    }

    fn nested(&mut self, component: &ComponentType) -> Surface {
        self.enter_component(component);
        let surface = self.surface(component);
        self.scopes.pop();
        surface
    }

    fn enter_component(&mut self, component: &ComponentType) {
        for (id, path) in &component.imported_resources {
            let path = self.path(&component.imports, path);
            self.introduce(*id, Origin::Import(path));
        }
        for (id, path) in &component.defined_resources {
            let path = self.path(&component.exports, path);
            self.introduce(*id, Origin::Export(path));
        }
        let mut scope = Scope::default();
        self.name_types(&mut scope, &component.imports);
        self.name_types(&mut scope, &component.exports);
        // Types of other interfaces by their plain names, for whoever uses one without giving it
        // a name of its own.
        for item in component.imports.values().chain(component.exports.values()) {
            if let ComponentEntityType::Instance(id) = item.ty {
                let types = self.types;
                self.name_types(&mut scope, &types[id].exports);
            }
        }
        self.scopes.push(scope);
    }

    fn introduce(&mut self, id: ResourceId, origin: Origin) {
        // A component type that is used twice introduces the same ones twice.
        let number = self.resources.len() as u32;
        self.resources.entry(id).or_insert((number, origin));
    }

    /// Spells out the validator's path of indexes into exports of exports.
    fn path(&self, items: &IndexMap<String, ComponentItem>, indexes: &[usize]) -> Vec<String> {
        let types = self.types;
        let mut items = Some(items);
        let mut path = Vec::new();
        for index in indexes {
            let Some((name, item)) = items.and_then(|items| items.get_index(*index)) else {
                break;
            };
            path.push(name.clone());
            items = match item.ty {
                ComponentEntityType::Instance(id) => Some(&types[id].exports),
                _ => None,
            };
        }
        path
    }

    /// Notes the names of the types among `items`; a name that is there already stays.
    fn name_types(&self, scope: &mut Scope, items: &IndexMap<String, ComponentItem>) {
        let named = || {
            items.iter().filter_map(|(name, item)| match item.ty {
                ComponentEntityType::Type {
                    referenced,
                    created,
                } => Some((name, referenced, created)),
                _ => None,
            })
        };
        for (name, _, created) in named() {
            let name: Arc<str> = name.as_str().into();
            if let ComponentAnyTypeId::Resource(id) = created {
                let id = id.resource();
                scope.resource_names.entry(id).or_insert(name.clone());
            }
            scope.names.entry(created).or_insert(name);
        }
        for (name, referenced, _) in named() {
            // The type under its name elsewhere. The definition itself is left out: an anonymous
            // `list<u8>` must not take the name of a type that is defined as one.
            if self.types.peel_alias(referenced).is_some() {
                let name = name.as_str().into();
                scope.names.entry(referenced).or_insert(name);
            }
        }
    }

    /// The name of a type where it is used: that of the innermost scope which knows it, or else
    /// that of what it is an alias of.
    fn name(&self, mut id: ComponentAnyTypeId) -> Option<Arc<str>> {
        loop {
            for scope in self.scopes.iter().rev() {
                if let Some(name) = scope.names.get(&id) {
                    return Some(name.clone());
                }
            }
            id = self.types.peel_alias(id)?;
        }
    }

    fn resource(&mut self, id: AliasableResourceId) -> ResourceRef {
        let resource = id.resource();
        let number = self.resources.len() as u32;
        let (number, origin) = self
            .resources
            .entry(resource)
            .or_insert((number, Origin::Unknown))
            .clone();
        let by_identity = || {
            let mut scopes = self.scopes.iter().rev();
            scopes.find_map(|scope| scope.resource_names.get(&resource).cloned())
        };
        let by_origin = || match &origin {
            Origin::Import(path) | Origin::Export(path) => path.last().map(|n| n.as_str().into()),
            Origin::Unknown => None,
        };
        let name = self
            .name(id.into())
            .or_else(by_identity)
            .or_else(by_origin)
            .unwrap_or_else(|| "resource".into());
        ResourceRef {
            name: name.to_string(),
            origin,
            id: number,
        }
    }

    fn func(&mut self, id: ComponentFuncTypeId) -> Func {
        let types = self.types;
        let ty = &types[id];
        Func {
            async_: ty.async_,
            params: ty
                .params
                .iter()
                .map(|(name, ty)| (name.to_string(), self.val(*ty)))
                .collect(),
            result: self.optional(&ty.result),
        }
    }

    fn optional(&mut self, ty: &Option<ComponentValType>) -> Option<Type> {
        ty.map(|ty| self.val(ty))
    }

    fn val(&mut self, ty: ComponentValType) -> Type {
        match ty {
            ComponentValType::Primitive(ty) => Type::new(None, TypeKind::Primitive(primitive(ty))),
            ComponentValType::Type(id) => self.defined(id),
        }
    }

    fn defined(&mut self, id: ComponentDefinedTypeId) -> Type {
        let name = self.name(id.into());
        let mut base = id;
        while let Some(aliased) = self.types.peel_alias(base) {
            base = aliased;
        }
        let scope = self.scopes.len() - 1;
        if let Some(kind) = self.scopes[scope].kinds.get(&base) {
            return Type::new(name, kind.clone());
        }
        let kind = Arc::new(self.kind(id));
        self.scopes[scope].kinds.insert(base, kind.clone());
        Type::new(name, kind)
    }

    fn kind(&mut self, id: ComponentDefinedTypeId) -> TypeKind {
        let types = self.types;
        match &types[id] {
            ComponentDefinedType::Primitive(ty) => TypeKind::Primitive(primitive(*ty)),
            ComponentDefinedType::Record(ty) => TypeKind::Record(
                ty.fields
                    .iter()
                    .map(|(name, ty)| (name.to_string(), self.val(*ty)))
                    .collect(),
            ),
            ComponentDefinedType::Variant(ty) => TypeKind::Variant(
                ty.cases
                    .iter()
                    .map(|(name, case)| (name.to_string(), self.optional(&case.ty)))
                    .collect(),
            ),
            ComponentDefinedType::Flags(names) => {
                TypeKind::Flags(names.iter().map(|name| name.to_string()).collect())
            }
            ComponentDefinedType::Enum(names) => {
                TypeKind::Enum(names.iter().map(|name| name.to_string()).collect())
            }
            ComponentDefinedType::Tuple(ty) => {
                TypeKind::Tuple(ty.types.iter().map(|ty| self.val(*ty)).collect())
            }
            ComponentDefinedType::List { element, .. } => TypeKind::List(self.val(*element)),
            ComponentDefinedType::FixedLengthList {
                element, length, ..
            } => TypeKind::FixedLengthList(self.val(*element), *length),
            ComponentDefinedType::Map { key, value, .. } => {
                TypeKind::Map(self.val(*key), self.val(*value))
            }
            ComponentDefinedType::Option { ty, .. } => TypeKind::Option(self.val(*ty)),
            ComponentDefinedType::Result { ok, err, .. } => {
                TypeKind::Result(self.optional(ok), self.optional(err))
            }
            ComponentDefinedType::Own(id) => TypeKind::Own(self.resource(*id)),
            ComponentDefinedType::Borrow(id) => TypeKind::Borrow(self.resource(*id)),
            ComponentDefinedType::Future { ty, .. } => TypeKind::Future(self.optional(ty)),
            ComponentDefinedType::Stream { ty, .. } => TypeKind::Stream(self.optional(ty)),
        }
    }
}

fn primitive(ty: PrimitiveValType) -> Primitive {
    match ty {
        PrimitiveValType::Bool => Primitive::Bool,
        PrimitiveValType::S8 => Primitive::S8,
        PrimitiveValType::U8 => Primitive::U8,
        PrimitiveValType::S16 => Primitive::S16,
        PrimitiveValType::U16 => Primitive::U16,
        PrimitiveValType::S32 => Primitive::S32,
        PrimitiveValType::U32 => Primitive::U32,
        PrimitiveValType::S64 => Primitive::S64,
        PrimitiveValType::U64 => Primitive::U64,
        PrimitiveValType::F32 => Primitive::F32,
        PrimitiveValType::F64 => Primitive::F64,
        PrimitiveValType::Char => Primitive::Char,
        PrimitiveValType::String => Primitive::String,
        PrimitiveValType::ErrorContext => Primitive::ErrorContext,
    }
}
