//! The codes of `compose`, each with its page.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

pub(crate) static AMBIGUOUS: Code = Code {
    name: "compose/ambiguous",
    severity: Severity::Error,
    page: "\
Two or more parts export what an import needs, and nothing decides between them. Taking the first
would make the composition depend on the order of the command line, so witkit takes none.

```console
$ witkit compose app.wasm -d file.wasm -d syslog.wasm
error[compose/ambiguous]: ambiguous import `acme:log/log` of `app`: `file` and `syslog` export it
  help: choose one: `--wire app.acme:log/log=file` or `--wire app.acme:log/log=syslog`
```

Choose with `--wire PART.IMPORT=PROVIDER`, or leave the other part out. To give different importers
different providers, pass one `--wire` for each.",
};

pub(crate) static BAD_WIRE: Code = Code {
    name: "compose/bad-wire",
    severity: Severity::Error,
    page: "\
A `--wire` does not have the form `[PART.]IMPORT=PART[.EXPORT]`, or two of them wire one import to
different providers. (A wire that names the part overrides one without.)

The left side is the import to wire: of one part, or, without `PART.`, of every part that has it.
The right side is the part that provides it, with the export if that has another name, or `@host` to
leave the import to the host (`@host.NAME` under another name).

```console
$ witkit compose app.wasm -d log.wasm --wire app.acme:log/log
error[compose/bad-wire]: `--wire app.acme:log/log`: missing `=`
  help: use the form `--wire [PART.]IMPORT=PART[.EXPORT]`
```",
};

pub(crate) static BAD_TRACE: Code = Code {
    name: "compose/bad-trace",
    severity: Severity::Error,
    page: "\
An import cannot be traced with `--trace`, or `--trace-to` does not name an import.

A traced import is passed on by a generated part, which imports and exports the same types. A type
that is in no interface, or whose values are larger than a megabyte, cannot be passed on like this;
the message names the item. Leave it out with a narrower pattern: `acme:kv/store.get` traces one
function.

`--trace-to` takes the name of an import: `acme:log/sink`, an interface with
`log: func(line: string)`, or `log`, a function of that type.",
};

pub(crate) static BAD_VALUE: Code = Code {
    name: "compose/bad-value",
    severity: Severity::Error,
    page: "\
The value that `--stub FUNCTION=VALUE`, or `stub` in a witkit.toml, gives for a function cannot be
used: it is not WAVE, it is not of the type that the function returns, or the function is not
stubbed.

```console
$ witkit compose app.wasm --stub 'acme:kv/store.count=\"many\"'
error[compose/bad-value]: invalid value of `acme:kv/store.count`: expected u32, found `\"many\"`
```

WAVE writes values as WIT names them: `some(1)`, `err(access-denied)`, `[1, 2]`,
`{key: \"a\", size: 2}`. Fields of type option may be omitted. Handles of resources, streams, futures
and maps cannot be written.

A function is not stubbed if a part provides it, `--deny` matches it as well, or `--wire` leaves it
to the host.",
};

pub(crate) static BAD_REPLAY: Code = Code {
    name: "compose/bad-replay",
    severity: Severity::Error,
    page: "\
A file that `--replay` answers from cannot be used: a line in it is not a call, names a function
that the interface does not have, or has an argument or a result of another type than the function
has. Or the file has no call of the interfaces that the pattern matches.

```console
$ witkit compose app.wasm --replay acme:kv/store=calls.txt
error[compose/bad-replay]: invalid call in `calls.txt`: expected u32, found `\"many\"`
```

Each line is a call as `--trace` prints it: `acme:kv/store#get(\"a\") = some(\"1\")`. `_` stands
for any argument, and `...` behind the line for any number of calls. Lines that begin with `//`,
empty lines, and calls of other interfaces are ignored.

A result has to be complete: trace with `--trace-limit 0`, which does not cut long strings and
lists.",
};

pub(crate) static BAD_VIRTUAL: Code = Code {
    name: "compose/bad-virtual",
    severity: Severity::Error,
    page: "\
`files` of `[virtual]` names something that cannot be embedded: a path in the guest that is not
absolute, has `.` or `..`, is there twice or leads through a file; a directory that leads to itself
by a link; a name that is not UTF-8; something that is neither a file nor a directory.

```console
$ witkit compose app.wasm --virtual hermetic.toml
error[compose/bad-virtual]: invalid path `data` in `files`: it is not absolute
```

Files that do not exist are `input/unreadable`.",
};

pub(crate) static BROKEN_CHAIN: Code = Code {
    name: "compose/broken-chain",
    severity: Severity::Error,
    page: "\
A `--chain` cannot be wired. Either one link does not fit the next (the outer one imports nothing
that the inner one exports, so no call would pass through it), or no part outside the chain has the
import that the chain is put before, or another option wires the same import differently.

Every link imports and exports the interface that the chain wraps. The outermost link comes first;
the last one imports from the root, or, with `EDGE=`, from what provides the import `EDGE`. If
`--wire` wires that import as well, the last link gets what it is wired to.

```console
$ witkit compose app.wasm --chain auth.wasm,adder.wasm
error[compose/broken-chain]: broken chain: `auth` imports nothing that `adder` exports
```",
};

