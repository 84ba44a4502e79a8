//! Changes of a function's type.
//!
//! May import: the context, `counterparts`, `display` and the rules. Deliberately absent: functions that are
//! there on one side only (`interface`).

use std::collections::BTreeMap;

use wit_parser::{Function, FunctionKind, Param, Type};

use super::types::difference;
use crate::diff::context::{Context, Scope, Told};
use crate::diff::counterparts::Look;
use crate::diff::rules::*;
use crate::diff::{display, renames};

/// Compares the types of a pair of functions.
pub(super) fn compare(cx: &mut Context<'_>, scope: &Scope, old: &Function, new: &Function) {
    let what = display::function(cx.pairs.old, old);
    let of = format!("{what} of {}", scope.name);
    let (was, is) = (display::kind(&old.kind), display::kind(&new.kind));
    if was != is {
        let name = old.item_name();
        let message = format!(
            "`{name}` of {} was changed from a {was} to a {is}",
            scope.name
        );
        let told = Told::new(message, &old.name)
            .old(old.span, format!("was a {was}"))
            .new_at(new.span, format!("now a {is}"));
        return cx.push(scope, &FUNCTION_KIND_CHANGED, told);
    }
    if old.kind.is_async() != new.kind.is_async() {
        let said = |is_async| if is_async { "async" } else { "sync" };
        let (was, is) = (said(old.kind.is_async()), said(new.kind.is_async()));
        let told = Told::new(format!("{of} was changed from {was} to {is}"), &old.name)
            .old(old.span, format!("was {was}"))
            .new_at(new.span, format!("now {is}"));
        cx.push(scope, &ASYNC_CHANGED, told);
    }
    let inner = scope.inside(of, &old.name, old.span, new.span);
    params(cx, &inner, own_params(old), own_params(new));
    result(cx, &inner, old, new);
}

/// The parameters without the resource that a method is of.
fn own_params(function: &Function) -> &[Param] {
    let is_method = matches!(
        function.kind,
        FunctionKind::Method(_)
            | FunctionKind::AsyncMethod(_)
            | FunctionKind::MethodGetter(_)
            | FunctionKind::MethodSetter(_)
    );
    match function.params.split_first() {
        Some((_, own)) if is_method => own,
        _ => &function.params,
    }
}

fn params(cx: &mut Context<'_>, scope: &Scope, old: &[Param], new: &[Param]) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let (ours, theirs) = (by_name(old), by_name(new));
    let (gone, more) = (absent(old, &theirs), absent(new, &ours));
    let as_long = old.len() == new.len();
    let renamed = renames::find(&gone, &more, |x, y| {
        let same = cx.pairs.same(&old[x].ty, &new[y].ty, Look::Names);
        same.then_some(if x == y && as_long { 0.0 } else { 0.85 })
    });
    for (name, at) in &gone {
        if renamed.iter().all(|(x, _)| x != at) {
            let message = format!("parameter `{name}` of {} was removed", scope.name);
            let told = Told::new(message, name).old(old[*at].span, "removed");
            cx.push(scope, &PARAM_REMOVED, told);
        }
    }
    for (name, at) in &more {
        if renamed.iter().all(|(_, y)| y != at) {
            let message = format!("parameter `{name}` was added to {}", scope.name);
            let told = Told::new(message, name).new_at(new[*at].span, "added");
            cx.push(scope, &PARAM_ADDED, told);
        }
    }
    for (x, y) in &renamed {
        let (x, y) = (&old[*x], &new[*y]);
        let message = format!(
            "parameter `{}` of {} was renamed to `{}`",
            x.name, scope.name, y.name
        );
        let told = Told::new(message, &x.name)
            .old(x.span, "old name")
            .new_at(y.span, "new name");
        cx.push(scope, &PARAM_RENAMED, told);
    }
    let mut pairs = renamed;
    for (at, param) in old.iter().enumerate() {
        pairs.extend(theirs.get(param.name.as_str()).map(|to| (at, *to)));
    }
    pairs.sort_unstable();
    for (x, y) in &pairs {
        let (x, y) = (&old[*x], &new[*y]);
        let Some(rule) = difference(cx, &Some(x.ty), &Some(y.ty), &PARAM_TYPE_CHANGED) else {
            continue;
        };
        let param = format!("parameter `{}` of {}", y.name, scope.name);
        let message = match rule.name() {
            "type-respelled" => format!("{param} uses a different name for the same type"),
            "ownership-changed" => format!("ownership of {param} was changed"),
            _ => format!("type of {param} was changed"),
        };
        let told = Told::new(message, &y.name)
            .old(x.span, format!("was {}", display::ty(from, &x.ty)))
            .new_at(y.span, format!("now {}", display::ty(to, &y.ty)));
        cx.push(scope, rule, told);
    }
    if !pairs.iter().map(|(_, y)| y).is_sorted() {
        let message = format!("parameters of {} were reordered", scope.name);
        let told = Told::new(message, "")
            .old(scope.old, "old order")
            .new_at(scope.new, "new order");
        cx.push(scope, &PARAMS_REORDERED, told);
    }
}

fn by_name(params: &[Param]) -> BTreeMap<&str, usize> {
    let params = params.iter().enumerate();
    params
        .map(|(at, param)| (param.name.as_str(), at))
        .collect()
}

/// The parameters that the other side does not have.
fn absent<'r>(params: &'r [Param], other: &BTreeMap<&str, usize>) -> Vec<(&'r str, usize)> {
    let params = params.iter().enumerate();
    let named = params.map(|(at, param)| (param.name.as_str(), at));
    named
        .filter(|(name, _)| !other.contains_key(name))
        .collect()
}

fn result(cx: &mut Context<'_>, scope: &Scope, old: &Function, new: &Function) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let Some(rule) = difference(cx, &old.result, &new.result, &RESULT_CHANGED) else {
        return;
    };
    let how = match (rule.name(), &old.result, &new.result) {
        ("type-respelled", ..) => "uses a different name for the same result type",
        (_, None, _) => "now returns a value",
        (_, _, None) => "no longer returns a value",
        _ => "returns a different type",
    };
    let shown = |resolve, result: &Option<Type>| match result {
        Some(ty) => format!("returns {}", display::ty(resolve, ty)),
        None => "returns nothing".to_string(),
    };
    let told = Told::new(format!("{} {how}", scope.name), "result")
        .old(old.span, shown(from, &old.result))
        .new_at(new.span, shown(to, &new.result));
    cx.push(scope, rule, told);
}
