//! Places in WIT text: the counterpart of something in a component.
//!
//! May import: `wit`, `surface` (for how names are read).
//! Deliberately absent: the messages.
//!
//! Paths are those of a mismatch: `get`, `param key`, `field ttl`, `ok`. They are followed as far
//! as the text has names; within `list<tuple<…>>` there is nothing to point at.

use std::cell::RefCell;
use std::collections::HashMap;

use wit_parser::{
    Function, IndexMap, InterfaceId, Span, Type, TypeDefKind, TypeId, TypeOwner, WorldId,
    WorldItem, WorldKey,
};

use super::package::Package;
use crate::diag::Locus;
use crate::surface::Side;
use crate::surface::wit::readable;

/// What a component is checked against.
#[derive(Clone, Copy)]
pub(super) enum Held {
    World(WorldId),
    Interface(InterfaceId),
}

/// Where a mismatch is.
pub(super) struct Place {
    pub side: Side,
    /// What the import or export is called in the component, if it has it.
    pub in_component: Option<String>,
    /// What it is called in the world, if that has it.
    pub in_world: Option<String>,
    /// The path from there.
    pub path: Vec<String>,
}

impl Place {
    /// The import or export, by its name in the component if it has one there.
    pub fn name(&self) -> &str {
        let name = self.in_component.as_deref().or(self.in_world.as_deref());
        name.unwrap_or_default()
    }
}

/// What a place is about, whichever path leads there.
pub(super) struct Origin {
    pub definition: Definition,
    /// Whether it is defined in the import or export that the place is in.
    pub is_here: bool,
}

/// A type or function, and the rest of the path.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Definition {
    Type(TypeId, Vec<String>),
    Function(InterfaceId, Vec<String>),
}

impl Definition {
    /// Leaves the last step of the way out.
    pub fn outwards(&mut self) {
        let (Definition::Type(_, path) | Definition::Function(_, path)) = self;
        path.pop();
    }
}

/// Looks places up in a package.
pub(super) struct Places<'p> {
    package: &'p Package,
    held: Held,
    /// What the world or interface is called, where there is no text.
    name: String,
    /// What the world imports and exports.
    imports: HashMap<String, &'p WorldItem>,
    exports: HashMap<String, &'p WorldItem>,
    /// Functions by their names as people read them, of interfaces that were asked for.
    functions: RefCell<HashMap<InterfaceId, HashMap<String, &'p Function>>>,
}

