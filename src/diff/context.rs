//! What is known while two sides are compared, and the changes found so far.
//!
//! Lives here: [`Side`], [`Scope`], [`Change`] and [`Context`], which puts changes into their
//! places on both sides. May import: `diag`, `wit`. Deliberately absent: finding changes (`walk`),
//! and how bad they are (`findings`).

use wit_parser::{PackageName, Span, Stability};

use super::counterparts::Counterparts;
use super::rule::Rule;
use super::type_users::Users;
use super::verdict::{Position, Verdict};
use crate::diag::{Diagnostic, Locus, Report};
use crate::wit::Wit;
use crate::wit::syntax::NodeKind;

/// One of the two that are compared.
pub(super) struct Side {
    pub wit: Wit,
    /// The name that it was given by.
    pub name: String,
    /// Whether it is a component, whose world has neither name nor version.
    pub is_component: bool,
    /// What is to be said of how it was read.
    pub notes: Report,
}

impl Side {
    /// The place of the first of the spans that is in a text, else of the package, if that is a
    /// text, else the item of a binary.
    fn place(&self, spans: &[Span], path: Vec<String>, package: Option<&PackageName>) -> Locus {
        if let Some(known) = spans.iter().find_map(|span| self.wit.locus(*span)) {
            return known;
        }
        let declared = package.and_then(|package| self.declaration(&package.to_string()));
        declared.unwrap_or_else(|| match path.is_empty() {
            true => Locus::File(self.name.clone()),
            false => Locus::item(&self.name, path),
        })
    }

    /// Where the text says what a package is called.
    fn declaration(&self, name: &str) -> Option<Locus> {
        for file in self.wit.files().iter().filter(|file| file.own) {
            let root = file.tree.root();
            let own = root.children_of(NodeKind::PackageDecl);
            let nested = root.children_of(NodeKind::NestedPackage);
            for declaration in own.chain(nested) {
                let named = declaration.child(NodeKind::PackageName);
                if let Some(named) = named.filter(|named| named.text() == name) {
                    return Some(named.locus());
                }
            }
        }
        None
    }
}

/// A change between the two sides.
pub(super) struct Change {
    pub rule: &'static Rule,
    pub finding: Diagnostic,
    /// Its place in OLD, if that has what it is about.
    pub old: Option<Locus>,
    /// Its place in NEW.
    pub new: Option<Locus>,
    pub verdict: Verdict,
    /// Whether it is of something that may change freely.
    pub unstable: bool,
    /// The package that it is in, of those that are compared.
    pub package: usize,
}

/// Where changes are looked for: an interface or a world on both sides.
#[derive(Clone)]
pub(super) struct Scope {
    /// As in ``interface `store` ``.
    pub name: String,
    /// The way to it in a binary.
    pub path: Vec<String>,
    pub position: Position,
    /// Whether it, or what it is in, is unstable in OLD.
    pub unstable: bool,
    /// Of no package that is compared: only what it does to types matters.
    pub foreign: bool,
    pub package: usize,
    pub old: Span,
    pub new: Span,
}

impl Scope {
    /// What is in it and has a gate of its own in OLD.
    pub fn gated(&self, stability: &Stability) -> Scope {
        Scope {
            unstable: self.unstable || is_unstable(stability),
            ..self.clone()
        }
    }

    /// Something in it that is at these places.
    pub fn inside(&self, name: String, path: &str, old: Span, new: Span) -> Scope {
        let mut inside = self.clone();
        inside.name = name;
        inside.path.push(path.to_string());
        inside.old = old;
        inside.new = new;
        inside
    }
}

pub(super) fn is_unstable(stability: &Stability) -> bool {
    matches!(stability, Stability::Unstable { .. })
}

/// What is to be told of a change: a message, and what is to be said at its two places.
pub(super) struct Told<'t> {
    message: String,
    item: &'t str,
    old: (Option<Span>, String),
    new: (Option<Span>, String),
    notes: Vec<String>,
    help: Vec<String>,
}

