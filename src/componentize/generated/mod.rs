//! Generated adapters: core modules that answer for WASI 0.1 themselves instead of importing WASI
//! 0.2 (`--adapter stub`, `--adapter deny`).
//!
//! A generated adapter is a base with functions put into it (`graft`). The base is an empty module,
//! or, for `--keep`, the built-in adapter: then the functions that are not kept replace its own.
//! wit-component removes from adapters what nothing uses, and so everything that only the replaced
//! functions imported.
//!
//! Lives here: [`adapters`]. What each function answers is a table (`preview1`), and its code is
//! written in `code`. May import: `diag`, `no_effect` (rank 0), `built_in`, `inputs`, `options`,
//! `world` (rank 4).
//! Deliberately absent: any import but the main module's memory and `_start`; allocation, which no
//! answer needs.

mod base;
mod code;
mod graft;
mod preview1;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

use wasm_encoder::MemoryType;

use super::built_in;
use super::codes;
use super::inputs::Inputs;
use super::options::{AdapterChoice, Options};
use super::world::Worlds;
use crate::diag::{Diagnostic, Locus, Report, did_you_mean};
use crate::no_effect;
use graft::Functions;
use preview1::Version;

pub(super) use graft::Answers;

/// A generated adapter.
pub(super) struct Generated {
    /// The module name that it serves.
    pub import_name: &'static str,
    pub bytes: Vec<u8>,
    /// Whether functions of a built-in adapter are in it.
    pub has_built_in: bool,
}

/// The adapters that answer as `answers` says, for each name of WASI 0.1 that is imported and that
/// is not among the `given` ones.
pub(super) fn adapters(
    options: &Options,
    answers: Answers,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    given: &[String],
    report: &mut Report,
) -> Vec<Generated> {
    let is_given = |version: &Version| given.iter().any(|name| name == version.module());
    let mut versions: Vec<Version> = Version::ALL.to_vec();
    versions.retain(|version| !is_given(version) && !imported(inputs, *version).is_empty());
    if versions.is_empty() && !is_given(&Version::Preview1) {
        // It exports `run`, or is reported as unused.
        versions.push(Version::Preview1);
    }
    if !versions.is_empty() {
        check_kept(options, inputs, worlds, &versions, report);
    }
    // One that is given for WASI 0.1 calls it, or none does.
    let mut starts = built_in::starts(inputs, worlds) && !is_given(&Version::Preview1);
    let mut generated = Vec::new();
    for version in versions {
        let imported = imported(inputs, version);
        let kept = kept(options, &imported, version);
        let functions = Functions {
            answers,
            version,
            kept: &kept,
            use_memory: preview1::functions(version)
                .filter(|function| imported.contains(function.name))
                .any(|function| answers.to(&function).uses_memory()),
        };
        let base = match with_kept(&kept, starts, inputs, worlds, report) {
            Some(bytes) => Cow::Borrowed(bytes),
            None => {
                let memory = functions.use_memory.then(|| memory(inputs));
                Cow::Owned(base::empty(starts, options.reject_legacy_names, memory))
            }
        };
        starts = false;
        match graft::graft(&base, &functions) {
            Ok(bytes) => generated.push(Generated {
                import_name: version.module(),
                bytes,
                has_built_in: !kept.is_empty(),
            }),
            Err(error) => report.push(codes::INVALID.report(format!(
                "cannot generate the `{}` adapter: {error}",
                answers.word()
            ))),
        }
    }
    generated
}

/// The functions that are imported from that name.
fn imported<'a>(inputs: &Inputs<'a>, version: Version) -> BTreeSet<&'a str> {
    let imports = inputs.modules.iter().flat_map(|module| &module.imports);
    let imports = imports.filter(|import| import.module == version.module());
    imports.map(|import| import.name).collect()
}

/// Those of them that `--keep` names, as far as the built-in adapter can have them.
fn kept<'a>(options: &Options, imported: &BTreeSet<&'a str>, version: Version) -> Vec<&'a str> {
    let is_kept = |name: &str| options.keep.iter().any(|keep| keep == name);
    let imported = imported.iter().copied();
    let kept = imported.filter(|name| is_kept(name) && !version.differs(name));
    kept.collect()
}

/// The built-in adapter that has the kept functions, and `run` if `starts`; none if none are kept.
fn with_kept(
    kept: &[&str],
    starts: bool,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    report: &mut Report,
) -> Option<&'static [u8]> {
    if kept.is_empty() {
        return None;
    }
    let (choice, reason) = match built_in::fitting(inputs, worlds, kept)? {
        (AdapterChoice::Command, _) if !starts => {
            let reason = "another adapter calls `_start`".to_string();
            (AdapterChoice::Reactor, reason)
        }
        fitting => fitting,
    };
    let name = &worlds.implementer(inputs).name;
    report.push(
        codes::ADAPTER
            .report(format!(
                "using the built-in `{}` adapter for `{}`: {reason}",
                choice.word(),
                kept.join("`, `")
            ))
            .at(Locus::File(name.clone()), ""),
    );
    built_in::bytes(choice)
}

/// The memory that the adapters share, of any size.
fn memory(inputs: &Inputs<'_>) -> MemoryType {
    let mut memories = inputs.modules.iter().flat_map(|module| &module.memories);
    let memory = memories.next();
    MemoryType {
        minimum: 0,
        maximum: memory.filter(|it| it.shared).and_then(|it| it.maximum),
        // Addresses are parameters, of 32 bits in all versions.
        memory64: false,
        shared: memory.is_some_and(|memory| memory.shared),
        page_size_log2: memory.and_then(|memory| memory.page_size_log2),
    }
}

/// Reports names after `--keep` that keep nothing.
fn check_kept(
    options: &Options,
    inputs: &Inputs<'_>,
    worlds: &Worlds,
    versions: &[Version],
    report: &mut Report,
) {
    let file = &worlds.implementer(inputs).name;
    let places = versions.iter().flat_map(|v| imported(inputs, *v));
    let imports: BTreeSet<&str> = places.collect();
    for name in &options.keep {
        let option = format!("--keep {name}");
        if let Some(finding) = unknown(&option, name) {
            report.push(finding);
            continue;
        }
        let old = versions.iter().find(|version| version.differs(name));
        if let Some(old) = old.filter(|old| imported(inputs, **old).contains(name.as_str())) {
            report.push(
                no_effect::not_done(
                    &option,
                    &format!(
                        "`{file}` imports it from `{}`, where its parameters differ from those in \
                         the built-in adapter",
                        old.module()
                    ),
                )
                .at(Locus::File(file.clone()), "")
                .help(format!(
                    "remove it from `--keep`, or rebuild `{file}` with a current toolchain, which \
                     imports `{}`",
                    Version::Preview1.module()
                )),
            );
        } else if !imports.contains(name.as_str()) {
            let finding =
                no_effect::without_effect(&option, &format!("`{file}` does not import it"))
                    .at(Locus::File(file.clone()), "");
            report.push(match did_you_mean(name, imports.iter().copied()) {
                Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                None => finding,
            });
        }
    }
}

/// The finding about a name that is not that of a function of WASI 0.1.
fn unknown(option: &str, name: &str) -> Option<Diagnostic> {
    if preview1::functions(Version::Preview1).any(|function| function.name == name) {
        return None;
    }
    let finding = no_effect::not_done(option, "WASI 0.1 has no such function");
    let names = preview1::functions(Version::Preview1).map(|function| function.name);
    Some(match did_you_mean(name, names) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding,
    })
}
