//! Types as a script declares them: functions, interfaces, and types of values.
//!
//! An interface is written on its own. What uses a type of another interface, by its name, cannot be: the
//! language has no place for the definition of an interface of another package.
//!
//! May import: `surface` (rank 2). Deliberately absent: docs and gates, which types do not have.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::names::{escaped, is_id};
use crate::surface::{Func, Instance, Item, Origin, ResourceRef, Type, TypeDef, TypeKind};

/// How many types may be written out for one import: shared ones are written each time.
const MOST: u32 = 20_000;

/// The names that can be used where something is written.
pub(in crate::compose::script) struct Types<'k> {
    /// Those of types around it.
    known: BTreeSet<&'k str>,
    /// The resources that an interface defines.
    resources: BTreeSet<&'k str>,
    left: Cell<u32>,
}

/// Text, or what there are no words for.
type Text = Result<String, String>;

impl<'k> Types<'k> {
    /// Where the types of these names are declared.
    pub fn around(known: impl Iterator<Item = &'k str>) -> Types<'k> {
        Types {
            known: known.collect(),
            resources: BTreeSet::new(),
            left: Cell::new(MOST),
        }
    }

    /// What stands behind the `:` of an import.
    pub fn import(&self, item: &Item, import: &str) -> Text {
        match item {
            Item::Func(func) => self.func(func, false),
            Item::Instance(instance) => Ok(format!(
                "interface {{\n{}}}",
                self.interface(instance, import)?
            )),
            other => Err(format!("a {}", other.sort())),
        }
    }

    /// A statement that declares what a component imports under a name.
    pub fn definition(&self, name: &str, item: &Item) -> Text {
        let id = id(name)?;
        match item {
            // The types of functions are known by imports that have them.
            Item::Func(func) | Item::Type(TypeDef::Func(func)) => {
                Ok(format!("type {id} = {};\n", self.func(func, false)?))
            }
            Item::Type(TypeDef::Defined(ty)) => self.defined(&id, ty),
            Item::Type(TypeDef::Component(surface)) => {
                match (&surface.imports[..], &surface.exports[..]) {
                    ([], [(path, Item::Instance(instance))]) => Ok(format!(
                        "interface {id} {{\n{}}}\n",
                        self.interface(instance, &path.name)?
                    )),
                    ([], _) => Err("a world".to_string()),
                    _ => Err("an interface that uses types of others".to_string()),
                }
            }
            other => Err(format!("a {}", other.sort())),
        }
    }

    /// The items of an interface that is imported as `import`.
    fn interface(&self, instance: &Instance, import: &str) -> Text {
        let mut inner = Types {
            known: BTreeSet::new(),
            resources: BTreeSet::new(),
            left: Cell::new(self.left.get()),
        };
        for (name, item) in &instance.exports {
            match item {
                Item::Type(TypeDef::Resource(resource)) => {
                    let is_own = match &resource.origin {
                        Origin::Import(path) | Origin::Export(path) => {
                            path.len() == 2 && path[0] == import && path[1] == name.name
                        }
                        Origin::Unknown => true,
                    };
                    if !is_own {
                        return Err(format!(
                            "an interface with the resource `{}` of another one",
                            name.name
                        ));
                    }
                    inner.resources.insert(&name.name);
                }
                Item::Type(TypeDef::Defined(_)) => {
                    inner.known.insert(&name.name);
                }
                _ => {}
            }
        }
        let mut text = String::new();
        for (name, item) in &instance.exports {
            match item {
                Item::Type(TypeDef::Resource(_)) => {
                    text.push_str(&inner.resource(&name.name, instance)?);
                }
                Item::Type(TypeDef::Defined(ty)) => {
                    text.push_str(&inner.defined(&id(&name.name)?, ty)?);
                }
                // Those of resources are with these.
                Item::Func(_) if name.name.starts_with('[') => {}
                Item::Func(func) => {
                    let ty = inner.func(func, false)?;
                    text.push_str(&format!("{}: {ty};\n", id(&name.name)?));
                }
                other => return Err(format!("an interface with a {}", other.sort())),
            }
        }
        self.left.set(inner.left.get());
        Ok(text)
    }

    fn resource(&self, resource: &str, instance: &Instance) -> Text {
        let mut inside = String::new();
        for (name, item) in &instance.exports {
            let Item::Func(func) = item else { continue };
            let Some((kind, rest)) = name.name.strip_prefix('[').and_then(|n| n.split_once(']'))
            else {
                continue;
            };
            let (of, own) = rest.split_once('.').unwrap_or((rest, ""));
            if of != resource {
                continue;
            }
            match kind {
                "constructor" => inside.push_str(&self.constructor(func, resource)?),
                "method" => {
                    let ty = self.func(func, true)?;
                    inside.push_str(&format!("{}: {ty};\n", id(own)?));
                }
                "static" => {
                    let ty = self.func(func, false)?;
                    inside.push_str(&format!("{}: static {ty};\n", id(own)?));
                }
                _ => return Err(format!("an interface with the function `{}`", name.name)),
            }
        }
        let id = id(resource)?;
        Ok(match inside.is_empty() {
            true => format!("resource {id};\n"),
            false => format!("resource {id} {{\n{inside}}}\n"),
        })
    }

    fn constructor(&self, func: &Func, resource: &str) -> Text {
        let params = self.params(&func.params)?;
        let makes = |ty: &Type| matches!(ty.kind(), TypeKind::Own(r) if r.name == resource);
        match &func.result {
            Some(ty) if makes(ty) => Ok(format!("constructor({params});\n")),
            Some(ty) => Ok(format!("constructor({params}) -> {};\n", self.ty(ty)?)),
            None => Err("a constructor that makes nothing".to_string()),
        }
    }

    /// The type of a function; of a method without what it is a method of.
    fn func(&self, func: &Func, is_method: bool) -> Text {
        let params = self.params(&func.params[usize::from(is_method).min(func.params.len())..])?;
        let word = match func.async_ {
            true => "async func",
            false => "func",
        };
        Ok(match &func.result {
            Some(result) => format!("{word}({params}) -> {}", self.ty(result)?),
            None => format!("{word}({params})"),
        })
    }

    fn params(&self, params: &[(String, Type)]) -> Text {
        let mut all = Vec::new();
        for (name, ty) in params {
            all.push(format!("{}: {}", id(name)?, self.ty(ty)?));
        }
        Ok(all.join(", "))
    }

    /// The definition of a type of values.
    fn defined(&self, id: &str, ty: &Type) -> Text {
        let elements = |noun: &str, elements: Vec<String>| {
            Ok(format!("{noun} {id} {{\n{},\n}}\n", elements.join(",\n")))
        };
        let names = |names: &[String]| names.iter().map(|n| self::id(n)).collect::<Result<_, _>>();
        match ty.kind() {
            TypeKind::Record(fields) => {
                let mut all = Vec::new();
                for (name, ty) in fields {
                    all.push(format!("{}: {}", self::id(name)?, self.ty(ty)?));
                }
                elements("record", all)
            }
            TypeKind::Variant(cases) => {
                let mut all = Vec::new();
                for (name, ty) in cases {
                    let name = self::id(name)?;
                    all.push(match ty {
                        Some(ty) => format!("{name}({})", self.ty(ty)?),
                        None => name,
                    });
                }
                elements("variant", all)
            }
            TypeKind::Flags(flags) => elements("flags", names(flags)?),
            TypeKind::Enum(cases) => elements("enum", names(cases)?),
            kind => Ok(format!("type {id} = {};\n", self.kind(kind, None)?)),
        }
    }

    fn ty(&self, ty: &Type) -> Text {
        match ty.name() {
            Some(name) if self.known.contains(name) => Ok(escaped(name)),
            name => self.kind(ty.kind(), name),
        }
    }

    fn kind(&self, kind: &TypeKind, name: Option<&str>) -> Text {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err("more types than are written out".to_string()),
        }
        let optional = |ty: &Option<Type>| match ty {
            Some(ty) => self.ty(ty),
            None => Ok("_".to_string()),
        };
        Ok(match kind {
            TypeKind::Primitive(ty) => ty.as_str().to_string(),
            TypeKind::Record(_) | TypeKind::Variant(_) | TypeKind::Flags(_) | TypeKind::Enum(_) => {
                return Err(format!(
                    "the type `{}` of something else",
                    name.unwrap_or("record")
                ));
            }
            TypeKind::Tuple(types) => {
                let types: Result<Vec<String>, String> = types.iter().map(|t| self.ty(t)).collect();
                format!("tuple<{}>", types?.join(", "))
            }
            TypeKind::List(ty) => format!("list<{}>", self.ty(ty)?),
            TypeKind::FixedLengthList(ty, length) => format!("list<{}, {length}>", self.ty(ty)?),
            TypeKind::Map(key, value) => format!("map<{}, {}>", self.ty(key)?, self.ty(value)?),
            TypeKind::Option(ty) => format!("option<{}>", self.ty(ty)?),
            TypeKind::Result(None, None) => "result".to_string(),
            TypeKind::Result(Some(ok), None) => format!("result<{}>", self.ty(ok)?),
            TypeKind::Result(ok, error) => {
                format!("result<{}, {}>", optional(ok)?, optional(error)?)
            }
            TypeKind::Own(resource) => self.handle(resource)?,
            TypeKind::Borrow(resource) => format!("borrow<{}>", self.handle(resource)?),
            TypeKind::Future(Some(ty)) => format!("future<{}>", self.ty(ty)?),
            TypeKind::Future(None) => "future".to_string(),
            TypeKind::Stream(Some(ty)) => format!("stream<{}>", self.ty(ty)?),
            TypeKind::Stream(None) => "stream".to_string(),
        })
    }

    fn handle(&self, resource: &ResourceRef) -> Text {
        match self.resources.contains(resource.name.as_str()) {
            true => Ok(escaped(&resource.name)),
            false => Err(format!(
                "the resource `{}` of something else",
                resource.name
            )),
        }
    }
}

/// A name as it is written; fails if the language does not take it.
fn id(name: &str) -> Text {
    match is_id(name) {
        true => Ok(escaped(name)),
        false => Err(format!("something called `{name}`")),
    }
}
