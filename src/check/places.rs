//! Where in WIT text the counterpart of something in a component is.
//!
//! May import: `wit`, `surface` (for how names are read).
//! Deliberately absent: what is said of the place.
//!
//! Paths are those of a mismatch: `get`, `param key`, `field ttl`, `ok`. They are followed as far
//! as the text has names; within `list<tuple<…>>` there is nothing to point at.

use std::cell::RefCell;
use std::collections::HashMap;

use wit_parser::{
    Function, IndexMap, InterfaceId, Span, Type, TypeDefKind, TypeId, WorldId, WorldItem, WorldKey,
};

use super::package::Package;
use crate::diag::Locus;
use crate::surface::Side;
use crate::surface::wit::readable;

/// What a component is held to.
#[derive(Clone, Copy)]
pub(super) enum Held {
    World(WorldId),
    Interface(InterfaceId),
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
            (_, Some(WorldItem::Function(func))) => Some(function(func, path)),
            (_, Some(WorldItem::Type { id, .. })) => Some(self.type_def(*id, path)),
            (_, None) => None,
        };
        match span {
            Some(span) => self.locus(span, &shown),
            None => self.whole(),
        }
    }

    fn item(&self, side: Side, name: &str) -> Option<&'p WorldItem> {
        match side {
            Side::Import => self.imports.get(name).copied(),
            Side::Export => self.exports.get(name).copied(),
        }
    }

    fn interface(&self, id: InterfaceId, path: &[String]) -> Span {
        let package: &'p Package = self.package;
        let interface = &package.wit.resolve.interfaces[id];
        let Some((first, rest)) = path.split_first() else {
            return interface.span;
        };
        let mut known = self.functions.borrow_mut();
        let functions = known.entry(id).or_insert_with(|| {
            let functions = interface.functions.iter();
            functions.map(|(name, f)| (readable(name), f)).collect()
        });
        if let Some(func) = functions.get(first.as_str()) {
            return function(func, rest);
        }
        match interface.types.get(first.as_str()) {
            Some(id) => self.type_def(*id, rest),
            None => interface.span,
        }
    }

    fn type_def(&self, mut id: TypeId, path: &[String]) -> Span {
        let resolve = &self.package.wit.resolve;
        // `use other.{name}`: what it is, is said there.
        while let TypeDefKind::Type(Type::Id(next)) = resolve.types[id].kind {
            id = next;
        }
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

fn function(func: &Function, path: &[String]) -> Span {
    let param = path.first().and_then(|step| step.strip_prefix("param "));
    let mut params = func.params.iter();
    param
        .and_then(|name| params.find(|param| param.name == name))
        .map_or(func.span, |param| param.span)
}
