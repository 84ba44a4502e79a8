//! The codes that an inspection raises itself. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static UNKNOWN_PART: Code = Code {
    name: "inspect/unknown-part",
    severity: Severity::Error,
    page: "\
`--extract` writes a nested component or core module to a file, and no part has the given path or
index, or several parts have the given name.

`witkit inspect app.wasm --parts` lists all parts with their index and path. A path consists of the
names of the enclosing parts and of the part itself: `--extract cache/main`. A name alone is enough
if it is unique. The index always is: `--extract 2.1` is the first part in the second. The names of
instances and of the files that `witkit split` writes are accepted as well;
`witkit split --replace` accepts the same names.",
};

pub(super) static NOTHING_INSIDE: Code = Code {
    name: "inspect/nothing-inside",
    severity: Severity::Error,
    page: "\
A directory stands for the WIT package that its `.wit` files form, or else for the `.wasm` and
`.wat` files in it. This directory contains neither.

Subdirectories are not searched. Pass the directory that contains the files:
`witkit inspect target/wasm`.",
};

pub(super) static UNKNOWN_INPUT: Code = Code {
    name: "inspect/unknown-input",
    severity: Severity::Error,
    page: "\
The input is neither WebAssembly (binary or text) nor WIT. witkit determines the kind of a file from
its contents, never from its name: WebAssembly begins with `\\0asm`, its text format with a
parenthesis, and WIT with `package`, `interface`, `world` or `use`, after any comments.

Decompress the file if it is compressed. A native library or object file was built for another
target: build it for a wasm target.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NOTHING_INSIDE, &UNKNOWN_INPUT, &UNKNOWN_PART];
