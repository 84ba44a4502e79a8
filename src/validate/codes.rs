//! The codes that validating raises itself. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static NOT_WASM: Code = Code {
    name: "validate/not-wasm",
    severity: Severity::Error,
    page: "\
The file is no WebAssembly: neither a module nor a component, in binary form or as text. What it is,
is told by its bytes and never by its name: the binary form begins with `\\0asm`, the text with a
parenthesis, comments aside.

An empty file is most often what a build that failed left behind, or a download that was cut off. A
file that is compressed has to be unpacked first. WIT is checked by `witkit lint`.",
};

pub(super) static NOTHING_INSIDE: Code = Code {
    name: "validate/nothing-inside",
    severity: Severity::Error,
    page: "\
A folder stands for the modules and components in it: the files that end in `.wasm` or `.wat`. This
one has none, so that nothing would be validated, which is hardly what was meant.

Folders within it are looked into with `--recursive` only; hidden ones never are. A file of another
name is validated when it is named itself.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NOTHING_INSIDE, &NOT_WASM];
