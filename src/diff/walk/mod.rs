//! Going through both sides, and telling of all that is different.
//!
//! Lives here: packages, and which of their interfaces and worlds are pairs; below it what they
//! consist of. May import: the context, `counterparts` and the rules.
//! Deliberately absent: what a change does to anyone (`verdict`), and whether it is allowed
//! (`findings`).

mod docs_and_gates;
mod function;
mod gates;
mod interface;
mod types;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{InterfaceId, PackageId, Resolve, Span, TypeOwner, World, WorldId, WorldKey};

use super::context::{Context, Scope, Told, is_unstable};
use super::counterparts::namesake;
use super::renames;
use super::rules::*;
use super::verdict::Position;
use super::version::Versions;
use crate::names::unversioned;
use docs_and_gates::DocsAndGates;

/// A package that both sides have.
pub(super) struct Package {
    pub old: PackageId,
    pub new: PackageId,
    pub versions: Versions,
    /// The name in NEW, without the version.
    pub name: String,
    /// It is a dependency on one of the sides: what only one of them has in it may not be needed
    /// there, and is not told.
    pub is_dependency: bool,
}

/// The packages of both sides, the main ones first.
pub(super) fn packages(cx: &Context<'_>) -> Vec<Package> {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let (old, new) = (&cx.old.wit, &cx.new.wit);
    let package = |old_id: PackageId, new_id: PackageId| {
        let (a, b) = (&from.packages[old_id].name, &to.packages[new_id].name);
        Package {
            old: old_id,
            new: new_id,
            versions: Versions {
                old: a.version.clone(),
                new: b.version.clone(),
            },
            name: format!("{}:{}", b.namespace, b.name),
            is_dependency: !old.own.contains(&old_id) || !new.own.contains(&new_id),
        }
    };
    let mut packages = vec![package(old.main, new.main)];
    let (mut left, mut taken) = (BTreeSet::from([old.main]), BTreeSet::from([new.main]));
    // Packages nested in the file of the one may be in a folder beside that of the other. Those of
    // the same version are the same; what is left may have another one.
    let nested: Vec<PackageId> = old
        .own
        .iter()
        .copied()
        .filter(|id| *id != old.main)
        .collect();
    let mut pairs = BTreeMap::new();
    for id in &nested {
        let same = to.package_names.get(&from.packages[*id].name);
        pairs.extend(
            same.filter(|other| taken.insert(**other))
                .map(|other| (*id, *other)),
        );
    }
    for id in nested {
        let name = &from.packages[id].name;
        let other = pairs.get(&id).copied();
        let other = other.or_else(|| namesake(from, name, to, |other| !taken.contains(&other)));
        if let Some(other) = other {
            left.insert(id);
            taken.insert(other);
            packages.push(package(id, other));
        }
    }
    for nested in new.own.iter().filter(|id| !taken.contains(*id)) {
        let name = &to.packages[*nested].name;
        if let Some(other) = namesake(to, name, from, |other| !left.contains(&other)) {
            left.insert(other);
            packages.push(package(other, *nested));
        }
    }
    packages
}

/// The pairs of items of two packages, and what only one of them has.
struct Matched<T> {
    both: Vec<(T, T)>,
    gone: Vec<T>,
    new: Vec<T>,
}

impl<T> Default for Matched<T> {
    fn default() -> Matched<T> {
        Matched {
            both: Vec::new(),
            gone: Vec::new(),
            new: Vec::new(),
        }
    }
}

impl<T: Copy> Matched<T> {
    /// Leaves only what both sides have under one name.
    fn only_same_names(&mut self, same: impl Fn(T, T) -> bool) {
        self.both.retain(|(x, y)| same(*x, *y));
        self.gone.clear();
        self.new.clear();
    }
}

