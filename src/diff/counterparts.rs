//! What in OLD is what in NEW, and whether two types mean the same.
//!
//! Lives here: [`Counterparts`]. A type's own change is told where it is defined, so types that are a
//! pair are the same wherever they are used.
//! May import: `version`. Deliberately absent: telling of changes (`walk`).

use std::collections::BTreeMap;

use wit_parser::{
    Handle, InterfaceId, PackageId, PackageName, Resolve, Type, TypeDefKind, TypeId, TypeOwner,
};

use super::version::track;

/// How closely types are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// Pairs are the same; what is not a pair is not, even if it means the same.
    Names,
    /// Names do not matter, only what they stand for; pairs that changed are not the same.
    Meaning,
    /// As `Names`, but `own` and `borrow` are the same.
    Handles,
}

/// Interfaces and types of OLD with those of NEW.
pub(super) struct Counterparts<'a> {
    pub old: &'a Resolve,
    pub new: &'a Resolve,
    pub interfaces: BTreeMap<InterfaceId, InterfaceId>,
    types: BTreeMap<TypeId, TypeId>,
    /// Pairs of types in packages that are not compared as a whole, in the order they were met.
    pub met: Vec<(TypeId, TypeId)>,
    known: BTreeMap<(Look, TypeId, TypeId), bool>,
}

