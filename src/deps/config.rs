//! The components that a `witkit.toml` names: in `[deps]`, and as parts of compositions.
//!
//! May import: `config` (rank 1), `packages` (rank 3). Deliberately absent: WIT, whose packages say
//! themselves what they need.

use std::path::Path;

use crate::config::{self, Table, WRONG_TYPE};
use crate::diag::{Locus, Report};
use crate::packages::Wanted;
use crate::source::{Source, is_reference};

/// The components that the file at `path` names, in `[deps.components]` and in place of files in
/// `[compose.NAME]`.
///
/// Fails if it cannot be read, or if one of them is no package (`config/…`).
pub fn components(path: &Path) -> Result<Vec<(Wanted, Locus)>, Report> {
    components_of(&Source::open(path)?)
}

/// The components that the text of a file names.
pub(super) fn components_of(source: &Source) -> Result<Vec<(Wanted, Locus)>, Report> {
    config::read(source, |mut root, report| {
        let mut all = Vec::new();
        let mut take = |text: &str, place: &Locus, report: &mut Report| match Wanted::parse(text) {
            Ok(wanted) => all.push((wanted, place.clone())),
            Err(why) => report.push(WRONG_TYPE.report(why).at(place.clone(), "")),
        };
        if root.has("deps")
            && let Some(mut table) = root.table("deps", report)
        {
            let place = table.place_of("components");
            for (name, requirement) in table.pairs("components", report) {
                take(&format!("{name}@{requirement}"), &place, report);
            }
            table.finish(report);
        }
        if root.has("compose")
            && let Some(compositions) = root.table("compose", report)
        {
            for (_, mut table) in compositions.tables(report) {
                for (text, place) in parts(&mut table, report) {
                    if let Some(package) = package(&text) {
                        take(package, &place, report);
                    }
                }
            }
        }
        all
    })
}

/// The parts of a composition, each with where it is named.
fn parts(table: &mut Table<'_>, report: &mut Report) -> Vec<(String, Locus)> {
    let place = table.place_of("root");
    let root = table.string("root", report);
    let mut parts: Vec<(String, Locus)> = root.map(|root| (root, place)).into_iter().collect();
    let place = table.place_of("definitions");
    match table.is_list("definitions") {
        true => parts.extend(table.places("definitions", report).unwrap_or_default()),
        false => {
            let pairs = table.pairs("definitions", report).into_iter();
            parts.extend(pairs.map(|(_, file)| (file, place.clone())));
        }
    }
    parts
}

/// The package that a part is, if it is one: `@acme:kv@0.2`, `store=@acme:kv@0.2`.
fn package(part: &str) -> Option<&str> {
    let reference = |text| is_reference(Path::new(text)).then_some(text);
    let named = || part.split_once('=').and_then(|(_, file)| reference(file));
    reference(part).or_else(named)?.strip_prefix('@')
}
