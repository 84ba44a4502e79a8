//! The codes that splitting raises, each with its page. May import: `diag` (rank 0).

use crate::diag::{Code, Severity};

pub(super) static NOT_A_COMPOSITION: Code = Code {
    name: "split/not-a-composition",
    severity: Severity::Error,
    page: "\
A composition instantiates components that are nested in it. This component does not: it is a part
itself, not something that parts were composed to, and there is nothing to split. (Encoders put
small components without code around what a component with code exports; these are no parts.)

Most components have core modules in them, and none of those can stand alone: `witkit inspect
--parts` shows what is nested, and `witkit inspect --extract PATH -o FILE` takes it out.",
};

pub(super) static NOT_PURE: Code = Code {
    name: "split/not-pure",
    severity: Severity::Error,
    page: "\
A composition that can be split does nothing but put components together. This one also has code
of its own around them: core modules that it instantiates, functions that it lifts or lowers. That
code belongs to no part, so the parts alone would not give the same component again.

Nested components can be taken out one by one (`witkit inspect --extract PATH -o FILE`), and one
can be put in the place of another (`witkit split --replace PATH=FILE`), whatever is around it.
With `--recursive`, a part of this kind stays whole, and a note says so.",
};

pub(super) static NOT_IN_PLAN: Code = Code {
    name: "split/not-in-plan",
    severity: Severity::Error,
    page: "\
The composition does something for which a plan (`witkit.plan/1`) has no words, so that it could
not be made again from its parts: an import or export is a type that the composition itself
defines, an import is passed on that no part imports, or a component is instantiated that a part
exports. Rather than to make a plan of something else, nothing is written.

Parts can still be taken out one by one (`witkit inspect --extract PATH -o FILE`), and replaced
(`witkit split --replace PATH=FILE`).",
};

pub(super) static IMPORTED_COMPONENT: Code = Code {
    name: "split/imported-component",
    severity: Severity::Error,
    page: "\
The composition does not have its parts in it: it imports components and instantiates them, as
`wac compose --import-dependencies` makes it. Whoever runs it is to bring the parts along.

Compose with the parts embedded (`wac compose` without that flag) and split the result.",
};

pub(super) static NOT_ALONE: Code = Code {
    name: "split/not-alone",
    severity: Severity::Error,
    page: "\
A nested component refers to something of the composition around it, by an outer alias, that
cannot be given to it: mostly a type. Taken out, it would not be a valid component.

Core modules and components that are shared in this way (as by `witkit compose --dedupe`) are put
back into each part that uses them; types are not.",
};

pub(super) static NOT_ALIKE: Code = Code {
    name: "split/not-alike",
    severity: Severity::Error,
    page: "\
The parts were composed again, to see whether they give what was split, and they do not: the
result is refused, or it imports or exports something else. The differences are listed. Nothing is
written, as a plan that makes something else is worse than none.

As a note, it says in what the result is better than what was split: it imports less, or exports
more. An import that no part uses is not there any more when the parts are composed again.",
};

pub(super) static STAYS_WHOLE: Code = Code {
    name: "split/stays-whole",
    severity: Severity::Note,
    page: "\
With `--recursive`, parts that are compositions themselves are split as well. This one has
components nested in it and could not be split; the note says why. Its file holds it as a whole,
so nothing is missing.",
};

pub(super) static UNUSED_COMPONENT: Code = Code {
    name: "split/unused-component",
    severity: Severity::Note,
    page: "\
A component is nested in the composition and never instantiated. It does nothing, so it is no
part, and a composition that is made again from the parts does not have it.

`witkit inspect --extract PATH -o FILE` takes it out.",
};

pub(super) static NOT_EMPTY: Code = Code {
    name: "split/not-empty",
    severity: Severity::Error,
    page: "\
The folder that the parts were to go to has files in it, and might not be the one that is meant.
Name a new or empty one. With `--force` files of the same names are overwritten, and all others
left alone.",
};

pub(super) static UNKNOWN_PART: Code = Code {
    name: "split/unknown-part",
    severity: Severity::Error,
    page: "\
`--replace NAME=FILE` puts a component or core module in the place of a nested one, and no part has
that name, path or index, or several have it.

`witkit inspect --parts` prints all parts with index and path. A name alone is enough if only one
part has it; the name of an instance means the component that it is an instance of. The names of the
files that `witkit split` writes (`component-1` for `component 1`, `inner/leaf` for what is in a
folder) are accepted as well. `witkit inspect --extract` takes the same names.",
};

pub(super) static SHARED_PART: Code = Code {
    name: "split/shared-part",
    severity: Severity::Error,
    page: "\
`--replace NAME=FILE` names one of several instances of a component. What is replaced is the
component, and with it all its instances; that this is meant has to be said by naming the
component.

To replace it for one instance only, split the composition, give that instance another `path` in
`plan.json`, and compose again.",
};

pub(super) static MISFIT: Code = Code {
    name: "split/misfit",
    severity: Severity::Error,
    page: "\
The component or core module given with `--replace` does not fit into the place of the old one: it
imports something that the old one did not, lacks an export that is used, or has one of the two with
another type; or a component was given for a core module, or the reverse. All differences to the old
part that may matter are listed, with both types; the help says what the validator reports.

To wire new imports of a component, split the composition, put the new file in the place of the old
one, and compose it with `witkit compose`. A core module must keep the imports that it was encoded
with; to give it others, wrap it again with `witkit componentize`.",
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