impl<'a> Counterparts<'a> {
    pub fn new(old: &'a Resolve, new: &'a Resolve) -> Counterparts<'a> {
        Counterparts {
            old,
            new,
            interfaces: BTreeMap::new(),
            types: BTreeMap::new(),
            met: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// Makes a pair of two interfaces and of their types, by name.
    pub fn add_interfaces(&mut self, old: InterfaceId, new: InterfaceId) {
        self.interfaces.insert(old, new);
        let theirs = &self.new.interfaces[new].types;
        for (name, id) in &self.old.interfaces[old].types {
            if let Some(other) = theirs.get(name) {
                self.types.insert(*id, *other);
            }
        }
    }

    pub fn add_types(&mut self, old: TypeId, new: TypeId) {
        self.types.insert(old, new);
    }

    /// What an interface of OLD is in NEW. One of another package is found by its name, if it is
    /// on the same track.
    pub fn interface(&mut self, old: InterfaceId) -> Option<InterfaceId> {
        if let Some(new) = self.interfaces.get(&old) {
            return Some(*new);
        }
        self.namesake(old)
            .filter(|(_, same)| *same)
            .map(|(id, _)| id)
    }

    /// The interface of NEW that is called the same, and whether its version is on the same track.
    fn namesake(&self, old: InterfaceId) -> Option<(InterfaceId, bool)> {
        let interface = &self.old.interfaces[old];
        let (name, package) = (interface.name.as_ref()?, interface.package?);
        let wanted = &self.old.packages[package].name;
        let package = namesake(self.old, wanted, self.new, |new| {
            self.new.packages[new].interfaces.contains_key(name)
        })?;
        let found = &self.new.packages[package];
        let same_track = track(found.name.version.as_ref()) == track(wanted.version.as_ref());
        Some((*found.interfaces.get(name)?, same_track))
    }

    /// What a named type of OLD is in NEW.
    pub fn ty(&mut self, old: TypeId) -> Option<TypeId> {
        if let Some(new) = self.types.get(&old) {
            return Some(*new);
        }
        let def = &self.old.types[old];
        let (TypeOwner::Interface(owner), Some(name)) = (def.owner, &def.name) else {
            return None;
        };
        if self.interfaces.contains_key(&owner) {
            return None;
        }
        let (other, same_track) = self.namesake(owner)?;
        let new = *self.new.interfaces[other].types.get(name)?;
        // A resource is not what it is made of: that of another track is another one.
        if !same_track && def.kind == TypeDefKind::Resource {
            return None;
        }
        self.types.insert(old, new);
        self.met.push((old, new));
        Some(new)
    }

    /// Whether `a` of OLD and `b` of NEW are the same.
    pub fn same(&mut self, a: &Type, b: &Type, look: Look) -> bool {
        match (a, b) {
            (Type::Id(a), Type::Id(b)) => self.same_id(*a, *b, look),
            (Type::Id(a), _) if look == Look::Meaning => {
                let (old, id) = (self.old, *a);
                matches!(&old.types[id].kind, TypeDefKind::Type(a) if self.same(a, b, look))
            }
            (_, Type::Id(b)) if look == Look::Meaning => {
                let (new, id) = (self.new, *b);
                matches!(&new.types[id].kind, TypeDefKind::Type(b) if self.same(a, b, look))
            }
            _ => a == b,
        }
    }

    /// Whether the definitions of two types are the same, whatever the types are called.
    pub fn same_parts(&mut self, old: TypeId, new: TypeId, look: Look) -> bool {
        self.same_kind(old, new, look)
    }

    fn same_id(&mut self, a: TypeId, b: TypeId, look: Look) -> bool {
        let (old, new) = (self.old, self.new);
        if look != Look::Meaning && (old.types[a].name.is_some() || new.types[b].name.is_some()) {
            return self.ty(a) == Some(b);
        }
        if let Some(known) = self.known.get(&(look, a, b)) {
            return *known;
        }
        let same = self.same_kind(a, b, look);
        self.known.insert((look, a, b), same);
        same
    }

    fn same_kind(&mut self, a: TypeId, b: TypeId, look: Look) -> bool {
        use TypeDefKind::*;
        let (old, new) = (self.old, self.new);
        match (&old.types[a].kind, &new.types[b].kind) {
            (Type(ty), _) if look == Look::Meaning => self.same(ty, &wit_parser::Type::Id(b), look),
            (_, Type(ty)) if look == Look::Meaning => self.same(&wit_parser::Type::Id(a), ty, look),
            (Type(a), Type(b)) => self.same(a, b, look),
            (Resource, Resource) => self.ty(a) == Some(b),
            (Handle(a), Handle(b)) => self.same_handle(a, b, look),
            (Record(a), Record(b)) => {
                let names = a.fields.iter().map(|f| &f.name);
                names.eq(b.fields.iter().map(|f| &f.name))
                    && a.fields
                        .iter()
                        .zip(&b.fields)
                        .all(|(a, b)| self.same(&a.ty, &b.ty, look))
            }
            (Variant(a), Variant(b)) => {
                let names = a.cases.iter().map(|c| &c.name);
                names.eq(b.cases.iter().map(|c| &c.name))
                    && a.cases
                        .iter()
                        .zip(&b.cases)
                        .all(|(a, b)| self.same_or_none(&a.ty, &b.ty, look))
            }
            (Enum(a), Enum(b)) => {
                let names = a.cases.iter().map(|c| &c.name);
                names.eq(b.cases.iter().map(|c| &c.name))
            }
            (Flags(a), Flags(b)) => {
                let names = a.flags.iter().map(|f| &f.name);
                names.eq(b.flags.iter().map(|f| &f.name))
            }
            (Tuple(a), Tuple(b)) => {
                a.types.len() == b.types.len()
                    && a.types
                        .iter()
                        .zip(&b.types)
                        .all(|(a, b)| self.same(a, b, look))
            }
            (Option(a), Option(b)) | (List(a), List(b)) => self.same(a, b, look),
            (Result(a), Result(b)) => {
                self.same_or_none(&a.ok, &b.ok, look) && self.same_or_none(&a.err, &b.err, look)
            }
            (Map(a, x), Map(b, y)) => self.same(a, b, look) && self.same(x, y, look),
            (FixedLengthList(a, x), FixedLengthList(b, y)) => x == y && self.same(a, b, look),
            (Future(a), Future(b)) | (Stream(a), Stream(b)) => self.same_or_none(a, b, look),
            _ => false,
        }
    }

    fn same_handle(&mut self, a: &Handle, b: &Handle, look: Look) -> bool {
        let (a, b, alike) = match (a, b) {
            (Handle::Own(a), Handle::Own(b)) | (Handle::Borrow(a), Handle::Borrow(b)) => {
                (*a, *b, true)
            }
            (Handle::Own(a), Handle::Borrow(b)) | (Handle::Borrow(a), Handle::Own(b)) => {
                (*a, *b, false)
            }
        };
        (alike || look == Look::Handles) && self.same(&Type::Id(a), &Type::Id(b), look)
    }

    /// As [`Counterparts::same`], where there may be no type.
    pub fn same_or_none(&mut self, a: &Option<Type>, b: &Option<Type>, look: Look) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => self.same(a, b, look),
            (None, None) => true,
            _ => false,
        }
    }
}

/// The package of `new` that is called as one of `old`, among those that `fits` says yes to.
///
/// That of the same version first. Then one on the same semver track, and rather one whose version
/// `old` has not: that is paired with its own. Then any.
pub(super) fn namesake(
    old: &Resolve,
    wanted: &PackageName,
    new: &Resolve,
    fits: impl Fn(PackageId) -> bool,
) -> Option<PackageId> {
    let named =
        |name: &PackageName| (&name.namespace, &name.name) == (&wanted.namespace, &wanted.name);
    let candidates = new
        .packages
        .iter()
        .filter(|(id, package)| named(&package.name) && fits(*id));
    let close = |name: &PackageName| {
        let is_paired = name != wanted && old.package_names.contains_key(name);
        (
            name.version == wanted.version,
            track(name.version.as_ref()) == track(wanted.version.as_ref()),
            !is_paired,
            name.version.clone(),
        )
    };
    candidates
        .max_by_key(|(_, package)| close(&package.name))
        .map(|(id, _)| id)
}

/// What a name stands for in the end.
pub(super) fn base(resolve: &Resolve, mut id: TypeId) -> TypeId {
    // Definitions have no cycles.
    while let TypeDefKind::Type(Type::Id(next)) = resolve.types[id].kind {
        id = next;
    }
    id
}