pub(crate) static CANNOT_GENERATE: Code = Code {
    name: "compose/cannot-generate",
    severity: Severity::Error,
    page: "\
`--deny`, `--stub` or `--replay` matches an import for which no part can be generated, or something
is to be virtual that witkit does not know: a function or a type that is not in a release of WASI.

A stub returns harmless values, but cannot create a resource that something else creates as well:
`wasi:cli/stdout` returns an `output-stream`, and so does `wasi:filesystem/types`. A stream created
by the stub would have another type than those of the host.

```console
$ witkit compose app.wasm --stub acme:io/stdio --import 'acme:io/*'
error[compose/cannot-generate]: cannot stub `acme:io/stdio#out`: it returns a resource of the host
  note: the resource is `stream` of `acme:io/streams`
  help: stub what makes and uses it too: `--stub 'acme:io/streams'`
```

Stub everything that uses the resource, or deny the function: denied functions create nothing.

Parts cannot be generated for interfaces with core modules, components, instances or values.",
};

pub(crate) static CYCLE: Code = Code {
    name: "compose/cycle",
    severity: Severity::Error,
    page: "\
Parts depend on each other in a cycle. A component is instantiated after everything that it imports,
so there is no order in which these parts can be instantiated.

```console
$ witkit compose egg.wasm -d chicken.wasm
error[compose/cycle]: cyclic dependency between parts: egg → chicken → egg
```

The message shows the cycle as a path, and each label shows an import on it. To break it, wire one
of the imports to another part, leave one to the host (`--wire PART.IMPORT=@host`), or split one of
the parts in two.",
};

pub(crate) static EXPORT_CONFLICT: Code = Code {
    name: "compose/export-conflict",
    severity: Severity::Error,
    page: "\
Two exports of the composition would have the same name: `--export` adds an export that the root, or
another `--export`, already provides.

```console
$ witkit compose cache.wasm -d store.wasm --export store
error[compose/export-conflict]: `cache` and `store` both export `acme:kv/store@0.1.0`
```

A component cannot export a name twice. Export other items (`--export PART.NAME`), or compose in two
steps.",
};

pub(crate) static HIDDEN_EXPORT: Code = Code {
    name: "compose/hidden-export",
    severity: Severity::Warning,
    page: "\
With `--chain`, the exports of the composition are those of the outermost link. The root exports
something that no link passes on, so the composition does not export it.

```console
$ witkit compose store.wasm --chain cache.wasm
warning[compose/hidden-export]: the chain hides the export `acme:kv/admin@0.1.0` of `store`
```

Ignore the warning if that is intended. Otherwise export it as well: `--export ROOT.NAME`.",
};

pub(crate) static IMPORT_CONFLICT: Code = Code {
    name: "compose/import-conflict",
    severity: Severity::Error,
    page: "\
Two parts leave an import of the same name to the host, but their types differ, so one import of the
composition cannot satisfy both. (Semver-compatible versions of an interface are merged: each may
have functions that the other lacks, but the functions of both must agree.)

```console
$ witkit compose app.wasm -d child.wasm --import log
error[compose/import-conflict]: `app` and `child` leave `log` to the host, with different types
```

Give one of the imports another name with `--wire PART.IMPORT=@host.NAME`, or satisfy one of them
with a part.",
};

pub(crate) static NEAR_MISS: Code = Code {
    name: "compose/near-miss",
    severity: Severity::Warning,
    page: "\
An import is left to the host although a part exports something very similar: the same interface in
an incompatible version (or with a version where the import has none), or an interface whose name
differs by a letter or two. The import may be left to the host, so the composition is made; witkit
cannot know which of the two is intended.

If the part is intended, wire it explicitly with the `--wire` from the message; the types decide
whether it fits. Building both parts against one version is better. If the host is intended, say so:
`--wire PART.IMPORT=@host`.",
};

pub(crate) static OPEN_IMPORT: Code = Code {
    name: "compose/open-import",
    severity: Severity::Error,
    page: "\
A part imports something that no part exports, and the import may not be left to the host. If it was
left there by accident, it would only fail when a host tries to run the composition.

```console
$ witkit compose app.wasm
error[compose/open-import]: unresolved import `acme:kv/store` of `app`: no part exports it
```

Imports of `wasi:*` are left to the host by default. For others, add the part that exports them
(`-d FILE`), or allow them: `--allow 'acme:kv/*'`. If a part exports the interface in an
incompatible version, or under a name that differs by a letter or two, the message names that
export.

An interface that contains only types needs no part. With `--no-imports`, the composition provides
it, except for its resources, which a part has to define. A type of a world that an export uses and
that is made of types of such an interface is imported together with that interface, so with
`--no-imports` it has to be defined in an interface.",
};

pub(crate) static REFUSED: Code = Code {
    name: "compose/refused",
    severity: Severity::Error,
    page: "\
The validator rejected the composition for a reason that has no code of its own yet. The message
contains the validator's error.

If each part is valid by itself (`witkit validate`), please report it, with the parts.",
};

pub(crate) static RESOURCE_ESCAPES: Code = Code {
    name: "compose/resource-escapes",
    severity: Severity::Error,
    page: "\
A resource that a part defines would be used where it is not available: by the host, through an
import that is left to it and whose functions take or return the resource; or by an export, while
the interface that defines the resource cannot be exported.

Satisfy the import with a part as well, or leave the interface that defines the resource to the host
too, so that both come from one place.",
};

pub(crate) static RESOURCE_MISMATCH: Code = Code {
    name: "compose/resource-mismatch",
    severity: Severity::Error,
    page: "\
A part gets a resource from one provider, and an interface that uses the resource from another
provider, which has the resource from somewhere else. The two resources have the same name but are
different types: a handle to one is not a handle to the other.

Wire both to one provider. This happens when a part is instantiated twice, and a parent and a child
get different instances of it.",
};

pub(crate) static SAME_NAME: Code = Code {
    name: "compose/same-name",
    severity: Severity::Error,
    page: "\
Two parts were given the same name with `-d NAME=FILE`. Wires, plans and messages refer to parts by
name, so names must be unique. (Files without a given name get unique names.)

```console
$ witkit compose app.wasm -d log=log-file.wasm -d log=log-syslog.wasm
error[compose/same-name]: a part named `log` already exists
```

Give each part its own name: `-d NAME=FILE`.",
};

pub(crate) static STALE_PLAN: Code = Code {
    name: "compose/stale-plan",
    severity: Severity::Error,
    page: "\
A plan that was read from a file does not fit the parts it names: an import or export in the plan
does not exist, or a part has an import that the plan does not mention. The parts have changed since
the plan was made.

```console
$ witkit compose -c plan.json -o out.wasm
error[compose/stale-plan]: the wires of `app` in the plan do not match its imports
```

Make the plan again with `--plan --format json`.",
};

pub(crate) static SWAPPED: Code = Code {
    name: "compose/swapped",
    severity: Severity::Error,
    page: "\
An unused part imports what the root exports, so the two were probably swapped. The first file on
the command line is the root: its exports become those of the composition. Parts that provide its
imports are given with `-d`.

```console
$ witkit compose adder.wasm -d calculator.wasm
error[compose/swapped]: `calculator` imports what the root `adder` exports: they may be swapped
```

This is an error if nothing else is wired, and otherwise a warning. Swap the two; if the part is not
needed, remove it from the command line.",
};

pub(crate) static TOO_LARGE: Code = Code {
    name: "compose/too-large",
    severity: Severity::Error,
    page: "\
The composition contains more than engines accept in one component (implementation limits of
engines that use wasmparser): 1,000 core modules and components in all, counted at every depth, or
4,096 instances, of which each interface that one part passes to another is one too.

Parts of one file are embedded once, however many instances they have, and `--dedupe` shares
identical core modules of different parts. If that is not enough, compose fewer parts into one
component.",
};

pub(crate) static TYPE_MISMATCH: Code = Code {
    name: "compose/type-mismatch",
    severity: Severity::Error,
    page: "\
A part exports what another part imports, but with a different type, so the two cannot be wired. It
is an error, and witkit does not look for another provider, because the name shows that this export
is intended.

The labels give the path to every difference, with both types in WIT. Rebuild one of the parts
against the WIT of the other, or wire another provider.

```console
$ witkit compose app.wasm -d log.wasm
error[compose/type-mismatch]: `log` exports `acme:log/log` with a different type than `app` imports
```

An instance may export more than is imported. Everything else has to be equal: the names and types
of parameters, results, fields and cases, and whether a function is async.",
};

pub(crate) static UNKNOWN_NAME: Code = Code {
    name: "compose/unknown-name",
    severity: Severity::Error,
    page: "\
A `--wire`, `--chain` or `--export` names a part, an import or an export that does not exist. The
help suggests the most similar name, or a note lists all of them.

```console
$ witkit compose app.wasm -d store.wasm --wire ap.acme:kv/store=store
error[compose/unknown-name]: `--wire ap.acme:kv/store=store`: cannot find part `ap`
  help: did you mean `app`?
```

A part's name is its file's stem, or the NAME of `-d NAME=FILE`. The version of an interface can be
omitted if the name is unique without it.",
};

pub(crate) static UNTRACED: Code = Code {
    name: "compose/untraced",
    severity: Severity::Warning,
    page: "\
A `--trace` pattern matches an import that several exports provide together. Its calls are passed on
without being traced; whatever else the pattern matches is traced.",
};

pub(crate) static UNUSED_PART: Code = Code {
    name: "compose/unused-part",
    severity: Severity::Warning,
    page: "\
A part was given with `-d`, but no part of the composition imports anything from it. It was left
out; the rest was composed.

```console
$ witkit compose app.wasm -d store.wasm -d spare.wasm
warning[compose/unused-part]: unused part `spare`: `app` gets `acme:kv/store` from `store`
```

The message says why: another part provides the imports that it could provide, or those have another
name or version. `--plan` shows what satisfies each import. Remove the part, or put parts that are
needed only sometimes into a search path (`-p`).",
};

pub(crate) static UNSUPPORTED_CONFIG: Code = Code {
    name: "compose/unsupported-config",
    severity: Severity::Error,
    page: "\
A configuration in wasm-compose's YAML format uses a feature that witkit does not support:
`import-components: true`, which imports the parts as components instead of embedding them. Remove
the key; the parts are then embedded.

Or the file is a manifest of wasmCloud, for wadm or Kubernetes. Its links connect components and
providers as they run, across hosts, and say nothing about which components become one. Pass the
components themselves.",
};

/// All of them.
pub static CODES: &[&Code] = &[
    &AMBIGUOUS,
    &BAD_WIRE,
    &BAD_TRACE,
    &BAD_REPLAY,
    &BAD_VALUE,
    &BAD_VIRTUAL,
    &BROKEN_CHAIN,
    &CANNOT_GENERATE,
    &CYCLE,
    &EXPORT_CONFLICT,
    &HIDDEN_EXPORT,
    &IMPORT_CONFLICT,
    &NEAR_MISS,
    &OPEN_IMPORT,
    &REFUSED,
    &RESOURCE_ESCAPES,
    &RESOURCE_MISMATCH,
    &SAME_NAME,
    &STALE_PLAN,
    &SWAPPED,
    &TOO_LARGE,
    &TYPE_MISMATCH,
    &UNKNOWN_NAME,
    &UNTRACED,
    &UNUSED_PART,
    &UNSUPPORTED_CONFIG,
];
