//! Imports that are merged in the component: the versions of an interface on one semver track, and
//! one version that a module and an adapter describe.
//!
//! Lives here: [`conflicts`]. May import: `diag`, `names` (rank 0), `wasm` (1), `surface` (3).
//! Deliberately absent: merging, which the encoder does. It compares only names and functions, and
//! reads the cases of one enum as those of another; so the imports are compared here before.

use std::collections::BTreeMap;

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wit_component::{StringEncoding, metadata};
use wit_parser::{Resolve, WorldId, WorldKey};

use super::adapters::Adapter;
use super::codes;
use super::inputs::Inputs;
use super::options::Options;
use super::world::Worlds;
use crate::diag::{Diagnostic, Locus, Report};
use crate::names;
use crate::surface::{Item, Mismatch, MismatchKind, Side, Surface, compare};
use crate::wasm::decode;

/// How many differences of two versions are shown.
const SHOWN: usize = 4;

/// A world that goes into the component.
struct Contributor {
    /// Its name within a sentence.
    people: String,
    file: String,
    resolve: Resolve,
    world: WorldId,
}

/// An interface that a contributor imports.
struct Import {
    contributor: usize,
    name: String,
    version: Option<semver::Version>,
}

/// The imports that would be merged although their types differ.
pub(super) fn conflicts(
    options: &Options,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    adapters: &[Adapter<'_>],
) -> Report {
    let contributors = contributors(inputs, worlds, adapters);
    let mut groups: BTreeMap<String, Vec<Import>> = BTreeMap::new();
    for (contributor, found) in contributors.iter().enumerate() {
        for key in found.resolve.worlds[found.world].imports.keys() {
            let WorldKey::Interface(_) = key else {
                continue;
            };
            let name = found.resolve.name_world_key(key);
            let track = names::track(&name);
            let group = match (&track, options.merge_imports) {
                (Some((track, _)), true) => track.clone(),
                _ => name.clone(),
            };
            groups.entry(group).or_default().push(Import {
                contributor,
                name,
                version: track.map(|(_, version)| version),
            });
        }
    }
    groups.retain(|_, imports| imports.len() > 1);
    let mut report = Report::new();
    if groups.is_empty() {
        return report;
    }
    // What cannot be read is told when it is encoded.
    let surfaces: Vec<Option<Surface>> = contributors
        .iter()
        .map(|found| surface(&found.resolve, found.world))
        .collect();
    let item = |import: &Import| -> Option<&Item> {
        let surface = surfaces[import.contributor].as_ref()?;
        surface.get(Side::Import, &import.name)
    };
    for imports in groups.values() {
        // Of equal versions the first, so that the answer does not depend on more.
        let highest = imports.iter().rev().max_by_key(|import| &import.version);
        let Some(highest) = highest else { continue };
        let Some(provided) = item(highest) else {
            continue;
        };
        for import in imports
            .iter()
            .filter(|import| !std::ptr::eq(*import, highest))
        {
            let Some(expected) = item(import) else {
                continue;
            };
            let mut differences = compare(expected, provided);
            if import.name == highest.name {
                // Each may know a part of it only.
                let missing = |found: &Mismatch| matches!(found.kind, MismatchKind::Missing { .. });
                differences.retain(|found| found.path.len() > 1 || !missing(found));
            }
            if !differences.is_empty() {
                report.push(conflict(&contributors, import, highest, &differences));
            }
        }
    }
    report
}

fn contributors(
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    adapters: &[Adapter<'_>],
) -> Vec<Contributor> {
    let modules = inputs.modules.iter().zip(&worlds.each);
    let mut all: Vec<Contributor> = modules
        .map(|(module, world)| Contributor {
            people: format!("`{}`", module.name),
            file: module.name.clone(),
            resolve: world.resolve.clone(),
            world: world.world,
        })
        .collect();
    for adapter in adapters {
        if let Ok((_, found)) = metadata::decode(&adapter.bytes) {
            all.push(Contributor {
                people: adapter.name_for_people.clone(),
                file: adapter.name_for_people.trim_matches('`').to_string(),
                resolve: found.resolve,
                world: found.world,
            });
        }
    }
    all
}

/// What a world imports and exports.
fn surface(resolve: &Resolve, world: WorldId) -> Option<Surface> {
    let bytes = metadata::encode(resolve, world, StringEncoding::UTF8, None, false).ok()?;
    let decoded = decode::decode(&bytes).ok()?;
    let types = decoded.types();
    let outer = decoded.component().exports.values().next()?;
    let ComponentEntityType::Type {
        created: ComponentAnyTypeId::Component(outer),
        ..
    } = outer.ty
    else {
        return None;
    };
    match types[outer].exports.values().next()?.ty {
        ComponentEntityType::Component(world) => Some(Surface::read(types, &types[world])),
        _ => None,
    }
}

fn conflict(
    contributors: &[Contributor],
    import: &Import,
    highest: &Import,
    differences: &[Mismatch],
) -> Diagnostic {
    let (of, other) = (
        &contributors[import.contributor],
        &contributors[highest.contributor],
    );
    let what = match differences {
        [one] if !one.path.is_empty() => format!("`{}` differs", one.path.join(".")),
        _ => format!("{} items differ", differences.len()),
    };
    let finding = codes::VERSION_CONFLICT.report(match import.name == highest.name {
        true => format!(
            "{} and {} import different types as `{}`: {what}",
            of.people, other.people, import.name
        ),
        false => format!(
            "`{}` and `{}` cannot be merged into one import: {what}",
            import.name, highest.name
        ),
    });
    let mut finding = finding;
    for difference in differences.iter().take(SHOWN) {
        for (contributor, name, is) in [
            (of, &import.name, &difference.expects),
            (other, &highest.name, &difference.provides),
        ] {
            let mut path = vec![format!("import {name}")];
            path.extend(difference.path.iter().cloned());
            finding = finding.at(Locus::item(contributor.file.clone(), path), is.clone());
        }
    }
    match import.name == highest.name {
        true => finding.help("build both against the same version of the WIT package"),
        false => finding
            .help("keep both versions with `--no-merge-imports`")
            .help("or build everything against one of them"),
    }
}
