//! What is said about an input that is not valid.
//!
//! Lives here: [`findings`] and its codes. May import: `source`, `diag` (rank 0), the siblings;
//! wasmparser, which stays behind this door. Deliberately absent: printing.

use wasmparser::{Error, WasmFeatures};

use super::{Verdict, place};
use crate::diag::{Code, Diagnostic, Locus, Report, Severity};
use crate::source::Source;
use crate::wasm::{MALFORMED, parts, prerelease};

/// A function is not valid.
pub static INVALID_FUNCTION: Code = Code {
    name: "input/invalid-function",
    severity: Severity::Error,
    page: "\
The body of a function in a core module breaks a rule of WebAssembly: an instruction finds values of
another type on the stack than it takes, speaks of something that is not there, or cannot be read.
No runtime accepts the module, whether or not the function is ever called.

The message has the words of the validator; the place is the nested module, the function (by its
name in the name section, else by an export, else by its index) and the instruction, counted from 1.

```wat
(module
  (func $add (param i32 i64) (result i32)
    local.get 0
    local.get 1
    i32.add))
```

Here `instruction 3: i32.add` takes two `i32`, and the second is an `i64`.

What a compiler made is mostly right; look at what was done to the module afterwards: a tool that
strips, optimises or instruments, a linker with other flags, or a copy that went wrong.",
};

/// A proposal is used that is not switched on.
pub static FEATURE_OFF: Code = Code {
    name: "input/feature-off",
    severity: Severity::Error,
    page: "\
The file uses a proposal of WebAssembly or of the component model that is not switched on. It need
not be broken: a runtime that has the proposal accepts it.

Without `--features`, what is at phase 4 of its standardisation is on, and what the component model
has in a release of WASI; the same as for `wasm-tools validate`. The advice names the feature to
switch on; `--features all` switches on everything.

```wat
(component
  (type (list u8 4)))
```

A list of fixed length takes `--features cm-fixed-length-lists`. Where the runtime does not have the
proposal, leave it out when building; most compilers have an option for each.",
};

/// Reports what a verdict says about `source`: the first problem of the structure, the functions
/// that are not valid, and how many more there are of them. `baseline` is what features were left
/// out for, if any were.
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
        if let Some(advice) = prerelease::advice(bytes, error.message()) {
            found = found.help(advice);
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
        let (functions, are) = match verdict.others {
            1 => ("function", "is"),
            _ => ("functions", "are"),
        };
        let others = verdict.others;
        report.push(
            INVALID_FUNCTION
                .report(format!(
                    "{others} more {functions} of `{name}` {are} not valid"
                ))
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
        .report(format!("`{name}` uses what is not switched on: {message}"))
        .help(match baseline {
            None => format!(
                "if it is meant for a runtime that has it, switch it on: `--features {names}`"
            ),
            Some(baseline) => format!("do without `{names}`, or without the baseline `{baseline}`"),
        })
}

/// A flag of wasmparser, as people write it.
pub(crate) fn kebab(flag: &str) -> String {
    flag.to_lowercase().replace('_', "-")
}
