//! Comparing functions and types of values.
//!
//! May import: its parent and its siblings.
//! Deliberately absent: subtyping. Functions and types must be equal in structure, names included.

use std::collections::{HashMap, HashSet};

use super::{Comparer, IN_FULL, MismatchKind, pair};
use crate::surface::types::{Func, Origin, ResourceRef, Type, TypeKind};
use crate::surface::wit::definition;

impl Comparer {
    pub(super) fn func(&mut self, e: &Func, p: &Func) {
        if e.async_ != p.async_ {
            self.report(MismatchKind::Async, e.to_string(), p.to_string());
        }
        self.members("param", &named(&e.params), &named(&p.params));
        self.root(|this| this.optional("result", &e.result, &p.result));
    }

    fn optional(&mut self, step: &str, e: &Option<Type>, p: &Option<Type>) {
        self.within(step, |this| this.payload(e.as_ref(), p.as_ref()));
    }

    fn payload(&mut self, e: Option<&Type>, p: Option<&Type>) {
        match (e, p) {
            (Some(e), Some(p)) => self.ty(e, p),
            (Some(e), None) => self.missing(e.to_string()),
            (None, Some(p)) => self.extra(p.to_string()),
            (None, None) => {}
        }
    }

    pub(super) fn ty(&mut self, e: &Type, p: &Type) {
        if !self.context.claimed.contains_key(&pair(e, p)) {
            self.structure(e, p);
        }
    }

    pub(super) fn structure(&mut self, e: &Type, p: &Type) {
        let pair = pair(e, p);
        if self.context.equal.contains(&pair) {
            return;
        }
        if let Some(root) = self.context.differ.get(&pair) {
            let told = *root == self.roots && self.found.len() - self.root >= IN_FULL;
            if self.quiet || told {
                self.differences += 1;
                return;
            }
        }
        let before = self.differences;
        self.kind(e, p);
        if self.differences == before {
            self.context.equal.insert(pair);
        } else {
            let root = if self.quiet { 0 } else { self.roots };
            self.context.differ.insert(pair, root);
        }
    }

    fn kind(&mut self, e: &Type, p: &Type) {
        match (e.kind(), p.kind()) {
            (TypeKind::Primitive(a), TypeKind::Primitive(b)) if a == b => {}
            (TypeKind::Record(a), TypeKind::Record(b)) => {
                self.members("field", &named(a), &named(b));
            }
            (TypeKind::Variant(a), TypeKind::Variant(b)) => {
                self.members("case", &cases(a), &cases(b));
            }
            (TypeKind::Flags(a), TypeKind::Flags(b)) => {
                self.members("flag", &bare(a), &bare(b));
            }
            (TypeKind::Enum(a), TypeKind::Enum(b)) => self.members("case", &bare(a), &bare(b)),
            (TypeKind::Tuple(a), TypeKind::Tuple(b)) => {
                for i in 0..a.len().max(b.len()) {
                    let (a, b) = (a.get(i), b.get(i));
                    self.within(format!("item {i}"), |this| this.payload(a, b));
                }
            }
            (TypeKind::List(a), TypeKind::List(b)) => {
                self.within("element", |this| this.ty(a, b));
            }
            (TypeKind::FixedLengthList(a, m), TypeKind::FixedLengthList(b, n)) if m == n => {
                self.within("element", |this| this.ty(a, b));
            }
            (TypeKind::Map(k, v), TypeKind::Map(l, w)) => {
                self.within("key", |this| this.ty(k, l));
                self.within("value", |this| this.ty(v, w));
            }
            (TypeKind::Option(a), TypeKind::Option(b)) => {
                self.within("some", |this| this.ty(a, b));
            }
            (TypeKind::Result(ok, err), TypeKind::Result(other_ok, other_err)) => {
                self.optional("ok", ok, other_ok);
                self.optional("error", err, other_err);
            }
            (TypeKind::Own(a), TypeKind::Own(b)) => self.resource(a, b, str::to_string),
            (TypeKind::Borrow(a), TypeKind::Borrow(b)) => {
                self.resource(a, b, |name| format!("borrow<{name}>"));
            }
            (TypeKind::Future(a), TypeKind::Future(b))
            | (TypeKind::Stream(a), TypeKind::Stream(b)) => self.optional("element", a, b),
            _ => self.report(MismatchKind::Type, definition(e), definition(p)),
        }
    }

