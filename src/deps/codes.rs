//! The codes of `deps`. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

/// The lock file would have to change.
pub static OUTDATED: Code = Code {
    name: "deps/lock-outdated",
    severity: Severity::Error,
    page: "\
With `--locked`, `wkg.lock` must not change, but what the packages need is not what it has. The
notes list the differences. Nothing was written.

```console
$ witkit deps fetch --locked
error[deps/lock-outdated]: `wkg.lock` is out of date
```

Run `witkit deps fetch` without `--locked`, and commit `wkg.lock`.",
};

/// A file that was changed since it was fetched.
pub static EDITED: Code = Code {
    name: "deps/edited",
    severity: Severity::Error,
    page: "\
A file that `witkit deps` would replace is not as it was fetched: it was edited, or another tool
wrote it. It is not replaced, and nothing else is written.

To keep the change, move the package to a folder of your own and name that in `[overrides]` of
`wkg.toml`, as `witkit deps add acme:kv --path DIR` does. To discard it, run the command with
`--overwrite`.

A file that is not needed any more is a warning only: it stays where it is.",
};

/// Packages that need each other.
pub static CYCLE: Code = Code {
    name: "deps/cycle",
    severity: Severity::Error,
    page: "\
Packages need each other in a circle: the message shows it. A WIT package cannot be resolved before
all that it needs.

Move what both need to a package of its own.",
};

/// A source of packages that witkit does not read.
pub static UNSUPPORTED: Code = Code {
    name: "deps/unsupported-source",
    severity: Severity::Error,
    page: "\
`deps.toml` of wit-deps says that a package is downloaded from a URL, and the package is not in the
folder `deps` yet. witkit downloads packages from registries only.

Run `wit-deps` once: what it puts into `deps` is used as it is. Or remove the entry; then the
package comes from its registry.",
};

/// A file that cannot be edited by a program.
pub static NOT_EDITABLE: Code = Code {
    name: "deps/not-editable",
    severity: Severity::Error,
    page: "\
`witkit deps add` could not add the package to `wkg.toml` or `witkit.toml`, because the table is
written in a way that it does not edit, such as `overrides = { … }` in one line.

Add the line that the message shows by hand, and run `witkit deps fetch`.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[&CYCLE, &EDITED, &NOT_EDITABLE, &OUTDATED, &UNSUPPORTED];
