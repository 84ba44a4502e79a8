//! The codes that an inspection raises itself. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static UNKNOWN_PART: Code = Code {
    name: "inspect/unknown-part",
    severity: Severity::Error,
    page: "\
`--extract` takes a nested component or core module out, and there is none of that path or index, or
several have the name.

`witkit inspect app.wasm --parts` prints all parts with their index and path. The path is made of
the names of what is around the part: `--extract cache/main`. A name alone is enough if only one
part has it, and the index always is: `--extract 2.1` is the first part in the second. The names of
instances, and of the files that `witkit split` writes, are accepted as well;
`witkit split --replace` takes the same names.",
};

pub(super) static NOTHING_INSIDE: Code = Code {
    name: "inspect/nothing-inside",
    severity: Severity::Error,
    page: "\
A folder stands for the WIT package that its `.wit` files are, or else for the components, core
modules and packages that are files in it: those that end in `.wasm` or `.wat`. This one has
neither.

Folders within it are not looked into; name the one that is meant: `witkit inspect target/wasm`.",
};

pub(super) static UNKNOWN_INPUT: Code = Code {
    name: "inspect/unknown-input",
    severity: Severity::Error,
    page: "\
The input is neither WebAssembly, in binary form or as text, nor WIT. What it is, is told by its
bytes and never by its name: WebAssembly begins with `\\0asm`, its text with a parenthesis, and WIT
with `package`, `interface`, `world` or `use`, comments aside.

A file that is compressed or packed has to be unpacked first. A native library or an object file of
another target was built for another machine: build it for a wasm target.",
};

/// All of them.
pub static CODES: &[&Code] = &[&NOTHING_INSIDE, &UNKNOWN_INPUT, &UNKNOWN_PART];
