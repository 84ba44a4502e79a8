//! Docs and gates in binaries, which the types of a component have no place for.
//!
//! Lives here: [`Docs`], which are read from custom sections, restricted to what a component has
//! ([`Has`]), merged, written, and put into a resolve. May import: `wasm` (rank 1), the reader of
//! custom sections.
//! Deliberately absent: a format of its own. A section holds what wit-component writes for a
//! package in binary form. There, `package-docs` is of the package itself. Other packages have
//! sections of their own, `package-docs:NAME`; and the `package-docs` of a component is of its
//! world, as the world `root`, which is what tools call the world of a component. That has no
//! version, so its own items have no `@since`; those of interfaces have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentItem, ComponentType,
};
use wasmparser::types::TypesRef;
use wit_parser::{PackageId, PackageMetadata, Resolve, Stability, WorldId, WorldItem};

use super::component_names::interface_name;
use crate::wasm::custom;

/// The section of the package itself, and what begins those of others, before a `:`.
const SECTION: &str = PackageMetadata::SECTION_NAME;

/// The world of a component.
const ROOT_WORLD: &str = "root";

/// The version of the format, before the JSON.
const VERSION: u8 = 1;

/// The maps of a world that are about its imports, by their names.
const IMPORTS: &[&str] = &[
    "interfaces",
    "types",
    "funcs",
    "interface_import_stability",
    "interface_import_docs",
];

/// Those about its exports.
const EXPORTS: &[&str] = &[
    "interface_exports",
    "func_exports",
    "interface_export_stability",
    "interface_export_docs",
];

/// The imports of a world, or its exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Import,
    Export,
}

/// Docs and gates of packages, by their names; those of the package itself have none.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Docs(BTreeMap<String, Map<String, Value>>);

impl Docs {
    /// Those in the sections of a component; what cannot be read is left out.
    pub fn read(bytes: &[u8]) -> Docs {
        let mut docs = Docs::default();
        for (name, data) in custom::beginning(bytes, SECTION).unwrap_or_default() {
            let package = match name.strip_prefix(SECTION) {
                Some("") => "",
                Some(rest) => match rest.strip_prefix(':') {
                    Some(package) => package,
                    None => continue,
                },
                None => continue,
            };
            if let [0 | VERSION, json @ ..] = data
                && let Ok(found) = serde_json::from_slice(json)
            {
                docs.0.entry(package.to_string()).or_insert(found);
            }
        }
        docs
    }

    /// Those of packages, under their names.
    pub fn of(resolve: &Resolve, packages: impl IntoIterator<Item = PackageId>) -> Docs {
        let mut docs = Docs::default();
        for package in packages {
            // INVARIANT: what it writes, after the version, is an object in JSON.
            let Ok(data) = PackageMetadata::extract(resolve, package).encode() else {
                continue;
            };
            if let Ok(found) = serde_json::from_slice::<Map<String, Value>>(&data[1..])
                && !found.is_empty()
            {
                let name = resolve.packages[package].name.to_string();
                docs.0.insert(name, found);
            }
        }
        docs
    }

    /// Those of all packages, and of a world as that of a component.
    pub fn of_world(resolve: &Resolve, world: WorldId) -> Docs {
        let docs = Docs::of(resolve, resolve.packages.iter().map(|(id, _)| id));
        let found = &resolve.worlds[world];
        let package = found
            .package
            .map(|id| resolve.packages[id].name.to_string());
        docs.rooted(&package.unwrap_or_default(), &found.name)
    }

    /// With `package` as the name of the package that has none.
    pub fn named(mut self, package: &str) -> Docs {
        if let Some(own) = self.0.remove("") {
            self.0.entry(package.to_string()).or_insert(own);
        }
        self
    }

    /// With the docs of a component's world as those of a world of a package.
    pub fn unrooted(mut self, package: &str, world: &str) -> Docs {
        let root = self.root().cloned();
        self.0.remove("");
        if let Some(root) = root {
            let found = self.0.entry(package.to_string()).or_default();
            let worlds = Map::from_iter([(world.to_string(), Value::Object(root))]);
            found.insert("worlds".to_string(), Value::Object(worlds));
        }
        self
    }

