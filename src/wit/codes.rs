//! The codes of loading.

use crate::diag::{Code, Severity};

/// No WIT where it was looked for.
pub static NO_FILES: Code = Code {
    name: "wit/no-files",
    severity: Severity::Error,
    page: "\
A folder was named, but there is no `.wit` file in it or below it. Doing nothing and saying that
all is well would hide a wrong path.

Folders named `deps`, `target` and `node_modules` and hidden ones are searched only when they are
named themselves, because what is in them was made by others.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&NO_FILES];
