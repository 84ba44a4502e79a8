//! The findings of componentizing, each with its page; those of `preflight` are there.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

pub(super) static ADAPTER: Code = Code {
    name: "componentize/adapter",
    severity: Severity::Note,
    page: "\
The module imports functions of WASI 0.1 (`wasi_snapshot_preview1`), which a component cannot
import. witkit uses one of its built-in adapters, which implement them with WASI 0.2. The note says
which adapter was chosen and why:

- `command` for programs, which export `_start`; the adapter exports `wasi:cli/run`;
- `proxy` for modules whose world exports `wasi:http/incoming-handler` and which use neither files
  nor sockets, because hosts of HTTP handlers provide neither;
- `reactor` for everything else.

Choose another adapter, or none, with `--adapter`; use your own with `--adapt FILE`. With
`--adapter stub` or `--adapter deny`, a generated adapter implements the functions without WASI 0.2,
and the note is about the functions for which `--keep` keeps a built-in adapter.",
};

pub(super) static INVALID: Code = Code {
    name: "componentize/invalid",
    severity: Severity::Error,
    page: "\
The resulting component is not valid, although the imports and exports of the module fit its world.
With `--validate full` the code of the modules is validated too, and the fault is usually there; the
message then names the module. Without it, the code of a module is not validated until it is run.

Fix or rebuild the module that the message names. If the module is valid (`witkit validate`), please
report the problem and attach the module.",
};

pub(super) static LINKED_ALONE: Code = Code {
    name: "componentize/linked-alone",
    severity: Severity::Note,
    page: "\
The only module given is a shared library, built with `-shared`: it has a `dylink.0` section, and it
imports its memory, its stack and every symbol that other libraries define. It was linked on its
own, which works only if it needs no other library.

List all libraries, including `libc.so`: `witkit componentize libc.so app.so -o app.wasm`. If the
module is not meant to be a library, build it without `-shared`.",
};

pub(super) static NO_WORLD: Code = Code {
    name: "componentize/no-world",
    severity: Severity::Error,
    page: "\
A component has typed imports and exports, and these are described by a world. The module has no
`component-type` section, in which bindings generators embed the world, and no world was given with
`--wit`.

Pass the WIT package and, if it has several worlds, the name of the world:
`--wit wit --world greeter`. If the module was built with wit-bindgen, its section was lost: either
a tool removed the custom sections, or the crate or object file that contains the bindings was not
linked. A program that exports `_start` needs no world.",
};

pub(super) static NOT_A_LIBRARY: Code = Code {
    name: "componentize/not-a-library",
    severity: Severity::Error,
    page: "\
Several modules can be linked into one component with one memory only if they are shared libraries:
modules built with `-shared -fPIC`, whose `dylink.0` section states how much memory they need and
which other libraries they depend on. This module has no such section.

Build it as a shared library. To keep the modules separate, make a component of each and connect
them with `witkit compose`.",
};

pub(super) static SAME_NAME: Code = Code {
    name: "componentize/same-name",
    severity: Severity::Error,
    page: "\
Two adapters have the same name, so that it is ambiguous which of them provides the imports from
that name; or a library has the name of the one that `--use-built-in-libdl` adds. The name of an
adapter is its file name up to the first dot: `wasi_snapshot_preview1.reactor.wasm` provides
`wasi_snapshot_preview1`.

Remove one of them, or rename it with `NAME=FILE`.",
};

pub(super) static SEVERAL_MODULES: Code = Code {
    name: "componentize/several-modules",
    severity: Severity::Error,
    page: "\
Several modules were given where only one is allowed: `--embed` embeds a world into one module, and
only one of several shared libraries may export `_start`.

Embed the world into each module separately; keep the `_start` of one library only.",
};

pub(super) static UNKNOWN_IMPORT: Code = Code {
    name: "componentize/unknown-import",
    severity: Severity::Error,
    page: "\
`--rename-import OLD=NEW` names an import that the component does not have, so that nothing would be
renamed. The message suggests a similar import, or lists all of them.

OLD is the full name of an import of the component, with its version: `wasi:io/error@0.2.0`. If
several versions were merged, it is the highest one. Imports which the module does not use are not
part of the component and cannot be renamed.",
};

pub(super) static UNKNOWN_WORLD: Code = Code {
    name: "componentize/unknown-world",
    severity: Severity::Error,
    page: "\
The world cannot be determined: the package has no world with the name given in `--world`, it has
several worlds and `--world` is missing, or it has no world at all.

`--world greeter` selects a world of the package itself, `--world wasi:cli/command@0.2.0` one of a
dependency. If a package contains only interfaces, add a world that imports or exports them.",
};

pub(super) static UNREADABLE_SECTION: Code = Code {
    name: "componentize/unreadable-section",
    severity: Severity::Warning,
    page: "\
A custom section of the module, such as its names or its producers, is malformed and was left out.
Such a module is valid and runs, but function names are missing from backtraces.

The section was written or truncated by an outdated tool. Rebuild the module, or remove the section
with `--strip`.",
};

pub(super) static UNUSED_ADAPTER: Code = Code {
    name: "componentize/unused-adapter",
    severity: Severity::Warning,
    page: "\
An adapter was given, but the module imports nothing from the name that the adapter provides, so it
was left out of the component. Everything else was done as requested.

An adapter provides the imports from the module with the adapter's name: its file name up to the
first dot, or NAME in `--adapt NAME=FILE`. A module for WASI 0.2 imports interfaces such as
`wasi:io/streams@0.2.0` and needs no adapter; remove the flag.",
};

pub(super) static VERSION_CONFLICT: Code = Code {
    name: "componentize/version-conflict",
    severity: Severity::Error,
    page: "\
Imports of one interface in several versions on one semver track (`0.2.0` and `0.2.1`) are merged
into one import of the highest version, unless `--no-merge-imports` keeps them separate. Merging
requires that the higher version has everything that the lower one has, with the same types. These
two differ, and the module would misinterpret values of one type as another.

    package acme:e@0.2.0 { interface e { enum code { a, b } get: func() -> code; } }
    package acme:e@0.2.1 { interface e { enum code { b, a } get: func() -> code; } }

Keep both with `--no-merge-imports`, which requires a host that provides both, or build everything
against one version. The same finding is reported if a module and an adapter describe the same
version differently.",
};

pub(super) static WORLDS_DISAGREE: Code = Code {
    name: "componentize/worlds-disagree",
    severity: Severity::Error,
    page: "\
The world of the module is given in several places: in several `component-type` sections (bindings
were generated more than once), in such a section and with `--wit`, or with several `--wit` and
`--world` flags. All of these worlds are merged into one, whatever their names are. Two of them
conflict: they define the same name and version with different types, or use different string
encodings. The message shows both definitions.

Generate all bindings from the same version of the WIT package. Pass the same package with `--wit`,
or omit `--wit`.",
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