    /// With the docs of a world as those of a component's. Those that had no name get `package`.
    pub fn rooted(self, package: &str, world: &str) -> Docs {
        let mut this = self.named(package);
        this.root_from(package, world);
        this
    }

    fn root_from(&mut self, package: &str, world: &str) {
        let worlds = self.0.get(package).and_then(|found| found.get("worlds"));
        let Some(Value::Object(mut found)) = worlds.and_then(|worlds| worlds.get(world)).cloned()
        else {
            return;
        };
        // That there is the component is no question of features.
        found.remove("stability");
        without_versions(&mut found);
        self.set_root(found);
    }

    fn set_root(&mut self, world: Map<String, Value>) {
        if !world.is_empty() {
            let worlds = Map::from_iter([(ROOT_WORLD.to_string(), Value::Object(world))]);
            let package = Map::from_iter([("worlds".to_string(), Value::Object(worlds))]);
            self.0.insert(String::new(), package);
        }
    }

    fn root(&self) -> Option<&Map<String, Value>> {
        let world = self.0.get("")?.get("worlds")?.get(ROOT_WORLD)?;
        world.as_object()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Without those of the package itself, or of the component's world.
    pub fn of_packages(&self) -> Docs {
        let named = self.0.iter().filter(|(name, _)| !name.is_empty());
        Docs(named.map(|(n, d)| (n.clone(), d.clone())).collect())
    }

    /// What is said of the component's world as such.
    pub fn of_root_itself(&self) -> Docs {
        let mut docs = Docs::default();
        if let Some(said) = self.root().and_then(|world| world.get("docs")) {
            docs.set_root(Map::from_iter([("docs".to_string(), said.clone())]));
        }
        docs
    }

    /// What is said of one import or export of the component's world, which gets another name.
    pub fn of_item(&self, side: Side, name: &str, new: &str) -> Docs {
        let mut docs = Docs::default();
        let Some(world) = self.root() else {
            return docs;
        };
        let maps = match side {
            Side::Import => IMPORTS,
            Side::Export => EXPORTS,
        };
        let mut found = Map::new();
        for map in maps {
            if let Some(said) = world.get(*map).and_then(|items| items.get(name)) {
                let items = Map::from_iter([(new.to_string(), said.clone())]);
                found.insert((*map).to_string(), Value::Object(items));
            }
        }
        docs.set_root(found);
        docs
    }

    /// Adds others. Where both say something of one thing, what was there before stays.
    pub fn add(&mut self, other: Docs) {
        for (name, found) in other.0 {
            match self.0.get_mut(&name) {
                Some(mine) => merge(mine, found),
                None => {
                    self.0.insert(name, found);
                }
            }
        }
    }

    /// Takes away what is about anything that is not there. The imports and exports are those of
    /// a component, or of the world `(package, name)`.
    pub fn restrict(&mut self, has: &Has, world: Option<(&str, &str)>) {
        for (package, found) in &mut self.0 {
            if package.is_empty() {
                found.remove("interfaces");
                restrict_world(found, ROOT_WORLD, has);
                continue;
            }
            match world {
                Some((of, world)) if of == package => restrict_world(found, world, has),
                _ => {
                    found.remove("worlds");
                }
            }
            restrict_map(found, "interfaces", |name, said| {
                let members = has.interfaces.get(&whole_name(package, name));
                members.is_some_and(|members| restrict_interface(said, members))
            });
            let is_of_world = world.is_some_and(|(of, _)| of == package);
            if !has.packages.contains(package) && !is_of_world {
                found.clear();
            }
        }
        self.0.retain(|_, found| !found.is_empty());
    }

    /// As custom sections, to be appended to a component.
    pub fn sections(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (package, found) in &self.0 {
            let name = match package.as_str() {
                "" => SECTION.to_string(),
                package => format!("{SECTION}:{package}"),
            };
            let mut data = vec![VERSION];
            data.extend(Value::Object(found.clone()).to_string().bytes());
            let section = CustomSection {
                name: name.into(),
                data: data.into(),
            };
            section.append_to_component(&mut bytes);
        }
        bytes
    }

    /// Puts them into the packages of a resolve; those without a name into `main`. What does not
    /// belong there is left out.
    pub fn inject(&self, resolve: &mut Resolve, main: PackageId) {
        for (package, found) in &self.0 {
            let ids = resolve.packages.iter();
            let mut named = ids.filter(|(_, found)| found.name.to_string() == *package);
            let id = match package.as_str() {
                "" => Some(main),
                _ => named.next().map(|(id, _)| id),
            };
            let mut data = vec![VERSION];
            data.extend(Value::Object(found.clone()).to_string().bytes());
            if let Some(id) = id
                && let Ok(found) = PackageMetadata::decode(&data)
            {
                let before = resolve.clone();
                if found.inject(resolve, id).is_err() {
                    *resolve = before;
                }
            }
        }
        gate_items(resolve, main);
    }
}

/// Takes away the versions in the gates of a world: that of a component has no version, and then
/// there may be no `@since`.
fn without_versions(said: &mut Map<String, Value>) {
    said.retain(|key, said| {
        let Value::Object(said) = said else {
            return true;
        };
        // A function may have that name.
        if key == "stability" && (said.contains_key("stable") || said.contains_key("unstable")) {
            return unversioned(said);
        }
        if key.ends_with("_stability") {
            said.retain(|_, gate| gate.as_object_mut().is_some_and(unversioned));
        } else {
            without_versions(said);
        }
        !said.is_empty()
    });
}

/// Whether a gate is left without its versions.
fn unversioned(gate: &mut Map<String, Value>) -> bool {
    match gate.get_mut("unstable").and_then(Value::as_object_mut) {
        Some(unstable) => {
            unstable.remove("deprecated");
            true
        }
        None => false,
    }
}

/// An import or export of an interface that is gated is gated as well, or the text could not be
/// read without the feature.
fn gate_items(resolve: &mut Resolve, main: PackageId) {
    let worlds: Vec<WorldId> = resolve.packages[main].worlds.values().copied().collect();
    for world in worlds {
        let found = &mut resolve.worlds[world];
        for item in found.imports.values_mut().chain(found.exports.values_mut()) {
            if let WorldItem::Interface { id, stability, .. } = item
                && stability.is_unknown()
                && let gate @ Stability::Unstable { .. } = &resolve.interfaces[*id].stability
            {
                *stability = gate.clone();
            }
        }
    }
}

fn merge(mine: &mut Map<String, Value>, other: Map<String, Value>) {
    for (key, said) in other {
        match (mine.get_mut(&key), said) {
            (Some(Value::Object(mine)), Value::Object(other)) => merge(mine, other),
            (Some(_), _) => {}
            (None, said) => {
                mine.insert(key, said);
            }
        }
    }
}

/// Keeps the entries of a map within `said` that `keep` keeps.
fn restrict_map(
    said: &mut Map<String, Value>,
    key: &str,
    mut keep: impl FnMut(&str, &mut Map<String, Value>) -> bool,
) {
    if let Some(Value::Object(map)) = said.get_mut(key) {
        let mut none = Map::new();
        map.retain(|name, said| match said {
            Value::Object(said) => keep(name, said),
            _ => keep(name, &mut none),
        });
        if map.is_empty() {
            said.remove(key);
        }
    }
}

fn restrict_interface(said: &mut Map<String, Value>, members: &Members) -> bool {
    restrict_map(said, "funcs", |name, _| members.contains_key(name));
    restrict_map(said, "types", |name, said| {
        let parts = members.get(name);
        parts.is_some_and(|parts| restrict_type(said, parts))
    });
    true
}

fn restrict_type(said: &mut Map<String, Value>, parts: &BTreeSet<String>) -> bool {
    restrict_map(said, "items", |name, _| parts.contains(name));
    true
}

fn restrict_world(found: &mut Map<String, Value>, own: &str, has: &Has) {
    restrict_map(found, "worlds", |name, world| {
        for (maps, items) in [(IMPORTS, &has.imports), (EXPORTS, &has.exports)] {
            for map in maps {
                restrict_map(world, map, |name, said| {
                    let Some(members) = items.get(name) else {
                        return false;
                    };
                    match *map {
                        "interfaces" | "interface_exports" => restrict_interface(said, members),
                        "types" => members
                            .get(name)
                            .is_some_and(|parts| restrict_type(said, parts)),
                        _ => true,
                    }
                });
            }
        }
        name == own && !world.is_empty()
    });
}

/// The names in an interface; of a type, with those of its fields or cases.
type Members = BTreeMap<String, BTreeSet<String>>;

/// What a component has that there may be docs of.
#[derive(Debug, Default)]
pub(crate) struct Has {
    /// By their whole names: `a:b/c@1.0.0`.
    interfaces: BTreeMap<String, Members>,
    packages: BTreeSet<String>,
    imports: BTreeMap<String, Members>,
    exports: BTreeMap<String, Members>,
}

impl Has {
    /// All that a component, or a package in binary form, has.
    pub fn of(types: TypesRef<'_>, component: &ComponentType) -> Has {
        let mut has = Has::default();
        has.component(types, component);
        has
    }

