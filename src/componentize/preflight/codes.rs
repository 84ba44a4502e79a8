//! The findings about a module and the world it is to have, each with its page.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

pub(crate) static NOT_A_MODULE: Code = Code {
    name: "componentize/not-a-module",
    severity: Severity::Error,
    page: "\
A core module was expected, but the file is something else: a component (which is already wrapped),
a composition of components, a WIT package, or not WebAssembly at all. witkit determines the kind of
a file from its contents, never from its name.

Some compilers emit a component directly, such as Rust's for `wasm32-wasip2`: use it as it is. Pass
WIT with `--wit`, together with the module that implements it.",
};

pub(crate) static MISSING_EXPORT: Code = Code {
    name: "componentize/missing-export",
    severity: Severity::Error,
    page: "\
The world exports a function, but the module has no matching export, so the function could not be
called. A function `add` of the interface `docs:adder/add@0.1.0` is exported by a core module as
`docs:adder/add@0.1.0#add`; a function of the world itself is exported under its own name.

    world adder { export docs:adder/add@0.1.0; }
    (module (func (export \"add\") …))      ;; not the expected name

Usually the generated bindings exist but do not export anything: in Rust the `export!(…)` macro is
not called or the crate is not a `cdylib`; in C the function is not defined or the generated files
are not linked; in Go and TinyGo `//go:wasmexport` is missing. The version is part of the name:
bindings generated from an older WIT package export a different name.",
};

pub(crate) static EXPORT_SIGNATURE: Code = Code {
    name: "componentize/export-signature",
    severity: Severity::Error,
    page: "\
The module exports a function under the right name, but its core WebAssembly signature is not the
one that the canonical ABI derives from the WIT function. Helper functions such as `cabi_realloc`,
`cabi_post_…` and the destructors of resources have fixed signatures as well.

    a: func(x: string) -> string;          // requires (param i32 i32) (result i32)
    (func (export \"a\"))                    ;; has no parameters and no results

Usually the bindings were generated from a different version of the WIT package. Generate them again
and rebuild, or pass the version that they were generated from.",
};

pub(crate) static EXPORTED_TWICE: Code = Code {
    name: "componentize/exported-twice",
    severity: Severity::Error,
    page: "\
The module has two exports for one function of the world: one with the legacy name and one with the
standard name (`cm32p2|…`), or one for synchronous and one for asynchronous calls. It is ambiguous
which of them to use.

Build the module with bindings of one kind only.",
};

pub(crate) static MISSING_CALLBACK: Code = Code {
    name: "componentize/missing-callback",
    severity: Severity::Error,
    page: "\
A function that is exported for asynchronous calls as `[async-lift]f` also needs an export
`[callback][async-lift]f`, which is called whenever an event that the function waits for occurs. The
module does not have that export.

    (func (export \"[async-lift]f\") (result i32) …)
    (func (export \"[callback][async-lift]f\") (param i32 i32 i32) (result i32) …)

Generated bindings export both. A function that blocks is exported as `[async-lift-stackful]f` and
needs no callback.",
};

pub(crate) static IMPORT_SIGNATURE: Code = Code {
    name: "componentize/import-signature",
    severity: Severity::Error,
    page: "\
The module imports a function of its world, or a built-in of the component model, with a core
WebAssembly signature that is not the one defined by the canonical ABI.

    bar: func(s: string);                  // is (param i32 i32)
    (import \"foo\" \"bar\" (func))            ;; has no parameters and no results

Usually the bindings were generated from a different version of the WIT package. Generate them again
and rebuild, or pass the version that they were generated from.",
};

pub(crate) static UNSATISFIED_IMPORT: Code = Code {
    name: "componentize/unsatisfied-import",
    severity: Severity::Error,
    page: "\
The module has an import that is not part of its world and that no adapter or library provides, so
it could never be instantiated. A component can satisfy imports of its core module with functions of
its world, built-ins of the component model, and exports of adapters, but with nothing else.

    (import \"env\" \"malloc\" (func (param i32) (result i32)))

Linkers import undefined symbols from `env`: link the library that defines them.
`wasi_snapshot_preview1` requires an adapter. Interfaces have to be imported by the world: pass the
right one with `--wit` and `--world`. Modules built for JavaScript (with wasm-bindgen, Emscripten,
or Go's `GOOS=js`) have to be built for WASI instead.",
};

pub(crate) static MISSING_FUNCTION: Code = Code {
    name: "componentize/missing-function",
    severity: Severity::Error,
    page: "\
The module imports a function from an interface of its world, but the interface has no function of
that name. Either the name is misspelled (in modules written by hand), or the module was built
against a newer version of the interface, which added the function.

    (import \"wasi:clocks/wall-clock@0.2.3\" \"timezone\" …)
    package wasi:clocks@0.2.0;             // does not have this function yet

Pass the version of the WIT package that the module was built with, or rebuild the module against
yours.",
};

pub(crate) static MISSING_MEMORY: Code = Code {
    name: "componentize/missing-memory",
    severity: Severity::Error,
    page: "\
Strings, lists and all values that do not fit into a few core parameters are passed through the
module's memory, which has to be exported as `memory` (or `cm32p2_memory`). The module exports no
such memory, or several.

    (memory (export \"memory\") 1)

Linkers export the memory by default, unless they are called with `--no-export-memory`. A module may
also import its memory from `env`.",
};

pub(crate) static MISSING_REALLOC: Code = Code {
    name: "componentize/missing-realloc",
    severity: Severity::Error,
    page: "\
Before a string or list can be passed to the module, space for it has to be allocated in the
module's memory, with a function that the module exports:

    (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) …)

The parameters are the old pointer, the old size, the alignment and the new size. Generated bindings
export this function; it is missing if they are not linked, or if a linker removed it as unused.
Link the bindings.",
};

pub(crate) static MISSING_TABLE: Code = Code {
    name: "componentize/missing-table",
    severity: Severity::Error,
    page: "\
The module starts threads by the index of a function in its table. The table therefore has to be
exported as `__indirect_function_table`, and it is not.

Link with `--export-table`.",
};

pub(crate) static WIDE_MEMORY: Code = Code {
    name: "componentize/wide-memory",
    severity: Severity::Error,
    page: "\
The module has a 64-bit memory (`memory64`, `wasm64`), but functions of the world pass pointers into
it. Pointers of the canonical ABI that bindings are generated for have 32 bits.

Build the module for `wasm32`.",
};

pub(crate) static ADAPTER: Code = Code {
    name: "componentize/unsuitable-adapter",
    severity: Severity::Error,
    page: "\
An adapter provides the imports from one core module name, such as `wasi_snapshot_preview1`, and
implements them with functions of the world. The given adapter does not export a function which the
module imports, exports it with a different signature, or requires something that the module does
not have: the adapter for commands calls `_start`, and all of them use the module's memory.

    witkit componentize lib.wasm --adapter command      # but lib.wasm has no `_start`

Use another adapter: `--adapter auto` chooses one that suits the module. Pass an adapter for another
name with `--adapt NAME=FILE`.",
};

pub(crate) static METADATA_VERSION: Code = Code {
    name: "componentize/metadata-version",
    severity: Severity::Error,
    page: "\
Bindings generators embed the world in a custom section `component-type…` of the module. The format
of this section has changed over time, and this one cannot be read: it was written by an
incompatible version of wit-bindgen or wit-component, or it is damaged. The message names the tool
and version that wrote it, if they are known.

Generate the bindings with a current wit-bindgen and rebuild. Or remove the section
(`wasm-tools strip -d component-type`) and pass the world with `--wit`.",
};

pub(crate) static METADATA_CONFLICT: Code = Code {
    name: "componentize/metadata-conflict",
    severity: Severity::Error,
    page: "\
The module has several custom sections `component-type…`, one for each library that brings its own
bindings. All of their worlds are merged into one, whatever their names are, and two of them
conflict: they define a type or function differently, or use different string encodings. The message
shows both definitions.

Usually two libraries were built with bindings for different contents of one WIT package. Build both
with the same package, or give the packages different versions.",
};

pub(crate) static MISSING_LIBRARY: Code = Code {
    name: "componentize/missing-library",
    severity: Severity::Error,
    page: "\
The `dylink.0` section of a shared library lists the file names of the libraries that it needs, and
one of those was not given.

    witkit componentize libc.so app.so -o app.wasm

Add it to the command line; if its file has a different name, as `NAME=FILE`.",
};

pub(crate) static DUPLICATE_LIBRARY: Code = Code {
    name: "componentize/duplicate-library",
    severity: Severity::Error,
    page: "\
Shared libraries refer to each other by file name, and two of the given libraries have the same
name, so that it is ambiguous which of them is meant.

Remove one of them, or rename it with `NAME=FILE`.",
};

pub(crate) static DUPLICATE_IMPORT: Code = Code {
    name: "componentize/duplicate-import",
    severity: Severity::Error,
    page: "\
A shared library imports the same name from the same module more than once. Core WebAssembly allows
this, and in modules that are not linked such imports are merged; but when libraries are linked,
each name can be provided to a library only once.

    (import \"env\" \"plus\" (func (param i32 i32) (result i32)))
    (import \"env\" \"plus\" (func (param i32 i32) (result i32)))

Rebuild the library with a current `wasm-ld`, or merge the imports with
`wasm-opt --duplicate-import-elimination`.",
};

pub(crate) static TLS_BASE_TYPES: Code = Code {
    name: "componentize/tls-base-types",
    severity: Severity::Error,
    page: "\
Code compiled by LLVM accesses its thread-local storage through the imports
`env::__wasm_get_tls_base` and `env::__wasm_set_tls_base`. Both handle the same address, but one is
declared with 32 bits and the other with 64.

    (import \"env\" \"__wasm_get_tls_base\" (func (result i64)))
    (import \"env\" \"__wasm_set_tls_base\" (func (param i32)))

Build all object files of the module for one target.",
};

pub(crate) static UNRESOLVED_SYMBOL: Code = Code {
    name: "componentize/unresolved-symbol",
    severity: Severity::Error,
    page: "\
A shared library imports a function, an address or an exception tag which none of the libraries
exports, or which is exported only with a different type.

Add the library that defines it to the command line. For programs that never call the missing
functions, `--stub-missing-functions` replaces each of them with a function that traps.",
};

pub(crate) static SYMBOL_CONFLICT: Code = Code {
    name: "componentize/symbol-conflict",
    severity: Severity::Error,
    page: "\
Two shared libraries export functions of the same name with different signatures. An import of the
function's address (`GOT.func`) has no signature, so it is ambiguous which of the two is meant.

Rename one of them, or do not export it (in C, declare it `static` or hidden).

The same finding is reported if two libraries import a function with different signatures and none
exports it: the function that `--stub-missing-functions` generates has only one signature. Rebuild
both libraries from the same headers.",
};

pub(crate) static LINKER_HOOK: Code = Code {
    name: "componentize/linker-hook",
    severity: Severity::Error,
    page: "\
Some names in a shared library are reserved for the linker: it calls `__wasm_call_ctors` or
`_initialize` (one of them, not both) and `__wasm_apply_data_relocs` before anything else, and it
provides `env::__wasm_get_stack_pointer` and similar functions. The library uses one of these names
with a different type, or exports two of them which exclude each other.

Rename the functions, if they are your own.",
};

pub(crate) static DROPPED_EXPORT: Code = Code {
    name: "componentize/dropped-export",
    severity: Severity::Warning,
    page: "\
The module has an export whose name looks like a function of a world, but the module's world does
not export such a function. It is dropped: a component exports exactly what its world exports.

    (func (export \"docs:adder/add@0.2.0#add\") …)       ;; the world exports version 0.1.0

Choose the world that has it with `--world`, or add it to the world.",
};

pub(crate) static NEVER_CALLED: Code = Code {
    name: "componentize/never-called",
    severity: Severity::Warning,
    page: "\
The module exports a function that has to run before the functions of its world, or that is the
program itself, and nothing in the component calls it. The component is created, but its global
variables are not initialized, or the program never runs.

- `__wasm_call_ctors` calls the constructors of C, C++ and Rust. A module linked as a reactor
  exports `_initialize`, which calls it and which is itself called when the component is
  instantiated. Link with `-mexec-model=reactor`, or export an `_initialize` that calls it.
- `_initialise` and similar names are not recognized: the initializer is called `_initialize`.
- `_start` is the entry point of a program. The adapter `command` exports `wasi:cli/run`, which
  calls it; the adapters `reactor` and `proxy` and `--adapter none` never call it.

    (func (export \"__wasm_call_ctors\") …)        ;; never called unless there is also:
    (func (export \"_initialize\") (call $__wasm_call_ctors))",
};

pub(crate) static UNTOUCHED_WORLD: Code = Code {
    name: "componentize/untouched-world",
    severity: Severity::Warning,
    page: "\
The world has imports, but the module uses none of them and exports nothing for the world either.
The component will have an empty world, which is rarely intended: usually the wrong world or the
wrong module was given.

Choose another world with `--world`, or check that the bindings are linked.",
};

pub(crate) static REFUSED: Code = Code {
    name: "componentize/refused",
    severity: Severity::Error,
    page: "\
The module and its world passed every check that has a page of its own, but the component could not
be encoded. The message is that of the encoder library.

Please report it: witkit should have found the cause and explained it.",
};

/// The codes raised here.
pub(crate) static CODES: &[&Code] = &[
    &ADAPTER,
    &DROPPED_EXPORT,
    &DUPLICATE_IMPORT,
    &DUPLICATE_LIBRARY,
    &EXPORTED_TWICE,
    &EXPORT_SIGNATURE,
    &IMPORT_SIGNATURE,
    &LINKER_HOOK,
    &METADATA_CONFLICT,
    &METADATA_VERSION,
    &MISSING_CALLBACK,
    &MISSING_EXPORT,
    &MISSING_FUNCTION,
    &MISSING_LIBRARY,
    &MISSING_MEMORY,
    &MISSING_REALLOC,
    &MISSING_TABLE,
    &NEVER_CALLED,
    &NOT_A_MODULE,
    &REFUSED,
    &SYMBOL_CONFLICT,
    &TLS_BASE_TYPES,
    &UNRESOLVED_SYMBOL,
    &UNSATISFIED_IMPORT,
    &UNTOUCHED_WORLD,
    &WIDE_MEMORY,
];
