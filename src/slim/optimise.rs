//! Running wasm-opt on core modules.
//!
//! Lives here: [`WasmOpt`] and running it. May import: `wasm`, `surface`, `diag` (ranks 0 to 3).
//! Deliberately absent: trust. The output must be valid, smaller, and have the same imports and
//! exports; otherwise the module is unchanged, and a warning says why.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use wasmparser::Encoding;

use super::sections::Removal;
use super::summary::Summary;
use super::tree::{Bytes, Tree};
use super::{Options, codes};
use crate::diag::{Locus, Report};
use crate::source::Source;
use crate::surface::{Item, compare, module_type};
use crate::wasm::rewrite::{Instead, rewrite};
use crate::wasm::sections::id;
use crate::wasm::{self, validate};

/// What every engine for components has, and wasm-opt has to be told of.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// A wasm-opt, and what it is called with.
///
/// [`find_wasm_opt`](crate::slim::find_wasm_opt) has an example.
pub struct WasmOpt {
    arguments: Vec<String>,
}

/// The `wasm-opt` on PATH, called with these arguments, split at white space; none if there is
/// none.
///
/// ```
/// use witkit::slim::{Options, WasmOpt, find_wasm_opt};
///
/// let wasm_opt: Option<WasmOpt> = find_wasm_opt("-Oz");
/// let options = Options { wasm_opt, ..Options::default() };
/// println!("optimised: {}", options.wasm_opt.is_some());
/// ```
pub fn find(arguments: &str) -> Option<WasmOpt> {
    let mut version = Command::new("wasm-opt");
    version.arg("--version").stdin(Stdio::null());
    version.output().ok()?;
    Some(WasmOpt {
        arguments: arguments.split_whitespace().map(str::to_string).collect(),
    })
}

/// Runs all core modules through it, those that are the same once.
pub(super) fn all(
    tree: &mut Tree<'_>,
    wasm_opt: &WasmOpt,
    options: &Options,
    summary: &mut Summary,
    report: &mut Report,
) {
    let mut modules = tree.modules();
    let mut distinct: BTreeMap<Bytes, usize> = BTreeMap::new();
    for (_, bytes) in &modules {
        let next = distinct.len();
        distinct.entry((*bytes).clone()).or_insert(next);
    }
    let mut inputs: Vec<(&Bytes, usize)> = distinct.iter().map(|(b, at)| (b, *at)).collect();
    inputs.sort_by_key(|(_, at)| *at);
    let inputs: Vec<&[u8]> = inputs.iter().map(|(bytes, _)| &***bytes).collect();
    let results = validate::in_parallel(&inputs, |bytes| {
        optimised(bytes, wasm_opt, &options.removal)
    });
    for (part, bytes) in &mut modules {
        let plain = without_custom(bytes, &options.removal);
        let plain: Bytes = plain.map_or_else(|| bytes.clone(), Bytes::from);
        let before = plain.len() as u64;
        match distinct.get(*bytes).and_then(|at| results.get(*at)) {
            Some(Ok(new)) if (new.len() as u64) < before => {
                summary.removed(*part, "wasm-opt", before - new.len() as u64);
                **bytes = new.as_slice().into();
                continue;
            }
            Some(Err(why)) => {
                let (file, path) = (&summary.file, &summary.parts[*part].path);
                let name = match path.as_str() {
                    "" => file,
                    path => path,
                };
                let path = Some(path.clone()).filter(|path| !path.is_empty());
                let place = match path {
                    Some(path) => Locus::item(file, [path]),
                    None => Locus::File(file.clone()),
                };
                let message = format!("cannot optimise `{name}`: {why}");
                report.push(codes::NOT_OPTIMISED.report(message).at(place, ""));
            }
            _ => {}
        }
        **bytes = plain;
    }
}

/// What comes back, without the custom sections that go; fails with why it cannot be taken.
fn optimised(bytes: &[u8], wasm_opt: &WasmOpt, removal: &Removal) -> Result<Vec<u8>, String> {
    let mut command = Command::new("wasm-opt");
    command.args(FEATURES).args(&wasm_opt.arguments);
    if !removal.removes("name") {
        command.arg("-g");
    }
    command.args(["-", "-o", "-"]);
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|e| format!("cannot run wasm-opt: {e}"))?;
    let input = child.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            // If it does not read all, its exit code says so.
            let _ = input.map(|mut input| input.write_all(bytes));
        });
        child.wait_with_output()
    });
    let output = output.map_err(|e| format!("cannot run wasm-opt: {e}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().find(|line| !line.trim().is_empty());
        let said = said.unwrap_or("no error message").trim();
        return Err(format!("wasm-opt failed: {said}"));
    }
    checked(bytes, &output.stdout)?;
    without_custom(&output.stdout, removal)
        .ok_or_else(|| "cannot read the output of wasm-opt".to_string())
}

/// Fails if `new` is not valid, or does not fit into the place of `old`.
fn checked(old: &[u8], new: &[u8]) -> Result<(), String> {
    if wasm::validate(&Source::memory("wasm-opt", new.to_vec())).is_err() {
        return Err("the output of wasm-opt is invalid".to_string());
    }
    let (old, new) = (module_type(old), module_type(new));
    let (Ok(old), Ok(new)) = (old, new) else {
        return Err("cannot read the output of wasm-opt".to_string());
    };
    match compare(&Item::Module(old), &Item::Module(new)).first() {
        None => Ok(()),
        Some(misfit) => Err(format!(
            "the output of wasm-opt changes the type of {}: expected {}, found {}",
            misfit.path.join(" "),
            misfit.expects,
            misfit.provides
        )),
    }
}

fn without_custom(bytes: &[u8], removal: &Removal) -> Option<Vec<u8>> {
    let made = rewrite(bytes, 0..bytes.len(), Encoding::Module, &mut |section| {
        let goes = section.id == id::CUSTOM
            && section
                .custom()
                .is_ok_and(|(name, _)| removal.removes(name));
        Ok(if goes {
            Instead::Nothing
        } else {
            Instead::Itself
        })
    });
    Some(made.ok()?.unwrap_or_else(|| bytes.to_vec()))
}
