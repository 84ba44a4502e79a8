//! The codes that slimming raises, each with its page. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static NOT_OPTIMISED: Code = Code {
    name: "slim/not-optimised",
    severity: Severity::Warning,
    page: "\
`witkit slim --wasm-opt` passes every core module through the `wasm-opt` on PATH, and this one stays
as it was: wasm-opt failed, its result is not valid, or it does not fit into the place of the
module, because an import or export has another type. The message says which.

An old wasm-opt cannot read what new compilers write: update it, or name the features of the module:
`--wasm-opt='-Os --all-features'`. Everything else is removed all the same.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NOT_OPTIMISED];
