//! Changes of types, told where a type is defined.
//!
//! May import: the context, `counterparts`, `display` and the rules. Deliberately absent: types that are
//! there on one side only (`interface`).

use std::collections::BTreeMap;

use wit_parser::{Resolve, Span, Type, TypeDefKind, TypeId};

use crate::diff::context::{Context, Scope, Told};
use crate::diff::counterparts::{Look, base};
use crate::diff::rule::Rule;
use crate::diff::rules::*;
use crate::diff::{display, renames};

/// A field, case or flag.
#[derive(Clone, Copy)]
struct Member<'r> {
    name: &'r str,
    ty: Option<Type>,
    span: Span,
    at: usize,
}

/// What members are called, and the rules about them.
struct Members {
    noun: &'static str,
    added: &'static Rule,
    removed: &'static Rule,
    renamed: &'static Rule,
    reordered: &'static Rule,
    retyped: &'static Rule,
}

static FIELDS: Members = Members {
    noun: "field",
    added: &FIELD_ADDED,
    removed: &FIELD_REMOVED,
    renamed: &FIELD_RENAMED,
    reordered: &FIELDS_REORDERED,
    retyped: &FIELD_TYPE_CHANGED,
};

static CASES: Members = Members {
    noun: "case",
    added: &CASE_ADDED,
    removed: &CASE_REMOVED,
    renamed: &CASE_RENAMED,
    reordered: &CASES_REORDERED,
    retyped: &CASE_TYPE_CHANGED,
};

static FLAGS: Members = Members {
    noun: "flag",
    added: &FLAG_ADDED,
    removed: &FLAG_REMOVED,
    renamed: &FLAG_RENAMED,
    reordered: &FLAGS_REORDERED,
    // Flags have no types.
    retyped: &FLAG_RENAMED,
};

/// Compares the definitions of a pair.
pub(super) fn compare(cx: &mut Context<'_>, scope: &Scope, old: TypeId, new: TypeId) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let kinds = (&from.types[old].kind, &to.types[new].kind);
    let members_of = match kinds {
        (TypeDefKind::Record(_), TypeDefKind::Record(_)) => &FIELDS,
        (TypeDefKind::Variant(_), TypeDefKind::Variant(_))
        | (TypeDefKind::Enum(_), TypeDefKind::Enum(_)) => &CASES,
        (TypeDefKind::Flags(_), TypeDefKind::Flags(_)) => &FLAGS,
        (TypeDefKind::Resource, TypeDefKind::Resource) => return,
        _ => return compare_others(cx, scope, old, new),
    };
    if cx.pairs.same_parts(old, new, Look::Names) {
        return;
    }
    compare_members(cx, scope, old, new, members_of);
}

/// Compares what is not defined by fields, cases or flags on both sides.
fn compare_others(cx: &mut Context<'_>, scope: &Scope, old: TypeId, new: TypeId) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    if cx.pairs.same(&Type::Id(old), &Type::Id(new), Look::Meaning)
        || cx.pairs.same_parts(old, new, Look::Names)
    {
        return;
    }
    let (a, b) = (&from.types[old], &to.types[new]);
    let name = a.name.as_deref().unwrap_or_default();
    let was = display::type_kind(&from.types[base(from, old)].kind);
    let is = display::type_kind(&to.types[base(to, new)].kind);
    let owner = &scope.name;
    let (rule, message) = if was != is {
        let message = format!(
            "`{name}` of {owner} was changed from {} to {}",
            one(was),
            one(is)
        );
        (&TYPE_KIND_CHANGED, message)
    } else {
        let message = format!("type `{name}` of {owner} was changed");
        match cx.pairs.same_parts(old, new, Look::Handles) {
            true => (&OWNERSHIP_CHANGED, message),
            false => (&TYPE_CHANGED, message),
        }
    };
    let mut told = Told::new(message, name)
        .old(a.span, format!("was {}", display::definition(from, old)))
        .new_at(b.span, format!("now {}", display::definition(to, new)));
    if let Some(used) = cx.used_by(old) {
        told = told.note(used);
    }
    cx.push(scope, rule, told);
}

fn one(kind: &'static str) -> String {
    match kind {
        "enum" => "an enum".to_string(),
        "flags" => "flags".to_string(),
        "type" => "an alias".to_string(),
        other => format!("a {other}"),
    }
}

