//! The findings about an invalid input.
//!
//! Lives here: [`findings`] and its codes. May import: `source`, `diag` (rank 0), the siblings;
//! wasmparser, which stays behind this door. Deliberately absent: printing.

use wasmparser::{Error, WasmFeatures};

use super::{Verdict, place};
use crate::diag::{Code, Diagnostic, Locus, Report, Severity};
use crate::source::Source;
use crate::wasm::{MALFORMED, parts, prerelease};

/// A function is invalid.
pub static INVALID_FUNCTION: Code = Code {
    name: "input/invalid-function",
    severity: Severity::Error,
    page: "\
The body of a function in a core module violates the validation rules of WebAssembly: an instruction
has operands of the wrong type, refers to an item that does not exist, or cannot be decoded. No
runtime accepts the module, whether or not the function is ever called.

The message is that of the validator. The place consists of the nested module, the function (its
name in the name section, else an export, else its index) and the instruction, counted from 1.

```wat
(module
  (func $add (param i32 i64) (result i32)
    local.get 0
    local.get 1
    i32.add))
```

Here `instruction 3: i32.add` requires two `i32`, but the second operand is an `i64`.

The output of a compiler is usually valid. Check what happened to the module afterwards: a tool that
strips, optimizes or instruments it, a linker with different flags, or a damaged copy.",
};

/// A proposal is used that is not enabled.
pub static FEATURE_OFF: Code = Code {
    name: "input/feature-off",
    severity: Severity::Error,
    page: "\
The file uses a proposal of WebAssembly or of the component model that is not enabled. The file need
not be broken: a runtime that supports the proposal accepts it.

Without `--wasm-features`, the proposals at phase 4 or later are enabled, and the features of the
component model that are part of a WASI release, as in `wasm-tools validate`. The help names the
feature to enable; `--wasm-features all` enables everything.

```wat
(component
  (type (list u8 4)))
```

A fixed-length list requires `--wasm-features cm-fixed-length-lists`. If your runtime does not
support the proposal, disable it when you build the file; most compilers have an option for each
proposal.",
};

/// Reports a verdict about `source`: the first problem of the structure, the invalid functions, and
/// how many more there are. `baseline` is the release for which features were disabled, if any.
pub(crate) fn findings(
    source: &Source,
    verdict: &Verdict,
    baseline: Option<&str>,
    report: &mut Report,
) {
    if verdict.structure.is_none() && verdict.functions.is_empty() {
        return;
    }
    let name = source.name();
    let bytes = source.bytes();
    let tree = parts::tree(bytes);
    if let Some(error) = &verdict.structure {
        let (path, said) = place::structure(bytes, &tree, error);
        let mut found =
            finding(name, error, baseline, &MALFORMED).at(Locus::item(name, path), said);
        if let Some(note) = prerelease::outdated(bytes, error.message()) {
            found = found.note(note).help(prerelease::REBUILD);
        }
        report.push(found);
    }
    for function in verdict.functions.values() {
        let error = &function.error;
        let path = place::function(bytes, &tree, WasmFeatures::all(), function);
        report.push(
            finding(name, error, baseline, &INVALID_FUNCTION).at(Locus::item(name, path), ""),
        );
    }
    if verdict.others > 0 {
        let functions = match verdict.others {
            1 => "function",
            _ => "functions",
        };
        let others = verdict.others;
        report.push(
            INVALID_FUNCTION
                .report(format!("{others} more invalid {functions} in `{name}`"))
                .at(Locus::item(name, ["…"]), ""),
        );
    }
}

fn finding(name: &str, error: &Error, baseline: Option<&str>, code: &'static Code) -> Diagnostic {
    let message = error.message();
    let Some(feature) = error.missing_wasm_feature() else {
        return code.report(format!("`{name}` is not valid: {message}"));
    };
    let names: Vec<String> = feature.iter_names().map(|(n, _)| kebab(n)).collect();
    let names = names.join(",");
    FEATURE_OFF
        .report(format!(
            "`{name}` uses a feature that is not enabled: {message}"
        ))
        .help(match baseline {
            None => format!("if your runtime supports it, enable it: `--wasm-features {names}`"),
            Some(baseline) => {
                format!("avoid `{names}`, or remove the baseline `{baseline}`")
            }
        })
}

/// The name of a wasmparser flag on the command line.
pub(crate) fn kebab(flag: &str) -> String {
    flag.to_lowercase().replace('_', "-")
}
