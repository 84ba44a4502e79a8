//! Taking things out of what was read, without a change of what it means.
//!
//! Lives here: [`docs`] and [`spans`]. May import: nothing of ours.

use wit_parser::{Docs, Function, Resolve, Span, TypeDefKind, WorldItem};

/// Takes all docs away.
pub(super) fn docs(resolve: &mut Resolve) {
    each(resolve, &mut |docs, _| *docs = Docs::default());
}

/// Takes away all places in a text, for when there is none that anybody could look at.
pub(super) fn spans(resolve: &mut Resolve) {
    each(resolve, &mut |_, span| *span = Span::default());
    resolve.source_map = Default::default();
}

/// Calls `change` with the docs and the place of all that has them.
fn each(resolve: &mut Resolve, change: &mut dyn FnMut(&mut Docs, &mut Span)) {
    let mut none = Docs::default();
    for (_, package) in resolve.packages.iter_mut() {
        change(&mut package.docs, &mut Span::default());
    }
    for (_, interface) in resolve.interfaces.iter_mut() {
        change(&mut interface.docs, &mut interface.span);
        for found in interface.functions.values_mut() {
            function(found, change);
        }
    }
    for (_, world) in resolve.worlds.iter_mut() {
        change(&mut world.docs, &mut world.span);
        for item in world.imports.values_mut().chain(world.exports.values_mut()) {
            match item {
                WorldItem::Interface { docs, span, .. } => change(docs, span),
                WorldItem::Function(found) => function(found, change),
                WorldItem::Type { span, .. } => change(&mut none, span),
            }
        }
    }
    for (_, ty) in resolve.types.iter_mut() {
        change(&mut ty.docs, &mut ty.span);
        match &mut ty.kind {
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter_mut();
                fields.for_each(|field| change(&mut field.docs, &mut field.span));
            }
            TypeDefKind::Variant(variant) => {
                let cases = variant.cases.iter_mut();
                cases.for_each(|case| change(&mut case.docs, &mut case.span));
            }
            TypeDefKind::Enum(cases) => {
                let cases = cases.cases.iter_mut();
                cases.for_each(|case| change(&mut case.docs, &mut case.span));
            }
            TypeDefKind::Flags(flags) => {
                let flags = flags.flags.iter_mut();
                flags.for_each(|flag| change(&mut flag.docs, &mut flag.span));
            }
            _ => {}
        }
    }
}

fn function(function: &mut Function, change: &mut dyn FnMut(&mut Docs, &mut Span)) {
    change(&mut function.docs, &mut function.span);
    for param in &mut function.params {
        change(&mut Docs::default(), &mut param.span);
    }
}
