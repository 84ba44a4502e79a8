//! What a package in binary form must be like so that wit-parser can read it.
//!
//! Lives here: [`check`]. May import: nothing of ours.
//! Deliberately absent: everything that wit-parser refuses by itself. On some valid binaries that
//! no tool would write, but a flipped bit may make, it panics; the walk here is that of its
//! decoder, and looks for just those.

use std::collections::BTreeSet;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentItem, ComponentTypeId,
};
use wasmparser::types::Types;
use wasmparser::{Validator, WasmFeatures};

/// Fails, with a message, if the binary is not valid or wit-parser could not read it; `exports` are
/// the names of what the binary exports.
pub(super) fn check<'a>(
    bytes: &[u8],
    exports: impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let types = Validator::new_with_features(WasmFeatures::all())
        .validate_all(bytes)
        .map_err(|error| error.message().to_string())?;
    let mut walk = Walk {
        types: &types,
        created: BTreeSet::new(),
        defined: BTreeSet::new(),
        own: BTreeSet::new(),
        foreign: BTreeSet::new(),
        items: BTreeSet::new(),
        resources: BTreeSet::new(),
    };
    for export in exports {
        let Some(item) = types.as_ref().component_item_for_export(export) else {
            return Err(format!("there is no export `{export}`"));
        };
        if let ComponentEntityType::Type { created, .. } = item.ty
            && let ComponentAnyTypeId::Component(id) = created
        {
            walk.package_item(id)?;
        }
    }
    Ok(())
}

struct Walk<'a> {
    types: &'a Types,
    /// The types that have been met.
    created: BTreeSet<ComponentAnyTypeId>,
    /// The interfaces and worlds that the package defines, by their full names, so far.
    defined: BTreeSet<String>,
    /// The packages of those, and of those that were imported from elsewhere.
    own: BTreeSet<(String, String)>,
    foreign: BTreeSet<(String, String)>,
    /// Types by owner and name.
    items: BTreeSet<(String, String)>,
    /// Resources by owner and name.
    resources: BTreeSet<(String, String)>,
}

impl Walk<'_> {
    /// A component that stands for an interface or a world; in the oldest encoding for a package.
    fn package_item(&mut self, id: ComponentTypeId) -> Result<(), String> {
        let types = self.types;
        let component = &types[id];
        for (name, item) in &component.imports {
            self.instance(name, item)?;
        }
        for (name, item) in &component.exports {
            match item.ty {
                ComponentEntityType::Instance(_) => {
                    self.instance_of(name, item)?;
                    self.define(name)?;
                }
                ComponentEntityType::Component(world) => {
                    self.world(name, world)?;
                    self.define(name)?;
                }
                _ => return Err(format!("`{name}` is neither an interface nor a world")),
            }
        }
        Ok(())
    }

    fn define(&mut self, name: &str) -> Result<(), String> {
        let package = package_of(name);
        if self.foreign.contains(&package) || !self.defined.insert(name.to_string()) {
            return Err(format!("`{name}` is there twice"));
        }
        self.own.insert(package);
        Ok(())
    }

    fn world(&mut self, name: &str, id: ComponentTypeId) -> Result<(), String> {
        let owner = format!("world {name}");
        let types = self.types;
        let world = &types[id];
        for (name, item) in world.imports.iter().chain(&world.exports) {
            match item.ty {
                ComponentEntityType::Instance(_) => match &item.implements {
                    Some(interface) => self.instance(interface, item)?,
                    None if name.contains(':') => self.instance(name, item)?,
                    // An interface of its own, different from any other of that name.
                    None => {
                        let own = format!("{owner} {name} {}", self.created.len());
                        self.instance_of(&own, item)?;
                    }
                },
                _ => self.item(&owner, name, item)?,
            }
        }
        Ok(())
    }

    /// An interface by its full name.
    fn instance(&mut self, name: &str, item: &ComponentItem) -> Result<(), String> {
        if !self.defined.contains(name) {
            let package = package_of(name);
            if self.own.contains(&package) {
                return Err(format!("`{name}` is used before it is defined"));
            }
            self.foreign.insert(package);
        }
        self.instance_of(name, item)
    }

    fn instance_of(&mut self, owner: &str, item: &ComponentItem) -> Result<(), String> {
        let ComponentEntityType::Instance(id) = item.ty else {
            return Err(format!("`{owner}` is no interface"));
        };
        let types = self.types;
        for (name, item) in &types[id].exports {
            self.item(owner, name, item)?;
        }
        Ok(())
    }

    /// A type or function of `owner`.
    fn item(&mut self, owner: &str, name: &str, item: &ComponentItem) -> Result<(), String> {
        match item.ty {
            ComponentEntityType::Type {
                referenced,
                created,
            } => {
                let is_alias = self.is_alias(referenced);
                let key = (owner.to_string(), name.to_string());
                let is_new = self.items.insert(key.clone());
                match referenced {
                    ComponentAnyTypeId::Defined(_) => {}
                    ComponentAnyTypeId::Resource(_) if is_alias || !is_new => {}
                    ComponentAnyTypeId::Resource(_) => {
                        self.resources.insert(key);
                    }
                    _ => return Err(format!("`{name}` is not a type of WIT")),
                }
                if !self.created.insert(created) {
                    return Err(format!("the type `{name}` is there twice"));
                }
                Ok(())
            }
            ComponentEntityType::Func(_) if name.contains(':') => {
                Err(format!("`{name}` is not the name of a function"))
            }
            ComponentEntityType::Func(_) => match resource_of(name) {
                Some(resource)
                    if !self
                        .resources
                        .contains(&(owner.to_string(), resource.to_string())) =>
                {
                    Err(format!("the resource of `{name}` is not defined beside it"))
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Whether a type has been met, under whatever name.
    fn is_alias(&self, id: ComponentAnyTypeId) -> bool {
        let mut next = Some(id);
        while let Some(id) = next {
            if self.created.contains(&id) {
                return true;
            }
            next = self.types.as_ref().peel_alias(id);
        }
        false
    }
}

/// The package, and its version, in the full name of an interface.
fn package_of(name: &str) -> (String, String) {
    let (package, rest) = name.split_once('/').unwrap_or((name, ""));
    let version = rest.split_once('@').map_or("", |(_, version)| version);
    (package.to_string(), version.to_string())
}

/// The resource that a function belongs to: `a` of `[method]a.b` and `[constructor]a`.
fn resource_of(name: &str) -> Option<&str> {
    let (mark, _) = name.strip_prefix('[')?.split_once(']')?;
    if !matches!(mark, "method" | "static" | "constructor") {
        return None;
    }
    let own = name.rsplit(']').next()?;
    own.split('.').next()
}