fn match_up<'r, T: Copy + Ord + 'r>(
    old: impl Iterator<Item = (&'r str, T)>,
    new: impl Iterator<Item = (&'r str, T)>,
    alike: impl FnMut(T, T) -> Option<f64>,
) -> Matched<T> {
    let mut theirs: BTreeMap<&str, T> = new.collect();
    let mut both = Vec::new();
    let mut gone = Vec::new();
    for (name, id) in old {
        match theirs.remove(name) {
            Some(other) => both.push((id, other)),
            None => gone.push((name, id)),
        }
    }
    let more: Vec<(&str, T)> = theirs.into_iter().collect();
    let renamed = renames::find(&gone, &more, alike);
    let gone = gone.into_iter().map(|(_, id)| id);
    let gone: Vec<T> = gone
        .filter(|id| renamed.iter().all(|(x, _)| x != id))
        .collect();
    let new = more.into_iter().map(|(_, id)| id);
    let new: Vec<T> = new
        .filter(|id| renamed.iter().all(|(_, y)| y != id))
        .collect();
    both.extend(renamed);
    Matched { both, gone, new }
}

/// Finds all changes between the packages.
pub(super) fn run(cx: &mut Context<'_>, packages: &[Package]) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let names = |package: &Package| {
        let old = from.packages[package.old].name.clone();
        (old, to.packages[package.new].name.clone())
    };
    cx.packages = packages.iter().map(names).collect();
    let mut found = Vec::new();
    for package in packages {
        let (a, b) = (&from.packages[package.old], &to.packages[package.new]);
        let mut interfaces = match_up(
            a.interfaces.iter().map(|(name, id)| (name.as_str(), *id)),
            b.interfaces.iter().map(|(name, id)| (name.as_str(), *id)),
            |x, y| alike(&interface_items(from, x), &interface_items(to, y)),
        );
        if package.is_dependency {
            // Of a dependency, a binary has what is needed of it: types, and no functions.
            let whole = !cx.old.wit.files().is_empty() && !cx.new.wit.files().is_empty();
            interfaces
                .only_same_names(|x, y| whole && from.interfaces[x].name == to.interfaces[y].name);
        }
        for (x, y) in &interfaces.both {
            cx.pairs.add_interfaces(*x, *y);
        }
        found.push(interfaces);
    }
    let mut matched = Vec::new();
    for (package, interfaces) in packages.iter().zip(found) {
        let (a, b) = (&from.packages[package.old], &to.packages[package.new]);
        let mut worlds = match_up(
            a.worlds.iter().map(|(name, id)| (name.as_str(), *id)),
            b.worlds.iter().map(|(name, id)| (name.as_str(), *id)),
            |x, y| alike(&old_items(cx, x), &world_items(to, y)),
        );
        if package.is_dependency {
            worlds.only_same_names(|x, y| from.worlds[x].name == to.worlds[y].name);
        }
        matched.push((interfaces, worlds));
    }
    let own: BTreeSet<InterfaceId> = cx.pairs.interfaces.keys().copied().collect();
    let mut positions: BTreeMap<InterfaceId, Position> = BTreeMap::new();
    let mut others: BTreeMap<InterfaceId, InterfaceId> = BTreeMap::new();
    for (_, worlds) in &matched {
        for (x, y) in &worlds.both {
            world::pair(cx, *x, *y, &mut |x, y, position| {
                let known = positions.entry(x).or_default();
                *known = known.and(position);
                if !own.contains(&x) {
                    others.insert(x, y);
                }
            });
        }
    }
    for (x, y) in &others {
        cx.pairs.add_interfaces(*x, *y);
    }
    for (x, y) in cx.pairs.interfaces.clone() {
        interface::renamed_types(cx, x, y);
    }
    for (at, (package, (interfaces, worlds))) in packages.iter().zip(&matched).enumerate() {
        let mut one = One {
            cx,
            package,
            at,
            positions: &positions,
        };
        one.itself();
        one.interfaces(interfaces);
        one.worlds(worlds);
    }
    one_sided(cx, packages, &positions);
    for (x, y) in others {
        let scope = foreign(cx, x, y, &positions);
        interface::compare(cx, &scope, None, x, y);
    }
    // Comparing them may bring up others.
    let mut next = 0;
    while let Some((x, y)) = cx.pairs.met.get(next).copied() {
        next += 1;
        let owners = (from.types[x].owner, to.types[y].owner);
        if let (TypeOwner::Interface(a), TypeOwner::Interface(b)) = owners
            && !cx.pairs.interfaces.contains_key(&a)
        {
            let scope = foreign(cx, a, b, &positions);
            types::compare(cx, &scope, x, y);
        }
    }
}

/// Tells of what is in nested packages that only one side has.
fn one_sided(
    cx: &mut Context<'_>,
    packages: &[Package],
    positions: &BTreeMap<InterfaceId, Position>,
) {
    // INVARIANT: the main packages are a pair, and come first.
    let Some(package) = packages.first() else {
        return;
    };
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let mut interfaces = Matched::default();
    let mut worlds = Matched::default();
    for id in &cx.old.wit.own {
        if packages.iter().all(|package| package.old != *id) {
            interfaces
                .gone
                .extend(from.packages[*id].interfaces.values());
            worlds.gone.extend(from.packages[*id].worlds.values());
        }
    }
    for id in &cx.new.wit.own {
        if packages.iter().all(|package| package.new != *id) {
            interfaces.new.extend(to.packages[*id].interfaces.values());
            worlds.new.extend(to.packages[*id].worlds.values());
        }
    }
    let mut one = One {
        cx,
        package,
        at: 0,
        positions,
    };
    one.interfaces(&interfaces);
    one.worlds(&worlds);
}

/// The scope of an interface of another package.
fn foreign(
    cx: &Context<'_>,
    old: InterfaceId,
    new: InterfaceId,
    positions: &BTreeMap<InterfaceId, Position>,
) -> Scope {
    let name = cx.pairs.new.id_of(new).unwrap_or_default();
    Scope {
        name: format!("interface `{name}`"),
        path: vec![format!("interface {name}")],
        position: positions.get(&old).copied().unwrap_or_default(),
        unstable: false,
        foreign: true,
        package: 0,
        old: cx.pairs.old.interfaces[old].span,
        new: cx.pairs.new.interfaces[new].span,
    }
}

/// What an interface consists of, by name.
fn interface_items(resolve: &Resolve, id: InterfaceId) -> BTreeSet<String> {
    let interface = &resolve.interfaces[id];
    let types = interface.types.keys();
    types.chain(interface.functions.keys()).cloned().collect()
}

/// What a world consists of, by name and without versions.
fn world_items(resolve: &Resolve, id: WorldId) -> BTreeSet<String> {
    let name = |key: &WorldKey| resolve.name_world_key(key);
    named_items(&resolve.worlds[id], name)
}

/// As [`world_items`], of a world of OLD by the names that NEW has.
fn old_items(cx: &mut Context<'_>, id: WorldId) -> BTreeSet<String> {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    named_items(&from.worlds[id], |key| match key {
        WorldKey::Interface(id) => match cx.pairs.interface(*id) {
            Some(new) => to.id_of(new).unwrap_or_default(),
            None => from.name_world_key(key),
        },
        WorldKey::Name(name) => name.clone(),
    })
}

