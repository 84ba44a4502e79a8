//! The findings about a module and the world it is to have, each with its page.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

pub(crate) static NOT_A_MODULE: Code = Code {
    name: "componentize/not-a-module",
    severity: Severity::Error,
    page: "\
A core module was needed, and the file is something else: a component (which needs no wrapping any
more), a composition of several, a WIT package, or no WebAssembly at all. What a file is, is told
by its bytes and never by its name.

A component comes out of newer compilers directly, such as Rust's for `wasm32-wasip2`: use it as it
is. WIT belongs behind `--wit`, beside the module that implements it.",
};

pub(crate) static MISSING_EXPORT: Code = Code {
    name: "componentize/missing-export",
    severity: Severity::Error,
    page: "\
The world exports a function, and the module has no export for it, so that nobody could call it. A
function `add` of the interface `docs:adder/add@0.1.0` is exported by a core module under the name
`docs:adder/add@0.1.0#add`; a function of the world itself, under its own name.

    world adder { export docs:adder/add@0.1.0; }
    (module (func (export \"add\") …))      ;; not the name that is looked for

Mostly the generated bindings are there, but nothing has them export: in Rust the `export!(…)` macro
is not called or the crate is no `cdylib`; in C the function is not defined or the generated files
are not linked; in Go and TinyGo `//go:wasmexport` is missing. The version counts, too: bindings
made from an older WIT export another name.",
};

pub(crate) static EXPORT_SIGNATURE: Code = Code {
    name: "componentize/export-signature",
    severity: Severity::Error,
    page: "\
The module exports a function under the right name, but with other parameters or results in core
WebAssembly than the WIT function has by the canonical ABI. Helpers such as `cabi_realloc`,
`cabi_post_…` and the destructors of resources have fixed signatures likewise.

    a: func(x: string) -> string;          // asks for (param i32 i32) (result i32)
    (func (export \"a\"))                    ;; has no parameters and no results

Mostly the bindings were made from another version of the WIT than the one the component is to
have. Generate them again and rebuild, or give the WIT that they were made from.",
};

pub(crate) static EXPORTED_TWICE: Code = Code {
    name: "componentize/exported-twice",
    severity: Severity::Error,
    page: "\
The module has two exports that both stand for one function of the world: by the legacy name and by
the standard one (`cm32p2|…`), or once for synchronous and once for asynchronous calls. Nothing
says which of them is meant.

Build it with bindings of one kind only.",
};

pub(crate) static MISSING_CALLBACK: Code = Code {
    name: "componentize/missing-callback",
    severity: Severity::Error,
    page: "\
A function that is exported for asynchronous calls as `[async-lift]f` is called again through
`[callback][async-lift]f` whenever what it waits for has happened, and that export is missing.

    (func (export \"[async-lift]f\") (result i32) …)
    (func (export \"[callback][async-lift]f\") (param i32 i32 i32) (result i32) …)

Generated bindings export both. A function that blocks instead is exported as
`[async-lift-stackful]f`, without a callback.",
};

pub(crate) static IMPORT_SIGNATURE: Code = Code {
    name: "componentize/import-signature",
    severity: Severity::Error,
    page: "\
The module imports a function of its world, or a built-in of one, with other parameters or results
in core WebAssembly than it has by the canonical ABI.

    bar: func(s: string);                  // is (param i32 i32)
    (import \"foo\" \"bar\" (func))            ;; has no parameters and no results

Mostly the bindings were made from another version of the WIT. Generate them again and rebuild, or
give the WIT that they were made from.",
};

pub(crate) static UNSATISFIED_IMPORT: Code = Code {
    name: "componentize/unsatisfied-import",
    severity: Severity::Error,
    page: "\
The module imports something that its world does not import and no adapter or library provides, so
that it could never be instantiated. A component gives its core module functions of its world,
built-ins of the component model, and what adapters export: nothing else.

    (import \"env\" \"malloc\" (func (param i32) (result i32)))

`env` is where linkers put symbols that nothing defines: link the library that has them.
`wasi_snapshot_preview1` needs an adapter. Names of interfaces need a world that imports them: give
the right one with `--wit` and `--world`. Modules made for JavaScript (by wasm-bindgen, Emscripten,
or Go's `GOOS=js`) have to be built for WASI instead.",
};

pub(crate) static MISSING_FUNCTION: Code = Code {
    name: "componentize/missing-function",
    severity: Severity::Error,
    page: "\
The module imports a function from an interface of its world, and the interface has no function of
that name. Either the name is misspelt (in modules written by hand), or the module was built against
a newer version of the interface, in which the function was added.

    (import \"wasi:clocks/wall-clock@0.2.3\" \"timezone\" …)
    package wasi:clocks@0.2.0;             // has no such function yet

Take the WIT that the module was built with, or rebuild it against yours.",
};

pub(crate) static MISSING_MEMORY: Code = Code {
    name: "componentize/missing-memory",
    severity: Severity::Error,
    page: "\
Strings, lists and everything that does not fit into a few numbers go through the module's memory,
which has to be exported as `memory` (or `cm32p2_memory`), exactly one of them. The module has none,
or several.

    (memory (export \"memory\") 1)

Linkers export it by themselves unless they are told not to (`--no-export-memory`); a module that
imports its memory takes it from `env`.",
};

pub(crate) static MISSING_REALLOC: Code = Code {
    name: "componentize/missing-realloc",
    severity: Severity::Error,
    page: "\
Whoever passes a string or list to the module has to allocate room for it in the module's memory
first, and does so with a function that the module exports:

    (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) …)

The parameters are the old pointer, its size, the alignment and the new size. Generated bindings
have it; it is missing where they are not linked, or where a linker threw it away as unused.",
};

pub(crate) static MISSING_TABLE: Code = Code {
    name: "componentize/missing-table",
    severity: Severity::Error,
    page: "\
The module starts threads by the index of a function in its table, which has to be exported as
`__indirect_function_table` for that, and is not.

Link with `--export-table`.",
};

pub(crate) static WIDE_MEMORY: Code = Code {
    name: "componentize/wide-memory",
    severity: Severity::Error,
    page: "\
The module's memory has addresses of 64 bits (`memory64`, `wasm64`), and functions of the world pass
pointers into it. The canonical ABI that bindings are generated for has pointers of 32 bits.

Build the module for `wasm32`.",
};

pub(crate) static ADAPTER: Code = Code {
    name: "componentize/unsuitable-adapter",
    severity: Severity::Error,
    page: "\
An adapter stands for a module that the core module imports from, such as `wasi_snapshot_preview1`,
and turns those functions into functions of the world. The one that was given does not export a
function that is imported, has it with another type, or asks the module for something that it does
not have: the adapter for commands calls `_start`, all of them use the module's memory.

    witkit componentize lib.wasm --adapter command      # but lib.wasm has no `_start`

Take another adapter: `--adapter auto` chooses by what the module is. One of another name is given
as `--adapt NAME=FILE`.",
};

pub(crate) static METADATA_VERSION: Code = Code {
    name: "componentize/metadata-version",
    severity: Severity::Error,
    page: "\
Bindings leave the world that they were made from in a custom section `component-type…` of the
module, in a form that has changed with the years. This one cannot be read: it was written by a
generation of wit-bindgen or wit-component that is too old or too new, or it is damaged. The message
says which tool of which version wrote it, if that can be told.

Generate the bindings with a current wit-bindgen and rebuild, or remove the section (`wasm-tools
strip -d component-type`) and give the world with `--wit`.",
};

pub(crate) static METADATA_CONFLICT: Code = Code {
    name: "componentize/metadata-conflict",
    severity: Severity::Error,
    page: "\
The module has several custom sections `component-type…`, one from each library in it that has
bindings of its own, and together they make one world, whatever the worlds are called. These do not
fit together: two of them define one type or function differently, or encode its strings
differently. The message shows both definitions.

Mostly two libraries were built with bindings of different versions of one WIT package. Build them
with the same, or give the packages different versions.",
};

pub(crate) static MISSING_LIBRARY: Code = Code {
    name: "componentize/missing-library",
    severity: Severity::Error,
    page: "\
A shared library says in its section `dylink.0` which others it needs, by the names of their files,
and one of those is not among the modules that were given.

    witkit componentize libc.so app.so -o app.wasm

Name it as well; a file with another name is given as `NAME=FILE`.",
};

pub(crate) static DUPLICATE_LIBRARY: Code = Code {
    name: "componentize/duplicate-library",
    severity: Severity::Error,
    page: "\
Shared libraries find each other by the names of their files, and two of those that were given have
the same name, so that nothing says which of them is meant.

Leave one of them out, or give it another name as `NAME=FILE`.",
};

pub(crate) static DUPLICATE_IMPORT: Code = Code {
    name: "componentize/duplicate-import",
    severity: Severity::Error,
    page: "\
A shared library imports the same name from the same module more than once. Core WebAssembly allows
this, and in a module that is not linked such imports become one; but a component gives each library
one item for each name, so that the linker does not take it.

    (import \"env\" \"plus\" (func (param i32 i32) (result i32)))
    (import \"env\" \"plus\" (func (param i32 i32) (result i32)))

Rebuild the library with a current `wasm-ld`, or merge the imports with
`wasm-opt --duplicate-import-elimination`.",
};

pub(crate) static TLS_BASE_TYPES: Code = Code {
    name: "componentize/tls-base-types",
    severity: Severity::Error,
    page: "\
LLVM's code reaches its thread-local storage by way of the imports `env::__wasm_get_tls_base` and
`env::__wasm_set_tls_base`. Both are about one address, and here one of them has it with 32 bits and
the other with 64.

    (import \"env\" \"__wasm_get_tls_base\" (func (result i64)))
    (import \"env\" \"__wasm_set_tls_base\" (func (param i32)))

Build all object files of the module for one target.",
};

pub(crate) static UNRESOLVED_SYMBOL: Code = Code {
    name: "componentize/unresolved-symbol",
    severity: Severity::Error,
    page: "\
A shared library imports a function, an address or an exception tag that none of the libraries
exports, or that is exported with another type only.

Name the library that has it as well. `--stub-missing-functions` puts a function that traps in the
place of every missing one, for programs that never call them.",
};

pub(crate) static SYMBOL_CONFLICT: Code = Code {
    name: "componentize/symbol-conflict",
    severity: Severity::Error,
    page:
        "\
Two shared libraries export functions of one name with different signatures. Whoever imports the
function by its address only (`GOT.func`) says no signature, so that nothing would tell which of
the two is meant.

Rename one of them, or do not export it (in C, declare it `static` or hidden).

Or two libraries import a function with different signatures, and none exports it: the function that
`--stub-missing-functions` puts in its place has one signature. Rebuild both from the same headers.",
};

pub(crate) static LINKER_HOOK: Code = Code {
    name: "componentize/linker-hook",
    severity: Severity::Error,
    page: "\
Some names of a shared library are the linker's: it calls `__wasm_call_ctors` or `_initialize` (one
of them, not both) and `__wasm_apply_data_relocs` before anything else, and provides
`env::__wasm_get_stack_pointer` and its like. One of them is there with another type than it has to
have, or two exclude each other.

Such names are not for code of your own; rename the functions.",
};

pub(crate) static DROPPED_EXPORT: Code = Code {
    name: "componentize/dropped-export",
    severity: Severity::Warning,
    page: "\
The module has an export that looks as if it were meant for the component, but the world does not
export such a function, so that it is dropped: a component exports what its world says.

    (func (export \"docs:adder/add@0.2.0#add\") …)       ;; the world exports version 0.1.0

Choose the world that has it with `--world`, or add it to the world.",
};

pub(crate) static NEVER_CALLED: Code = Code {
    name: "componentize/never-called",
    severity: Severity::Warning,
    page: "\
The module exports a function that has to run before the functions of its world, or that is the
program itself, and nothing in the component calls it. The component is made, but global variables
are not initialized, or the program never runs.

- `__wasm_call_ctors` calls the constructors of C, C++ and Rust. A module linked as a reactor
  exports `_initialize`, which calls it and is itself called when the component is instantiated.
  Link with `-mexec-model=reactor`, or export an `_initialize` that calls it.
- `_initialise` and the like: the name of the initializer is `_initialize`.
- `_start` is a program's. The adapter `command` exports `wasi:cli/run`, which calls it; the
  adapters `reactor` and `proxy`, and `--adapter none`, leave it uncalled.

    (func (export \"__wasm_call_ctors\") …)        ;; without this, it is never called:
    (func (export \"_initialize\") (call $__wasm_call_ctors))",
};

pub(crate) static UNTOUCHED_WORLD: Code = Code {
    name: "componentize/untouched-world",
    severity: Severity::Warning,
    page: "\
The world imports things, and the module imports none of them and exports nothing for the world
either. The component will have a world without content, which is rarely what was meant: mostly it
is the wrong world, or the wrong module.

Choose another world with `--world`, or see whether the bindings are linked at all.",
};

pub(crate) static REFUSED: Code = Code {
    name: "componentize/refused",
    severity: Severity::Error,
    page: "\
The module and its world passed all checks that have a page of their own, and still no component can
be made of them. The message is in the words of the library that encodes components.

Please report it: such a message should be one that says what to do.",
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
