//! Changes of worlds: what they import and export.
//!
//! Included worlds are compared by what they bring. May import: the context, `counterparts`, `display` and
//! the rules. Deliberately absent: what has changed in a named interface, which is told of the
//! interface.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{InterfaceId, PackageId, Resolve, Span, World, WorldId, WorldItem, WorldKey};

use super::docs_and_gates::DocsAndGates;
use super::gates::{self, Annotated, Said};
use super::interface::{self, one_function, one_type, type_removed};
use crate::diff::context::{Context, Scope, Told};
use crate::diff::display;
use crate::diff::rule::Rule;
use crate::diff::rules::*;
use crate::diff::verdict::Position;
use crate::diff::version::Versions;
use crate::names::unversioned;

/// An import or export.
#[derive(Clone, Copy)]
struct Entry<'r> {
    key: &'r WorldKey,
    item: &'r WorldItem,
}

impl Entry<'_> {
    fn span(&self) -> Span {
        self.item.span()
    }
}

/// A direction, with its rules.
struct Direction {
    word: &'static str,
    position: Position,
    added: &'static Rule,
    removed: &'static Rule,
    changed: &'static Rule,
}

static IMPORTS: Direction = Direction {
    word: "import",
    position: Position::IMPORT,
    added: &IMPORT_ADDED,
    removed: &IMPORT_REMOVED,
    changed: &IMPORT_CHANGED,
};

static EXPORTS: Direction = Direction {
    word: "export",
    position: Position::EXPORT,
    added: &EXPORT_ADDED,
    removed: &EXPORT_REMOVED,
    changed: &EXPORT_CHANGED,
};

/// Both directions of a world.
fn sides<'r>(world: &'r World) -> [(&'static Direction, Vec<Entry<'r>>); 2] {
    let imports = world.imports.iter().map(|(key, item)| Entry { key, item });
    let exports = world.exports.iter().map(|(key, item)| Entry { key, item });
    [(&IMPORTS, imports.collect()), (&EXPORTS, exports.collect())]
}

/// The pairs among the imports or exports of two worlds, and what only OLD and only NEW has.
struct Matched<'r> {
    both: Vec<(Entry<'r>, Entry<'r>)>,
    gone: Vec<Entry<'r>>,
    new: Vec<Entry<'r>>,
}

fn match_up<'r>(cx: &mut Context<'_>, old: &[Entry<'r>], new: &[Entry<'r>]) -> Matched<'r> {
    let mut by_name: BTreeMap<&str, Entry<'r>> = BTreeMap::new();
    let mut by_id: BTreeMap<InterfaceId, Entry<'r>> = BTreeMap::new();
    for entry in new {
        match entry.key {
            WorldKey::Name(name) => by_name.insert(name, *entry),
            WorldKey::Interface(id) => by_id.insert(*id, *entry),
        };
    }
    let mut matched = Matched {
        both: Vec::new(),
        gone: Vec::new(),
        new: Vec::new(),
    };
    for entry in old {
        let other = match entry.key {
            WorldKey::Name(name) => by_name.remove(name.as_str()),
            WorldKey::Interface(id) => cx.pairs.interface(*id).and_then(|id| by_id.remove(&id)),
        };
        match other {
            Some(other) => matched.both.push((*entry, other)),
            None => matched.gone.push(*entry),
        }
    }
    let left = |entry: &&Entry<'_>| match entry.key {
        WorldKey::Name(name) => by_name.contains_key(name.as_str()),
        WorldKey::Interface(id) => by_id.contains_key(id),
    };
    matched.new = new.iter().filter(left).copied().collect();
    matched
}

/// Makes pairs of what only these worlds have, and tells `seen` of each pair of named interfaces
/// and the side that it stands on.
pub(super) fn pair(
    cx: &mut Context<'_>,
    old: WorldId,
    new: WorldId,
    seen: &mut dyn FnMut(InterfaceId, InterfaceId, Position),
) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let new_sides = sides(&to.worlds[new]);
    for ((direction, a), (_, b)) in sides(&from.worlds[old]).iter().zip(&new_sides) {
        for (x, y) in match_up(cx, a, b).both {
            match (x.item, y.item) {
                (WorldItem::Interface { id: x, .. }, WorldItem::Interface { id: y, .. }) => {
                    let named = from.interfaces[*x].name.is_some();
                    let also = to.interfaces[*y].name.is_some();
                    if !named && !also {
                        cx.pairs.add_interfaces(*x, *y);
                    } else if named && also && cx.pairs.interface(*x) == Some(*y) {
                        seen(*x, *y, direction.position);
                    }
                }
                (WorldItem::Type { id: x, .. }, WorldItem::Type { id: y, .. }) => {
                    cx.pairs.add_types(*x, *y);
                }
                _ => {}
            }
        }
    }
}

