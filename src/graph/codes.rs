//! The codes of graphs, with their pages. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static UNKNOWN_INPUT: Code = Code {
    name: "graph/unknown-input",
    severity: Severity::Error,
    page: "\
The input is nothing that a graph can be drawn of. What it is, is told by its bytes and never by its
name. A graph is drawn of one component; of several, which are wired as `compose` would do it; of a
plan of `compose`; or of WIT, as text or in binary form. A configuration is given with `-c`. A
folder stands for the WIT package in it; components have to be named, as the first is the root.

A core module has no component-level imports and exports: wrap it into a component first.",
};

pub(super) static MIXED_INPUTS: Code = Code {
    name: "graph/mixed-inputs",
    severity: Severity::Error,
    page: "\
Several inputs make one graph only if they are of one kind: components, which are wired as
`compose` would do it, the first as the root; or WIT packages. A plan says which files it needs and
stands alone.

Draw them one by one, or give `--interfaces` or `--packages` to draw the WIT of components, too.",
};

pub(super) static UNKNOWN_PATTERN: Code = Code {
    name: "graph/unknown-pattern",
    severity: Severity::Warning,
    page: "\
`--focus` was given a pattern that matches neither the name of a node nor that of an interface, or
`--hide` one that nearly does, so that it has no effect. `*` stands for any text, and the version
may be left out: `wasi:*`, `acme:kv/store`, `cache`, `outer/*`.

Look at the names in the graph without the flag: `witkit graph app.wasm`.",
};

pub(super) static OPEN_IMPORT: Code = Code {
    name: "graph/open-import",
    severity: Severity::Error,
    page: "\
Something is imported that nobody serves: it is an import of the whole, and the host is not expected
to have it. A host that lacks it refuses to run the component.

`wasi:*` is the host's. What else the host has is said with `--import 'acme:kv/*'`. Anything else
has to be served by a component: compose with one that exports it.",
};

pub(super) static CYCLE: Code = Code {
    name: "graph/cycle",
    severity: Severity::Error,
    page: "\
Nodes need each other in a circle. The parts of a plan are instantiated after everything that they
import, so no order of instantiation exists; of packages, none can be published first. The message
shows the shortest way around that was found, and the labels what is needed at each step.

Break it: wire one of the imports to another part or to the host, or move what both need into a
third one. (In a component there are no circles, as it could not have been made.)",
};

pub(super) static TWO_VERSIONS: Code = Code {
    name: "graph/two-versions",
    severity: Severity::Warning,
    page: "\
Two versions of one package are used that are on the same semver track, such as 0.2.0 and 0.2.6:
they are compatible by their numbers, and one would do. As long as both are there, a type of the one
is not that of the other in tools that compare names, and the host has to know both.

Interfaces without functions count as well. Packages of one namespace with the same versions are one
finding. Build all parts against one version; composing with
`witkit compose` merges those that are left to the host.",
};

pub(super) static SAME_BYTES: Code = Code {
    name: "graph/same-bytes",
    severity: Severity::Warning,
    page: "\
Several instances are made of the same bytes. Each has a memory and state of its own, so what one is
told the others do not know; often one instance was meant for all. If the component is also embedded
several times, the file is larger than it has to be.

Inside of compositions that are the same themselves, nothing more is said. If separate state is
meant, nothing is to be done. `witkit compose` embeds equal files once, however many instances they
have.",
};

pub(super) static UNUSED_EXPORT: Code = Code {
    name: "graph/unused-export",
    severity: Severity::Warning,
    page: "\
An instance that takes part exports something that nobody uses: no other instance imports it, and it
is not exported by the whole. Interfaces that only have types, and types, are not looked at.
Instances that nobody reaches at all are `graph/unreached-part`.

Often it was to be exported by the whole (`--export PART.NAME` of `compose`), or is another version
of what somebody imports. Otherwise the part can do less.",
};

pub(super) static UNREACHED_PART: Code = Code {
    name: "graph/unreached-part",
    severity: Severity::Warning,
    page: "\
A part takes up space and is of no use: no way leads to it from what the whole exports. Either
nothing is made of it, or there is an instance that no other one imports from. What its core code
does when it is instantiated is not looked at.

Leave it out, or wire the import that it was meant for: it may have another name or version.",
};

pub(super) static MIDDLEWARE_ORDER: Code = Code {
    name: "graph/middleware-order",
    severity: Severity::Warning,
    page: "\
Middleware is an instance that imports an interface and exports the same one (on the same semver
track): it stands before whoever serves it. Two things about chains of such are odd.

- Somebody goes around it: the one behind the middleware serves the same interface also to another
  importer, or it is what the whole exports, so that the outermost link of the chain is skipped.
  Importers that are middleware for that interface themselves, and those that the middleware itself
  needs (they could not go through it), are not meant. Neither are interfaces without functions.
- The same bytes are twice in one chain: every call passes them twice.

A gate that only some go through keeps nobody out. Wire all importers to the outermost middleware,
and have that exported: `witkit compose app.wasm --chain auth.wasm,trace.wasm`.",
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
