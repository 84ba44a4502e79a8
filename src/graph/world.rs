//! What a component imports and exports, and the WIT of it.
//!
//! Lives here: [`World`]. May import: `wasm`, `surface`, `wit`; wit-component's printer,
//! which prints single interfaces, stays behind this door and that of `packages`.
//! Deliberately absent: where imports come from (`level`).

use std::collections::BTreeMap;

use wasmparser::ComponentExternalKind;
use wasmparser::component_types::{ComponentEntityType, ComponentItem, ComponentType};
use wit_component::{Output, WitPrinter};
use wit_parser::{Docs, InterfaceId, Resolve, WorldId, WorldItem};

use super::model::Port;
use crate::source::Source;
use crate::surface::{self, Reader, Side};
use crate::wasm::decode::{self, Decoded};
use crate::wasm::instantiation::noun;
use crate::wasm::structure::Structure;
use crate::wit::{Options, convert};

/// What ports call a kind of things.
pub(super) fn sort(kind: ComponentExternalKind) -> &'static str {
    match kind {
        ComponentExternalKind::Instance => "interface",
        other => noun(other),
    }
}

/// An import or export.
#[derive(Clone, Debug)]
pub(super) struct Extern {
    /// Its name in the binary.
    pub key: String,
    /// Its name with all of its version.
    pub name: String,
    /// As for ports.
    pub sort: &'static str,
    /// How many functions are in it, if it is an interface and could be looked into.
    pub functions: Option<usize>,
    /// It contains only types, so it needs no provider.
    pub types_only: bool,
    /// Its WIT, if that was wanted and there is any.
    pub wit: Option<String>,
}

impl Extern {
    pub fn port(&self) -> Port {
        Port {
            name: self.name.clone(),
            sort: self.sort,
        }
    }
}

/// What a component imports and exports.
#[derive(Debug, Default)]
pub(super) struct World {
    pub imports: Vec<Extern>,
    pub exports: Vec<Extern>,
    /// Its WIT, if that was wanted and there is any.
    pub world: Option<String>,
    imports_by_key: BTreeMap<String, usize>,
    exports_by_key: BTreeMap<String, usize>,
}

impl World {
    /// Reads those of the component `bytes`. What is nested may depend on what is around it; then
    /// there are only names.
    pub fn read(bytes: &[u8], texts: bool) -> World {
        match decode::decode(bytes) {
            Ok(decoded) => World::decoded(bytes, &decoded, texts),
            Err(_) => World::names(bytes),
        }
    }

    /// As [`World::read`], of what was decoded already.
    pub fn decoded(bytes: &[u8], decoded: &Decoded, texts: bool) -> World {
        let component = decoded.component();
        let mut reader = texts.then(|| Reader::new(decoded.types(), component));
        let mut side = |items: &mut dyn Iterator<Item = (&String, &ComponentItem)>| {
            items
                .map(|(name, item)| {
                    let mut external = external(name, item, decoded);
                    if external.sort == "function"
                        && let Some(reader) = &mut reader
                    {
                        external.wit = Some(format!("{name}: {}", reader.item(&item.ty)));
                    }
                    external
                })
                .collect::<Vec<_>>()
        };
        let ComponentType {
            imports, exports, ..
        } = component;
        let imports = side(&mut imports.iter());
        let exports = side(&mut exports.iter());
        let mut externs = World::of(imports, exports);
        if texts {
            externs.add_texts(bytes);
        }
        externs
    }

    fn of(imports: Vec<Extern>, exports: Vec<Extern>) -> World {
        let by_key = |list: &[Extern]| {
            let keys = list.iter().enumerate();
            keys.map(|(at, external)| (external.key.clone(), at))
                .collect()
        };
        World {
            imports_by_key: by_key(&imports),
            exports_by_key: by_key(&exports),
            imports,
            exports,
            world: None,
        }
    }

