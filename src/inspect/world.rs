//! Imports and exports, one entry for each interface: of components from their types, of WIT from
//! its resolve.
//!
//! May import: `surface` (rank 3), `wit` (rank 2), the sibling data; wasmparser and wit-parser,
//! which stay behind this door. Deliberately absent: the items of interfaces, except for their number.

use std::collections::BTreeMap;

use semver::Version;
use wasmparser::collections::IndexMap;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentItem, ResourceId,
};
use wit_parser::{InterfaceId, Resolve, TypeDefKind, WorldItem, WorldKey};

use super::model::{Extern, Twin, World};
use crate::surface::{Reader, Side};
use crate::wasm::decode::Decoded;
use crate::wit::types::type_text;

/// A name without its version, and the version.
pub(super) fn split_version(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@') {
        Some((base, version)) if name.contains('/') || name.contains(':') => (base, Some(version)),
        _ => (name, None),
    }
}

impl Extern {
    /// An item with that name and no contents.
    pub(super) fn new(name: impl Into<String>, sort: &'static str) -> Extern {
        let name = name.into();
        let (base, version) = split_version(&name);
        Extern {
            base: base.to_string(),
            version: version.map(str::to_string),
            key: name.clone(),
            name,
            sort,
            implements: None,
            functions: 0,
            resources: 0,
            signature: None,
        }
    }

    /// Adds the version suffix of the name.
    pub(super) fn suffix(&mut self, suffix: Option<&str>) {
        if let (Some(suffix), Some(version)) = (suffix, &mut self.version) {
            version.push_str(suffix);
            self.name.push_str(suffix);
        }
    }
}

/// One side of a component.
pub(super) fn of_component(decoded: &Decoded, side: Side) -> Vec<Extern> {
    let types = decoded.types();
    let component = decoded.component();
    let items = match side {
        Side::Import => &component.imports,
        Side::Export => &component.exports,
    };
    let mut reader = None;
    let mut externs = Vec::new();
    // What an interface takes from another, it mentions after that one, and exports after imports.
    let mut owners: BTreeMap<ResourceId, &str> = BTreeMap::new();
    if let Side::Export = side {
        for (name, item) in &component.imports {
            if let ComponentEntityType::Instance(id) = item.ty {
                counted(Side::Import, name, &types[id].exports, &mut owners);
            }
        }
    }
    for (name, item) in items {
        let mut external = match item.ty {
            ComponentEntityType::Instance(id) => {
                counted(side, name, &types[id].exports, &mut owners)
            }
            _ => {
                // Only plain items are read: that makes the names of all types known, which costs.
                let reader = reader.get_or_insert_with(|| Reader::new(types, component));
                let item = reader.item(&item.ty);
                let mut external = Extern::new(name, item.sort());
                external.signature = Some(item.to_string());
                external
            }
        };
        external.suffix(item.version_suffix.as_deref());
        external.implements = item.implements.clone();
        externs.push(external);
    }
    externs
}

/// Whether it is the type of a component.
pub(super) fn is_component_type(item: &ComponentItem) -> bool {
    let ComponentEntityType::Type { created, .. } = item.ty else {
        return false;
    };
    matches!(created, ComponentAnyTypeId::Component(_))
}

/// An interface, with the resources that no other interface had before.
fn counted<'a>(
    side: Side,
    name: &'a str,
    exports: &IndexMap<String, ComponentItem>,
    owners: &mut BTreeMap<ResourceId, &'a str>,
) -> Extern {
    let mut external = Extern::new(name, "interface");
    for item in exports.values() {
        match item.ty {
            ComponentEntityType::Func(_) => external.functions += 1,
            ComponentEntityType::Type {
                referenced,
                created: created @ ComponentAnyTypeId::Resource(id),
            } => {
                let first = *owners.entry(id.resource()).or_insert(name) == name;
                // What is imported is always told apart; what is exported is equal to one within.
                if first && (side == Side::Export || referenced == created) {
                    external.resources += 1;
                }
            }
            _ => {}
        }
    }
    external
}

