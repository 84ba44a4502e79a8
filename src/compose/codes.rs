//! The findings of a composition, each with its page.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised.

use crate::diag::{Code, Severity};

pub(crate) static AMBIGUOUS: Code = Code {
    name: "compose/ambiguous",
    severity: Severity::Error,
    page: "\
Two or more parts export what an import asks for, and nothing says which of them is meant. Taking
the first would make the composition depend on the order of the command line, so none is taken.

Choose with `--wire PART.IMPORT=PROVIDER`, or leave the other part out. Where different importers
are to get different providers, give one `--wire` for each.",
};

pub(crate) static BAD_WIRE: Code = Code {
    name: "compose/bad-wire",
    severity: Severity::Error,
    page: "\
A `--wire` is not of the form `[PART.]IMPORT=PART[.EXPORT]`, or two of them wire one import to
different providers. (A wire that names the part wins over one for every part.)

To the left stands the import that is wired, for one part or, without `PART.`, for every part that
has it. To the right stands the part that serves, with the export if it has another name, or
`@host` to leave the import open (`@host.NAME` under another name).",
};

pub(crate) static BROKEN_CHAIN: Code = Code {
    name: "compose/broken-chain",
    severity: Severity::Error,
    page: "\
A `--chain` cannot be put where it belongs: a link does not fit the next (the outer one imports
nothing that the inner one exports, so nothing would pass through it), no part outside of the chain
has the import that it is put before, or other options want something else of the same import.

Every link imports and exports the interface that the chain wraps. The outermost comes first; the
last one imports from the root, or from what provides the import named as `EDGE=`. If that import is
wired with `--wire` as well, the last link gets what it is wired to.",
};

pub(crate) static CYCLE: Code = Code {
    name: "compose/cycle",
    severity: Severity::Error,
    page: "\
Parts need each other in a circle. A component is instantiated after everything that it imports, so
no order of instantiation exists.

The message shows the circle as a path and the import of each step. Break it by wiring one of the
imports to another part, by leaving it to the host, or by splitting one of the parts.",
};

pub(crate) static EXPORT_CONFLICT: Code = Code {
    name: "compose/export-conflict",
    severity: Severity::Error,
    page: "\
Two exports of the composition would have one name: `--export` asks for an export that the root, or
another `--export`, exports already.

A component exports a name once. Ask for other exports, or compose in two steps.",
};

pub(crate) static HIDDEN_EXPORT: Code = Code {
    name: "compose/hidden-export",
    severity: Severity::Warning,
    page: "\
With `--chain`, the exports of the composition are those of the outermost link. The root exports
something that no link passes on, so nobody can reach it from outside any more.

If that is meant, nothing is to be done. Otherwise export it besides: `--export ROOT.NAME`.",
};

pub(crate) static IMPORT_CONFLICT: Code = Code {
    name: "compose/import-conflict",
    severity: Severity::Error,
    page: "\
Two parts leave an import of one name open, but their types differ, so that no host can serve both
with one import. (Interfaces on one semver track are merged; they may each have functions that the
other lacks, but what both have must agree.)

Give one of them another name with `--wire PART.IMPORT=@host.NAME`, or serve one of them with a
part.",
};

pub(crate) static NEAR_MISS: Code = Code {
    name: "compose/near-miss",
    severity: Severity::Warning,
    page: "\
An import is left open although a part nearly exports it: the same interface on another semver
track (or with a version where the import has none), or one whose name differs in a letter or two.
The composition is made all the same, as the import may be left open; whether the host is meant to
provide it is for you to say.

If the part is meant, wire it by hand: the message has the `--wire`. Types decide then whether it
fits. Better, build both parts against one version. If the host is meant, say so:
`--wire PART.IMPORT=@host`.",
};

pub(crate) static OPEN_IMPORT: Code = Code {
    name: "compose/open-import",
    severity: Severity::Error,
    page: "\
A part imports something that no part exports, and it was not said that it may be left open. Left
open by accident, it would only fail when a host tries to run the composition.

An interface of types alone needs no part. With `--no-imports`, the composition provides it, but
not its resources: a part has to define these. A type of a world that an export uses, and that is
made of types of such an interface, is imported together with it, so with `--no-imports` it has to
be defined in an interface.

Imports of `wasi:*` may be left open without more ado. For others, add the part that exports it
(`-d FILE`), or say that the host has it: `--import 'acme:kv/*'`. If a part exports it on another
semver track, or under a name that differs in a letter or two, the message names that export.",
};

