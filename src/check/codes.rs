//! The codes of checks, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them.

use crate::diag::{Code, Severity};

/// The component imports something that is not in the world.
pub static IMPORT_NOT_OFFERED: Code = Code {
    name: "check/import-not-offered",
    severity: Severity::Error,
    page: "\
The component imports something that the world does not import: an interface, a function, or a
single function or type of an interface that the world has in an older version. A host that provides
exactly this world cannot instantiate the component.

Semver-compatible versions (0.2.3 and 0.2.9, or 1.0.0 and 1.4.0) count as the same interface; only
what the component actually imports from it has to be there.

```wit
package acme:app@0.1.0;

interface clock {
  now: func() -> u64;
}

world service {
  import clock;
}
```

A component for `service` may import `now` of `acme:app/clock`, and nothing else. If it also imports
`wasi:cli/environment`, add that to the world, build the component without it, or, if the host
provides it anyway, pass `--allow 'wasi:cli/*'`.

All interfaces of a package, or of WASI, are one finding, as is a component that was built for
another release of WASI.",
};

/// The world exports something that the component does not have.
pub static EXPORT_MISSING: Code = Code {
    name: "check/export-missing",
    severity: Severity::Error,
    page: "\
The world, or the interface given with `--implements`, contains something that the component does
not export: a whole interface, or single functions or types of one. Callers of that world would not
find it. Exports beyond the world do not matter.

```wit
package acme:app@0.1.0;

interface api {
  handle: func(request: string) -> string;
  reset: func();
}

world service {
  export api;
}
```

A component for `service` has to export `acme:app/api` in a version compatible with 0.1.0, with both
functions. Bindings that were generated before `reset` was added do not have it: regenerate them,
and implement it.",
};

/// Something has a different type than in the world.
pub static TYPE_MISMATCH: Code = Code {
    name: "check/type-mismatch",
    severity: Severity::Error,
    page: "\
The component imports or exports something with the same name as the world, but with a different
type. The path leads to the difference; both types are shown as WIT. Types of functions have to be
equal, including the names and order of parameters, fields and cases: nothing is converted.

```wit
package acme:app@0.1.0;

interface api {
  handle: func(request: string) -> result<string>;
}

world service {
  export api;
}
```

A component whose `handle` returns `string` does not fit. Usually one of the two was built from
another revision of the package: regenerate the bindings from the WIT that is checked against, or
pass the package that the component was built with: `--wit PATH`.

A difference within a named type is one finding, at that type, with all interfaces and functions
that use it.",
};

/// An interface that does not exist.
pub static UNKNOWN_INTERFACE: Code = Code {
    name: "check/unknown-interface",
    severity: Severity::Error,
    page: "\
No interface of the package has the name given with `--implements`, or several have it. Refer to an
interface of the package itself by its plain name (`store`), and to one of any package by its full
name (`acme:kv/store@0.2.0`); the version may be omitted if there is only one. An interface with an
`@unstable` gate only exists with `--features` or `--all-features`.

```console
$ witkit check app.wasm --wit wit --implements stor
error[check/unknown-interface]: cannot find interface `stor` in `wit`
  help: did you mean `acme:kv/store@0.2.0`?
```

The message suggests the most similar name, or lists all of them.",
};

/// An interface of WASI is imported that is newer than the baseline.
pub static NEWER_WASI: Code = Code {
    name: "check/newer-wasi",
    severity: Severity::Error,
    page: "\
The component imports interfaces of WASI in a version that is newer than the release given with
`--release`. A host of that release does not have them, whatever features of the component model
it supports.

```wit
package acme:app@0.1.0;

world service {
  import wasi:clocks/monotonic-clock@0.3.0;
}
```

A component for `service` exceeds `--release wasi-0.2`, which includes all versions 0.2.x. Only the
packages that are released with WASI are checked: `wasi:cli`, `wasi:clocks`, `wasi:filesystem`,
`wasi:http`, `wasi:io`, `wasi:random` and `wasi:sockets`. Proposals in earlier phases, such as
`wasi:keyvalue`, have versions of their own. A snapshot (`0.3.0-rc-2026-03-15`) is not part of any
release: hosts that have the release do not provide it.

Build the component for an older release (most toolchains have a target for each), or raise the
baseline if the hosts allow it.",
};

/// The component is larger than it may be.
pub static TOO_LARGE: Code = Code {
    name: "check/too-large",
    severity: Severity::Error,
    page: "\
The component or core module is larger than `--max-size`, or `max-size` in `[check]` of
`witkit.toml`, allows. The labels show the largest parts, each without the parts nested in it, and
how much of each is not needed at run time.

```console
$ witkit check app.wasm --max-size 2M
error[check/too-large]: `app.wasm` is too large: 2.4 MB, the limit is 2.0 MB
```

`witkit slim` removes debug information and other custom sections at any depth, and keeps identical
parts once; with `--wasm-opt` it also optimises the code. `witkit inspect --sizes` shows what the
rest consists of. Sizes are written as `500k`, `2M` or `1.5MB` (powers of 1000), or `64KiB` (powers
of 1024).",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &EXPORT_MISSING,
    &IMPORT_NOT_OFFERED,
    &NEWER_WASI,
    &TOO_LARGE,
    &TYPE_MISMATCH,
    &UNKNOWN_INTERFACE,
];
