//! Which resources a part defines itself, and where it has the others from.
//!
//! Lives here: [`Homes`] and [`Key`]. May import: `names`, `surface` (ranks 0 to 2).
//! Deliberately absent: who decides that a resource is kept (`compose`).

use std::collections::BTreeSet;

use super::{Cannot, Fallible};
use crate::names;
use crate::surface::{Origin, ResourceRef};

/// What tells resources apart, whichever version of their interface a part imports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    /// The semver track of the interface that introduces it; none for a resource of a world.
    pub interface: Option<String>,
    pub name: String,
}

impl Key {
    /// Whether it is a resource of WASI 0.3.
    pub fn is_0_3(&self) -> bool {
        let interface = self.interface.as_deref();
        interface.is_some_and(|interface| interface.ends_with("@0.3"))
    }

    /// The key of a resource that an import introduces.
    pub fn of(resource: &ResourceRef) -> Option<Key> {
        Key::of_origin(&resource.origin)
    }

    /// The same, by where it is introduced.
    pub fn of_origin(origin: &Origin) -> Option<Key> {
        match origin {
            Origin::Import(path) => match path.as_slice() {
                [name] => Some(Key {
                    interface: None,
                    name: name.clone(),
                }),
                [interface, name] => Some(Key {
                    interface: Some(names::track_or_name(interface)),
                    name: name.clone(),
                }),
                _ => None,
            },
            Origin::Export(_) | Origin::Unknown => None,
        }
    }
}

/// Where the resources of a part come from.
pub(super) struct Homes {
    /// The interface that the part exports.
    interface: Option<String>,
    /// Resources of it that the part does not define.
    kept: BTreeSet<String>,
    /// Resources of other interfaces that other generated parts make for it.
    made: BTreeSet<Key>,
}

/// The function by which a part makes a resource for other generated parts.
pub(super) fn maker(resource: &str) -> String {
    format!("witkit-new-{resource}")
}

impl Homes {
    pub fn new(name: Option<&str>, kept: BTreeSet<String>, made: &BTreeSet<Key>) -> Homes {
        Homes {
            interface: name.map(names::track_or_name),
            kept,
            made: made.clone(),
        }
    }

    pub fn key(&self, resource: &ResourceRef) -> Fallible<Key> {
        Key::of(resource).ok_or_else(|| {
            Cannot::new(format!(
                "it has the resource {}, which is in no interface",
                resource.name
            ))
        })
    }

    /// Whether the part defines a resource.
    pub fn is_here(&self, resource: &ResourceRef) -> bool {
        Key::of(resource).is_some_and(|key| self.defines(&key))
    }

    /// Whether it can make one: itself, or by the part that defines it.
    pub fn can_make(&self, resource: &ResourceRef) -> bool {
        let key = Key::of(resource);
        key.is_some_and(|key| self.defines(&key) || self.made.contains(&key))
    }

    pub fn defines(&self, key: &Key) -> bool {
        key.interface == self.interface && !self.kept.contains(&key.name)
    }

    /// Whether it is of the interface that the part exports.
    pub fn is_own(&self, key: &Key) -> bool {
        key.interface == self.interface
    }
}
