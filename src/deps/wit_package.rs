//! The dependencies of a WIT package, as the files of its `deps`.
//!
//! Lives here: [`files`]. May import: `packages`, `source`, `wit` (ranks 0 to 3).
//! Deliberately absent: writing them (`written`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use semver::Version;

use super::choose::Chooser;
use super::locals::{Local, by_hand, folder_of, wit_files};
use super::{codes, wit_deps, written};
use crate::diag::{Locus, Report};
use crate::packages::{Override, Wanted};
use crate::source::Source;
use crate::wit::{self, More, PackageKey, convert};

/// What a package of the user's needs.
struct Needing {
    /// Its name, for messages.
    name: String,
    /// By name, without the version.
    names: BTreeSet<String>,
}

/// The files of `deps` of the package in `folder`, with their paths in it; what is there by hand is
/// not among them.
///
/// Fails if something is wrong with the package or with a package of the user's; what cannot be chosen
/// is in the report of the chooser.
pub(super) fn files(
    folder: &Path,
    chooser: &mut Chooser<'_>,
) -> Result<Vec<(PathBuf, String)>, Report> {
    let deps = folder.join("deps");
    let mut sources = Vec::new();
    for file in wit_files(folder)? {
        sources.push(Source::open(&file)?);
    }
    let main = wit::needs(&sources)?;
    let recorded: Vec<PathBuf> = written::recorded(&deps).into_keys().collect();
    let mut locals = by_hand(&deps, &recorded)?;
    let hand_made = locals.len();
    locals.extend(wit_deps::read(folder)?);
    let mut wanted: VecDeque<(Wanted, Locus)> = VecDeque::new();
    let mut overridden = BTreeSet::new();
    for (name, of) in &chooser.project.manifest.overrides {
        match of {
            Override::Path(path) => locals.push(Local::read(path, &name.replace(':', "-"))?),
            Override::Version(requirement) => {
                let place = Locus::File(chooser.project.manifest_file().display().to_string());
                let wanted_one = Wanted {
                    name: name.clone(),
                    requirement: requirement.clone(),
                    is_given: true,
                };
                wanted.push_back((wanted_one, place));
            }
        }
        overridden.insert(name.clone());
    }
    let own = main.name.as_ref().map(ToString::to_string);
    let mut needing = vec![Needing {
        name: main
            .name
            .as_ref()
            .map_or(String::new(), |key| key.name.clone()),
        names: names(&main.needed),
    }];
    let mut needed: VecDeque<(PackageKey, Locus)> = main.needed.into_iter().collect();
    for local in &locals {
        needing.extend(local.defined.iter().map(|key| Needing {
            name: key.name.clone(),
            names: names(&local.needed),
        }));
        needed.extend(local.needed.clone());
    }
    refuse_cycles(folder, &needing)?;
    while let Some((key, place)) = needed.pop_front() {
        let is_local = locals.iter().any(|local| local.has(&key));
        if is_local || overridden.contains(&key.name) || own.as_ref() == Some(&key.to_string()) {
            continue;
        }
        if let Some(path) = chooser.packages.given_for(&wanted_of(&key)) {
            let local = Local::read(&path, &folder_of(&key))?;
            needed.extend(local.needed.clone());
            locals.push(local);
            continue;
        }
        wanted.push_back((wanted_of(&key), place));
    }
    let mut all: Vec<(String, Vec<u8>)> = sources
        .iter()
        .map(|source| {
            let name = Path::new(source.name()).file_name().unwrap_or_default();
            (name.to_string_lossy().into_owned(), source.bytes().to_vec())
        })
        .collect();
    let mut taken = BTreeSet::new();
    for local in &locals {
        let files = local.files.iter().cloned();
        all.extend(files.filter(|(name, _)| taken.insert(name.clone())));
    }
    let mut is_complete = true;
    for (wanted, place) in wanted {
        let Some(chosen) = chooser.choose(&wanted, &place) else {
            is_complete = false;
            continue;
        };
        let name = format!(
            "deps/{}-{}.wasm",
            chosen.name.replace(':', "-"),
            chosen.version
        );
        if taken.insert(name.clone()) {
            all.push((name, Source::open(&chosen.path)?.bytes().to_vec()));
        }
    }
    if !is_complete || chooser.report.has_errors() {
        // What is missing would be reported again.
        return Err(Report::new());
    }
    let options = wit::Options {
        all_features: true,
        ..wit::Options::default()
    };
    let loaded = wit::load_files(&folder.to_string_lossy(), &all, More::Nothing, &options)?;
    let mut files = convert::dependencies(&loaded)?;
    let stays = &locals[..hand_made];
    files.retain(|(key, _)| !stays.iter().any(|local| local.has(key)));
    let files = files.into_iter().map(|(key, text)| {
        let path = Path::new(&folder_of(&key)).join(super::locals::PACKAGE);
        (path, text)
    });
    Ok(files.collect())
}

fn names(needed: &BTreeMap<PackageKey, Locus>) -> BTreeSet<String> {
    needed.keys().map(|key| key.name.clone()).collect()
}

/// The requirement of a package that WIT names: its version exactly, or any.
pub(super) fn wanted_of(key: &PackageKey) -> Wanted {
    let version = key.version.as_deref();
    let version = version.and_then(|version| Version::parse(version).ok());
    Wanted::of(key.name.clone(), version.as_ref())
}

/// Fails if packages of the user's need each other in a circle.
fn refuse_cycles(folder: &Path, needing: &[Needing]) -> Result<(), Report> {
    for start in needing.iter().filter(|start| !start.name.is_empty()) {
        // The shortest way back.
        let mut ways: VecDeque<Vec<&str>> = VecDeque::from([vec![start.name.as_str()]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            let last = way.last().copied().unwrap_or_default();
            let of_last = needing.iter().filter(|needing| needing.name == last);
            for next in of_last.flat_map(|needing| &needing.names) {
                let mut longer = way.clone();
                longer.push(next);
                if *next == start.name && way.len() > 1 {
                    let shown = longer.join("` → `");
                    return Err(codes::CYCLE
                        .report(format!("packages need each other: `{shown}`"))
                        .at(Locus::File(folder.to_string_lossy().into_owned()), "")
                        .help("move what both need to a package of its own")
                        .into());
                }
                if seen.insert(next.as_str()) {
                    ways.push_back(longer);
                }
            }
        }
    }
    Ok(())
}