impl<'p> Places<'p> {
    pub fn new(package: &'p Package, held: Held, name: String) -> Places<'p> {
        let resolve = &package.wit.resolve;
        let named = |items: &'p IndexMap<WorldKey, WorldItem>| -> HashMap<String, &'p WorldItem> {
            let named = items.iter();
            named
                .map(|(key, item)| (resolve.name_world_key(key), item))
                .collect()
        };
        let (imports, exports) = match held {
            Held::World(id) => {
                let world = &resolve.worlds[id];
                (named(&world.imports), named(&world.exports))
            }
            Held::Interface(_) => Default::default(),
        };
        Places {
            package,
            held,
            name,
            imports,
            exports,
            functions: RefCell::default(),
        }
    }

    /// The package's file or folder.
    pub fn file(&self) -> &str {
        &self.package.file
    }

    /// The name of the world or interface where it is defined.
    pub fn whole(&self) -> Locus {
        let resolve = &self.package.wit.resolve;
        let span = match self.held {
            Held::World(id) => resolve.worlds[id].span,
            Held::Interface(id) => resolve.interfaces[id].span,
        };
        self.locus(span, &[])
    }

    /// The import or export `name` of the world: where the world says so.
    pub fn statement(&self, side: Side, name: &str) -> Locus {
        match self.item(side, name) {
            Some(item) => self.locus(item.span(), &[step(side, name)]),
            None => self.whole(),
        }
    }

    /// What is at `path` within the import or export `name`: where it is defined.
    pub fn within(&self, side: Side, name: &str, path: &[String]) -> Locus {
        let mut shown = vec![step(side, name)];
        shown.extend_from_slice(path);
        let span = match (self.held, self.item(side, name)) {
            (Held::Interface(id), _) => Some(self.interface(id, path)),
            (_, Some(WorldItem::Interface { id, .. })) => Some(self.interface(*id, path)),
            (_, Some(WorldItem::Function(func))) => Some(self.function(func, path)),
            (_, Some(WorldItem::Type { id, .. })) => Some(self.type_def(*id, path)),
            (_, None) => None,
        };
        match span {
            Some(span) => self.locus(span, &shown),
            None => self.whole(),
        }
    }

    /// What a place is about, if that is a type or a function of an interface.
    pub fn origin(&self, place: &Place) -> Option<Origin> {
        let path = place.path.as_slice();
        let item = || self.item(place.side, place.in_world.as_deref()?);
        let id = match self.held {
            Held::Interface(id) => id,
            Held::World(world) => match item()? {
                WorldItem::Interface { id, .. } => *id,
                WorldItem::Function(func) => {
                    let (id, path) = self.innermost(leads_into(func, path)?);
                    return Some(self.of_type(id, path, TypeOwner::World(world)));
                }
                WorldItem::Type { id, .. } => {
                    let (id, path) = self.innermost((*id, path));
                    return Some(self.of_type(id, path, TypeOwner::World(world)));
                }
            },
        };
        let (first, rest) = path.split_first()?;
        let way = match self.function_of(id, first) {
            Some(func) => leads_into(func, rest),
            None => Some((*self.types_of(id).get(first.as_str())?, rest)),
        };
        Some(match way {
            Some(way) => {
                let (ty, path) = self.innermost(way);
                self.of_type(ty, path, TypeOwner::Interface(id))
            }
            None => Origin {
                definition: Definition::Function(id, path.to_vec()),
                is_here: true,
            },
        })
    }

    fn of_type(&self, mut id: TypeId, mut path: &[String], here: TypeOwner) -> Origin {
        let types = &self.package.wit.resolve.types;
        // Where all of a named type differs, it does so wherever it is used.
        if let [step] = path
            && let Some(Type::Id(next)) = child(&types[id].kind, step)
            && types[next].name.is_some()
        {
            (id, path) = self.innermost((next, &[]));
        }
        Origin {
            definition: Definition::Type(id, path.to_vec()),
            is_here: types[id].owner == here,
        }
    }

    fn item(&self, side: Side, name: &str) -> Option<&'p WorldItem> {
        match side {
            Side::Import => self.imports.get(name).copied(),
            Side::Export => self.exports.get(name).copied(),
        }
    }

    fn interface(&self, id: InterfaceId, path: &[String]) -> Span {
        let span = self.package.wit.resolve.interfaces[id].span;
        let Some((first, rest)) = path.split_first() else {
            return span;
        };
        if let Some(func) = self.function_of(id, first) {
            return self.function(func, rest);
        }
        match self.types_of(id).get(first.as_str()) {
            Some(id) => self.type_def(*id, rest),
            None => span,
        }
    }

