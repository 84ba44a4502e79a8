//! The codes of guests checked against hosts.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

/// The host does not run this kind of guest.
pub static HOST_KIND: Code = Code {
    name: "check/host-kind",
    severity: Severity::Error,
    page: "\
The guest is a component but the host only runs core modules, or the other way round. The host
rejects the file before it looks at anything else, so nothing else is reported.

```console
$ witkit check app.wasm --host extism
error[check/host-kind]: `app.wasm` is a component, but Extism 1.13.0 only runs core modules
```

Not every host supports the component model. The help says what the host runs instead, and how to
convert the guest; `docs/hosts.md` lists this for all hosts.",
};

/// An import is not provided.
pub static HOST_IMPORT: Code = Code {
    name: "check/host-import",
    severity: Severity::Error,
    page: "\
The guest imports something that the host does not provide in any version, so the host cannot
instantiate it. The labels show the imports.

If another component provides it, compose the two first: `witkit compose`. If it is an interface of
WASI or of another host, build the guest for a world that this host has; the note lists the hosts
that provide the interface. An import that only defines types needs no provider and is never
reported.

```console
$ witkit check app.wasm --host wasmtime-run
error[check/host-import]: wasmtime run 48.0.0 does not provide `acme:kv/store@0.1.0`
```

The interfaces that each host provides are read from its sources and listed in `docs/hosts.md`.",
};

/// An import is only provided in other versions.
pub static HOST_VERSION: Code = Code {
    name: "check/host-version",
    severity: Severity::Error,
    page: "\
The guest imports an interface that the host provides, but only in incompatible versions. Versions
are compatible within a minor version before 1.0 and within a major version after it (0.2.3 and
0.2.6, 1.1.0 and 1.4.0), if the host matches compatible versions; drafts (0.3.0-rc-2026-03-15) only
match themselves.

Build the guest for a version that the host has, or use a release of the host that provides the
imported version, if the note names one.",
};

/// An import is of a newer version than the host's.
pub static HOST_NEWER: Code = Code {
    name: "check/host-newer",
    severity: Severity::Warning,
    page: "\
The guest imports a newer version of an interface than the host provides, and the two versions are
semver-compatible. The host matches such versions by name and then compares the functions: the guest
runs if it uses nothing that was added in the newer version, and fails to link otherwise. witkit
does not know which functions each version has, so it cannot decide this.

```console
$ witkit check app.wasm --host spin
warning[check/host-newer]: Spin 4.0.2 provides 0.2.6, which is older than `wasi:io/poll@0.2.12`
```

Try it on the host, build for the version that the host has, or use a newer release of the host.",
};

/// It needs a flag.
pub static HOST_FLAG: Code = Code {
    name: "check/host-flag",
    severity: Severity::Note,
    page: "\
The host supports what the guest needs, but not by default: it needs a flag on its command line, a
setting, or an additional part. The message names it, and the labels show what needs it. Without it,
the guest fails to link or to validate.

```console
$ witkit check app.wasm --host wasmtime-run@40
note[check/host-flag]: wasmtime run 40.0.0 needs `-W component-model-async` for the feature `async`
```

Pass the flag, or change the setting, when you run the guest.",
};

/// Access has to be granted.
pub static HOST_GRANT: Code = Code {
    name: "check/host-grant",
    severity: Severity::Note,
    page: "\
The host provides the interfaces and the guest links, but they give access to nothing by default: no
directory is open, no address may be reached. The help says how to give access. A guest that imports
the interfaces without using them, as many standard libraries do, needs none.",
};

/// An export is missing.
pub static HOST_EXPORT: Code = Code {
    name: "check/host-export",
    severity: Severity::Error,
    page: "\
The host calls an export to start a guest, and this guest has none of the exports that it calls: for
a command `wasi:cli/run`, for a server `wasi:http/incoming-handler` or, since WASI 0.3,
`wasi:http/handler`.

```console
$ witkit check lib.wasm --host wasmtime-run
error[check/host-export]: `lib.wasm` has no export that wasmtime run 48.0.0 can start
```

A component that exports its own interface is a library: compose it into an application that has
such an export. If the guest has the export in another version, build it for one of those in the
note.",
};

/// A feature is not supported.
pub static HOST_FEATURE: Code = Code {
    name: "check/host-feature",
    severity: Severity::Error,
    page: "\
The guest uses a feature of the component model or of core WebAssembly that the host does not
support in this release, so the host rejects the guest when it validates it. The label shows where
the feature is used.

```console
$ witkit check app.wasm --host wasmtime-run@40
error[check/host-feature]: wasmtime run 40.0.0 does not support the feature `map`
```

Use a newer release of the host if there is one (`docs/hosts.md`), or build without the feature.",
};

/// It is not known.
pub static HOST_UNKNOWN: Code = Code {
    name: "check/host-unknown",
    severity: Severity::Warning,
    page: "\
Whether the host has what the guest needs could not be established from the host's public sources,
or the requested release is older or newer than the known ones. It may work; witkit cannot tell.

Try it on the host. `docs/hosts.md` lists, for each host, its sources and what is unknown.",
};

/// No host has that name.
pub static UNKNOWN_HOST: Code = Code {
    name: "check/unknown-host",
    severity: Severity::Error,
    page: "\
A program that uses witkit as a library asked whether a component runs on a host that is not known,
or on a release of it that is not a version. On the command line, `--host` fails with the same
message.

`docs/hosts.md` lists the known hosts and their releases. A host is named as in `wasmtime-serve` or
`wasmtime-serve@38`; `all` stands for every known host.",
};

/// All hosts at once.
pub static HOSTS: Code = Code {
    name: "check/hosts",
    severity: Severity::Note,
    page: "\
The verdict for every known host, as requested with `--host all`: a label for each host, with what
the guest needs there, or why it does not run, or why that is unknown. It is not a requirement and
never makes the check fail. To require a host, name it: `--host all --host spin`.

Only formats without tables have this finding: SARIF and the workflow commands of GitHub. The human
format has a table, JSON has the field `guests`, and JUnit has a test case for each host.",
};

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &HOST_EXPORT,
    &HOST_FEATURE,
    &HOST_FLAG,
    &HOST_GRANT,
    &HOST_IMPORT,
    &HOST_KIND,
    &HOST_NEWER,
    &HOST_UNKNOWN,
    &HOST_VERSION,
    &HOSTS,
    &UNKNOWN_HOST,
];