fn compare_members(cx: &mut Context<'_>, scope: &Scope, old: TypeId, new: TypeId, kind: &Members) {
    let (from, to) = (cx.pairs.old, cx.pairs.new);
    let (a, b) = (members(from, old), members(to, new));
    let what = display::type_def(from, old);
    let (old_span, new_span) = (from.types[old].span, to.types[new].span);
    let name = from.types[old].name.as_deref().unwrap_or_default();
    let inner = scope.inside(
        format!("{what} of {}", scope.name),
        name,
        old_span,
        new_span,
    );
    let noun = kind.noun;
    let used = cx.used_by(old);
    let with_use = |told| match &used {
        Some(used) => Told::note(told, used),
        None => told,
    };

    let theirs: BTreeMap<&str, usize> = b.iter().map(|m| (m.name, m.at)).collect();
    let ours: BTreeMap<&str, usize> = a.iter().map(|m| (m.name, m.at)).collect();
    let gone: Vec<(&str, usize)> = absent(&a, &theirs);
    let more: Vec<(&str, usize)> = absent(&b, &ours);
    let as_long = a.len() == b.len();
    let renamed = renames::find(&gone, &more, |x, y| {
        let (x, y) = (&a[x], &b[y]);
        let in_place = x.at == y.at && as_long;
        let same = cx.pairs.same_or_none(&x.ty, &y.ty, Look::Names);
        same.then_some(match (in_place, x.ty.is_some()) {
            (true, true) => 0.0,
            (true, false) => 0.5,
            (false, _) => 0.85,
        })
    });

    for (name, at) in &gone {
        if renamed.iter().all(|(x, _)| x != at) {
            let message = format!("{noun} `{name}` of {} was removed", inner.name);
            let told = Told::new(message, name).old(a[*at].span, "removed");
            cx.push(&inner, kind.removed, with_use(told));
        }
    }
    for (name, at) in &more {
        if renamed.iter().all(|(_, y)| y != at) {
            let message = format!("{noun} `{name}` was added to {}", inner.name);
            let told = Told::new(message, name).new_at(b[*at].span, "added");
            cx.push(&inner, kind.added, with_use(told));
        }
    }
    for (x, y) in &renamed {
        let (x, y) = (&a[*x], &b[*y]);
        let message = format!(
            "{noun} `{}` of {} was renamed to `{}`",
            x.name, inner.name, y.name
        );
        let told = Told::new(message, x.name)
            .old(x.span, "old name")
            .new_at(y.span, "new name");
        cx.push(&inner, kind.renamed, with_use(told));
    }
    // Pairs of members, in the order of OLD.
    let mut pairs: Vec<(usize, usize)> = renamed;
    let kept = a.iter().filter_map(|m| Some((m.at, *theirs.get(m.name)?)));
    pairs.extend(kept);
    pairs.sort_unstable();
    for (x, y) in &pairs {
        let (x, y) = (&a[*x], &b[*y]);
        if let Some(rule) = difference(cx, &x.ty, &y.ty, kind.retyped) {
            let member = format!("{noun} `{}` of {}", y.name, inner.name);
            let message = match rule.name() {
                "type-respelled" => format!("{member} uses a different name for the same type"),
                "ownership-changed" => format!("ownership of {member} was changed"),
                _ => format!("type of {member} was changed"),
            };
            let shown = |resolve: &Resolve, ty: &Option<Type>| match ty {
                Some(ty) => display::ty(resolve, ty),
                None => "without a type".to_string(),
            };
            let told = Told::new(message, y.name)
                .old(x.span, format!("was {}", shown(from, &x.ty)))
                .new_at(y.span, format!("now {}", shown(to, &y.ty)));
            cx.push(&inner, rule, with_use(told));
        }
    }
    if !pairs.iter().map(|(_, y)| y).is_sorted() {
        let message = format!("{noun}s of {} were reordered", inner.name);
        let told = Told::new(message, "")
            .old(old_span, "old order")
            .new_at(new_span, "new order");
        cx.push(&inner, kind.reordered, with_use(told));
    }
}

/// The members that the other side does not have.
fn absent<'r>(members: &[Member<'r>], other: &BTreeMap<&str, usize>) -> Vec<(&'r str, usize)> {
    let absent = members.iter().filter(|m| !other.contains_key(m.name));
    absent.map(|m| (m.name, m.at)).collect()
}

/// The rule about the difference of two types that are used, if there is any; `changed`, if they
/// are plainly different.
pub(super) fn difference(
    cx: &mut Context<'_>,
    old: &Option<Type>,
    new: &Option<Type>,
    changed: &'static Rule,
) -> Option<&'static Rule> {
    if cx.pairs.same_or_none(old, new, Look::Names) {
        return None;
    }
    if cx.pairs.same_or_none(old, new, Look::Meaning) {
        // Names that are nothing but other words for a type are not seen by anyone.
        let named =
            |resolve: &Resolve, ty: &Option<Type>| ty.is_some_and(|ty| has_name(resolve, ty));
        let either = named(cx.pairs.old, old) || named(cx.pairs.new, new);
        return either.then_some(&TYPE_RESPELLED);
    }
    match cx.pairs.same_or_none(old, new, Look::Handles) {
        true => Some(&OWNERSHIP_CHANGED),
        false => Some(changed),
    }
}

/// Whether bindings have a type of their own for a type, or for one in it.
fn has_name(resolve: &Resolve, ty: Type) -> bool {
    let Type::Id(id) = ty else { return false };
    let id = base(resolve, id);
    match &resolve.types[id].kind {
        TypeDefKind::Record(_)
        | TypeDefKind::Variant(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Resource => true,
        TypeDefKind::Option(ty) | TypeDefKind::List(ty) | TypeDefKind::FixedLengthList(ty, _) => {
            has_name(resolve, *ty)
        }
        TypeDefKind::Map(a, b) => has_name(resolve, *a) || has_name(resolve, *b),
        TypeDefKind::Tuple(tuple) => tuple.types.iter().any(|ty| has_name(resolve, *ty)),
        TypeDefKind::Result(result) => {
            let mut types = result.ok.iter().chain(&result.err);
            types.any(|ty| has_name(resolve, *ty))
        }
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => {
            ty.is_some_and(|ty| has_name(resolve, ty))
        }
        _ => false,
    }
}

fn members(resolve: &Resolve, id: TypeId) -> Vec<Member<'_>> {
    let members: Vec<(&String, Option<Type>, Span)> = match &resolve.types[id].kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter();
            fields.map(|f| (&f.name, Some(f.ty), f.span)).collect()
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter();
            cases.map(|c| (&c.name, c.ty, c.span)).collect()
        }
        TypeDefKind::Enum(cases) => {
            let cases = cases.cases.iter();
            cases.map(|c| (&c.name, None, c.span)).collect()
        }
        TypeDefKind::Flags(flags) => {
            let flags = flags.flags.iter();
            flags.map(|f| (&f.name, None, f.span)).collect()
        }
        _ => Vec::new(),
    };
    let numbered = members.into_iter().enumerate();
    numbered
        .map(|(at, (name, ty, span))| Member { name, ty, span, at })
        .collect()
}
