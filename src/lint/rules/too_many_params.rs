//! Rule `too-many-params`.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{Function, Resolve, Type, TypeDefKind, TypeId, WorldItem};

use super::rule;
use crate::diag::{Diagnostic, Locus};
use crate::lint::Context;
use crate::lint::facts::flat::{Flat, MAX_PARAMS};
use crate::lint::facts::items;

rule! {
    /// The parameters of a function need more than 16 core values. Up to 16 are passed directly,
    /// usually in registers. Beyond that, all of them are written to memory that the allocator of
    /// the callee provides, and the callee reads them back. Records do not help, because they are
    /// flattened: `point` below is three values. A `string`, `list` or `map` is two values, a
    /// `variant` is one more than its largest case, a handle is one.
    ///
    /// The function still works everywhere. It is slower, and usually a sign that the parameters
    /// need a better structure.
    ///
    /// ```wit bad
    /// package acme:plot@1.0.0;
    ///
    /// /// Drawing.
    /// interface canvas {
    ///   /// A color.
    ///   record color {
    ///     red: u8,
    ///     green: u8,
    ///     blue: u8,
    ///     alpha: u8,
    ///   }
    ///
    ///   /// A point in space.
    ///   record point {
    ///     x: f64,
    ///     y: f64,
    ///     z: f64,
    ///   }
    ///
    ///   /// Draws a triangle.
    ///   triangle: func(a: point, b: point, c: point, line: color, area: color);
    /// }
    /// ```
    ///
    /// Pass repeated values as a list, keep rarely changing values in a resource, or split the
    /// function.
    ///
    /// ```wit good
    /// package acme:plot@1.0.0;
    ///
    /// /// Drawing.
    /// interface canvas {
    ///   /// A color.
    ///   record color {
    ///     red: u8,
    ///     green: u8,
    ///     blue: u8,
    ///     alpha: u8,
    ///   }
    ///
    ///   /// A point in space.
    ///   record point {
    ///     x: f64,
    ///     y: f64,
    ///     z: f64,
    ///   }
    ///
    ///   /// Draws a figure.
    ///   figure: func(corners: list<point>, line: color, area: color);
    /// }
    /// ```
    ///
    /// A component that calls an imported function asynchronously (`async` lowering) has room for
    /// only 4 core values. That is the caller's choice, and nearly every function with two strings
    /// exceeds it, so it is not reported.
    ///
    /// A type that needs more than 16 values by itself is reported once, however many functions
    /// take it or a type that contains it.
    TOO_MANY_PARAMS: "too-many-params", Portability, Note, on, check
}

fn check(cx: &mut Context<'_>) {
    let wit = cx.wit;
    let resolve = &wit.resolve;
    let flat = Flat::new(resolve);
    let own_files: BTreeSet<&str> = cx.files().map(|file| file.tree.name()).collect();
    let own = |package: Option<_>| package.is_some_and(|id| wit.own.contains(&id));

    let mut functions: Vec<&Function> = Vec::new();
    for (_, interface) in resolve.interfaces.iter() {
        if own(interface.package) {
            functions.extend(interface.functions.values());
        }
    }
    for (_, world) in resolve.worlds.iter().filter(|(_, w)| own(w.package)) {
        for item in world.imports.values().chain(world.exports.values()) {
            if let WorldItem::Function(function) = item {
                functions.push(function);
            }
        }
    }
    // A type that is too much by itself is the cause for all functions that take it.
    let mut causes: BTreeMap<TypeId, Vec<(&Function, u32, Locus)>> = BTreeMap::new();
    for function in functions {
        let values = function
            .params
            .iter()
            .fold(0u32, |sum, param| sum.saturating_add(flat.of(&param.ty)));
        if values <= MAX_PARAMS {
            continue;
        }
        // A world has the functions of the worlds that it includes, wherever those are.
        let Some(place) = wit.locus(function.span) else {
            continue;
        };
        if !own_files.contains(place.file()) {
            continue;
        }
        let mut large = function
            .params
            .iter()
            .filter(|p| flat.of(&p.ty) > MAX_PARAMS);
        match large.find_map(|param| named(resolve, &flat, &param.ty)) {
            Some(ty) => causes
                .entry(ty)
                .or_default()
                .push((function, values, place)),
            None => cx.push(
                too_many(&[function.item_name()], values)
                    .at(
                        place,
                        format!("at most {MAX_PARAMS} values are passed directly"),
                    )
                    .help("pass a list or a resource instead, or split the function"),
            ),
        }
    }
    for (ty, mut functions) in causes {
        functions.dedup_by(|a, b| a.2 == b.2);
        let names: Vec<&str> = functions.iter().map(|(f, ..)| f.item_name()).collect();
        let most = functions.iter().map(|(_, values, _)| *values).max();
        let mut finding = too_many(&names, most.unwrap_or_default());
        let name = resolve.types[ty].name.as_deref().unwrap_or_default();
        let values = flat.of(&Type::Id(ty));
        for (at, (.., place)) in functions.iter().enumerate() {
            let label = match at {
                0 => format!("at most {MAX_PARAMS} values are passed directly"),
                _ => "also passed through memory".to_string(),
            };
            finding = finding.at(place.clone(), label);
        }
        if let Some(place) = wit.locus(resolve.types[ty].span) {
            finding = finding.at(place, format!("`{name}` alone is {values} values"));
        }
        cx.push(finding.help(format!(
            "pass `{name}` in a list, or turn it or a part of it into a resource"
        )));
    }
}

/// A finding about functions whose parameters come to that many values, or to no more.
fn too_many(names: &[&str], values: u32) -> Diagnostic {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (function, up_to) = match names.len() {
        1 => ("function", ""),
        _ => ("functions", "up to "),
    };
    TOO_MANY_PARAMS.code.report(format!(
        "the parameters of {function} {} need {up_to}{values} core values and are passed \
         through memory",
        items::listed(&quoted),
    ))
}

/// The definition of the type with a name that is too much, in an `option` and the like as well.
/// Of types that are too much because of one in them, that one.
fn named(resolve: &Resolve, flat: &Flat<'_>, ty: &Type) -> Option<TypeId> {
    let Type::Id(id) = *ty else {
        return None;
    };
    let inner: Vec<&Type> = match &resolve.types[id].kind {
        TypeDefKind::Type(inner) | TypeDefKind::Option(inner) => vec![inner],
        TypeDefKind::FixedLengthList(inner, _) => vec![inner],
        TypeDefKind::Tuple(tuple) => tuple.types.iter().collect(),
        TypeDefKind::Result(result) => result.ok.iter().chain(&result.err).collect(),
        TypeDefKind::Record(record) => record.fields.iter().map(|field| &field.ty).collect(),
        TypeDefKind::Variant(variant) => variant.cases.iter().flat_map(|c| &c.ty).collect(),
        _ => Vec::new(),
    };
    let mut large = inner.into_iter().filter(|ty| flat.of(ty) > MAX_PARAMS);
    let cause = large.find_map(|ty| named(resolve, flat, ty));
    cause.or_else(|| resolve.types[id].name.as_ref().map(|_| id))
}