pub(crate) static REFUSED: Code = Code {
    name: "compose/refused",
    severity: Severity::Error,
    page: "\
The validator refused the composition for a reason that has no finding of its own yet. The message
carries the validator's words.

If the parts validate by themselves, this deserves a report with the parts.",
};

pub(crate) static RESOURCE_ESCAPES: Code = Code {
    name: "compose/resource-escapes",
    severity: Severity::Error,
    page: "\
A resource that a part defines would have to go where it cannot: to the host, by an import that is
left open and whose functions take or give that resource; or out of an export while the interface
that defines it cannot be exported.

Serve the open import with a part as well, or leave the interface that defines the resource to the
host, too, so that both come from one place.",
};

pub(crate) static RESOURCE_MISMATCH: Code = Code {
    name: "compose/resource-mismatch",
    severity: Severity::Error,
    page: "\
A part gets a resource from one provider, and an interface that uses it from another, which got the
resource elsewhere. Both have the same name, but a handle of the one is not a handle of the other.

Wire both to one provider. It happens when a part is instantiated twice and a parent and a child
get different instances of it.",
};

pub(crate) static SAME_NAME: Code = Code {
    name: "compose/same-name",
    severity: Severity::Error,
    page: "\
Two parts were given the same name with `-d NAME=FILE`. Names tell parts apart in wires, plans and
messages, so each must have its own. (Files without a given name are told apart by themselves.)",
};

pub(crate) static STALE_PLAN: Code = Code {
    name: "compose/stale-plan",
    severity: Severity::Error,
    page: "\
A plan that was read from a file does not fit the parts it names: an import or an export that it
speaks of is not there, or an import has come up that it does not mention. The parts were changed
after the plan was made.

Make the plan again with `--plan --format json`.",
};

pub(crate) static SWAPPED: Code = Code {
    name: "compose/swapped",
    severity: Severity::Error,
    page: "\
A part that nothing needs imports what the root exports, so probably the two were swapped. The
first file on the command line is the root, whose exports become those of the composition; parts
that provide its imports are given with `-d`.

```console
$ witkit compose adder.wasm -d calculator.wasm
error[compose/swapped]: `calculator` imports what `adder` exports: are they swapped?
```

It is an error if nothing else is wired, and otherwise a warning. If the part is not needed, remove
it from the command line.",
};

pub(crate) static TOO_LARGE: Code = Code {
    name: "compose/too-large",
    severity: Severity::Error,
    page: "\
The composition holds more core modules and components than engines accept in one component: 1,000
in all, counted at every depth (an implementation limit that wasmparser-based engines share).

Parts of one file are embedded once, however many instances they have; `--dedupe` shares identical
core modules between different parts. Beyond that, compose fewer parts into one component.",
};

pub(crate) static TYPE_MISMATCH: Code = Code {
    name: "compose/type-mismatch",
    severity: Severity::Error,
    page: "\
A part exports what another imports by name, but not by type, so that the one cannot be wired to the
other. It is an error and not a reason to look further: the name says that it is meant.

The message has the path to every difference, with both types as WIT. Rebuild one of the two parts
against the WIT of the other, or wire another provider.

An instance may export more than is asked for. Everything else has to be equal: names and types of
parameters, results, fields and cases, and whether a function is async.",
};

pub(crate) static UNKNOWN_NAME: Code = Code {
    name: "compose/unknown-name",
    severity: Severity::Error,
    page: "\
A `--wire`, `--chain` or `--export` names a part, an import or an export that is not there. The
message has the name that was probably meant, or all there are.

A part's name is its file's stem, or the NAME of `-d NAME=FILE`. The version of an interface may be
left out where that is clear.",
};

pub(crate) static UNUSED_PART: Code = Code {
    name: "compose/unused-part",
    severity: Severity::Warning,
    page: "\
A part was named with `-d`, and nothing in the composition needs it, so it was left out. The rest is
composed as asked.

The message says why: another part provides the imports that it could, or they have another name
or version; `--plan` shows where each import went. Parts that may or may not be needed belong into
a search path (`-p`).",
};

pub(crate) static UNSUPPORTED_CONFIG: Code = Code {
    name: "compose/unsupported-config",
    severity: Severity::Error,
    page: "\
A configuration in wasm-compose's YAML form asks for something that witkit does not do:
`import-components: true`, which leaves the parts themselves out and imports them as components.

Remove the key; the parts are then embedded.",
};

/// All of them.
pub static CODES: &[&Code] = &[
    &AMBIGUOUS,
    &BAD_WIRE,
    &BROKEN_CHAIN,
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
    &UNUSED_PART,
    &UNSUPPORTED_CONFIG,
];
