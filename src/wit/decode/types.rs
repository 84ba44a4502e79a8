//! From the types of a binary to WIT.
//!
//! Lives here: [`Reader`], which gives every type its name and writes down what it finds; `shapes`
//! has what types look like.
//! May import: `sketch`; wasmparser, which stays behind this door.
//! Deliberately absent: decoding and validation, which came before.
//!
//! wit-parser has a decoder as well. It panics on valid components (one that exports an instance
//! as it was imported, a function named like an interface, a type of functions, …) and leaves out
//! what it does not know (modules, components), so it is not used.
//!
//! Recursion is bounded: the validator lets no component-level type nest deeper than 100.

mod shapes;

use std::collections::BTreeMap;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentFuncTypeId, ComponentInstanceTypeId,
    ComponentItem, ComponentType, ResourceId,
};
use wasmparser::names::{AccessorKind, ResourceFuncKind};
use wasmparser::types::TypesRef;

use crate::wit::component_names::{interface_name, plain_name};

use super::sketch::{BodyId, Sketch, Text, TypeText, Use, WorldItem};

/// Why something has no WIT form, and where it is.
#[derive(PartialEq, Eq)]
pub(super) struct NoForm {
    pub path: Vec<String>,
    pub reason: String,
    /// What it was said to be before, and what it is here, if these differ.
    pub differs: Option<(String, String)>,
}

/// Reads the types of one binary into a sketch.
pub(super) struct Reader<'a> {
    types: TypesRef<'a>,
    sketch: &'a mut Sketch,
    /// Where each type was named first, and whether that was in an export.
    homes: BTreeMap<TypeKey, Home>,
    /// The names that types have within a body.
    names: BTreeMap<(BodyId, TypeKey), String>,
    path: Vec<String>,
    exporting: bool,
    pub problems: Vec<NoForm>,
}

#[derive(Clone)]
struct Home {
    body: BodyId,
    name: String,
    exported: bool,
}

/// A type; a resource as such, or a certain alias of a type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum TypeKey {
    Alias(ComponentAnyTypeId),
    Resource(ResourceId),
}

