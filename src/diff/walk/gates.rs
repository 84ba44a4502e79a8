//! Changes of what is said of an item: its docs, its `@external-id`, and its gates (`@since`,
//! `@unstable` and `@deprecated`).
//!
//! May import: the context and the rules. Deliberately absent: what a gate does to other changes
//! (`context::Scope::gated`).

use semver::Version;
use wit_parser::{Docs, Span, Stability};

use super::docs_and_gates::DocsAndGates;
use crate::diff::context::{Context, Scope, Told, is_unstable};
use crate::diff::rules::*;
use crate::diff::version::Versions;

/// An item on both sides.
pub(super) struct Annotated<'s> {
    /// Its kind and name; nothing for the scope itself.
    pub what: Option<String>,
    /// Its name in a binary; empty for the scope itself.
    pub item: &'s str,
    pub old: Said<'s>,
    pub new: Said<'s>,
}

impl<'s> Annotated<'s> {
    /// The scope itself.
    pub fn scope(old: Said<'s>, new: Said<'s>) -> Annotated<'s> {
        Annotated {
            what: None,
            item: "",
            old,
            new,
        }
    }
}

/// What one side says of an item.
#[derive(Clone, Copy)]
pub(super) struct Said<'s> {
    pub stability: &'s Stability,
    pub docs: &'s Docs,
    pub external_id: Option<&'s str>,
    pub span: Span,
}

/// Compares what is said of an item of `scope`.
pub(super) fn compare(
    cx: &mut Context<'_>,
    scope: &Scope,
    quiet: &mut DocsAndGates,
    both: &Annotated<'_>,
) {
    let (old, new) = (both.old, both.new);
    // Docs and gates of other packages do not matter here.
    if scope.foreign {
        return;
    }
    let short = both.what.as_ref().unwrap_or(&scope.name);
    quiet.docs(|| short.clone(), (old.docs, old.span), (new.docs, new.span));
    let what = match &both.what {
        Some(what) => format!("{what} of {}", scope.name),
        None => scope.name.clone(),
    };
    let told = |message: String, was: String, is: String| {
        Told::new(message, both.item)
            .old(old.span, was)
            .new_at(new.span, is)
    };
    if old.external_id != new.external_id {
        let shown = |id: Option<&str>| match id {
            Some(id) => format!("`@external-id` is `{id}`"),
            None => "no `@external-id`".to_string(),
        };
        let message = format!("`@external-id` of {what} was changed");
        let told = told(message, shown(old.external_id), shown(new.external_id));
        cx.push(&scope.gated(old.stability), &EXTERNAL_ID_CHANGED, told);
    }
    let ((old, old_span), (new, new_span)) = ((old.stability, old.span), (new.stability, new.span));
    match (is_unstable(old), is_unstable(new)) {
        (false, true) => {
            let message = format!("{what} is now unstable");
            cx.push(scope, &GATE_CLOSED, told(message, shown(old), shown(new)));
        }
        (true, false) => {
            let message = format!("{what} is now stable");
            // It was free to change, and is so no longer.
            let scope = Scope {
                unstable: false,
                ..scope.clone()
            };
            cx.push(&scope, &GATE_OPENED, told(message, shown(old), shown(new)));
        }
        _ => {
            if gate(old) != gate(new) {
                quiet.gate(what.clone(), (old_span, shown(old)), (new_span, shown(new)));
            }
        }
    }
    let (was, is) = (deprecated(old), deprecated(new));
    if was.is_some() != is.is_some() {
        let (message, label) = match is {
            Some(_) => (format!("{what} is now deprecated"), "deprecated"),
            None => (format!("{what} is no longer deprecated"), "not deprecated"),
        };
        let before = if was.is_some() { "deprecated" } else { "" };
        let told = told(message, before.to_string(), label.to_string());
        cx.push(scope, &DEPRECATED, told);
    }
}

/// Looks at the gate of an item that is new in NEW: the version in it is one between the two.
pub(super) fn look_at_new(
    cx: &mut Context<'_>,
    scope: &Scope,
    versions: Option<&Versions>,
    (what, item): (&str, &str),
    (stability, span): (&Stability, Span),
) {
    let (Stability::Stable { since, .. }, Some(versions)) = (stability, versions) else {
        return;
    };
    let Some(version) = &versions.new else {
        return;
    };
    let too_old = versions
        .old
        .as_ref()
        .is_some_and(|old| since <= old && old < version);
    if scope.foreign || !(too_old || since > version) {
        return;
    }
    let message = match &versions.old {
        Some(old) if too_old => {
            format!("{what} has `@since(version = {since})`, but is not in version {old}")
        }
        _ => format!("{what} has `@since(version = {since})`, but is in version {version}"),
    };
    let told = Told::new(message, item)
        .new_at(span, format!("since {since}"))
        .help(format!("change it to `@since(version = {version})`"));
    cx.push(scope, &SINCE_MISMATCH, told);
}

fn shown(stability: &Stability) -> String {
    match stability {
        Stability::Unknown => "no gate".to_string(),
        Stability::Unstable { feature, .. } => format!("unstable, feature `{feature}`"),
        Stability::Stable { since, .. } => format!("since {since}"),
    }
}

/// A gate without what is said of deprecation.
fn gate(stability: &Stability) -> (Option<&str>, Option<&Version>) {
    match stability {
        Stability::Unknown => (None, None),
        Stability::Unstable { feature, .. } => (Some(feature), None),
        Stability::Stable { since, .. } => (None, Some(since)),
    }
}

fn deprecated(stability: &Stability) -> Option<&Version> {
    match stability {
        Stability::Unknown => None,
        Stability::Unstable { deprecated, .. } | Stability::Stable { deprecated, .. } => {
            deprecated.as_ref()
        }
    }
}