    /// Whether there is an interface of that whole name.
    pub fn interface(&self, name: &str) -> bool {
        self.interfaces.contains_key(name)
    }

    fn component(&mut self, types: TypesRef<'_>, component: &ComponentType) {
        for (name, item) in &component.imports {
            self.item(types, Side::Import, name, item);
        }
        for (name, item) in &component.exports {
            self.item(types, Side::Export, name, item);
        }
    }

    /// Adds an import or export.
    pub fn item(&mut self, types: TypesRef<'_>, side: Side, name: &str, item: &ComponentItem) {
        let mut members = Members::new();
        match item.ty {
            ComponentEntityType::Instance(id) => {
                for (name, item) in &types[id].exports {
                    members.insert(name.clone(), parts(types, &item.ty));
                }
            }
            // The world or interface of a package in binary form.
            ComponentEntityType::Component(id)
            | ComponentEntityType::Type {
                created: ComponentAnyTypeId::Component(id),
                ..
            } => return self.component(types, &types[id]),
            ref ty => {
                members.insert(name.to_string(), parts(types, ty));
            }
        }
        let suffix = item.version_suffix.as_deref();
        let interface = item.implements.as_deref().unwrap_or(name);
        let mut key = name.to_string();
        if let Some((package, interface)) = interface_name(interface, suffix) {
            let whole = whole_name(&package, &interface);
            if item.implements.is_none() {
                key.clone_from(&whole);
            }
            let known = self.interfaces.entry(whole).or_default();
            for (name, parts) in &members {
                known
                    .entry(name.clone())
                    .or_default()
                    .extend(parts.iter().cloned());
            }
            self.packages.insert(package);
        }
        let items = match side {
            Side::Import => &mut self.imports,
            Side::Export => &mut self.exports,
        };
        items.insert(key, members);
    }
}

/// The names of the fields or cases of a type.
fn parts(types: TypesRef<'_>, ty: &ComponentEntityType) -> BTreeSet<String> {
    let ComponentEntityType::Type {
        referenced: ComponentAnyTypeId::Defined(id),
        ..
    } = ty
    else {
        return BTreeSet::new();
    };
    match &types[*id] {
        ComponentDefinedType::Record(record) => {
            record.fields.keys().map(|name| name.to_string()).collect()
        }
        ComponentDefinedType::Variant(variant) => {
            variant.cases.keys().map(|name| name.to_string()).collect()
        }
        ComponentDefinedType::Flags(flags) => flags.iter().map(|name| name.to_string()).collect(),
        ComponentDefinedType::Enum(cases) => cases.iter().map(|name| name.to_string()).collect(),
        _ => BTreeSet::new(),
    }
}

/// `a:b/c@1.0.0`, of `a:b@1.0.0` and `c`.
fn whole_name(package: &str, name: &str) -> String {
    match package.split_once('@') {
        Some((package, version)) => format!("{package}/{name}@{version}"),
        None => format!("{package}/{name}"),
    }
}
