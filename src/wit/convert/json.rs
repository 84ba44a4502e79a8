//! Conversion to JSON: `witkit.wit/1`, described in `docs/wit-json.md`.
//!
//! May import: what is loaded, and nothing that prints.
//! Deliberately absent: indices of any kind. What is referred to is referred to by name.

mod document;

use std::collections::BTreeMap;

use wit_parser::{
    Docs, Function, FunctionKind, Handle, InterfaceId, PackageId, Resolve, Stability, Type,
    TypeDef, TypeDefKind, TypeId, TypeOwner, WorldItem, WorldKey,
};

use self::document::{
    Case, Definition, DefinitionKind, Document, Func, Gate, Interface, Item, Label, Member,
    Package, Param, Reference, Shape, World,
};
use super::print::packages;
use crate::wit::Wit;

/// The whole as JSON, with a line break at its end.
pub(super) fn json(wit: &Wit) -> String {
    let cx = Context {
        resolve: &wit.resolve,
    };
    let document = Document {
        schema: "witkit.wit/1",
        package: wit.resolve.packages[wit.main].name.to_string(),
        packages: packages(wit)
            .into_iter()
            .map(|id| cx.package(id, wit.own.contains(&id) || id == wit.main))
            .collect(),
    };
    // INVARIANT: strings, numbers, lists and structures only; serialising those does not fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

struct Context<'a> {
    resolve: &'a Resolve,
}

/// The functions that belong to resources, by resource.
struct Methods<'a>(BTreeMap<TypeId, Vec<&'a Function>>);

impl<'a> Methods<'a> {
    fn of(functions: impl Iterator<Item = &'a Function>) -> Methods<'a> {
        let mut methods: BTreeMap<TypeId, Vec<&Function>> = BTreeMap::new();
        for function in functions {
            if let Some(resource) = function.kind.resource() {
                methods.entry(resource).or_default().push(function);
            }
        }
        Methods(methods)
    }
}

impl Context<'_> {
    fn package(&self, id: PackageId, own: bool) -> Package {
        let package = &self.resolve.packages[id];
        Package {
            name: format!("{}:{}", package.name.namespace, package.name.name),
            version: package.name.version.as_ref().map(ToString::to_string),
            own,
            docs: docs(&package.docs),
            interfaces: package
                .interfaces
                .values()
                .map(|id| self.interface(*id))
                .collect(),
            worlds: package
                .worlds
                .values()
                .map(|id| {
                    let world = &self.resolve.worlds[*id];
                    World {
                        name: world.name.clone(),
                        docs: docs(&world.docs),
                        stability: gate(&world.stability),
                        imports: self.items(&world.imports),
                        exports: self.items(&world.exports),
                    }
                })
                .collect(),
        }
    }

    fn interface(&self, id: InterfaceId) -> Interface {
        let interface = &self.resolve.interfaces[id];
        let methods = Methods::of(interface.functions.values());
        Interface {
            name: interface.name.clone(),
            docs: docs(&interface.docs),
            stability: gate(&interface.stability),
            types: interface
                .types
                .values()
                .map(|id| self.definition(*id, &methods))
                .collect(),
            functions: interface
                .functions
                .values()
                .filter(|function| function.kind.resource().is_none())
                .map(|function| self.function(function))
                .collect(),
        }
    }