fn named_items(world: &World, mut name: impl FnMut(&WorldKey) -> String) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    for (word, keys) in [("import", &world.imports), ("export", &world.exports)] {
        for key in keys.keys() {
            let name = name(key);
            items.insert(format!("{word} {}", unversioned(&name)));
        }
    }
    items
}

/// How similar the names of two interfaces or worlds must be, if they have the same in them.
fn alike(a: &BTreeSet<String>, b: &BTreeSet<String>) -> Option<f64> {
    (a == b).then_some(if a.is_empty() { 0.9 } else { 0.6 })
}

/// A package while it is compared.
struct One<'c, 'a> {
    cx: &'c mut Context<'a>,
    package: &'c Package,
    at: usize,
    positions: &'c BTreeMap<InterfaceId, Position>,
}

impl One<'_, '_> {
    fn scope(&self, kind: &str, name: &str, old: Span, new: Span) -> Scope {
        Scope {
            name: format!("{kind} `{name}`"),
            path: vec![format!("{kind} {name}")],
            position: Position::default(),
            unstable: false,
            foreign: false,
            package: self.at,
            old,
            new,
        }
    }

    /// What there is to say of the package by itself.
    fn itself(&mut self) {
        let (from, to) = (self.cx.pairs.old, self.cx.pairs.new);
        let (a, b) = (
            &from.packages[self.package.old],
            &to.packages[self.package.new],
        );
        let name = self.package.name.clone();
        let scope = Scope {
            path: Vec::new(),
            ..self.scope("package", &name, Span::default(), Span::default())
        };
        let was = format!("{}:{}", a.name.namespace, a.name.name);
        let versions = &self.package.versions;
        if was != name {
            let message = format!("package `{was}` was renamed to `{name}`");
            let told = Told::new(message, "");
            self.cx.push(&scope, &PACKAGE_RENAMED, told);
        } else if versions.lowered() {
            let message = format!(
                "version of package `{name}` was lowered: {}",
                versions.shown()
            );
            let told = Told::new(message, "").help("pass OLD first, then NEW");
            self.cx.push(&scope, &VERSION_LOWERED, told);
        } else if !versions.same_track() {
            let message = format!(
                "package `{name}` moved to another semver track: {}",
                versions.shown()
            );
            let note = "components built against one version do not link with the other";
            let told = Told::new(message, "").note(note);
            self.cx.push(&scope, &TRACK_CHANGED, told);
        }
        if self.package.is_dependency {
            return;
        }
        let mut quiet = DocsAndGates::default();
        let span = Span::default();
        quiet.docs(|| scope.name.clone(), (&a.docs, span), (&b.docs, span));
        quiet.tell(self.cx, &scope);
    }

