//! The findings of componentizing, each with its page; those of `preflight` are there.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

pub(super) static ADAPTER: Code = Code {
    name: "componentize/adapter",
    severity: Severity::Note,
    page: "\
The module imports functions of WASI 0.1 (`wasi_snapshot_preview1`), which no component can import.
An adapter that is built into witkit serves them with those of WASI 0.2. The note says which one was
taken, and why:

- `command` for programs, which have a `_start`; it exports `wasi:cli/run`;
- `proxy` for modules whose world exports `wasi:http/incoming-handler` and that use neither files
  nor sockets, because hosts of HTTP handlers have none;
- `reactor` for everything else.

`--adapter` takes another one or none, and `--adapt FILE` one of your own. With `--adapter stub` or
`--adapter deny`, a generated adapter answers in place of WASI 0.2, and the note is about the
functions that `--keep` leaves with a built-in one.",
};

pub(super) static INVALID: Code = Code {
    name: "componentize/invalid",
    severity: Severity::Error,
    page: "\
The component that came out is not valid, though the module's imports and exports fit its world.
With `--validate full` the code of the modules is validated as well, and most often it is there that
something is wrong: then the message names the module. By itself, a module is validated when it is
run at the latest.

If the module is valid, this deserves a report with the module.",
};

pub(super) static LINKED_ALONE: Code = Code {
    name: "componentize/linked-alone",
    severity: Severity::Note,
    page: "\
The only module given is a shared library, built with `-shared`: it has a `dylink.0` section, and
imports its memory, its stack and what other libraries define. It was linked by itself, which works
only if it needs no other.

Name all libraries, `libc.so` among them: `witkit componentize libc.so app.so -o app.wasm`. Where no
library is meant, build without `-shared`.",
};

pub(super) static NO_WORLD: Code = Code {
    name: "componentize/no-world",
    severity: Severity::Error,
    page: "\
A component has imports and exports with types, and nothing says which these are to be: the module
has no `component-type` section, in which bindings generators write the world that they were run
for, and none was given with `--wit`.

Give the WIT package and, if it has several worlds, the world: `--wit wit --world greeter`. If the
module was built with wit-bindgen, its section was lost: by a tool that removes custom sections, or
because the crate or object file with the bindings was not linked. A program with a `_start` needs
no world.",
};

pub(super) static NOT_A_LIBRARY: Code = Code {
    name: "componentize/not-a-library",
    severity: Severity::Error,
    page: "\
Several modules are linked into one component with one memory, which only shared libraries are made
for: modules built with `-shared` and `-fPIC`, which say in a `dylink.0` section how much memory
they need and which libraries besides. This module has no such section.

Build it as a shared library. If the modules are to stay apart, make each a component of its own and
connect them with `witkit compose`.",
};

pub(super) static SAME_NAME: Code = Code {
    name: "componentize/same-name",
    severity: Severity::Error,
    page: "\
Two adapters have the same name, so that it is not clear which of them serves the imports from it;
or a library has the name of the one that `--use-built-in-libdl` adds. An adapter is called as its
file up to the first dot: `wasi_snapshot_preview1.reactor.wasm` serves `wasi_snapshot_preview1`.

Leave one of them out, or give it another name with `NAME=FILE`.",
};

pub(super) static SEVERAL_MODULES: Code = Code {
    name: "componentize/several-modules",
    severity: Severity::Error,
    page: "\
Several modules were given where only one is possible: `--embed` writes one module with its world in
it, and of several shared libraries only one can export `_start`.

Embed the world into each module by itself; keep the `_start` of one library only.",
};

pub(super) static UNKNOWN_IMPORT: Code = Code {
    name: "componentize/unknown-import",
    severity: Severity::Error,
    page: "\
`--rename-import OLD=NEW` names an import that the component does not have, so that nothing would be
renamed. The message has the name that was probably meant, or all there are.

The old name is that of the component's import, with its version: `wasi:io/error@0.2.0`. Where
versions are merged, it is the highest one. Imports of which the module uses nothing are left out
and cannot be renamed.",
};

pub(super) static UNKNOWN_WORLD: Code = Code {
    name: "componentize/unknown-world",
    severity: Severity::Error,
    page: "\
It is not clear which world of the WIT package is meant: the one that `--world` names is not there,
or there are several and `--world` says nothing, or there is none at all.

`--world greeter` is a world of the package itself, `--world wasi:cli/command@0.2.0` one of a
package that it depends on. A package that only has interfaces needs a world that imports or exports
them.",
};

pub(super) static UNREADABLE_SECTION: Code = Code {
    name: "componentize/unreadable-section",
    severity: Severity::Warning,
    page: "\
A custom section of the module, its names or the tools that made it, is not of the form that it has
to have, and was left out. Modules with such sections are valid and run, but the names of functions
are missing in backtraces.

Some older tool wrote or cut it. Build the module again, or remove the section with `--strip`.",
};

pub(super) static UNUSED_ADAPTER: Code = Code {
    name: "componentize/unused-adapter",
    severity: Severity::Warning,
    page: "\
An adapter was given, and the module imports nothing from the name that it serves, so it was left
out of the component. The rest is made as asked.

An adapter serves the imports from the module of its name: its file's, up to the first dot, or the
NAME of `--adapt NAME=FILE`. A module for WASI 0.2 imports interfaces (`wasi:io/streams@0.2.0`) and
needs no adapter at all.",
};

pub(super) static VERSION_CONFLICT: Code = Code {
    name: "componentize/version-conflict",
    severity: Severity::Error,
    page: "\
Imports of one interface in several versions on one semver track (`0.2.0` and `0.2.1`) become one
import of the highest version, unless `--no-merge-imports` keeps each. For that, the higher version
must have everything that the lower one has, with the same types. These two differ, so that the
module would read one type as another.

    package acme:e@0.2.0 { interface e { enum code { a, b } get: func() -> code; } }
    package acme:e@0.2.1 { interface e { enum code { b, a } get: func() -> code; } }

Keep both with `--no-merge-imports`; then the host has to provide both. Or build everything against
one version. The same is said of one version that a module and an adapter describe differently.",
};

pub(super) static WORLDS_DISAGREE: Code = Code {
    name: "componentize/worlds-disagree",
    severity: Severity::Error,
    page: "\
What the module is to be is said in several places: in several `component-type` sections, because
bindings were generated several times, in its section and with `--wit`, or with several `--wit` and
`--world`. All of them are united into one world, whatever they are called, and they contradict each
other: what has one name and version has different types in two of them, or strings are encoded
differently. The message shows both definitions.

Generate all bindings from the same version of the WIT package, and give that with `--wit`, or leave
`--wit` out.",
};

/// All of them.
pub static CODES: &[&Code] = &[
    &ADAPTER,
    &INVALID,
    &LINKED_ALONE,
    &NOT_A_LIBRARY,
    &NO_WORLD,
    &SAME_NAME,
    &SEVERAL_MODULES,
    &UNKNOWN_IMPORT,
    &UNKNOWN_WORLD,
    &UNREADABLE_SECTION,
    &UNUSED_ADAPTER,
    &VERSION_CONFLICT,
    &WORLDS_DISAGREE,
];