/// An interface of a WIT package.
pub(super) fn of_interface(resolve: &Resolve, id: InterfaceId, name: String) -> Extern {
    let interface = &resolve.interfaces[id];
    let mut external = Extern::new(name, "interface");
    external.functions = interface.functions.len();
    let is_resource = |id: &wit_parser::TypeId| resolve.types[*id].kind == TypeDefKind::Resource;
    external.resources = interface
        .types
        .values()
        .filter(|id| is_resource(id))
        .count();
    external
}

/// A world of a WIT package; capabilities are still missing.
pub(super) fn of_world(resolve: &Resolve, id: wit_parser::WorldId) -> World {
    let world = &resolve.worlds[id];
    let mut externs = [Vec::new(), Vec::new()];
    for (side, items) in [&world.imports, &world.exports].into_iter().enumerate() {
        for (key, item) in items {
            let name = resolve.name_world_key(key);
            externs[side].push(match item {
                WorldItem::Interface { id, .. } => {
                    let mut external = of_interface(resolve, *id, name);
                    if let (WorldKey::Name(_), Some(_)) = (key, &resolve.interfaces[*id].name) {
                        external.implements = resolve.id_of(*id);
                    }
                    external
                }
                WorldItem::Function(function) => {
                    let mut external = Extern::new(name, "function");
                    external.signature = Some(signature(resolve, function));
                    external
                }
                WorldItem::Type { id, .. } => match resolve.types[*id].kind {
                    TypeDefKind::Resource => Extern::new(name, "resource"),
                    _ => Extern::new(name, "type"),
                },
            });
        }
    }
    let [imports, exports] = externs;
    World {
        name: world.name.clone(),
        imports,
        exports,
        capabilities: Vec::new(),
    }
}

/// The length at which the types of a signature are truncated, in characters.
const WIDTH: usize = 240;

/// A function as WIT; types by name or, without one, by their kind.
fn signature(resolve: &Resolve, function: &wit_parser::Function) -> String {
    let ty = |ty: &wit_parser::Type| type_text(resolve, ty, WIDTH);
    let params = function
        .params
        .iter()
        .map(|p| format!("{}: {}", p.name, ty(&p.ty)));
    let params: Vec<String> = params.collect();
    let result = function.result.as_ref().map(|r| format!(" -> {}", ty(r)));
    let prefix = match function.kind.is_async() {
        true => "async ",
        false => "",
    };
    format!(
        "{prefix}func({}){}",
        params.join(", "),
        result.unwrap_or_default()
    )
}

/// Interfaces that occur in several versions on one side.
pub(super) fn twins(side: &'static str, externs: &[Extern]) -> Vec<Twin> {
    let mut versions: BTreeMap<&str, Vec<Version>> = BTreeMap::new();
    for external in externs {
        if let Some(version) = external
            .version
            .as_ref()
            .and_then(|v| Version::parse(v).ok())
        {
            versions.entry(&external.base).or_default().push(version);
        }
    }
    let mut twins = Vec::new();
    for (base, mut versions) in versions {
        if versions.len() < 2 {
            continue;
        }
        versions.sort();
        twins.push(Twin {
            side,
            base: base.to_string(),
            compatible: versions
                .windows(2)
                .all(|two| track(&two[0]) == track(&two[1])),
            versions: versions.iter().map(Version::to_string).collect(),
        });
    }
    twins
}

/// The key that versions have in common if they can replace each other.
pub(super) fn track(version: &Version) -> (u64, u64, u64, &str) {
    let pre = version.pre.as_str();
    match (version.major, version.minor, version.patch) {
        _ if !pre.is_empty() => (version.major, version.minor, version.patch, pre),
        (0, 0, patch) => (0, 0, patch, ""),
        (0, minor, _) => (0, minor, 0, ""),
        (major, ..) => (major, 0, 0, ""),
    }
}