    fn types_of(&self, id: InterfaceId) -> &'p IndexMap<String, TypeId> {
        let package: &'p Package = self.package;
        &package.wit.resolve.interfaces[id].types
    }

    /// The function of an interface that people read as `name`.
    fn function_of(&self, id: InterfaceId, name: &str) -> Option<&'p Function> {
        let package: &'p Package = self.package;
        let mut known = self.functions.borrow_mut();
        let functions = known.entry(id).or_insert_with(|| {
            let functions = package.wit.resolve.interfaces[id].functions.iter();
            functions.map(|(name, f)| (readable(name), f)).collect()
        });
        functions.get(name).copied()
    }

    fn function(&self, func: &Function, path: &[String]) -> Span {
        if let Some((id, path)) = leads_into(func, path) {
            let (id, path) = self.innermost((id, path));
            // What has no name has no place of its own.
            if self.package.wit.resolve.types[id].name.is_some() {
                return self.type_def(id, path);
            }
        }
        let param = path.first().and_then(|step| step.strip_prefix("param "));
        let mut params = func.params.iter();
        param
            .and_then(|name| params.find(|param| param.name == name))
            .map_or(func.span, |param| param.span)
    }

    /// The type that a way from a type ends in, with the rest of the way: none, or the step that
    /// leads to something without parts.
    fn innermost<'s>(&self, way: (TypeId, &'s [String])) -> (TypeId, &'s [String]) {
        let (mut id, mut path) = way;
        let types = &self.package.wit.resolve.types;
        loop {
            // `use other.{name}`: what it is, is said there.
            while let TypeDefKind::Type(Type::Id(next)) = types[id].kind {
                id = next;
            }
            match path.split_first() {
                Some((step, rest)) if !rest.is_empty() => match child(&types[id].kind, step) {
                    Some(Type::Id(next)) => (id, path) = (next, rest),
                    _ => return (id, path),
                },
                _ => return (id, path),
            }
        }
    }

    fn type_def(&self, id: TypeId, path: &[String]) -> Span {
        let resolve = &self.package.wit.resolve;
        let mut way = (id, path);
        let innermost = self.innermost(way);
        // What has no name has no place of its own.
        if resolve.types[innermost.0].name.is_some() {
            way = innermost;
        } else {
            way = self.innermost((way.0, &[]));
            way.1 = path;
        }
        let (id, path) = way;
        let ty = &resolve.types[id];
        let named = path.first().and_then(|step| step.split_once(' '));
        let inner = named.and_then(|(noun, name)| match (noun, &ty.kind) {
            ("field", TypeDefKind::Record(record)) => {
                let mut fields = record.fields.iter();
                fields.find(|f| f.name == name).map(|f| f.span)
            }
            ("case", TypeDefKind::Variant(variant)) => {
                let mut cases = variant.cases.iter();
                cases.find(|c| c.name == name).map(|c| c.span)
            }
            ("case", TypeDefKind::Enum(cases)) => {
                let mut cases = cases.cases.iter();
                cases.find(|c| c.name == name).map(|c| c.span)
            }
            ("flag", TypeDefKind::Flags(flags)) => {
                let mut flags = flags.flags.iter();
                flags.find(|f| f.name == name).map(|f| f.span)
            }
            _ => None,
        });
        inner.unwrap_or(ty.span)
    }

    /// A place in the text, or else the path in the package.
    fn locus(&self, span: Span, path: &[String]) -> Locus {
        self.package.wit.locus(span).unwrap_or_else(|| {
            let whole = std::iter::once(self.name.clone());
            Locus::item(&self.package.file, whole.chain(path.iter().cloned()))
        })
    }
}

/// The step of a path that an import or export is.
pub(super) fn step(side: Side, name: &str) -> String {
    match side {
        Side::Import => format!("import {}", readable(name)),
        Side::Export => format!("export {}", readable(name)),
    }
}

/// The type that a way into a function leads into, if it goes on there.
fn leads_into<'s>(func: &Function, path: &'s [String]) -> Option<(TypeId, &'s [String])> {
    let (step, rest) = path.split_first()?;
    let ty = match step.strip_prefix("param ") {
        Some(name) => func.params.iter().find(|param| param.name == name)?.ty,
        None if step == "result" => func.result?,
        None => return None,
    };
    match ty {
        Type::Id(id) if !rest.is_empty() => Some((id, rest)),
        _ => None,
    }
}

/// The type that a step leads to within one.
fn child(kind: &TypeDefKind, step: &str) -> Option<Type> {
    let (noun, name) = step.split_once(' ').unwrap_or((step, ""));
    match (noun, kind) {
        ("field", TypeDefKind::Record(record)) => {
            let mut fields = record.fields.iter();
            fields.find(|f| f.name == name).map(|f| f.ty)
        }
        ("case", TypeDefKind::Variant(variant)) => {
            let mut cases = variant.cases.iter();
            cases.find(|c| c.name == name)?.ty
        }
        ("item", TypeDefKind::Tuple(tuple)) => {
            tuple.types.get(name.parse::<usize>().ok()?).copied()
        }
        ("element", TypeDefKind::List(ty) | TypeDefKind::FixedLengthList(ty, _)) => Some(*ty),
        ("element", TypeDefKind::Stream(ty) | TypeDefKind::Future(ty)) => *ty,
        ("key", TypeDefKind::Map(ty, _)) | ("value", TypeDefKind::Map(_, ty)) => Some(*ty),
        ("some", TypeDefKind::Option(ty)) => Some(*ty),
        ("ok", TypeDefKind::Result(result)) => result.ok,
        ("error", TypeDefKind::Result(result)) => result.err,
        _ => None,
    }
}