/// The interfaces that a world has, and on which side.
pub(super) fn interfaces(world: &World) -> Vec<(InterfaceId, Position)> {
    let mut found = Vec::new();
    for (direction, entries) in sides(world) {
        for entry in entries {
            if let WorldItem::Interface { id, .. } = entry.item {
                found.push((*id, direction.position));
            }
        }
    }
    found
}

/// Compares a pair of worlds.
pub(super) fn compare(
    cx: &mut Context<'_>,
    scope: &Scope,
    versions: Option<&Versions>,
    old: WorldId,
    new: WorldId,
) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let (a, b) = (&from.worlds[old], &to.worlds[new]);
    let mut quiet = DocsAndGates::default();
    gates::compare(cx, scope, &mut quiet, &Annotated::scope(said(a), said(b)));
    let scope = &scope.gated(&a.stability);
    let new_sides = sides(b);
    for ((direction, x), (_, y)) in sides(a).iter().zip(&new_sides) {
        let scope = &Scope {
            position: direction.position,
            ..scope.clone()
        };
        side(cx, scope, versions, direction, &mut quiet, x, y);
    }
    quiet.tell(cx, scope);
}

fn said(world: &World) -> Said<'_> {
    Said {
        stability: &world.stability,
        docs: &world.docs,
        external_id: None,
        span: world.span,
    }
}

