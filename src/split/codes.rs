//! The codes that splitting raises, each with its page. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static NOT_A_COMPOSITION: Code = Code {
    name: "split/not-a-composition",
    severity: Severity::Error,
    page: "\
A composition instantiates components that are nested in it. This component does not: it was built
as a single part, not composed from parts, so there is nothing to split. (Encoders wrap the exports
of a component with code in small components without code; those are not parts.)

```console
$ witkit split adder.wasm -o parts
error[split/not-a-composition]: `adder.wasm` is not a composition: it instantiates no components
```

Most components contain core modules, which are not components themselves: `witkit inspect --parts`
lists everything that is nested, and `witkit inspect --extract PATH -o FILE` extracts one of them.",
};

pub(super) static NOT_PURE: Code = Code {
    name: "split/not-pure",
    severity: Severity::Error,
    page: "\
A composition can be split if it only wires components together. This one also has code of its own
around them: core modules that it instantiates, functions that it lifts or lowers. That code belongs
to no part, so composing the parts would not give the same component again.

Extract nested components one by one (`witkit inspect --extract PATH -o FILE`), or replace one of
them (`witkit split --replace PATH=FILE`), which works whatever is around it. With `--recursive`,
such a part is kept whole, and a note says so.",
};

pub(super) static NOT_IN_PLAN: Code = Code {
    name: "split/not-in-plan",
    severity: Severity::Error,
    page: "\
The composition does something that a plan (`witkit.plan/1`) cannot express, so it could not be
composed again from its parts: a part gets a resource that the composition itself defines, or a
component is instantiated that a part exports. Because a plan for something else would be
misleading, nothing is written.

Extract parts one by one (`witkit inspect --extract PATH -o FILE`), or replace them
(`witkit split --replace PATH=FILE`).",
};

pub(super) static IMPORTED_COMPONENT: Code = Code {
    name: "split/imported-component",
    severity: Severity::Error,
    page: "\
The composition does not contain its parts: it imports components and instantiates them, like the
output of `wac compose --import-dependencies`. The host has to provide the parts.

Compose with the parts embedded (`wac compose` without that flag) and split the result.",
};

pub(super) static NOT_ALONE: Code = Code {
    name: "split/not-alone",
    severity: Severity::Error,
    page: "\
A nested component refers to something of the composition around it, by an outer alias, that cannot
be copied into it: usually a type. Extracted, it would not be a valid component.

Core modules and components that are shared in this way (as by `witkit compose --dedupe`) are copied
back into each part that uses them; types cannot be. The part can still be replaced in place:
`witkit split --replace PATH=FILE`.",
};

pub(super) static NOT_ALIKE: Code = Code {
    name: "split/not-alike",
    severity: Severity::Error,
    page: "\
The parts were composed again to verify the split, and the result is not equivalent to the input: it
is rejected, or it imports or exports something else. The labels list the differences. Nothing is
written, because a plan that makes something else is worse than none. Extract the parts one by one
instead (`witkit inspect --extract PATH -o FILE`).

As a note, this says that the result imports less or exports more than the input. An import that no
part uses is no longer imported when the parts are composed again.",
};

pub(super) static STAYS_WHOLE: Code = Code {
    name: "split/stays-whole",
    severity: Severity::Note,
    page: "\
With `--recursive`, parts that are compositions themselves are split as well. This one contains
components and could not be split; the note says why. Its file contains it whole, so nothing is
missing.",
};

pub(super) static UNUSED_COMPONENT: Code = Code {
    name: "split/unused-component",
    severity: Severity::Note,
    page: "\
A component is nested in the composition but never instantiated. It has no effect, so it is not a
part, and composing the parts again leaves it out.

To keep it, extract it: `witkit inspect --extract PATH -o FILE`.",
};

pub(super) static NOT_EMPTY: Code = Code {
    name: "split/not-empty",
    severity: Severity::Error,
    page: "\
The output directory already contains files, so it may not be the intended one. Name a new or empty
directory, or pass `--force` to overwrite files of the same names; other files are not touched.

```console
$ witkit split app.wasm -o parts
error[split/not-empty]: `parts` is not empty
```",
};

pub(super) static UNKNOWN_PART: Code = Code {
    name: "split/unknown-part",
    severity: Severity::Error,
    page: "\
`--replace NAME=FILE` replaces a nested component or core module, but no part has that name, path or
index, or several have it.

`witkit inspect --parts` lists all parts with index and path. A name is enough if only one part has
it; the name of an instance refers to the component that it is an instance of. The names of the
files that `witkit split` writes (`component-1` for `component 1`, `inner/leaf` for a part in a
subdirectory) are accepted as well. `witkit inspect --extract` accepts the same names.",
};

pub(super) static SHARED_PART: Code = Code {
    name: "split/shared-part",
    severity: Severity::Error,
    page: "\
`--replace NAME=FILE` names one of several instances of a component. Replacing it would replace the
component, and so all of its instances.

```console
$ witkit split app.wasm --replace log-2=log.wasm -o out.wasm
error[split/shared-part]: `log-2` is one of 2 instances of `log`
```

To replace all of them, name the component. To replace only one instance, split the composition,
give that instance another `path` in `plan.json`, and compose again.",
};

pub(super) static MISFIT: Code = Code {
    name: "split/misfit",
    severity: Severity::Error,
    page: "\
The component or core module given with `--replace` cannot take the place of the old one: it imports
something that the old one did not, lacks an export that is used, or has an import or export with a
different type; or a component was given for a core module, or the reverse. The labels list all
relevant differences to the old part, with both types; a note has the validator's error.

```console
$ witkit split app.wasm --replace log=new.wasm -o out.wasm
error[split/misfit]: `new.wasm` cannot replace `log`
```

To wire new imports of a component, split the composition, replace the old file with the new one,
and compose again with `witkit compose`. A core module must keep the imports that it was encoded
with; to change them, encode it again with `witkit componentize`.",
};

/// All of them.
pub static CODES: &[&Code] = &[
    &IMPORTED_COMPONENT,
    &MISFIT,
    &NOT_ALIKE,
    &NOT_ALONE,
    &NOT_A_COMPOSITION,
    &NOT_EMPTY,
    &NOT_IN_PLAN,
    &NOT_PURE,
    &SHARED_PART,
    &STAYS_WHOLE,
    &UNKNOWN_PART,
    &UNUSED_COMPONENT,
];
