//! The codes that slimming raises, each with its page. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static NOT_OPTIMISED: Code = Code {
    name: "slim/not-optimised",
    severity: Severity::Warning,
    page: "\
`witkit slim --wasm-opt` runs the `wasm-opt` on PATH on every core module, and this one is
unchanged: wasm-opt failed, its output is invalid, or an import or export of its output has a
different type. The message says which. Everything else was still removed.

An old wasm-opt cannot read the output of new compilers: update it, or enable the features of the
module: `--wasm-opt='-Os --all-features'`.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NOT_OPTIMISED];
