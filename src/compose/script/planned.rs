//! From what a script makes to the plan: with parts that are generated, and the imports that are left to
//! the host merged as they are for all compositions.
//!
//! Lives here: [`resolve`] and [`survey`]. May import: `plan`, `wasm`, `diag` (ranks 0 to 2).
//! Deliberately absent: choosing providers; the script says what each import gets.

use std::collections::{BTreeMap, BTreeSet};

use super::codes;
use crate::compose::leftovers::Open;
use crate::compose::manual::GeneratedWire;
use crate::compose::options::Options;
use crate::compose::parts::Parts;
use crate::compose::resolve::{Resolved, Survey};
use crate::compose::scripted::Script;
use crate::compose::types::Types;
use crate::diag::{Locus, Report};
use crate::plan::{Import, Part, Plan, SCHEMA, Target, Why, Wire};
use crate::wasm::structure::Structure;
use wasmparser::{ComponentTypeRef, TypeBounds};

/// The wires of each part, by its position.
type Wires = BTreeMap<usize, Vec<Wire>>;

/// Makes the plan, with `generated` wires over those of the script.
pub(crate) fn resolve(
    script: &Script,
    options: &Options,
    parts: &Parts,
    structures: &[Structure<'_>],
    generated: &[GeneratedWire],
) -> Resolved {
    let mut report = Report::new();
    let mut wires = wires(script, parts, structures, generated);
    let order = order(parts, &wires);
    conflicts(script, parts, structures, &wires, &mut report);
    let imports = imports(script, parts, structures, &wires, &order, &mut report);
    name_imports(parts, &imports, &mut wires);
    let mut planned = Vec::new();
    for part in order {
        let own = &parts.all()[part];
        planned.push(Part {
            name: own.name.clone(),
            path: own.path.clone(),
            role: own.role,
            generated: own.generated.clone(),
            wires: wires.remove(&part).unwrap_or_default(),
        });
    }
    Resolved {
        plan: Plan {
            schema: SCHEMA.to_string(),
            dedupe: options.dedupe,
            parts: planned,
            components: Vec::new(),
            imports,
            exports: script.exports.clone(),
        },
        report,
        complete: true,
    }
}

/// What is known before more parts are generated.
pub(crate) fn survey(
    script: &Script,
    parts: &Parts,
    structures: &[Structure<'_>],
    generated: &[GeneratedWire],
) -> Survey {
    let wires = wires(script, parts, structures, generated);
    let open = wires.iter().flat_map(|(part, wires)| {
        let open = wires.iter().enumerate();
        open.filter(|(_, wire)| wire.why == Why::Open)
            .map(|(import, _)| (*part, import))
    });
    let exports = script.exports.iter().filter_map(|export| match &export.to {
        Target::Export { part, export } => Some((parts.by_name(part)?, export.clone())),
        _ => None,
    });
    Survey {
        open: open.collect(),
        exports: exports.collect(),
        wires,
    }
}

/// The declarations of the script, by their position.
fn declarations(script: &Script, parts: &Parts) -> Option<usize> {
    parts.by_name(script.declarations.as_deref()?)
}

/// What each import of each part gets.
fn wires(
    script: &Script,
    parts: &Parts,
    structures: &[Structure<'_>],
    generated: &[GeneratedWire],
) -> Wires {
    let mut all = Wires::new();
    let of_script: BTreeMap<&str, &Part> = script
        .parts
        .iter()
        .map(|part| (part.name.as_str(), part))
        .collect();
    // Later ones replace those of the same imports.
    let over: BTreeMap<(&str, &str), &GeneratedWire> = generated
        .iter()
        .map(|wire| ((wire.part.as_str(), wire.import.as_str()), wire))
        .collect();
    for (at, part) in parts.all().iter().enumerate() {
        if Some(at) == declarations(script, parts) {
            continue;
        }
        let own = of_script.get(part.name.as_str());
        let mut wires = Vec::new();
        for (import, item) in structures[at].imports.iter().enumerate() {
            let name = item.name.name;
            let written = own.and_then(|own| own.wires.get(import));
            let laid = over.get(&(part.name.as_str(), name));
            let is_bound = matches!(item.ty, ComponentTypeRef::Type(TypeBounds::Eq(_)));
            let host = || Target::Host {
                host: item.name.full_name().into_owned(),
            };
            let (to, why) = match (laid, written) {
                (Some(wire), _) => match &wire.to {
                    Some((part, export)) => (
                        Target::Export {
                            part: part.clone(),
                            export: export.clone(),
                        },
                        Why::Generated,
                    ),
                    // What it stands before may have been imported explicitly.
                    None => match explicit(part.generated.as_ref(), name, &of_script) {
                        Some(to) => (to, Why::Wired),
                        None => (host(), Why::Open),
                    },
                },
                (None, Some(written)) => (written.to.clone(), written.why),
                (None, None) if is_bound => (Target::Bound { bound: true }, Why::Bound),
                (None, None) => (host(), Why::Open),
            };
            wires.push(Wire {
                import: name.to_string(),
                to,
                why,
                refused: Vec::new(),
            });
        }
        all.insert(at, wires);
    }
    all
}

/// The explicit import that an import of a generated part is passed on from.
fn explicit(
    generated: Option<&crate::plan::Generated>,
    import: &str,
    of_script: &BTreeMap<&str, &Part>,
) -> Option<Target> {
    let of = generated?.of.first()?;
    let part = of_script.get(of.part.as_str())?;
    let wire = part.wires.iter().find(|wire| wire.import == import)?;
    match (&wire.to, wire.why) {
        (Target::Host { .. }, Why::Wired) => Some(wire.to.clone()),
        _ => None,
    }
}

/// The parts, each after those it needs, otherwise as the script has them: declarations first, as
/// they need none.
fn order(parts: &Parts, wires: &Wires) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    let declarations = (0..parts.all().len()).filter(|part| !wires.contains_key(part));
    for start in declarations
        .collect::<Vec<_>>()
        .into_iter()
        .chain(0..parts.all().len())
    {
        // Whether what it needs is in order.
        let mut todo = vec![(start, false)];
        while let Some((part, is_ready)) = todo.pop() {
            if is_ready {
                order.push(part);
                continue;
            }
            if !seen.insert(part) {
                continue;
            }
            todo.push((part, true));
            let wires = wires.get(&part).map_or(&[][..], Vec::as_slice);
            let providers = wires.iter().flat_map(|wire| wire.to.parts());
            let mut providers: Vec<usize> =
                providers.filter_map(|name| parts.by_name(name)).collect();
            providers.reverse();
            todo.extend(providers.into_iter().map(|provider| (provider, false)));
        }
    }
    order
}

/// Reports implicit imports that have the name of an explicit one.
fn conflicts(
    script: &Script,
    parts: &Parts,
    structures: &[Structure<'_>],
    wires: &Wires,
    report: &mut Report,
) {
    let mut found = false;
    for (at, wires) in wires {
        let part = &parts.all()[*at];
        for (import, wire) in wires.iter().enumerate() {
            let name = structures[*at].imports[import].name.full_name();
            let place = script.import_places.get(name.as_ref());
            let (Some(place), Why::Open) = (place, wire.why) else {
                continue;
            };
            let instance = script.instances.get(&part.name).cloned();
            let instance = instance.unwrap_or_else(|| Locus::File(part.label()));
            found = true;
            report.push(
                codes::DUPLICATE
                    .report(format!(
                        "import `{name}` conflicts with the implicit import `{name}` of `{}`",
                        part.name
                    ))
                    .at(place.clone(), "explicit import")
                    .at(instance, "imports it implicitly, by `...`")
                    .help("pass the explicit import as an argument, or rename it with `as`"),
            );
        }
    }
    if found {
        script.lend_text(report);
    }
}

/// The imports of the composition: those that the script declares, then what is left to the host.
fn imports(
    script: &Script,
    parts: &Parts,
    structures: &[Structure<'_>],
    wires: &Wires,
    order: &[usize],
    report: &mut Report,
) -> Vec<Import> {
    let mut open = Open::default();
    let position = |part: usize, name: &str| {
        let mut imports = structures[part].imports.iter();
        imports.position(|import| import.name.name == name)
    };
    if let Some(declarations) = declarations(script, parts) {
        for (name, label) in &script.imports {
            if let Some(import) = position(declarations, label) {
                open.add(declarations, import, Some(name.clone()));
            }
        }
    }
    for part in order {
        let wires = wires.get(part).map_or(&[][..], Vec::as_slice);
        for (import, wire) in wires.iter().enumerate() {
            match (&wire.to, wire.why) {
                (Target::Host { .. }, Why::Open) => open.add(*part, import, None),
                (Target::Host { .. }, _) => open.add_given(*part, import),
                _ => {}
            }
        }
    }
    let mut exports: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for export in &script.exports {
        if let Target::Export { part, export } = &export.to
            && let Some(part) = parts.by_name(part)
        {
            exports.entry(part).or_default().push(export);
        }
    }
    let mut types = Types::new(parts, structures);
    for (part, exports) in exports {
        for import in types.world_types(part, &exports) {
            open.add_world_type(part, import);
        }
    }
    open.merge(parts, structures, false, &mut types, report)
}

/// Gives wires to the host the name of the import that stands for theirs.
fn name_imports(parts: &Parts, imports: &[Import], wires: &mut Wires) {
    let mut names: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for import in imports {
        for served in import.serves.iter().filter(|served| served.types.is_none()) {
            names.insert((&served.part, &served.import), &import.name);
        }
    }
    for (part, wires) in wires {
        let part = parts.all()[*part].name.as_str();
        for wire in wires.iter_mut().filter(|wire| wire.why == Why::Open) {
            if let Target::Host { host } = &mut wire.to
                && let Some(name) = names.get(&(part, wire.import.as_str()))
            {
                *host = name.to_string();
            }
        }
    }
}
