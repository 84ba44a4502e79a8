//! Changes of documentation and of what gates say: one finding for all of an interface or world.
//!
//! May import: the context and the rules. Deliberately absent: what the docs say, and gates that
//! open, close or deprecate (`gates`).

use std::collections::BTreeMap;

use wit_parser::{Docs, Span, TypeDef, TypeDefKind};

use crate::diff::context::{Context, Scope, Told};
use crate::diff::rule::Rule;
use crate::diff::rules::{DOCS_CHANGED, GATE_CHANGED};

/// Items of a scope whose docs or gates differ.
#[derive(Default)]
pub(super) struct DocsAndGates {
    docs: Vec<Item>,
    gates: Vec<Item>,
}

/// An item, and what is said at its places.
struct Item {
    what: String,
    old: (Span, String),
    new: (Span, String),
}

impl DocsAndGates {
    /// Looks at the docs of an item.
    pub fn docs(&mut self, what: impl Fn() -> String, old: (&Docs, Span), new: (&Docs, Span)) {
        if text(old.0) != text(new.0) {
            self.docs.push(Item {
                what: what(),
                old: (old.1, String::new()),
                new: (new.1, "changed here".to_string()),
            });
        }
    }

    /// Adds an item whose gate says something else, with what it says.
    pub fn gate(&mut self, what: String, old: (Span, String), new: (Span, String)) {
        self.gates.push(Item { what, old, new });
    }

    /// Looks at the docs of those fields, cases and flags of a type that have kept their names.
    pub fn member_docs(&mut self, old: &TypeDef, new: &TypeDef) {
        let name = old.name.as_deref().unwrap_or_default();
        let theirs = members(&new.kind)
            .into_iter()
            .map(|(name, docs, at)| (name, (docs, at)));
        let theirs: BTreeMap<&str, (&Docs, Span)> = theirs.collect();
        for (member, docs, span) in members(&old.kind) {
            if let Some(other) = theirs.get(member) {
                self.docs(|| format!("`{name}.{member}`"), (docs, span), *other);
            }
        }
    }

    /// Tells of them.
    pub fn tell(self, cx: &mut Context<'_>, scope: &Scope) {
        if !scope.foreign {
            tell(cx, scope, &DOCS_CHANGED, "documentation", self.docs);
            tell(cx, scope, &GATE_CHANGED, "gate", self.gates);
        }
    }
}

fn tell(cx: &mut Context<'_>, scope: &Scope, rule: &'static Rule, noun: &str, items: Vec<Item>) {
    let many = items.len();
    let Some(first) = items.into_iter().next() else {
        return;
    };
    let of = match many {
        1 if first.what == scope.name => first.what,
        1 => format!("{} of {}", first.what, scope.name),
        many => format!("{many} items of {}", scope.name),
    };
    let told = Told::new(format!("{noun} of {of} was changed"), "")
        .old(first.old.0, first.old.1)
        .new_at(first.new.0, first.new.1);
    cx.push(scope, rule, told);
}

fn text(docs: &Docs) -> &str {
    docs.contents.as_deref().unwrap_or_default().trim()
}

fn members(kind: &TypeDefKind) -> Vec<(&str, &Docs, Span)> {
    match kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter();
            fields.map(|f| (f.name.as_str(), &f.docs, f.span)).collect()
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter();
            cases.map(|c| (c.name.as_str(), &c.docs, c.span)).collect()
        }
        TypeDefKind::Enum(cases) => {
            let cases = cases.cases.iter();
            cases.map(|c| (c.name.as_str(), &c.docs, c.span)).collect()
        }
        TypeDefKind::Flags(flags) => {
            let flags = flags.flags.iter();
            flags.map(|f| (f.name.as_str(), &f.docs, f.span)).collect()
        }
        _ => Vec::new(),
    }
}
