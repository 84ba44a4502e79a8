//! The codes of scripts, each with its page.
//!
//! May import: `diag` (rank 0). Deliberately absent: when they are raised, and syntax errors, which
//! are those of WIT.

use crate::diag::{Code, Severity};

pub(crate) static UNKNOWN_NAME: Code = Code {
    name: "script/unknown-name",
    severity: Severity::Error,
    page: "\
A script uses a name that is not defined above, an export that an instance does not have, or an
argument for an import that a component does not have.

```console
$ witkit compose app.wac
error[script/unknown-name]: component `acme:app` has no import `stor`
  help: did you mean `acme:kv/store@0.1.0`?
```

Statements are carried out from top to bottom: define a name with `let` or `import` before it is
used. The name of an export or import can be shortened to what follows the last `/`, if only one
ends so.",
};

pub(crate) static UNKNOWN_PACKAGE: Code = Code {
    name: "script/unknown-package",
    severity: Severity::Error,
    page: "\
A script names a package for which there is no file, or whose file is not what the script needs:
`new` needs a component, and paths such as `acme:kv/store` need a WIT package.

`acme:kv` is read from `deps/acme/kv.wasm` (or `.wat`, `.wit`, or a folder of WIT files), and
`acme:kv@1.0.0` from `deps/acme/kv/1.0.0.wasm`. `--deps-dir` names another folder than `deps`, and
`-d PACKAGE=FILE` the file of one package.

```console
$ witkit compose app.wac
error[script/unknown-package]: cannot find package `acme:kv`
  help: pass it: `-d acme:kv=FILE`
```",
};

pub(crate) static DUPLICATE: Code = Code {
    name: "script/duplicate",
    severity: Severity::Error,
    page: "\
A script defines a name twice, passes two arguments for one import, or imports or exports two
items under one name. An item that is imported implicitly by `...` conflicts with an `import` of its
name, too.

```console
$ witkit compose app.wac
error[script/duplicate]: duplicate export `run`
```

Rename one of them: `import a as \"b\": …;`, `export a as b;`. To use an explicit import instead of
an implicit one, pass it as an argument: `new acme:app { log, ... }`.",
};

pub(crate) static NOT_AN_INSTANCE: Code = Code {
    name: "script/not-an-instance",
    severity: Severity::Error,
    page: "\
`.name`, `[\"name\"]` and `...` need an instance, which has exports; a function, a type or a
component has none.

```console
$ witkit compose app.wac
error[script/not-an-instance]: `f` is a function, not an instance
```

A component has exports once it is instantiated: `new acme:app { … }`.",
};

pub(crate) static MISSING_ARGUMENT: Code = Code {
    name: "script/missing-argument",
    severity: Severity::Error,
    page: "\
A component imports something that `new` passes no argument for. Without `...` at the end of its
arguments, every import needs one.

```console
$ witkit compose app.wac
error[script/missing-argument]: missing argument `acme:kv/store` of `acme:app`
  help: pass it, or import what is missing from the host: `new acme:app { ... }`
```",
};

pub(crate) static EXTERN_NAME: Code = Code {
    name: "script/extern-name",
    severity: Severity::Error,
    page: "\
The name of an import or export of a script is not valid, or there is none: what is exported has a
name of its own if it is an import or the export of an instance, but not if it is an instance from
`new`.

```console
$ witkit compose app.wac
error[script/extern-name]: the export of `app` has no name
  help: give it one: `export app as \"NAME\";`, or export what it exports: `export app...;`
```

A name is in kebab case, or the path of an interface: `acme:kv/store@0.1.0`.",
};

pub(crate) static NO_SPREAD: Code = Code {
    name: "script/spread-without-effect",
    severity: Severity::Error,
    page: "\
The exports of an instance are spread with `...`, but none of them is used: as arguments, no
remaining import has the name of an export; as exports, there are none, or all of these names are
exported already.

Remove it, or pass or export the item that is meant under its name.",
};

pub(crate) static TARGET: Code = Code {
    name: "script/target-mismatch",
    severity: Severity::Error,
    page: "\
The composition does not fit the world that its script `targets`: it imports something that the
world does not import, does not export something that the world exports, or has it with another
type.

```console
$ witkit compose app.wac
error[script/target-mismatch]: export `run` does not fit the world `acme:app/service`
```

The labels show both types. Change the script or the world, or remove `targets`.",
};

pub(crate) static NO_WORDS: Code = Code {
    name: "script/no-words",
    severity: Severity::Error,
    page: "\
A composition is to be written as a script of wac, and does something that the language has no words
for: a part is generated (`--deny`, `--stub`, `--replay`, `--trace`, `--virtual`), core modules are
shared, an instance is built from items of several, the composition provides an interface of types
itself, a component is passed and not an instance, or an import has types of another interface and
another name than its own. Because a script for something else would be misleading, none is written.

```console
$ witkit compose app.wasm --deny 'acme:kv/*' --plan --format wac
error[script/no-words]: a script cannot express this composition
```

Flags such as `--deny` and `--dedupe` can be given when the script is composed. A plan can express
all of it: `--plan --json`.",
};

/// All of them.
pub static CODES: &[&Code] = &[
    &NO_WORDS,
    &UNKNOWN_NAME,
    &UNKNOWN_PACKAGE,
    &DUPLICATE,
    &NOT_AN_INSTANCE,
    &MISSING_ARGUMENT,
    &EXTERN_NAME,
    &NO_SPREAD,
    &TARGET,
];
