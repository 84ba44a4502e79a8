//! The world of `--wit`: loading the packages and choosing one of their worlds.
//!
//! Lives here: [`chosen`]. May import: `diag` (rank 0), `wit` (rank 2).
//! Deliberately absent: the worlds embedded in modules (`world`).

use std::borrow::Cow;
use std::path::PathBuf;

use wit_component::StringEncoding;
use wit_component::metadata;
use wit_parser::{Resolve, WorldId};

use super::codes;
use super::options::Options;
use super::unite::{Part, disagree, unite};
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::wit::docs::Docs;
use crate::wit::{self, Wit};

/// A world of the packages of `--wit`: one of theirs, or several merged.
pub(super) struct Chosen {
    /// The packages, with the places of their texts.
    pub wits: Vec<Wit>,
    pub resolve: Resolve,
    pub world: WorldId,
    /// Docs and gates of all packages, and of the world as a component's.
    pub docs: Docs,
}

/// Loads the packages of `--wit` and chooses the worlds. Problems go to `report`.
pub(super) fn chosen(
    options: &Options,
    files: &mut Vec<PathBuf>,
    report: &mut Report,
) -> Option<Chosen> {
    let mut wits = Vec::new();
    for path in &options.wit {
        let read = match options.in_memory.get(path) {
            Some(source) => wit::convert::read_source(source.clone(), &options.wit_options),
            None => wit::convert::read(path, &options.wit_options),
        };
        match read {
            Ok(wit) => wits.push(wit),
            Err(found) => report.extend(found),
        }
    }
    if wits.is_empty() || wits.len() < options.wit.len() {
        return None;
    }
    let features = wits.iter().flat_map(Wit::features).collect();
    let asked = &options.wit_options.features;
    report.extend(wit::gates::unknown_features(asked, &features));
    let read = wits.iter().flat_map(Wit::files);
    files.extend(read.filter_map(|file| file.path.clone()));
    let picked = match picked(options, &wits) {
        Ok(picked) => picked,
        Err(found) => {
            report.extend(found);
            return None;
        }
    };
    let mut docs = Docs::default();
    if !options.no_docs {
        for (at, world) in &picked {
            docs.add(Docs::of_world(&wits[*at].resolve, *world));
        }
    }
    if let [(at, world)] = picked[..] {
        let mut resolve = wits[at].resolve.clone();
        let name = options.wit[at].display().to_string();
        if options.canonical_names
            && let Err(error) = resolve.merge_world_imports_based_on_semver(world)
        {
            report.push(disagree(&name, &error.root_cause().to_string()));
            return None;
        }
        return Some(Chosen {
            wits,
            resolve,
            world,
            docs,
        });
    }
    match together(options, &wits, &picked) {
        Ok((resolve, world)) => Some(Chosen {
            wits,
            resolve,
            world,
            docs,
        }),
        Err(found) => {
            report.extend(found);
            None
        }
    }
}

/// The chosen worlds: each `--world` in all packages that have it, and for a package that
/// has none of these its only world.
fn picked(options: &Options, wits: &[Wit]) -> Result<Vec<(usize, WorldId)>, Report> {
    let mut report = Report::new();
    let mut picked: Vec<(usize, WorldId)> = Vec::new();
    let place = |at: usize| Locus::File(options.wit[at].display().to_string());
    for name in &options.worlds {
        let mut refused = None;
        let before = picked.len();
        for (at, wit) in wits.iter().enumerate() {
            match select(wit, Some(name)) {
                Ok(world) => picked.push((at, world)),
                Err(finding) => {
                    refused.get_or_insert(finding.at(place(at), ""));
                }
            }
        }
        if before == picked.len() {
            report.extend(refused.map(Report::from).unwrap_or_default());
        }
    }
    for (at, wit) in wits.iter().enumerate() {
        if picked.iter().any(|(of, _)| *of == at) || report.has_errors() {
            continue;
        }
        match select(wit, None) {
            Ok(world) => picked.push((at, world)),
            Err(finding) => report.push(finding.at(place(at), "")),
        }
    }
    let mut seen = Vec::new();
    picked.retain(|pick| {
        let new = !seen.contains(pick);
        seen.push(*pick);
        new
    });
    report.or_ok(picked)
}

/// Merges several worlds.
fn together(
    options: &Options,
    wits: &[Wit],
    picked: &[(usize, WorldId)],
) -> Result<(Resolve, WorldId), Report> {
    let mut parts = Vec::new();
    for (at, world) in picked {
        let resolve = &wits[*at].resolve;
        let file = options.wit[*at].display().to_string();
        let name = &resolve.worlds[*world].name;
        let data = metadata::encode(resolve, *world, StringEncoding::UTF8, None, false)
            .map_err(|error| disagree(&file, &format!("{error:#}")))?;
        parts.push(Part {
            data: Cow::Owned(data),
            people: format!("the world `{name}` of `{file}`"),
            place: Locus::item(file, [format!("world {name}")]),
            note: String::new(),
            given: true,
        });
    }
    let names: Vec<String> = options
        .wit
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    let united = unite(&names.join(", "), &parts)?;
    Ok((united.resolve, united.world))
}

/// The world of that name, or the only one.
fn select(wit: &Wit, name: Option<&str>) -> Result<WorldId, Diagnostic> {
    let resolve = &wit.resolve;
    let of = |package: &wit_parser::PackageId| resolve.packages[*package].worlds.values();
    let own: Vec<WorldId> = wit.own.iter().flat_map(of).copied().collect();
    let short = |id: &WorldId| resolve.worlds[*id].name.as_str();
    let known: Vec<String> = own.iter().map(|id| format!("`{}`", short(id))).collect();
    let known = known.join(", ");
    let Some(name) = name else {
        let of_main: Vec<WorldId> = of(&wit.main).copied().collect();
        return match (of_main.as_slice(), own.as_slice()) {
            ([world], _) | ([], [world]) => Ok(*world),
            ([], []) => Err(codes::UNKNOWN_WORLD
                .report(format!(
                    "the package `{}` has no world",
                    resolve.packages[wit.main].name
                ))
                .help("add a world with the imports and exports of the module")),
            _ => Err(codes::UNKNOWN_WORLD
                .report(format!(
                    "the package `{}` has several worlds: {known}",
                    resolve.packages[wit.main].name
                ))
                .help("choose one with `--world NAME`")),
        };
    };
    if let Ok(world) = resolve.select_world(&[wit.main], Some(name)) {
        return Ok(world);
    }
    let mut nested = own.iter().filter(|id| short(id) == name);
    if let (Some(world), None) = (nested.next(), nested.next()) {
        return Ok(*world);
    }
    let mut all = Vec::new();
    for (id, world) in resolve.worlds.iter() {
        if own.contains(&id) {
            all.push(world.name.clone());
        }
        if let Some(package) = world.package {
            all.push(resolve.id_of_name(package, &world.name));
        }
    }
    let package = &resolve.packages[wit.main].name;
    let finding =
        codes::UNKNOWN_WORLD.report(format!("cannot find world `{name}` in package `{package}`"));
    Err(match did_you_mean(name, all.iter().map(String::as_str)) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if known.is_empty() => finding.note("the package has no worlds of its own"),
        None => finding.note(format!("worlds of the package: {known}")),
    })
}
