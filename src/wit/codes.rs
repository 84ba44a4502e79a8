//! The codes of loading a package and of its names, with their pages.
//!
//! May import: `diag` (rank 0). Deliberately absent: raising them (`load`, `names`, `errors`).

use crate::diag::{Code, Severity};

const fn error(name: &'static str, page: &'static str) -> Code {
    Code {
        name,
        severity: Severity::Error,
        page,
    }
}

/// The input is no WIT, but something else that is known.
pub static NOT_WIT: Code = error(
    "wit/not-wit",
    "\
WIT was needed, as text or as a package in binary form, and the input is something else: a
component, a core module, or WebAssembly of another draft. What an input is, is told by its bytes
and never by its name.

A component has WIT inside: `witkit wit app.wasm` prints it, and what it prints can be put into a
folder or its `deps`.",
);

/// A file of WIT is not text.
pub static NOT_TEXT: Code = error(
    "wit/not-text",
    "\
WIT is text in UTF-8, and the file has bytes that are not: it was saved in another encoding, such
as Latin-1 or UTF-16, it was damaged, or it is no text at all.

Save the file as UTF-8. The message says at which byte it ceases to be.",
);

/// There is no WIT in a folder.
pub static NO_FILES: Code = error(
    "wit/no-files",
    "\
A folder that should be a WIT package has no file whose name ends in `.wit`. All such files right
in the folder make one package; folders below it are not looked into, except `deps`, each of whose
entries is a package that this one may need.

    wit/
      world.wit
      deps/
        io/
          streams.wit",
);

/// A text, or something in it, has no sensible size.
pub static TOO_LARGE: Code = error(
    "wit/too-large",
    "\
Something is so large that no tool could handle what comes of it: a package of more than half a
gigabyte of text, or types, interfaces or packages that need each other in a chain of more than
five hundred steps. Components allow types to be nested a hundred deep.

It usually is the work of a generator that went astray.",
);

/// No file of a package has a header.
pub static NO_PACKAGE: Code = error(
    "wit/no-package",
    "\
At least one of the files of a package says which package it is. Its header is the first item:

```wit
package acme:kv@1.0.0;

interface store {
  get: func(key: string) -> option<list<u8>>;
}
```

A package has a namespace (who it is from), a name, and a version if others are to depend on it.
Packages in braces (`package a:b { … }`) stand beside the package of their file, which needs a
header nevertheless.",
);

/// Files of one folder name different packages.
pub static PACKAGE_MISMATCH: Code = error(
    "wit/package-mismatch",
    "\
All `.wit` files in a folder are one package, and two of them say that they are different ones. The
version counts, too.

Put the other package into a folder of its own below `deps`, or give both the same header. The
header is needed once; the other files of the folder may do without.",
);

/// Two things have one name.
pub static DUPLICATE: Code = error(
    "wit/duplicate",
    "\
Two things in one place have the same name: packages, interfaces and worlds of a package, types and
functions of an interface, imports or exports of a world, fields, cases, flags or parameters. Upper
case and hyphens do not make a difference, since not all languages can tell `a-b` from `AB`.

```wit
package acme:kv;

interface store {
  type key = string;
  key: func() -> string;
}
```

Rename one of them; a type that is brought in with `use` can be renamed by `use types.{key as k}`.",
);

/// A package is not there.
pub static UNKNOWN_PACKAGE: Code = error(
    "wit/unknown-package",
    "\
A package is needed and was not found. Packages are looked for in the folder `deps` of the folder
that was given: each entry of it is one package, as a folder of `.wit` files, a single `.wit` file,
or a package in binary form (`.wasm`, `.wat`); `deps` inside of `deps` is not looked at. What is
not there is looked for in the places that `--deps` and `deps` in `[wit]` of `witkit.toml` name,
and in the other packages of the command line. Nothing is fetched. The version is part of the
name: `wasi:io@0.2.0` and `wasi:io@0.2.1` are two packages.

```wit
package acme:kv;

interface store {
  use wasi:io/streams@0.2.0.{input-stream};
}
```

Put the package into `deps`, name the folder that has it with `--deps`, or name a version that
is there.",
);

/// An interface or world is not there.
pub static UNKNOWN_INTERFACE: Code = error(
    "wit/unknown-interface",
    "\
An interface or world is named that the package does not have. A plain name means one of the own
package, in any of its files, or what a `use` at the head of the same file brought in; such a `use`
holds for its file only. One of another package is written in full: `acme:kv/store@1.0.0`.

```wit
package acme:kv;

world client {
  import stor;
}

interface store {}
```",
);

/// A type is not there.
pub static UNKNOWN_TYPE: Code = error(
    "wit/unknown-type",
    "\
A type is named that is not known at that place. An interface knows the types that it defines, and
those that it brings in with `use`, wherever in it that stands; so does a world. The interfaces of a
world do not know the types of the world.

```wit
package acme:web;

interface http-handler {
  handle-request: func(req: request) -> response;
}
```

Define the type (`record request { … }`), or bring it in: `use types.{request, response};`.",
);

/// A name means something else than what is needed.
pub static WRONG_KIND: Code = error(
    "wit/wrong-kind",
    "\
The name is known, but it is that of another kind of thing: a world where an interface is needed
(`import`, `export` and `use` take interfaces), an interface where a world is needed (`include`
takes worlds), or a function where a type is needed.

```wit
package acme:kv;

interface store {}

world client {
  include store;
}
```

Here `import store;` is meant.",
);

/// Something needs itself.
pub static CYCLE: Code = error(
    "wit/cycle",
    "\
Something needs itself, be it by way of others: a type that contains itself, an interface that uses
types of one that uses its own, a world that includes itself, packages that depend on each other.
WIT has no recursive types, not even through `list` or `option`.

```wit
package acme:files;

interface trees {
  record tree {
    name: string,
    children: list<tree>,
  }
}
```

For data that refers to itself use a resource, or a flat list in which entries refer to each other
by their index. For interfaces and packages, move what both need into a third one.",
);

/// Feature gates that exclude each other, or something.
pub static GATE: Code = error(
    "wit/gate",
    "\
A gate (`@since`, `@unstable`, `@deprecated`) cannot be as it is written: an item has two that
exclude each other, `@deprecated` stands alone, a version is later than the package's own, or
something that is there needs something that is not, because its feature is not active.

```wit
package acme:kv@1.0.0;

interface store {
  @unstable(feature = watch)
  record event { key: string }

  poll: func() -> event;
}
```

Here `poll` is always there, and `event` only with `--features watch`: `poll` needs the same gate.",
);

/// What only the resolver of the specification's tools knows.
pub static UNRESOLVED: Code = error(
    "wit/unresolved",
    "\
The names are all known, and yet the package means nothing: a rule of the component model is
broken, such as that a record has fields, that only a resource can be borrowed, that a function
does not return a `borrow`, that a setter has a getter, or that the interfaces that a world exports
do not depend on two copies of another one. The message says which.

Unlike syntax errors and unknown names, these are found one a run.",
);

/// The codes raised here.
pub static CODES: &[&Code] = &[
    &CYCLE,
    &DUPLICATE,
    &GATE,
    &NOT_TEXT,
    &NOT_WIT,
    &NO_FILES,
    &NO_PACKAGE,
    &PACKAGE_MISMATCH,
    &TOO_LARGE,
    &UNKNOWN_INTERFACE,
    &UNKNOWN_PACKAGE,
    &UNKNOWN_TYPE,
    &UNRESOLVED,
    &WRONG_KIND,
];