impl<'a> Reader<'a> {
    /// All ids that it meets come from `types`, which is what makes indexing them safe.
    pub fn new(types: TypesRef<'a>, sketch: &'a mut Sketch) -> Reader<'a> {
        Reader {
            types,
            sketch,
            homes: BTreeMap::new(),
            names: BTreeMap::new(),
            path: Vec::new(),
            exporting: false,
            problems: Vec::new(),
        }
    }

    /// The imports and exports of `component` as the world `name` of `package`.
    pub fn world(&mut self, package: &str, name: &str, component: &ComponentType) {
        let own = match self.sketch.world(package, name).own {
            Some(own) => own,
            None => self.sketch.nameless(),
        };
        self.sketch.world(package, name).own = Some(own);
        self.exporting = false;
        for (item_name, item) in &component.imports {
            self.path.push(format!("import {item_name}"));
            match item.ty {
                ComponentEntityType::Type { .. } => self.type_item(own, item_name, item),
                ComponentEntityType::Func(ty) => self.function_item(own, item_name, item, ty),
                _ => {
                    let before = self.sketch.world(package, name).imports.get(item_name);
                    let inline = before.and_then(WorldItem::inline);
                    if let Some((key, found)) = self.instance_item(item_name, item, inline) {
                        let items = &mut self.sketch.world(package, name).imports;
                        match known(items.get(&key), &found) {
                            Known::Not => items.add(&key, found),
                            Known::Same => {}
                            Known::Other => {
                                let before = items.get(&key).map(WorldItem::said);
                                self.differs(TWICE, before.unwrap_or_default(), found.said());
                            }
                        }
                    }
                }
            }
            self.path.pop();
        }
        self.exporting = true;
        for (item_name, item) in &component.exports {
            self.path.push(format!("export {item_name}"));
            let found = match item.ty {
                ComponentEntityType::Func(ty) => self
                    .function(own, item_name, item, ty)
                    .map(|text| (item_name.clone(), WorldItem::Function(text))),
                ComponentEntityType::Type { .. } => {
                    self.problem("a world in WIT cannot export types");
                    None
                }
                _ => {
                    let before = self.sketch.world(package, name).exports.get(item_name);
                    let inline = before.and_then(WorldItem::inline);
                    self.instance_item(item_name, item, inline)
                }
            };
            if let Some((key, found)) = found {
                let items = &mut self.sketch.world(package, name).exports;
                match known(items.get(&key), &found) {
                    Known::Not => items.add(&key, found),
                    Known::Same => {}
                    Known::Other => {
                        let before = items.get(&key).map(WorldItem::said);
                        self.differs(TWICE, before.unwrap_or_default(), found.said());
                    }
                }
            }
            self.path.pop();
        }
        self.exporting = false;
    }

    /// What a package in binary form says of one of its interfaces: first what it uses.
    pub fn interface_of_package(
        &mut self,
        imports: &[(&str, &ComponentItem)],
        name: &str,
        item: &ComponentItem,
    ) {
        for (name, item) in imports {
            self.path.push(format!("import {name}"));
            self.instance_item(name, item, None);
            self.path.pop();
        }
        self.path.push(format!("interface {name}"));
        if let Some((key, _)) = self.instance_item(name, item, None)
            && let ComponentEntityType::Instance(ty) = item.ty
            && let Some((package, interface)) = interface_name(&key, None)
        {
            // Others may have used a part of it before, in their own order.
            let body = self.sketch.interface(&package, &interface);
            let order: Vec<&str> = self.types[ty].exports.keys().map(String::as_str).collect();
            let body = self.sketch.body_mut(body);
            body.uses.reorder(order.iter().copied());
            body.types.reorder(order.iter().copied());
            body.functions.reorder(order.iter().copied());
        }
        self.path.pop();
    }

    /// Adds a problem with the item `name` of what is being read.
    pub fn problem_at(&mut self, name: &str, reason: &str) {
        self.path.push(name.to_string());
        self.problem(reason);
        self.path.pop();
    }

    fn problem(&mut self, reason: impl Into<String>) {
        self.problems.push(NoForm {
            path: self.path.clone(),
            reason: reason.into(),
            differs: None,
        });
    }

    /// Adds a problem with what has two definitions.
    fn differs(&mut self, reason: &str, before: String, here: String) {
        self.problems.push(NoForm {
            path: self.path.clone(),
            reason: reason.to_string(),
            differs: Some((before, here)),
        });
    }

    /// An import or export that has to be an instance, with the name it has in a world. If it is an
    /// interface without a name of its own, `inline` is the body that it has already.
    fn instance_item(
        &mut self,
        name: &str,
        item: &ComponentItem,
        inline: Option<BodyId>,
    ) -> Option<(String, WorldItem)> {
        let ComponentEntityType::Instance(ty) = item.ty else {
            self.problem(match item.ty {
                ComponentEntityType::Module(_) => "WIT has no core modules",
                ComponentEntityType::Component(_) => "WIT has no nested components",
                ComponentEntityType::Value(_) => "WIT has no values",
                _ => "a package contains only interfaces and worlds",
            });
            return None;
        };
        let id = item.external_id.clone();
        let suffix = item.version_suffix.as_deref();
        let (key, body, found) = if let Some(interface) = &item.implements {
            let Some((package, interface)) = interface_name(interface, suffix) else {
                self.problem(format!("`{interface}` is not a valid interface name"));
                return None;
            };
            let body = self.sketch.interface(&package, &interface);
            let path = super::sketch::path(&package, &interface);
            (name.to_string(), body, WorldItem::Labelled(path, id))
        } else if let Some((package, interface)) = interface_name(name, suffix) {
            let body = self.sketch.interface(&package, &interface);
            let path = super::sketch::path(&package, &interface);
            (path, body, WorldItem::Interface(id))
        } else if plain_name(name).is_some_and(|plain| plain.is_bare()) {
            let body = inline.unwrap_or_else(|| self.sketch.nameless());
            (name.to_string(), body, WorldItem::Inline(body, id))
        } else {
            self.problem("its name is not a valid interface name");
            return None;
        };
        self.body(body, ty);
        Some((key, found))
    }

    fn body(&mut self, body: BodyId, ty: ComponentInstanceTypeId) {
        let types = self.types;
        for (name, item) in &types[ty].exports {
            self.path.push(name.clone());
            match item.ty {
                ComponentEntityType::Type { .. } => self.type_item(body, name, item),
                ComponentEntityType::Func(ty) => self.function_item(body, name, item, ty),
                ComponentEntityType::Instance(_) => {
                    self.problem("WIT has no interfaces inside interfaces");
                }
                _ => self.problem("an interface contains only types and functions"),
            }
            self.path.pop();
        }
    }

    /// A type that a body gives a name to.
    fn type_item(&mut self, body: BodyId, name: &str, item: &ComponentItem) {
        let ComponentEntityType::Type {
            referenced,
            created,
        } = item.ty
        else {
            return;
        };
        let external_id = item.external_id.clone();
        let is_resource = matches!(referenced, ComponentAnyTypeId::Resource(_));
        let (here, home) = self.known_as(body, referenced);
        if here.as_deref() == Some(name) {
            // The very same once more: an instance that is imported and exported as it is.
            self.register(body, name, created);
            return;
        }
        let path = home.as_ref().filter(|home| home.body != body);
        let path = path.and_then(|home| self.sketch.body(home.body).path.clone());
        if let (None, Some(home), Some(interface)) = (&here, &home, path) {
            let found = Use {
                interface,
                name: home.name.clone(),
                external_id,
            };
            let state = self.sketch.body_mut(body);
            match known(state.uses.get(name), &found) {
                Known::Not if state.types.get(name).is_none() => state.uses.add(name, found),
                Known::Same => {}
                _ => {
                    let before = state.said(name);
                    self.differs(OTHERWISE, before, found.said());
                }
            }
            self.register(body, name, created);
            return;
        }
        let text = match (here, referenced) {
            (Some(other), _) => format!("type %{name} = %{other};"),
            (None, ComponentAnyTypeId::Defined(ty)) => self.definition(body, name, ty),
            (None, ComponentAnyTypeId::Resource(_)) => {
                if home.is_some() {
                    self.problem(
                        "its resource is not defined in an interface of a package, so other items cannot use it",
                    );
                }
                format!("resource %{name}")
            }
            (None, _) => {
                self.problem("WIT has no names for types of functions, instances or components");
                return;
            }
        };
        let found = TypeText {
            is_resource: is_resource && text.starts_with("resource"),
            text: Text {
                external_id,
                text,
                resource: None,
            },
        };
        let state = self.sketch.body_mut(body);
        match known(state.types.get(name), &found) {
            Known::Not if state.uses.get(name).is_none() => state.types.add(name, found),
            Known::Same => {}
            _ => {
                let before = state.said(name);
                self.differs(OTHERWISE, before, found.text.said());
            }
        }
        self.register(body, name, created);
    }

    fn register(&mut self, body: BodyId, name: &str, created: ComponentAnyTypeId) {
        let home = Home {
            body,
            name: name.to_string(),
            exported: self.exporting,
        };
        for key in keys(created) {
            self.names.insert((body, key), name.to_string());
            self.homes.entry(key).or_insert_with(|| home.clone());
        }
    }

    /// The type and what it is an alias of, step by step.
    fn aliases(&self, ty: ComponentAnyTypeId) -> Vec<TypeKey> {
        let mut found = Vec::new();
        let mut next = Some(ty);
        while let Some(ty) = next {
            found.push(TypeKey::Alias(ty));
            next = self.types.peel_alias(ty);
        }
        found
    }

    fn name_among(&self, body: BodyId, keys: &[TypeKey]) -> Option<String> {
        let mut names = keys.iter().map(|key| self.names.get(&(body, *key)));
        names.find_map(|name| name.cloned())
    }

    fn home_among(&self, keys: &[TypeKey]) -> Option<Home> {
        keys.iter().find_map(|key| self.homes.get(key).cloned())
    }

    /// What a type is already known as: under a name in this body, or else in another.
    ///
    /// Several names of one resource are told apart as long as that is possible.
    fn known_as(&self, body: BodyId, ty: ComponentAnyTypeId) -> (Option<String>, Option<Home>) {
        let keys = self.aliases(ty);
        let found = (self.name_among(body, &keys), self.home_among(&keys));
        match (found, ty) {
            ((None, None), ComponentAnyTypeId::Resource(resource)) => {
                let key = [TypeKey::Resource(resource.resource())];
                (self.name_among(body, &key), self.home_among(&key))
            }
            (found, _) => found,
        }
    }

    /// The name of a type in a body; if it has none but has one elsewhere, it is brought in.
    fn name_of(&mut self, body: BodyId, ty: ComponentAnyTypeId) -> Option<String> {
        let mut all_keys = self.aliases(ty);
        all_keys.extend(keys(ty));
        if let Some(name) = self.name_among(body, &all_keys) {
            return Some(name);
        }
        let home = self.home_among(&all_keys)?;
        let interface = self.sketch.body(home.body).path.clone()?;
        // A world can only use types of what it imports.
        if home.exported && self.sketch.body(body).path.is_none() {
            return None;
        }
        let taken = |name: &str| {
            let body = self.sketch.body(body);
            body.uses.get(name).is_some() || body.types.get(name).is_some()
        };
        let mut name = home.name.clone();
        while taken(&name) {
            name.push_str("-too");
        }
        let found = Use {
            interface,
            name: home.name,
            external_id: None,
        };
        self.sketch.body_mut(body).uses.add(&name, found);
        for key in keys(ty) {
            self.names.insert((body, key), name.clone());
        }
        Some(name)
    }

    fn function_item(
        &mut self,
        body: BodyId,
        name: &str,
        item: &ComponentItem,
        ty: ComponentFuncTypeId,
    ) {
        let Some(found) = self.function(body, name, item, ty) else {
            return;
        };
        let functions = &mut self.sketch.body_mut(body).functions;
        match known(functions.get(name), &found) {
            Known::Not => functions.add(name, found),
            Known::Same => {}
            Known::Other => {
                let before = functions.get(name).map(Text::said);
                self.differs(OTHERWISE, before.unwrap_or_default(), found.said());
            }
        }
    }

    fn function(
        &mut self,
        body: BodyId,
        name: &str,
        item: &ComponentItem,
        ty: ComponentFuncTypeId,
    ) -> Option<Text> {
        let Some(plain) = plain_name(name) else {
            self.problem("a function cannot have an interface name");
            return None;
        };
        let resource = plain.resource().map(|resource| resource.to_string());
        if let Some(resource) = &resource {
            let state = self.sketch.body(body);
            let known = state.types.get(resource).is_some_and(|ty| ty.is_resource);
            if !known {
                self.problem(format!(
                    "resource `{resource}` is not defined in the interface of its method"
                ));
                return None;
            }
        }
        let types = self.types;
        let found = &types[ty];
        let is_method = plain.resource_func == Some(ResourceFuncKind::Method);
        let mut params = Vec::new();
        for (name, ty) in found.params.iter().skip(usize::from(is_method)) {
            params.push(format!("%{name}: {}", self.value(body, ty)));
        }
        let is_constructor = plain.resource_func == Some(ResourceFuncKind::Constructor);
        let mut result = match &found.result {
            Some(ty) => format!(" -> {}", self.value(body, ty)),
            None => String::new(),
        };
        if is_constructor && resource.is_some_and(|name| result == format!(" -> own<%{name}>")) {
            result.clear();
        }
        let head = match plain.resource_func {
            Some(ResourceFuncKind::Constructor) => "constructor".to_string(),
            Some(ResourceFuncKind::Static) => format!("%{}: static ", plain.name()),
            Some(ResourceFuncKind::Method) | None => format!("%{}: ", plain.name()),
        };
        let word = match plain.accessor {
            _ if is_constructor => "",
            Some(AccessorKind::Get) => "get",
            Some(AccessorKind::Set) => "set",
            None if found.async_ => "async func",
            None => "func",
        };
        Some(Text {
            external_id: item.external_id.clone(),
            text: format!("{head}{word}({}){result};", params.join(", ")),
            resource: plain.resource().map(|resource| resource.to_string()),
        })
    }
}

/// What is said of one thing in two places has to be the same.
enum Known {
    Not,
    Same,
    Other,
}

const OTHERWISE: &str =
    "the same file has a different type of the same name, and WIT cannot express both";
const TWICE: &str = "the same file has different items of this name";

fn known<T: PartialEq>(known: Option<&T>, found: &T) -> Known {
    match known {
        None => Known::Not,
        Some(known) if known == found => Known::Same,
        Some(_) => Known::Other,
    }
}

fn keys(ty: ComponentAnyTypeId) -> Vec<TypeKey> {
    let mut keys = vec![TypeKey::Alias(ty)];
    if let ComponentAnyTypeId::Resource(resource) = ty {
        keys.push(TypeKey::Resource(resource.resource()));
    }
    keys
}