    fn names(bytes: &[u8]) -> World {
        let Ok(structure) = Structure::of(bytes) else {
            return World::default();
        };
        let external = |name: &wasmparser::ComponentExternName<'_>, kind| Extern {
            key: name.name.to_string(),
            name: name.full_name().into_owned(),
            sort: sort(kind),
            functions: None,
            types_only: false,
            wit: None,
        };
        let imports = structure.imports.iter();
        let imports = imports.map(|import| external(&import.name, import.ty.kind()));
        let exports = structure.exports.iter();
        let exports = exports.map(|export| external(&export.name, export.kind));
        World::of(imports.collect(), exports.collect())
    }

    pub fn import(&self, key: &str) -> Option<&Extern> {
        self.imports.get(*self.imports_by_key.get(key)?)
    }

    pub fn export(&self, key: &str) -> Option<&Extern> {
        self.exports.get(*self.exports_by_key.get(key)?)
    }

    fn add_texts(&mut self, bytes: &[u8]) {
        let source = Source::memory("", bytes.to_vec());
        // What has no WIT form has no text.
        let Ok(wit) = convert::read_source(source, &Options::default()) else {
            return;
        };
        let resolve = &wit.resolve;
        let package = &resolve.packages[wit.main];
        let Some(world) = package.worlds.values().next() else {
            return;
        };
        self.world = world_texts(resolve, &[*world]).pop().flatten();
        let world = &resolve.worlds[*world];
        for (externs, items) in [
            (&mut self.imports, &world.imports),
            (&mut self.exports, &world.exports),
        ] {
            let texts: BTreeMap<String, String> = items
                .iter()
                .filter_map(|(key, item)| {
                    let WorldItem::Interface { id, .. } = item else {
                        return None;
                    };
                    let name = resolve.name_world_key(key);
                    let text = interface_text(resolve, *id, &name)?;
                    Some((name, text))
                })
                .collect();
            for external in externs {
                if let Some(text) = texts.get(&external.name) {
                    external.wit = Some(text.clone());
                }
            }
        }
    }
}

fn external(name: &str, item: &ComponentItem, decoded: &Decoded) -> Extern {
    let types = decoded.types();
    let mut functions = None;
    let sort = match item.ty {
        ComponentEntityType::Instance(id) => {
            let exports = types[id].exports.values();
            functions = Some(
                exports
                    .filter(|item| matches!(item.ty, ComponentEntityType::Func(_)))
                    .count(),
            );
            "interface"
        }
        ComponentEntityType::Func(_) => "function",
        ComponentEntityType::Type { .. } => "type",
        ComponentEntityType::Component(_) => "component",
        ComponentEntityType::Module(_) => "core module",
        ComponentEntityType::Value(_) => "value",
    };
    let suffix = item.version_suffix.as_deref().unwrap_or_default();
    let full = match name.contains('@') {
        true => format!("{name}{suffix}"),
        false => name.to_string(),
    };
    let types_only = functions == Some(0)
        && surface::read_item(types, decoded.component(), Side::Import, name)
            .is_some_and(|item| item.has_types_only(name));
    Extern {
        key: name.to_string(),
        name: full,
        sort,
        functions,
        types_only,
        wit: None,
    }
}

/// An interface, behind the package that it is in.
pub(super) fn interface_text(resolve: &Resolve, id: InterfaceId, name: &str) -> Option<String> {
    let interface = &resolve.interfaces[id];
    let mut printer = WitPrinter::default();
    if let (Some(package), Some(_)) = (interface.package, &interface.name) {
        let package = &resolve.packages[package].name;
        printer.output.push_str(&format!("package {package};"));
        printer.output.newline();
        printer.output.newline();
    }
    let name = interface.name.as_deref().unwrap_or(name);
    printer.print_interface_outer(resolve, id, name).ok()?;
    printer.output.indent_start();
    printer.print_interface(resolve, id).ok()?;
    printer.output.indent_end();
    Some(printer.output.into())
}

/// Worlds, each behind its package, without the interfaces of that.
pub(super) fn world_texts(resolve: &Resolve, worlds: &[WorldId]) -> Vec<Option<String>> {
    // The printer prints packages only: so that each has one world and nothing else.
    let mut resolve = resolve.clone();
    let mut texts = Vec::new();
    for id in worlds {
        let world = &resolve.worlds[*id];
        let (Some(package), name) = (world.package, world.name.clone()) else {
            texts.push(None);
            continue;
        };
        let package_mut = &mut resolve.packages[package];
        package_mut.interfaces.clear();
        package_mut.worlds.clear();
        package_mut.worlds.insert(name, *id);
        package_mut.docs = Docs::default();
        let mut printer = WitPrinter::default();
        let printed = printer.print_package(&resolve, package, true);
        texts.push(printed.ok().map(|()| printer.output.into()));
    }
    texts
}
