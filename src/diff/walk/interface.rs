//! Changes of interfaces: which types and functions there are.
//!
//! May import: the context, `counterparts`, `display` and the rules. Deliberately absent: what is quiet
//! inside of them (`types`, `function`).

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{AccessorKind, Function, Interface, InterfaceId, TypeDef, TypeDefKind, TypeId};

use super::docs_and_gates::DocsAndGates;
use super::gates::{self, Annotated, Said};
use super::{function, types};
use crate::diff::context::{Context, Scope, Told, is_unstable};
use crate::diff::counterparts::Look;
use crate::diff::rules::*;
use crate::diff::version::Versions;
use crate::diff::{display, renames};

/// What a function is found by on the other side: its resource in NEW, its name there, and
/// whether it is a getter or setter, which may be called the same.
type Key<'r> = (Option<TypeId>, &'r str, u8);

/// Compares a pair of interfaces.
pub(super) fn compare(
    cx: &mut Context<'_>,
    scope: &Scope,
    versions: Option<&Versions>,
    old: InterfaceId,
    new: InterfaceId,
) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let (a, b) = (&from.interfaces[old], &to.interfaces[new]);
    let mut quiet = DocsAndGates::default();
    gates::compare(
        cx,
        scope,
        &mut quiet,
        &Annotated::scope(of_interface(a), of_interface(b)),
    );
    let scope = &scope.gated(&a.stability);
    all_types(cx, scope, versions, &mut quiet, a, b);
    all_functions(cx, scope, versions, &mut quiet, a, b);
    quiet.tell(cx, scope);
}

fn all_types(
    cx: &mut Context<'_>,
    scope: &Scope,
    versions: Option<&Versions>,
    quiet: &mut DocsAndGates,
    a: &Interface,
    b: &Interface,
) {
    let to = cx.pairs.new;
    let mut known = BTreeSet::new();
    for (name, id) in &a.types {
        match cx.pairs.ty(*id) {
            Some(other) => {
                known.insert(other);
                one_type(cx, scope, quiet, *id, other);
            }
            None => type_removed(cx, scope, name, *id),
        }
    }
    for (name, id) in b.types.iter().filter(|(_, id)| !known.contains(*id)) {
        let def = &to.types[*id];
        let what = display::type_def(to, *id);
        let inner = scope.gated(&def.stability);
        let told = Told::new(format!("{what} was added to {}", scope.name), name)
            .new_at(def.span, "added");
        cx.push(&inner, &TYPE_ADDED, told);
        let gate = (&def.stability, def.span);
        gates::look_at_new(cx, &inner, versions, (&what, name), gate);
    }
}

/// Tells of a type that NEW does not have.
pub(super) fn type_removed(cx: &mut Context<'_>, scope: &Scope, name: &str, id: TypeId) {
    let from = cx.pairs.old;
    let def = &from.types[id];
    let what = display::type_def(from, id);
    let mut told =
        Told::new(format!("{what} of {} was removed", scope.name), name).old(def.span, "removed");
    if let Some(used) = cx.used_by(id) {
        told = told.note(used);
    }
    cx.push(&scope.gated(&def.stability), &TYPE_REMOVED, told);
}

/// Compares a pair of types: gates, docs, names and definitions.
pub(super) fn one_type(
    cx: &mut Context<'_>,
    scope: &Scope,
    quiet: &mut DocsAndGates,
    old: TypeId,
    new: TypeId,
) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let (a, b) = (&from.types[old], &to.types[new]);
    let name = a.name.as_deref().unwrap_or_default();
    let what = display::type_def(from, old);
    let annotated = Annotated {
        what: Some(what.clone()),
        item: name,
        old: of_type(a),
        new: of_type(b),
    };
    gates::compare(cx, scope, quiet, &annotated);
    quiet.member_docs(a, b);
    let scope = &scope.gated(&a.stability);
    if a.name != b.name {
        let now = b.name.as_deref().unwrap_or_default();
        let message = format!("{what} of {} was renamed to `{now}`", scope.name);
        let told = Told::new(message, name)
            .old(a.span, "old name")
            .new_at(b.span, "new name");
        cx.push(scope, &TYPE_RENAMED, told);
    }
    types::compare(cx, scope, old, new);
}

fn key<'r>(function: &'r Function, resource: Option<TypeId>) -> Key<'r> {
    let accessor = match function.kind.accessor() {
        None => 0,
        Some(AccessorKind::Getter) => 1,
        Some(AccessorKind::Setter) => 2,
    };
    (resource, function.item_name(), accessor)
}

