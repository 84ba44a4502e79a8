//! The codes of graphs, with their pages. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static UNKNOWN_INPUT: Code = Code {
    name: "graph/unknown-input",
    severity: Severity::Error,
    page: "\
witkit cannot draw a graph of the input. The kind of an input is determined by its contents, never
by its name. `graph` draws one component; several components, wired as `compose` would wire them; a
plan of `compose`; or WIT, as text or in binary form. Pass a configuration with `-c`. A directory
stands for the WIT package in it; components have to be named, because the first one is the root.

A core module has no component-level imports and exports: turn it into a component first
(`witkit componentize`).",
};

pub(super) static MIXED_INPUTS: Code = Code {
    name: "graph/mixed-inputs",
    severity: Severity::Error,
    page:
        "\
Several inputs form one graph only if they are of the same kind: components, which are wired as
`compose` would wire them, with the first as the root; or WIT packages. A plan names the files it
needs, so it is always the only input.

```console
$ witkit graph app.wasm wit
error[graph/mixed-inputs]: `wit` is WIT, but the first input is a component
```

Draw them separately, or pass `--interfaces` or `--packages` to draw the WIT of components as well.",
};

pub(super) static UNKNOWN_PATTERN: Code = Code {
    name: "graph/unknown-pattern",
    severity: Severity::Warning,
    page: "\
The pattern of `--focus` matches neither a node nor an interface, or the pattern of `--hide` matches
nothing and is similar to a name, so the option has no effect. `*` matches any text, and the version
may be omitted: `wasi:*`, `acme:kv/store`, `cache`, `outer/*`.

```console
$ witkit graph app.wasm --focus 'acme:kvs/*'
warning[graph/unknown-pattern]: `--focus acme:kvs/*` matches nothing in the graph
```

To see all names, draw the graph without the option: `witkit graph app.wasm`.",
};

pub(super) static OPEN_IMPORT: Code = Code {
    name: "graph/open-import",
    severity: Severity::Error,
    page: "\
The composition imports something that no part provides, and the host is not expected to provide it.
A host that lacks it refuses to run the component.

```console
$ witkit graph --check app.wasm
error[graph/open-import]: unresolved import `acme:kv/store` of `app`: no part exports it
```

`wasi:*` is expected of every host. If the host provides other interfaces, allow them:
`--allow 'acme:kv/*'`. Otherwise compose with a component that exports the interface.",
};

pub(super) static CYCLE: Code = Code {
    name: "graph/cycle",
    severity: Severity::Error,
    page: "\
Nodes depend on each other in a cycle. The parts of a plan are instantiated after everything that
they import, so there is no order of instantiation; packages that depend on each other cannot be
published one after the other. The message shows the shortest cycle that was found, and the labels
what each step needs.

```console
$ witkit graph plan.json --check
error[graph/cycle]: cyclic dependency: a → b → a
```

To break it, wire one of the imports to another part or to the host, or move what both need into a
third one. (A component never contains a cycle, because it could not have been built.)",
};

pub(super) static TWO_VERSIONS: Code = Code {
    name: "graph/two-versions",
    severity: Severity::Warning,
    page: "\
Two semver-compatible versions of one package are used, such as 0.2.0 and 0.2.6, although one would
be enough. As long as both are used, their types are different types to tools that compare names,
and the host has to provide both.

```console
$ witkit graph app.wasm --check
warning[graph/two-versions]: `wasi:clocks` is used in 2 compatible versions: 0.2.0 and 0.2.6
```

Interfaces without functions count as well. Packages of one namespace with the same versions are one
finding. Build all parts against one version; `witkit compose` merges the versions of interfaces
that are left to the host.",
};

pub(super) static SAME_BYTES: Code = Code {
    name: "graph/same-bytes",
    severity: Severity::Warning,
    page: "\
Several instances have identical code. Each has its own memory and state, so they share no data;
often one instance was intended for all importers. If the component is also embedded several times,
the file is larger than necessary.

```console
$ witkit graph app.wasm --check
warning[graph/same-bytes]: `store-1` and `store-2` have identical code, embedded twice
```

Instances inside compositions that are identical themselves are not reported again. Ignore the
warning if separate state is intended. `witkit compose` embeds identical files once, however many
instances they have.",
};

pub(super) static UNUSED_EXPORT: Code = Code {
    name: "graph/unused-export",
    severity: Severity::Warning,
    page: "\
An instance exports something unused: no other instance imports it, and the composition does not
export it. Interfaces that only contain types, and types, are not checked. Instances that are not
used at all are reported as `graph/unreached-part`.

```console
$ witkit graph app.wasm log.wasm --check
warning[graph/unused-export]: unused export of `log`: `acme:log/admin@0.1.0`
```

Often the composition should export it (`witkit compose --export PART.NAME`), or it is another
version of something that is imported. Otherwise, remove the export from the part.",
};

pub(super) static UNREACHED_PART: Code = Code {
    name: "graph/unreached-part",
    severity: Severity::Warning,
    page: "\
A part takes space but is unused: it is not reachable from the exports of the composition. Either it
is never instantiated, or no other instance imports from its instance. What its core code does at
instantiation is not checked.

```console
$ witkit graph app.wasm --check
warning[graph/unreached-part]: unused part `old`: not reachable from any export
```

Leave it out, or wire the import that it was intended for: that may have another name or version.",
};

pub(super) static MIDDLEWARE_ORDER: Code = Code {
    name: "graph/middleware-order",
    severity: Severity::Warning,
    page: "\
Middleware is an instance that imports and exports the same interface (in semver-compatible
versions): it wraps the provider of that interface. Two things about middleware are reported:

- It is bypassed: the provider behind the middleware also provides the interface directly to another
  importer, or the composition exports the provider's interface and skips the outermost middleware.
  Importers that are middleware for that interface themselves, and importers that the middleware
  itself needs (they could not go through it), are not reported. Neither are interfaces without
  functions.
- The same code is in one chain twice, so every call passes it twice.

A check that some calls bypass protects nothing. Wire all importers to the outermost middleware, and
export the interface from it: `witkit compose app.wasm --chain auth.wasm,trace.wasm`.",
};

/// All of them.
pub static CODES: &[&Code] = &[
    &CYCLE,
    &MIDDLEWARE_ORDER,
    &MIXED_INPUTS,
    &OPEN_IMPORT,
    &SAME_BYTES,
    &TWO_VERSIONS,
    &UNKNOWN_INPUT,
    &UNKNOWN_PATTERN,
    &UNREACHED_PART,
    &UNUSED_EXPORT,
];