    fn items<'i>(
        &self,
        items: impl IntoIterator<Item = (&'i WorldKey, &'i WorldItem)>,
    ) -> Vec<Item> {
        let items: Vec<_> = items.into_iter().collect();
        let methods = Methods::of(items.iter().filter_map(|(_, item)| match item {
            WorldItem::Function(function) => Some(function),
            _ => None,
        }));
        let listed = items.iter().filter_map(|(key, item)| match item {
            WorldItem::Interface {
                id,
                stability,
                external_id,
                docs: own_docs,
                ..
            } => Some(match self.resolve.id_of(*id) {
                Some(interface) => Item::Interface {
                    name: self.resolve.name_world_key(key),
                    interface,
                    docs: docs(own_docs),
                    stability: gate(stability),
                    external_id: external_id.clone(),
                },
                None => Item::Inline {
                    name: self.resolve.name_world_key(key),
                    interface: self.interface(*id),
                    docs: docs(own_docs),
                    stability: gate(stability),
                    external_id: external_id.clone(),
                },
            }),
            // It belongs to its resource.
            WorldItem::Function(function) if function.kind.resource().is_some() => None,
            WorldItem::Function(function) => Some(Item::Function {
                name: function.item_name().to_string(),
                function: self.function(function),
            }),
            WorldItem::Type { id, .. } => Some(Item::Type {
                name: self.resolve.name_world_key(key),
                r#type: self.definition(*id, &methods),
            }),
        });
        listed.collect()
    }

    fn definition(&self, id: TypeId, methods: &Methods) -> Definition {
        let ty = &self.resolve.types[id];
        Definition {
            name: ty.name.clone().unwrap_or_default(),
            docs: docs(&ty.docs),
            stability: gate(&ty.stability),
            external_id: ty.external_id.clone(),
            kind: self.definition_kind(id, ty, methods),
        }
    }

    fn definition_kind(&self, id: TypeId, ty: &TypeDef, methods: &Methods) -> DefinitionKind {
        match &ty.kind {
            TypeDefKind::Record(record) => DefinitionKind::Record {
                fields: record
                    .fields
                    .iter()
                    .map(|field| Member {
                        name: field.name.clone(),
                        docs: docs(&field.docs),
                        r#type: self.shape(&field.ty),
                    })
                    .collect(),
            },
            TypeDefKind::Variant(variant) => DefinitionKind::Variant {
                cases: variant
                    .cases
                    .iter()
                    .map(|case| Case {
                        name: case.name.clone(),
                        docs: docs(&case.docs),
                        r#type: case.ty.as_ref().map(|ty| self.shape(ty)),
                    })
                    .collect(),
            },
            TypeDefKind::Enum(cases) => DefinitionKind::Enum {
                cases: cases
                    .cases
                    .iter()
                    .map(|c| label(&c.name, &c.docs))
                    .collect(),
            },
            TypeDefKind::Flags(flags) => DefinitionKind::Flags {
                flags: flags
                    .flags
                    .iter()
                    .map(|f| label(&f.name, &f.docs))
                    .collect(),
            },
            TypeDefKind::Resource => DefinitionKind::Resource {
                functions: methods
                    .0
                    .get(&id)
                    .into_iter()
                    .flatten()
                    .map(|function| self.function(function))
                    .collect(),
            },
            TypeDefKind::Type(Type::Id(other)) => {
                let other = &self.resolve.types[*other];
                match &other.name {
                    Some(name) if other.owner != ty.owner => DefinitionKind::Use {
                        interface: self.owner(other),
                        r#type: name.clone(),
                    },
                    _ => DefinitionKind::Alias {
                        r#type: self.named_or_structure(other),
                    },
                }
            }
            _ => DefinitionKind::Alias {
                r#type: self.structure(ty),
            },
        }
    }

    fn function(&self, function: &Function) -> Func {
        let kind = match function.kind {
            FunctionKind::Freestanding
            | FunctionKind::AsyncFreestanding
            | FunctionKind::Getter
            | FunctionKind::Setter => "function",
            FunctionKind::Method(_)
            | FunctionKind::AsyncMethod(_)
            | FunctionKind::MethodGetter(_)
            | FunctionKind::MethodSetter(_) => "method",
            FunctionKind::Static(_)
            | FunctionKind::AsyncStatic(_)
            | FunctionKind::StaticGetter(_)
            | FunctionKind::StaticSetter(_) => "static",
            FunctionKind::Constructor(_) => "constructor",
        };
        let accessor = match function.kind {
            FunctionKind::Getter
            | FunctionKind::MethodGetter(_)
            | FunctionKind::StaticGetter(_) => Some("get"),
            FunctionKind::Setter
            | FunctionKind::MethodSetter(_)
            | FunctionKind::StaticSetter(_) => Some("set"),
            _ => None,
        };
        Func {
            name: function.item_name().to_string(),
            kind,
            accessor,
            r#async: function.kind.is_async(),
            docs: docs(&function.docs),
            stability: gate(&function.stability),
            external_id: function.external_id.clone(),
            // As in the text: the handle that a method is called on goes without saying.
            params: function
                .params
                .iter()
                .skip(usize::from(kind == "method"))
                .map(|param| Param {
                    name: param.name.clone(),
                    r#type: self.shape(&param.ty),
                })
                .collect(),
            result: function.result.as_ref().map(|ty| self.shape(ty)),
        }
    }

    fn shape(&self, ty: &Type) -> Shape {
        match ty {
            Type::Bool => Shape::Bool,
            Type::S8 => Shape::S8,
            Type::U8 => Shape::U8,
            Type::S16 => Shape::S16,
            Type::U16 => Shape::U16,
            Type::S32 => Shape::S32,
            Type::U32 => Shape::U32,
            Type::S64 => Shape::S64,
            Type::U64 => Shape::U64,
            Type::F32 => Shape::F32,
            Type::F64 => Shape::F64,
            Type::Char => Shape::Char,
            Type::String => Shape::String,
            Type::ErrorContext => Shape::ErrorContext,
            Type::Id(id) => self.named_or_structure(&self.resolve.types[*id]),
        }
    }

    fn boxed(&self, ty: &Type) -> Box<Shape> {
        Box::new(self.shape(ty))
    }

    fn optional(&self, ty: &Option<Type>) -> Option<Box<Shape>> {
        ty.as_ref().map(|ty| self.boxed(ty))
    }

    fn named_or_structure(&self, ty: &TypeDef) -> Shape {
        match &ty.name {
            Some(_) => Shape::Named {
                reference: self.reference(ty),
            },
            None => self.structure(ty),
        }
    }

    /// Of a type without a name, or what is behind one.
    fn structure(&self, ty: &TypeDef) -> Shape {
        match &ty.kind {
            TypeDefKind::List(element) => Shape::List {
                element: self.boxed(element),
                length: None,
            },
            TypeDefKind::FixedLengthList(element, length) => Shape::List {
                element: self.boxed(element),
                length: Some(*length),
            },
            TypeDefKind::Map(key, value) => Shape::Map {
                key: self.boxed(key),
                value: self.boxed(value),
            },
            TypeDefKind::Tuple(tuple) => Shape::Tuple {
                types: tuple.types.iter().map(|ty| self.shape(ty)).collect(),
            },
            TypeDefKind::Option(some) => Shape::Option {
                some: self.boxed(some),
            },
            TypeDefKind::Result(result) => Shape::Result {
                ok: self.optional(&result.ok),
                err: self.optional(&result.err),
            },
            TypeDefKind::Future(payload) => Shape::Future {
                payload: self.optional(payload),
            },
            TypeDefKind::Stream(payload) => Shape::Stream {
                payload: self.optional(payload),
            },
            TypeDefKind::Handle(Handle::Own(id)) => Shape::Own {
                resource: self.reference(&self.resolve.types[*id]),
            },
            TypeDefKind::Handle(Handle::Borrow(id)) => Shape::Borrow {
                resource: self.reference(&self.resolve.types[*id]),
            },
            TypeDefKind::Type(ty) => self.shape(ty),
            // INVARIANT: these have names in every resolve, so they are never asked for here.
            TypeDefKind::Record(_)
            | TypeDefKind::Variant(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Flags(_)
            | TypeDefKind::Resource
            | TypeDefKind::Unknown => Shape::Named {
                reference: self.reference(ty),
            },
        }
    }

    fn reference(&self, ty: &TypeDef) -> Reference {
        Reference {
            interface: self.owner(ty),
            name: ty.name.clone().unwrap_or_default(),
        }
    }

    fn owner(&self, ty: &TypeDef) -> Option<String> {
        match ty.owner {
            TypeOwner::Interface(id) => self.resolve.id_of(id),
            TypeOwner::World(_) | TypeOwner::None => None,
        }
    }
}

fn label(name: &str, own: &Docs) -> Label {
    Label {
        name: name.to_string(),
        docs: docs(own),
    }
}

fn docs(docs: &Docs) -> Option<String> {
    docs.contents.clone()
}

fn gate(stability: &Stability) -> Option<Gate> {
    match stability {
        Stability::Unknown => None,
        Stability::Stable { since, deprecated } => Some(Gate {
            since: Some(since.to_string()),
            unstable: None,
            deprecated: deprecated.as_ref().map(ToString::to_string),
        }),
        Stability::Unstable {
            feature,
            deprecated,
        } => Some(Gate {
            since: None,
            unstable: Some(feature.clone()),
            deprecated: deprecated.as_ref().map(ToString::to_string),
        }),
    }
}
