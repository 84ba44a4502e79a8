//! The files to be validated, in binary form.
//!
//! Lives here: [`inputs`] and [`read`]. May import: `source`, `diag` (rank 0), `wasm` (1), `wit`
//! (2).
//! Deliberately absent: reading more of a file than its kind requires.

use std::collections::BTreeSet;
use std::path::Path;

use super::codes;
use crate::diag::{Diagnostic, Locus, Report};
use crate::source::{self, Input, Source};
use crate::wasm::validate::in_parallel;
use crate::wasm::{self, Kind, find, sniff};
use crate::wit::find::as_typed;

/// The files that inputs stand for, each once, in the order of the inputs.
///
/// Fails with the files found, and with all folders that cannot be listed or contain no file to
/// validate (`validate/nothing-inside`).
pub(super) fn inputs(given: &[Input], recursive: bool) -> Result<Vec<Input>, (Vec<Input>, Report)> {
    let mut report = Report::new();
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for input in given {
        let Input::Path(path) = input else {
            found.push(input.clone());
            continue;
        };
        let files = match source::is_dir(path) {
            false => vec![path.clone()],
            true => match find::list(path, recursive) {
                Ok(listing) if listing.wasm.is_empty() => {
                    report.push(nothing_inside(path, recursive));
                    continue;
                }
                Ok(listing) => listing.wasm,
                Err(unreadable) => {
                    report.extend(unreadable);
                    continue;
                }
            },
        };
        let files = files.iter().map(|file| as_typed(file).to_path_buf());
        let files = files.filter(|file| known.insert(file.clone()));
        found.extend(files.map(Input::Path));
    }
    match report.has_errors() {
        true => Err((found, report)),
        false => Ok(found),
    }
}

/// Reads the files in parallel; returns each in binary form, or its problems.
pub(super) fn read(inputs: &[Input]) -> Vec<Result<Source, Report>> {
    in_parallel(inputs, |input| {
        let source = input.clone().open()?;
        match sniff(source.bytes()) {
            Kind::CoreModule | Kind::Component | Kind::UnknownWasm | Kind::Wat => {
                wasm::binary(source)
            }
            kind @ (Kind::Wit | Kind::Script | Kind::Other) => Err(not_wasm(&source, kind).into()),
        }
    })
}

fn nothing_inside(folder: &Path, recursive: bool) -> Diagnostic {
    let name = folder.to_string_lossy().into_owned();
    let finding = codes::NOTHING_INSIDE
        .report(format!("no `.wasm` or `.wat` files in `{name}`"))
        .at(Locus::File(name), "");
    match recursive {
        true => finding.help("pass a file, or a directory with `.wasm` or `.wat` files"),
        false => finding.help("search subdirectories with `--recursive`, or pass a file"),
    }
}

fn not_wasm(source: &Source, kind: Kind) -> Diagnostic {
    let name = source.name();
    let (what, help) = match kind {
        Kind::Wit => ("WIT, not WebAssembly", "check it with `witkit lint`"),
        Kind::Script => (
            "a script of wac, not WebAssembly",
            "compose it: `witkit compose FILE -o app.wasm`",
        ),
        _ if source.bytes().is_empty() => ("empty", "rebuild it or download it again"),
        _ => (
            "neither WebAssembly nor WAT",
            "pass a module or component: `.wasm`, or `.wat` text",
        ),
    };
    codes::NOT_WASM
        .report(format!("`{name}` is {what}"))
        .at(Locus::File(name.to_string()), "")
        .help(help)
}