    fn interfaces(&mut self, matched: &Matched<InterfaceId>) {
        let (from, to) = (self.cx.pairs.old, self.cx.pairs.new);
        let called =
            |resolve: &Resolve, main: PackageId, id| world::interface_name(resolve, main, id);
        let (old_main, new_main) = (self.cx.old.wit.main, self.cx.new.wit.main);
        for id in &matched.gone {
            let name = called(from, old_main, *id);
            let interface = &from.interfaces[*id];
            let mut scope = self.scope("interface", &name, interface.span, Span::default());
            scope.position = self.position_in(from, &from.packages[self.package.old].worlds, *id);
            scope.unstable = interface::is_free(interface);
            let told = Told::new(format!("interface `{name}` was removed"), "")
                .old(interface.span, "removed");
            self.cx.push(&scope, &INTERFACE_REMOVED, told);
        }
        for id in &matched.new {
            let name = called(to, new_main, *id);
            let interface = &to.interfaces[*id];
            let mut scope = self.scope("interface", &name, Span::default(), interface.span);
            scope.unstable = interface::is_free(interface);
            let what = format!("interface `{name}`");
            let told = Told::new(format!("{what} was added"), "").new_at(interface.span, "added");
            self.cx.push(&scope, &INTERFACE_ADDED, told);
            let gate = (&interface.stability, interface.span);
            let versions = Some(&self.package.versions);
            gates::look_at_new(self.cx, &scope, versions, (&what, ""), gate);
        }
        for (x, y) in &matched.both {
            let (a, b) = (&from.interfaces[*x], &to.interfaces[*y]);
            let name = called(to, new_main, *y);
            let mut scope = self.scope("interface", &name, a.span, b.span);
            scope.position = self.positions.get(x).copied().unwrap_or_default();
            if a.name != b.name {
                let was = called(from, old_main, *x);
                let message = format!("interface `{was}` was renamed to `{name}`");
                let told = Told::new(message, "")
                    .old(a.span, "old name")
                    .new_at(b.span, "new name");
                self.cx
                    .push(&scope.gated(&a.stability), &INTERFACE_RENAMED, told);
            }
            interface::compare(self.cx, &scope, Some(&self.package.versions), *x, *y);
        }
    }

    /// Where the worlds of a package have an interface.
    fn position_in<'w>(
        &self,
        resolve: &Resolve,
        worlds: impl IntoIterator<Item = (&'w String, &'w WorldId)>,
        id: InterfaceId,
    ) -> Position {
        let mut position = Position::default();
        for (_, world) in worlds {
            for (other, there) in world::interfaces(&resolve.worlds[*world]) {
                if other == id {
                    position = position.and(there);
                }
            }
        }
        position
    }

    fn worlds(&mut self, matched: &Matched<WorldId>) {
        let (from, to) = (self.cx.pairs.old, self.cx.pairs.new);
        for id in &matched.gone {
            let world = &from.worlds[*id];
            let mut scope = self.scope("world", &world.name, world.span, Span::default());
            scope.unstable = is_unstable(&world.stability);
            let message = format!("world `{}` was removed", world.name);
            let told = Told::new(message, "").old(world.span, "removed");
            self.cx.push(&scope, &WORLD_REMOVED, told);
        }
        for id in &matched.new {
            let world = &to.worlds[*id];
            let mut scope = self.scope("world", &world.name, Span::default(), world.span);
            scope.unstable = is_unstable(&world.stability);
            let what = format!("world `{}`", world.name);
            let told = Told::new(format!("{what} was added"), "").new_at(world.span, "added");
            self.cx.push(&scope, &WORLD_ADDED, told);
            let gate = (&world.stability, world.span);
            let versions = Some(&self.package.versions);
            gates::look_at_new(self.cx, &scope, versions, (&what, ""), gate);
        }
        for (x, y) in &matched.both {
            let (a, b) = (&from.worlds[*x], &to.worlds[*y]);
            let scope = self.world_scope(a, b);
            if a.name != b.name {
                let message = format!("world `{}` was renamed to `{}`", a.name, b.name);
                let told = Told::new(message, "")
                    .old(a.span, "old name")
                    .new_at(b.span, "new name");
                self.cx
                    .push(&scope.gated(&a.stability), &WORLD_RENAMED, told);
            }
            world::compare(self.cx, &scope, Some(&self.package.versions), *x, *y);
        }
    }

    fn world_scope(&self, old: &World, new: &World) -> Scope {
        let mut scope = self.scope("world", &new.name, old.span, new.span);
        if self.cx.new.is_component {
            // Its world has a name for the sake of having one.
            scope.name = "the component".to_string();
            scope.path = Vec::new();
        }
        scope
    }
}
