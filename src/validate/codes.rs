//! The codes that validating raises itself. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static NOT_WASM: Code = Code {
    name: "validate/not-wasm",
    severity: Severity::Error,
    page: "\
The file is not WebAssembly: neither a module nor a component, in binary or text format. witkit
determines the kind of a file from its contents, never from its name: the binary format begins with
`\\0asm`, the text format with a parenthesis, after any comments.

An empty file is usually the result of a failed build or an interrupted download. Decompress the
file if it is compressed. To check WIT, use `witkit lint`.",
};

pub(super) static NOTHING_INSIDE: Code = Code {
    name: "validate/nothing-inside",
    severity: Severity::Error,
    page: "\
A directory stands for the `.wasm` and `.wat` files in it. This directory contains none, so nothing
would be validated.

Search subdirectories with `--recursive`; hidden ones are never searched. To validate a file with
another extension, pass the file itself.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NOTHING_INSIDE, &NOT_WASM];