    /// Parameters, fields, cases and flags: the names and their order count as much as the types.
    fn members(&mut self, noun: &str, expected: &[Member<'_>], provided: &[Member<'_>]) {
        let places: HashMap<&str, usize> = expected
            .iter()
            .enumerate()
            .map(|(i, (name, _))| (*name, i))
            .collect();
        let index: HashMap<&str, Option<&Type>> = provided.iter().copied().collect();
        let mut renamed = HashSet::new();
        for (i, (name, e)) in expected.iter().enumerate() {
            let step = format!("{noun} {name}");
            if let Some(p) = index.get(name) {
                self.within(step, |this| this.member(noun, |this| this.payload(*e, *p)));
                continue;
            }
            // A stranger at the same place is the same thing by another name, as far as one can
            // tell; parameters are known by their place in any case.
            let stranger = provided.get(i).filter(|(name, p)| {
                !places.contains_key(name) && (noun == "param" || self.same(*e, *p))
            });
            match stranger {
                Some((other, p)) => {
                    renamed.insert(*other);
                    let (expects, provides) = (member(name, *e), member(other, *p));
                    self.within(step, |this| {
                        this.report(MismatchKind::Renamed, expects, provides);
                    });
                }
                None => self.within(step, |this| this.missing(member(name, *e))),
            }
        }
        for (name, p) in provided {
            if !places.contains_key(name) && !renamed.contains(name) {
                self.within(format!("{noun} {name}"), |this| {
                    this.extra(member(name, *p))
                });
            }
        }
        let ours: Vec<&str> = names_in(expected, |name| index.contains_key(name));
        let theirs: Vec<&str> = names_in(provided, |name| places.contains_key(name));
        if ours != theirs {
            let (ours, theirs) = (order(noun, &ours), order(noun, &theirs));
            self.report(MismatchKind::Order, ours, theirs);
        }
    }

    /// Parameters are told of one by one, however much they share.
    fn member(&mut self, noun: &str, compare: impl FnOnce(&mut Comparer)) {
        if noun == "param" {
            self.root(compare);
        } else {
            compare(self);
        }
    }

    /// Whether two payloads are equal, telling nothing.
    pub(super) fn same(&mut self, e: Option<&Type>, p: Option<&Type>) -> bool {
        let (before, quiet) = (self.differences, self.quiet);
        self.quiet = true;
        self.payload(e, p);
        self.quiet = quiet;
        let same = self.differences == before;
        self.differences = before;
        same
    }

    pub(super) fn resource(
        &mut self,
        e: &ResourceRef,
        p: &ResourceRef,
        print: impl Fn(&str) -> String,
    ) {
        let same = match self.context.links.get(&e.id) {
            Some(ids) => ids.contains(&p.id),
            None => e.name == p.name && (!self.context.strict || e.origin == Origin::Unknown),
        };
        if !same {
            let mut provides = print(&p.name);
            if e.name == p.name {
                provides.push_str(" (a different resource of the same name)");
            }
            self.report(MismatchKind::Resource, print(&e.name), provides);
        }
    }
}

/// A name, and the type that goes with it, if any.
type Member<'a> = (&'a str, Option<&'a Type>);

fn named(members: &[(String, Type)]) -> Vec<Member<'_>> {
    members
        .iter()
        .map(|(n, ty)| (n.as_str(), Some(ty)))
        .collect()
}

fn cases(members: &[(String, Option<Type>)]) -> Vec<Member<'_>> {
    members
        .iter()
        .map(|(n, ty)| (n.as_str(), ty.as_ref()))
        .collect()
}

fn bare(members: &[String]) -> Vec<Member<'_>> {
    members.iter().map(|n| (n.as_str(), None)).collect()
}

fn member(name: &str, ty: Option<&Type>) -> String {
    match ty {
        Some(ty) => format!("{name}: {ty}"),
        None => name.to_string(),
    }
}

fn names_in<'a>(members: &[Member<'a>], wanted: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let names = members.iter().map(|(name, _)| *name);
    names.filter(|name| wanted(name)).collect()
}

/// The names as far as it takes to see that their order differs.
fn order(noun: &str, names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut text = format!(
        "{noun}s in the order {}",
        names[..names.len().min(SHOWN)].join(", ")
    );
    if names.len() > SHOWN {
        text.push_str(", …");
    }
    text
}