fn side(
    cx: &mut Context<'_>,
    scope: &Scope,
    versions: Option<&Versions>,
    direction: &Direction,
    quiet: &mut DocsAndGates,
    old: &[Entry<'_>],
    new: &[Entry<'_>],
) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let Matched { both, gone, new } = match_up(cx, old, new);
    let word = direction.word;
    // An interface of another track is another one, but of the same name.
    let mut moved: BTreeSet<usize> = BTreeSet::new();
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in new.iter().enumerate().rev() {
        if matches!(entry.key, WorldKey::Interface(_)) {
            let name = to.name_world_key(entry.key);
            by_name
                .entry(unversioned(&name).to_string())
                .or_default()
                .push(at);
        }
    }
    for entry in gone {
        if let (WorldKey::Name(name), WorldItem::Type { id, .. }) = (entry.key, entry.item) {
            type_removed(cx, scope, name, *id);
            continue;
        }
        let whole = from.name_world_key(entry.key);
        let name = key_name(from, cx.old.wit.main, entry.key);
        let inner = scope.gated(entry.item.stability(from));
        let others = match entry.key {
            WorldKey::Interface(_) => by_name.get_mut(unversioned(&whole)),
            WorldKey::Name(_) => None,
        };
        if let Some(at) = others.and_then(Vec::pop) {
            moved.insert(at);
            let other = new[at];
            let now = key_name(to, cx.new.wit.main, other.key);
            let message = format!("{} now {word}s `{now}` instead of `{name}`", scope.name);
            let item = format!("{word} {name}");
            let told = Told::new(message, &item)
                .old(entry.span(), "old version")
                .new_at(other.span(), "not linked with the old version");
            cx.push(&inner, direction.changed, told);
            continue;
        }
        let item = format!("{word} {name}");
        let message = format!("{} no longer {word}s `{name}`", scope.name);
        let told = Told::new(message, &item).old(entry.span(), "removed");
        cx.push(&inner, direction.removed, told);
    }
    for (at, entry) in new.iter().enumerate() {
        if moved.contains(&at) {
            continue;
        }
        let name = key_name(to, cx.new.wit.main, entry.key);
        let stability = entry.item.stability(to);
        let inner = scope.gated(stability);
        let (rule, message, item) = match entry.item {
            WorldItem::Type { id, .. } => {
                let what = display::type_def(to, *id);
                (
                    &TYPE_ADDED,
                    format!("{what} was added to {}", scope.name),
                    name.clone(),
                )
            }
            _ => (
                direction.added,
                format!("{} now {word}s `{name}`", scope.name),
                format!("{word} {name}"),
            ),
        };
        let told = Told::new(message, &item).new_at(entry.span(), "added");
        cx.push(&inner, rule, told);
        let gate = (stability, entry.span());
        let what = format!("{word} `{name}`");
        gates::look_at_new(cx, &inner, versions, (&what, &item), gate);
    }
    for (x, y) in both {
        one(cx, scope, versions, direction, quiet, x, y);
    }
}

/// Compares an import or export that both have.
fn one(
    cx: &mut Context<'_>,
    scope: &Scope,
    versions: Option<&Versions>,
    direction: &Direction,
    quiet: &mut DocsAndGates,
    old: Entry<'_>,
    new: Entry<'_>,
) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let name = key_name(from, cx.old.wit.main, old.key);
    let word = direction.word;
    match (old.item, new.item) {
        (WorldItem::Function(a), WorldItem::Function(b)) => {
            one_function(cx, scope, quiet, a, b);
        }
        (WorldItem::Type { id: a, .. }, WorldItem::Type { id: b, .. }) => {
            one_type(cx, scope, quiet, *a, *b);
        }
        (
            WorldItem::Interface {
                id: a,
                stability: old_gate,
                docs: old_docs,
                external_id: old_external,
                ..
            },
            WorldItem::Interface {
                id: b,
                stability: new_gate,
                docs: new_docs,
                external_id: new_external,
                ..
            },
        ) => {
            let annotated = Annotated {
                what: Some(format!("{word} `{name}`")),
                item: &format!("{word} {name}"),
                old: Said {
                    stability: old_gate,
                    docs: old_docs,
                    external_id: old_external.as_deref(),
                    span: old.span(),
                },
                new: Said {
                    stability: new_gate,
                    docs: new_docs,
                    external_id: new_external.as_deref(),
                    span: new.span(),
                },
            };
            gates::compare(cx, scope, quiet, &annotated);
            let named = |resolve: &Resolve, id: InterfaceId| resolve.interfaces[id].name.is_some();
            match (named(from, *a), named(to, *b)) {
                (false, false) => {
                    let path = format!("{word} {name}");
                    let called = format!("{word} `{name}` of {}", scope.name);
                    let inner = scope.inside(called, &path, old.span(), new.span());
                    interface::compare(cx, &inner, versions, *a, *b);
                }
                // What has changed in it is told of the interface.
                (true, true) if cx.pairs.interface(*a) == Some(*b) => {}
                _ => another(cx, scope, direction, &name, old, new),
            }
        }
        _ => another(cx, scope, direction, &name, old, new),
    }
}

/// Tells that a name stands for something else.
fn another(
    cx: &mut Context<'_>,
    scope: &Scope,
    direction: &Direction,
    name: &str,
    old: Entry<'_>,
    new: Entry<'_>,
) {
    let shown = |resolve: &Resolve, item: &WorldItem| match item {
        WorldItem::Function(_) => "a function".to_string(),
        WorldItem::Type { .. } => "a type".to_string(),
        WorldItem::Interface { id, .. } => match resolve.id_of(*id) {
            Some(name) => format!("`{name}`"),
            None => "an inline interface".to_string(),
        },
    };
    let (was, is) = (shown(cx.pairs.old, old.item), shown(cx.pairs.new, new.item));
    let word = direction.word;
    let message = format!("{word} `{name}` of {} was changed", scope.name);
    let item = format!("{word} {name}");
    let told = Told::new(message, &item)
        .old(old.span(), format!("was {was}"))
        .new_at(new.span(), format!("now {is}"));
    let inner = scope.gated(old.item.stability(cx.pairs.old));
    cx.push(&inner, direction.changed, told);
}

/// What an import or export is called.
fn key_name(resolve: &Resolve, main: PackageId, key: &WorldKey) -> String {
    match key {
        WorldKey::Name(name) => name.clone(),
        WorldKey::Interface(id) => interface_name(resolve, main, *id),
    }
}

/// What an interface is called: by its own name in the main package, by its whole name elsewhere.
pub(super) fn interface_name(resolve: &Resolve, main: PackageId, id: InterfaceId) -> String {
    let interface = &resolve.interfaces[id];
    match &interface.name {
        Some(name) if interface.package == Some(main) => name.clone(),
        _ => resolve.id_of(id).unwrap_or_default(),
    }
}