fn all_functions(
    cx: &mut Context<'_>,
    scope: &Scope,
    versions: Option<&Versions>,
    quiet: &mut DocsAndGates,
    a: &Interface,
    b: &Interface,
) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let mut theirs: BTreeMap<Key<'_>, &Function> = BTreeMap::new();
    for function in b.functions.values() {
        theirs.insert(key(function, function.kind.resource()), function);
    }
    let known_types: BTreeSet<TypeId> =
        a.types.values().filter_map(|id| cx.pairs.ty(*id)).collect();
    let mut pairs: Vec<(&Function, &Function)> = Vec::new();
    let mut gone: Vec<(&str, &Function)> = Vec::new();
    for function in a.functions.values() {
        let resource = match function.kind.resource() {
            // The methods of a removed resource are removed with it.
            Some(id) => match cx.pairs.ty(id) {
                Some(new) => Some(new),
                None => continue,
            },
            None => None,
        };
        match theirs.remove(&key(function, resource)) {
            Some(other) => pairs.push((function, other)),
            None => gone.push((function.item_name(), function)),
        }
    }
    let new: Vec<(&str, &Function)> = theirs
        .into_values()
        .filter(|f| f.kind.resource().is_none_or(|id| known_types.contains(&id)))
        .map(|f| (f.item_name(), f))
        .collect();
    let renamed = renames::find(&gone, &new, |x, y| alike(cx, x, y));
    let is_renamed = |f: &Function| {
        let pair = |(x, y): &(&Function, &Function)| std::ptr::eq(*x, f) || std::ptr::eq(*y, f);
        renamed.iter().any(pair)
    };
    for (_, function) in gone.iter().filter(|(_, f)| !is_renamed(f)) {
        let what = display::function(from, function);
        let told = Told::new(
            format!("{what} of {} was removed", scope.name),
            &function.name,
        )
        .old(function.span, "removed");
        cx.push(&scope.gated(&function.stability), &FUNCTION_REMOVED, told);
    }
    for (_, function) in new.iter().filter(|(_, f)| !is_renamed(f)) {
        let what = display::function(to, function);
        let inner = scope.gated(&function.stability);
        let told = Told::new(
            format!("{what} was added to {}", scope.name),
            &function.name,
        )
        .new_at(function.span, "added");
        cx.push(&inner, &FUNCTION_ADDED, told);
        let gate = (&function.stability, function.span);
        gates::look_at_new(cx, &inner, versions, (&what, &function.name), gate);
    }
    for (x, y) in &renamed {
        let what = display::function(from, x);
        let message = format!(
            "{what} of {} was renamed to `{}`",
            scope.name,
            y.item_name()
        );
        let told = Told::new(message, &x.name)
            .old(x.span, "old name")
            .new_at(y.span, "new name");
        cx.push(&scope.gated(&x.stability), &FUNCTION_RENAMED, told);
    }
    pairs.extend(renamed);
    for (x, y) in pairs {
        one_function(cx, scope, quiet, x, y);
    }
}

/// Compares a pair of functions: gates, docs and types.
pub(super) fn one_function(
    cx: &mut Context<'_>,
    scope: &Scope,
    quiet: &mut DocsAndGates,
    old: &Function,
    new: &Function,
) {
    let annotated = Annotated {
        what: Some(display::function(cx.pairs.old, old)),
        item: &old.name,
        old: of_function(old),
        new: of_function(new),
    };
    gates::compare(cx, scope, quiet, &annotated);
    function::compare(cx, &scope.gated(&old.stability), old, new);
}

fn of_interface(interface: &Interface) -> Said<'_> {
    Said {
        stability: &interface.stability,
        docs: &interface.docs,
        // What has one is an import or export of it.
        external_id: None,
        span: interface.span,
    }
}

fn of_type(def: &TypeDef) -> Said<'_> {
    Said {
        stability: &def.stability,
        docs: &def.docs,
        external_id: def.external_id.as_deref(),
        span: def.span,
    }
}

fn of_function(function: &Function) -> Said<'_> {
    Said {
        stability: &function.stability,
        docs: &function.docs,
        external_id: function.external_id.as_deref(),
        span: function.span,
    }
}

/// How similar the names of two functions must be for them to be one.
fn alike(cx: &mut Context<'_>, a: &Function, b: &Function) -> Option<f64> {
    let resource = match (a.kind.resource(), b.kind.resource()) {
        (Some(a), Some(b)) => cx.pairs.ty(a) == Some(b),
        (None, None) => true,
        _ => false,
    };
    let alike = resource
        && display::kind(&a.kind) == display::kind(&b.kind)
        && a.kind.is_async() == b.kind.is_async()
        && a.params.len() == b.params.len()
        && a.params
            .iter()
            .zip(&b.params)
            .all(|(x, y)| x.name == y.name && cx.pairs.same(&x.ty, &y.ty, Look::Names))
        && cx.pairs.same_or_none(&a.result, &b.result, Look::Names);
    let own_params =
        a.params.len() - usize::from(a.params.first().is_some_and(|p| p.name == "self"));
    let says_much = own_params > 0 || a.result.is_some();
    alike.then_some(if says_much { 0.7 } else { 0.85 })
}

/// Which types of a pair of interfaces are the same under another name.
pub(super) fn renamed_types(cx: &mut Context<'_>, old: InterfaceId, new: InterfaceId) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let (a, b) = (&from.interfaces[old], &to.interfaces[new]);
    let gone: Vec<(&str, TypeId)> = a
        .types
        .iter()
        .filter(|(name, _)| !b.types.contains_key(*name))
        .map(|(name, id)| (name.as_str(), *id))
        .collect();
    let more: Vec<(&str, TypeId)> = b
        .types
        .iter()
        .filter(|(name, _)| !a.types.contains_key(*name))
        .map(|(name, id)| (name.as_str(), *id))
        .collect();
    let renamed = renames::find(&gone, &more, |x, y| {
        match (&from.types[x].kind, &to.types[y].kind) {
            (TypeDefKind::Resource, TypeDefKind::Resource) => {
                let (x, y) = (methods(a, x), methods(b, y));
                (x == y).then_some(if x.is_empty() { 0.85 } else { 0.6 })
            }
            (TypeDefKind::Type(_), _) => cx.pairs.same_parts(x, y, Look::Names).then_some(0.85),
            _ => cx.pairs.same_parts(x, y, Look::Names).then_some(0.6),
        }
    });
    for (x, y) in renamed {
        cx.pairs.add_types(x, y);
    }
}

/// The names of what a resource can do.
fn methods(interface: &Interface, id: TypeId) -> BTreeSet<&str> {
    let functions = interface.functions.values();
    let own = functions.filter(|f| f.kind.resource() == Some(id));
    own.map(Function::item_name).collect()
}

/// Whether an interface that only one side has may change freely.
pub(super) fn is_free(interface: &Interface) -> bool {
    is_unstable(&interface.stability)
}
