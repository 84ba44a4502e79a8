//! The names of a world's items in imports and exports of core modules.
//!
//! Lives here: [`Mangling`], and finding the interface that an import refers to.
//! May import: nothing of ours (rank 4). Deliberately absent: types of functions (`imports`,
//! `exports`), and stream, future and other built-ins (`intrinsics`).
//!
//! There are two naming schemes: the legacy one of wit-component, and the standard one of the
//! component model's `BuildTargets.md`, whose names begin with `cm32p2`.

use wasmparser::names::{ComponentName, ComponentNameKind};
use wit_parser::{InterfaceId, PackageName, Resolve, WorldId, WorldItem, WorldKey};

/// How items are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mangling {
    /// `docs:adder/add@0.1.0#add`.
    Legacy,
    /// `cm32p2|docs:adder/add@0.1|add`.
    Standard,
}

/// The prefix of standard names.
const STANDARD: &str = "cm32p2";

impl Mangling {
    /// The naming scheme of the module name of an import, and the rest of the name.
    pub fn of_import(module: &str, reject_legacy: bool) -> (Mangling, &str) {
        match module.strip_prefix(STANDARD) {
            Some(rest) => (Mangling::Standard, rest),
            None if reject_legacy => (Mangling::Standard, module),
            None => (Mangling::Legacy, module),
        }
    }

    /// The naming scheme of an export, and the rest of the name; none if that scheme is not
    /// accepted.
    pub fn of_export(name: &str, reject_legacy: bool) -> Option<(Mangling, &str)> {
        match name.strip_prefix(STANDARD) {
            Some(rest) => Some((Mangling::Standard, rest)),
            None if reject_legacy => None,
            None => Some((Mangling::Legacy, name)),
        }
    }

    /// The module from which functions of the world itself are imported.
    pub fn root(self) -> &'static str {
        match self {
            Mangling::Legacy => "$root",
            Mangling::Standard => "",
        }
    }

    /// What comes before the name of an interface.
    pub fn before_interface(self) -> &'static str {
        match self {
            Mangling::Legacy => "",
            Mangling::Standard => "|",
        }
    }

    /// What comes before that when built-ins for an export are imported.
    pub fn before_exported(self) -> &'static str {
        match self {
            Mangling::Legacy => "[export]",
            Mangling::Standard => "_ex_",
        }
    }

    pub fn memory(self) -> &'static str {
        match self {
            Mangling::Legacy => "memory",
            Mangling::Standard => "_memory",
        }
    }

    pub fn realloc(self) -> &'static str {
        match self {
            Mangling::Legacy => "cabi_realloc",
            Mangling::Standard => "_realloc",
        }
    }

    /// The function that a post-return is for.
    pub fn post_return(self, name: &str) -> Option<&str> {
        match self {
            Mangling::Legacy => name.strip_prefix("cabi_post_"),
            Mangling::Standard => name.strip_suffix("_post"),
        }
    }

    /// The resource that a `resource.drop`, `resource.new` or `resource.rep` is for.
    pub fn resource(self, name: &str, operation: &str) -> Option<String> {
        match self {
            Mangling::Legacy => {
                let rest = name.strip_prefix("[resource-")?.strip_prefix(operation)?;
                Some(rest.strip_prefix(']')?.to_string())
            }
            Mangling::Standard => {
                let rest = name.strip_suffix(operation)?;
                Some(rest.strip_suffix('_')?.to_string())
            }
        }
    }
}

/// The imports of a world, or its exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Import,
    Export,
}

/// The interface among the world's items that core modules call `name`.
pub(super) fn interface(
    mangling: Mangling,
    name: &str,
    resolve: &Resolve,
    world: WorldId,
    side: Side,
) -> Option<(WorldKey, InterfaceId)> {
    let world = &resolve.worlds[world];
    let items = match side {
        Side::Import => &world.imports,
        Side::Export => &world.exports,
    };
    if mangling == Mangling::Standard {
        return items.iter().find_map(|(key, item)| {
            let id = match (key, item) {
                (WorldKey::Name(own), WorldItem::Interface { id, .. }) if own == name => *id,
                (WorldKey::Interface(id), _)
                    if resolve.canonicalized_id_of(*id).as_deref() == Some(name) =>
                {
                    *id
                }
                _ => return None,
            };
            Some((key.clone(), id))
        });
    }
    let bare = WorldKey::Name(name.to_string());
    if let Some(WorldItem::Interface { id, .. }) = items.get(&bare) {
        return Some((bare, *id));
    }
    let wanted = Versioned::parse(name)?;
    if let Some(package) = resolve.package_names.get(&wanted.package)
        && let Some(id) = resolve.packages[*package].interfaces.get(&wanted.interface)
    {
        let key = WorldKey::Interface(*id);
        if items.contains_key(&key) {
            return Some((key, *id));
        }
    }
    items.keys().find_map(|key| {
        let WorldKey::Interface(id) = key else {
            return None;
        };
        let there = Versioned::of(resolve, *id)?;
        (there.same_but_version(&wanted) && there.same_track(&wanted)).then(|| (key.clone(), *id))
    })
}

/// An interface by its full name.
#[derive(Clone, Debug)]
pub(super) struct Versioned {
    pub package: PackageName,
    pub interface: String,
}

impl Versioned {
    /// `ns:package/interface@1.2.3`, with or without the version.
    pub fn parse(name: &str) -> Option<Versioned> {
        let parsed = ComponentName::new(name, 0).ok()?;
        let ComponentNameKind::Interface(name) = parsed.kind() else {
            return None;
        };
        Some(Versioned {
            package: PackageName {
                namespace: name.namespace().to_string(),
                name: name.package().to_string(),
                version: name.version(None).ok()?,
            },
            interface: name.interface().to_string(),
        })
    }

    /// The name of an interface of a package.
    pub fn of(resolve: &Resolve, id: InterfaceId) -> Option<Versioned> {
        let interface = &resolve.interfaces[id];
        Some(Versioned {
            package: resolve.packages[interface.package?].name.clone(),
            interface: interface.name.clone()?,
        })
    }

    pub fn same_but_version(&self, other: &Versioned) -> bool {
        self.interface == other.interface
            && self.package.namespace == other.package.namespace
            && self.package.name == other.package.name
    }

    /// Whether semantic versioning lets one stand in for the other.
    pub fn same_track(&self, other: &Versioned) -> bool {
        let (Some(a), Some(b)) = (&self.package.version, &other.package.version) else {
            return false;
        };
        PackageName::version_compat_track(a).0 == PackageName::version_compat_track(b).0
    }

    /// Its version, for people.
    pub fn version(&self) -> String {
        let version = self.package.version.as_ref();
        version.map_or("no version".to_string(), |v| v.to_string())
    }
}