impl<'t> Told<'t> {
    /// A message about an item of a scope; empty if it is about the scope.
    pub fn new(message: String, item: &'t str) -> Told<'t> {
        Told {
            message,
            item,
            old: (None, String::new()),
            new: (None, String::new()),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// The place in OLD, and what is there.
    pub fn old(mut self, span: Span, label: impl Into<String>) -> Told<'t> {
        self.old = (Some(span), label.into());
        self
    }

    /// The place in NEW, and what is there.
    pub fn new_at(mut self, span: Span, label: impl Into<String>) -> Told<'t> {
        self.new = (Some(span), label.into());
        self
    }

    /// A fact that explains the change.
    pub fn note(mut self, note: impl Into<String>) -> Told<'t> {
        self.notes.push(note.into());
        self
    }

    /// Something to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Told<'t> {
        self.help.push(help.into());
        self
    }
}

pub(super) struct Context<'a> {
    pub old: &'a Side,
    pub new: &'a Side,
    pub pairs: Counterparts<'a>,
    pub changes: Vec<Change>,
    /// The names of the packages that are compared.
    pub packages: Vec<(PackageName, PackageName)>,
    users: Option<Users>,
}

impl<'a> Context<'a> {
    pub fn new(old: &'a Side, new: &'a Side) -> Context<'a> {
        Context {
            old,
            new,
            pairs: Counterparts::new(&old.wit.resolve, &new.wit.resolve),
            changes: Vec::new(),
            packages: Vec::new(),
            users: None,
        }
    }

    /// Adds a change. Where one side has no place of its own for it, the scope's is shown.
    pub fn push(&mut self, scope: &Scope, rule: &'static Rule, told: Told<'_>) {
        let mut path = scope.path.clone();
        let there_path = path.clone();
        if !told.item.is_empty() {
            path.push(told.item.to_string());
        }
        let (old_name, new_name) = match self.packages.get(scope.package) {
            Some((old, new)) => (Some(old), Some(new)),
            None => (None, None),
        };
        let place = |side: &Side, name, own: Option<Span>, scope: Span| match own {
            Some(span) => side.place(&[span, scope], path.clone(), name),
            None => side.place(&[scope], there_path.clone(), name),
        };
        let old = place(self.old, old_name, told.old.0, scope.old);
        let new = place(self.new, new_name, told.new.0, scope.new);
        let mut finding = rule.code.report(told.message);
        let (has_old, has_new) = (told.old.0.is_some(), told.new.0.is_some());
        let both = has_old == has_new;
        let old_place = (both || has_old).then(|| old.clone());
        let new_place = (both || has_new).then(|| new.clone());
        let (mut old_label, mut new_label) = (told.old.1, told.new.1);
        if !both && !has_new {
            new_label = "no longer present".to_string();
        } else if !both {
            old_label = "not present".to_string();
        }
        // NEW is what can be fixed, unless there is nothing to point at.
        let gone = !has_new && matches!(new, Locus::File(_));
        let (first, second) = match gone && !both {
            true => ((old, old_label), (new, new_label)),
            false => ((new, new_label), (old, old_label)),
        };
        finding = finding.at(first.0, first.1);
        // Where only one side has something, the other's name says nothing.
        if both || !matches!(second.0, Locus::File(_)) {
            finding = finding.at(second.0, second.1);
        }
        finding.notes = told.notes;
        finding.help = told.help;
        self.changes.push(Change {
            rule,
            finding,
            old: old_place,
            new: new_place,
            verdict: Verdict::of(rule.effect, scope.position),
            unstable: scope.unstable,
            package: scope.package,
        });
    }

    /// The functions of OLD that use a type of OLD, in words.
    pub fn used_by(&mut self, ty: wit_parser::TypeId) -> Option<String> {
        let resolve = &self.old.wit.resolve;
        let users = self.users.get_or_insert_with(|| Users::new(resolve));
        users.told(ty)
    }
}
