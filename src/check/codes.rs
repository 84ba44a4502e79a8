//! The codes of checks, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them.

use crate::diag::{Code, Severity};

/// The component imports something that the world does not have.
pub static IMPORT_NOT_OFFERED: Code = Code {
    name: "check/import-not-offered",
    severity: Severity::Error,
    page: "\
The component imports something that the world does not import: an interface, a function of its
own, or a single function or type of an interface that the world has in an older version. A host
that offers what the world says, and nothing else, cannot instantiate the component.

Versions on one semver track (0.2.3 and 0.2.9, or 1.0.0 and 1.4.0) are taken to be the same
interface; only what the component really imports of it has to be there.

```wit
package acme:app@0.1.0;

interface clock {
  now: func() -> u64;
}

world service {
  import clock;
}
```

A component for `service` may import `now` of `acme:app/clock`, and nothing else. If it imports
`wasi:cli/environment` as well, add that to the world, build the component without it, or say with
`--allow 'wasi:cli/*'` that the host offers it in any case. Interfaces of one package, and of all of
WASI, are one finding; so is a component that was built for another release of WASI.",
};

/// The world exports something that the component does not have.
pub static EXPORT_MISSING: Code = Code {
    name: "check/export-missing",
    severity: Severity::Error,
    page:
        "\
The world, or the interface that was asked for with `--implements`, has something that the
component does not export: a whole interface, or single functions or types of one. Whoever calls
components of that world would not find it. What the component exports beyond the world does not
matter.

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

A component for `service` has to export `acme:app/api` on the track 0.1, with both functions.
Bindings that were made before `reset` was added do not have it: make them again, and implement it.",
};

/// Something has another type than the world says.
pub static TYPE_MISMATCH: Code = Code {
    name: "check/type-mismatch",
    severity: Severity::Error,
    page: "\
The component imports or exports something by the name that the world has for it, but its type is
another one. The path leads to the difference; both types are shown as WIT. Types of functions have
to be equal down to the names of parameters, fields and cases, and to their order: nothing is
converted on the way.

```wit
package acme:app@0.1.0;

interface api {
  handle: func(request: string) -> result<string>;
}

world service {
  export api;
}
```

A component whose `handle` has the result `string` does not fit. Usually one of the two was built
against another state of the package: make the bindings again from the WIT that is checked against,
or give the package to `--wit` that the component was built with.

A difference within a named type is one finding at the type, with all interfaces and functions that
use it.",
};

/// An interface that is not there.
pub static UNKNOWN_INTERFACE: Code = Code {
    name: "check/unknown-interface",
    severity: Severity::Error,
    page: "\
No interface of the package has the name that was given with `--implements`, or several have it. An
interface of the package itself goes by its plain name (`store`), one of any package by its whole
name (`acme:kv/store@0.2.0`); the version may be left out where there is only one. An interface
behind an `@unstable` gate is there only with `--features` or `--all-features`.

The message has the name that was probably meant, or all that there are.",
};

/// An interface of WASI is imported that came after the baseline.
pub static NEWER_WASI: Code = Code {
    name: "check/newer-wasi",
    severity: Severity::Error,
    page: "\
The component imports interfaces of WASI in a version that came after the release it is held to by
`--baseline`. A host of that release does not have them, whatever features of the component model
it knows.

```wit
package acme:app@0.1.0;

world service {
  import wasi:clocks/monotonic-clock@0.3.0;
}
```

A component for `service` is beyond `--baseline wasi-0.2`, which has all versions 0.2.x. It is the
packages that are released with WASI that are looked at: `wasi:cli`, `wasi:clocks`,
`wasi:filesystem`, `wasi:http`, `wasi:io`, `wasi:random` and `wasi:sockets`. Proposals on their way,
such as `wasi:keyvalue`, have versions of their own. A snapshot (`0.3.0-rc-2026-03-15`) is in no
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
`witkit.toml`, allows. The largest parts are shown, each without what is nested in it, with what of
it no runtime needs.

`witkit slim` removes debug information and other custom sections at any depth, and keeps identical
parts once; with `--wasm-opt` it optimises the code as well. `witkit inspect --sizes` shows what
the rest is made of. Sizes are written as `500k`, `2M` or `1.5MB` (powers of 1000), or `64KiB`
(powers of 1024).",
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
